"""The real activities of past years on their real dates, and the publications."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.cli.demo.organisers import OrganiserNames
from eventsapp.cli.demo.texts import DATA
from eventsapp.cli.reference import municipality_names, target_group_codes, target_group_rows
from eventsapp.core.actor import Actor
from eventsapp.core.clock import STOCKHOLM, now, swedish_midnight
from eventsapp.core.db import db
from eventsapp.core.text import slugify, sort_key
from eventsapp.events.facts import EventFacts, LinkFacts, OccasionFacts
from eventsapp.events.models import Event, EventFormat, EventState, RegistrationMode
from eventsapp.events.operations import create_event
from eventsapp.events.queries import free_slug
from eventsapp.organisations.models import County, Organisation
from eventsapp.publications.models import Publication

FORMATS = {"plats": EventFormat.ONSITE, "digitalt": EventFormat.ONLINE, "hybrid": EventFormat.HYBRID}
LONGEST_TIMED_SPAN = timedelta(days=2)
"""A longer run of days is whole days to a calendar; its times of day are told in words."""


@dataclass(frozen=True)
class PastActivity:
    """One activity of `archive.json`; times are Swedish, a date alone where no time of day is known."""

    id: str
    title: str
    organiser: str
    collaborators: list[str]
    type: str
    start: str
    end: str | None
    format: str
    place: str | None
    municipality_code: str | None
    county_codes: list[str]
    target_groups: list[str]
    topics: list[str]
    registration_required: bool | None
    last_registration: str | None
    cost: str | None
    capacity_total: int | None
    status: str
    description: str
    details: str | None
    source: str
    occasions: list[dict[str, str]] | None = None


def read_archive() -> list[PastActivity]:
    """The past activities of the file."""
    return [PastActivity(**row) for row in json.loads((DATA / "archive.json").read_text(encoding="utf-8"))]


def load_archive(responsible: User) -> list[Event]:
    """Add the past activities, completed or cancelled, those of Västerbotten in the hands of `responsible`; flushes."""
    names, groups = OrganiserNames.read(), target_group_codes()
    return [_add(activity, names, groups, responsible) for activity in read_archive()]


def _add(activity: PastActivity, names: OrganiserNames, groups: dict[str, str], responsible: User) -> Event:
    is_ours = activity.county_codes == ["24"]
    facts = archive_facts(activity, names, groups, responsible.id if is_ours else None)
    event = create_event(facts, actor=Actor.system())
    # The plain address stays free for the next time that the activity is arranged.
    event.slug = free_slug(_slug_with_year(activity), event_id=event.id)
    event.published_at = now()
    event.state = EventState.CANCELLED if activity.status == "inställt" else EventState.COMPLETED
    if event.state is EventState.CANCELLED:
        event.cancelled_at = event.first_starts_at
    return event


def _slug_with_year(activity: PastActivity) -> str:
    slug, year = slugify(activity.title, max_length=74), activity.start[:4]
    return slug if year in slug else f"{slug}-{year}"


def archive_facts(
    activity: PastActivity, names: OrganiserNames, groups: dict[str, str], responsible_id: int | None
) -> EventFacts:
    """What the source says, in our facts; free target groups are kept in words beside the controlled ones."""
    online = activity.format == "digitalt"
    return EventFacts(
        title_sv=activity.title,
        kind=slugify(activity.type),
        summary_sv=activity.description,
        body_sv="\n\n".join(_body(activity, names)),
        topics=tuple(activity.topics),
        occasions=tuple(_occasions(activity)),
        format=FORMATS[activity.format],
        venue="" if online else _venue(activity),
        municipality=activity.municipality_code,
        counties=tuple(activity.county_codes),
        target_groups=tuple(dict.fromkeys(groups[word] for word in activity.target_groups)),
        target_note=_in_own_words(activity, groups),
        organiser=names.single([activity.organiser])[0],
        co_organisers=names.single(activity.collaborators),
        registration_mode=(
            RegistrationMode.REQUIRED if activity.registration_required else RegistrationMode.NONE
        ),
        registration_closes_on=(
            date.fromisoformat(activity.last_registration[:10]) if activity.last_registration else None
        ),
        capacity_total=activity.capacity_total,
        cost=activity.cost or "",
        responsible_id=responsible_id,
        links=(LinkFacts(label="Källa", url=activity.source),),
    )


def _in_own_words(activity: PastActivity, groups: dict[str, str]) -> str:
    """The source's own words for whom it was, where they say more than the controlled groups."""
    names = {row["code"]: row["name_sv"] for row in target_group_rows()}
    says_more = any(names[groups[word]] != word for word in activity.target_groups)
    return ", ".join(activity.target_groups) if says_more else ""


def _venue(activity: PastActivity) -> str:
    """The place without its town, which the municipality tells already."""
    place = activity.place or ""
    town = municipality_names().get(activity.municipality_code or "", "")
    return "" if place == town else place.removesuffix(f", {town}")


def _body(activity: PastActivity, names: OrganiserNames) -> Iterator[str]:
    if activity.details:
        yield activity.details
    many = names.many(activity.collaborators)
    if many:
        yield f"I samarbete med {' samt '.join(word[0].lower() + word[1:] for word in many)}."
    if not activity.occasions:
        yield from _times_in_words(activity)


def _times_in_words(activity: PastActivity) -> Iterator[str]:
    """The times of day that an all-day occasion cannot show."""
    if not _is_all_day(activity):
        return
    start, end = _clock(activity.start), _clock(activity.end)
    if start and end:
        yield f"Kl. {start}–{end} enligt kalendern."
    elif start:
        yield f"Började kl. {start}."
    elif end:
        yield f"Slutade kl. {end}."


def _clock(moment: str | None) -> str:
    return datetime.fromisoformat(moment).strftime("%-H.%M") if moment and "T" in moment else ""


def _is_all_day(activity: PastActivity) -> bool:
    """Unless both ends have a time of day and are close enough to be one stay."""
    if "T" not in activity.start or not activity.end or "T" not in activity.end:
        return True
    span = datetime.fromisoformat(activity.end) - datetime.fromisoformat(activity.start)
    return span > LONGEST_TIMED_SPAN


def _occasions(activity: PastActivity) -> Iterator[OccasionFacts]:
    if activity.occasions:
        for part in activity.occasions:
            yield _whole_days(
                date.fromisoformat(part["first"]), date.fromisoformat(part["last"]), part["label"]
            )
    elif _is_all_day(activity):
        last = activity.end or activity.start
        yield _whole_days(date.fromisoformat(activity.start[:10]), date.fromisoformat(last[:10]))
    else:
        yield OccasionFacts(starts_at=_moment(activity.start), ends_at=_moment(activity.end or ""))


def _whole_days(first: date, last: date, label: str = "") -> OccasionFacts:
    return OccasionFacts(
        starts_at=swedish_midnight(first),
        ends_at=swedish_midnight(last + timedelta(days=1)),
        all_day=True,
        label_sv=label,
    )


def _moment(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=STOCKHOLM)


def load_publications() -> dict[str, Publication]:
    """Add the publications, under the ids of the file; flushes."""
    rows = json.loads((DATA / "publications.json").read_text(encoding="utf-8"))
    counties = {county.code: county for county in db.session.scalars(select(County))}
    publishers = {
        organisation.name_sv: organisation
        for organisation in db.session.scalars(
            select(Organisation).where(
                Organisation.name_sv.in_({name for row in rows for name in row["publisher"]})
            )
        )
    }
    moment = now()
    loaded = {}
    for row in rows:
        years = row["years"] or {}
        loaded[row["id"]] = Publication(
            slug=row["id"],
            title_sv=row["title"],
            title_en=row["title_en"],
            document_type=row["type"].capitalize(),
            summary_sv=row["summary"],
            summary_en=row["summary_en"],
            audience=", ".join(row["audience"]),
            url="",
            year_from=years.get("from"),
            year_to=years.get("to"),
            is_public=True,
            sort_key=sort_key(row["title"]),
            created_at=moment,
            changed_at=moment,
            counties=[counties[code] for code in row["county_codes"]],
            publishers=[publishers[name] for name in row["publisher"]],
            events=[],
        )
    db.session.add_all(loaded.values())
    db.session.flush()
    return loaded
