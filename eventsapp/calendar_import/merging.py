"""What an entry of a calendar makes of an event's facts: of a new one, and of one that may have been changed by hand since.

What the source said last time is compared with what it says now, so that only what has changed there is taken over, and what
an officer has written beside it stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from eventsapp.calendar_import.found import FoundEvent, FoundTime
from eventsapp.core.clock import swedish_today
from eventsapp.events.checks import MAX_OCCASIONS
from eventsapp.events.facts import EventFacts, LinkFacts, OccasionFacts
from eventsapp.events.models import EventFormat, RegistrationMode

MORE = "Mer information"
"""What the link to a source's own page is called; it is content, which is Swedish whoever takes it in."""
Said = dict[str, object]
"""What a source said of an entry: title, body, venue, address, join_url, url and times, as JSON keeps it."""
_TEXTS = {
    "title": "title_sv",
    "body": "body_sv",
    "venue": "venue",
    "address": "address",
    "join_url": "join_url",
}


@dataclass(frozen=True)
class Defaults:
    """What holds for new activities where a calendar says nothing."""

    kind: str
    organiser: str
    registration_mode: RegistrationMode
    municipality: str = ""
    county: str = ""
    responsible_id: int | None = None

    def to_json(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "organiser": self.organiser,
            "registration_mode": self.registration_mode.value,
            "municipality": self.municipality,
            "county": self.county,
            "responsible_id": str(self.responsible_id or ""),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> "Defaults":
        return cls(
            stored["kind"],
            stored["organiser"],
            RegistrationMode(stored["registration_mode"]),
            stored["municipality"],
            stored["county"],
            int(stored["responsible_id"]) if stored["responsible_id"] else None,
        )


def said_by(found: FoundEvent) -> Said:
    """What is remembered of an entry until the next time."""
    return {
        "title": found.title,
        "body": found.body,
        "venue": found.venue,
        "address": found.address,
        "join_url": found.join_url,
        "url": found.url,
        "times": {one.key: _said_time(one) for one in found.times},
    }


def new_facts(found: FoundEvent, defaults: Defaults) -> EventFacts:
    """The facts of a new draft."""
    is_elsewhere = defaults.registration_mode is RegistrationMode.ELSEWHERE
    return EventFacts(
        title_sv=found.title,
        kind=defaults.kind,
        body_sv=found.body,
        occasions=_without_doubles([_occasion(one) for one in found.times]),
        format=_format(found.join_url, found.venue or found.address),
        venue=found.venue,
        address=found.address,
        join_url=found.join_url,
        municipality=defaults.municipality or None,
        counties=(defaults.county,) if defaults.county else (),
        organiser=defaults.organiser,
        registration_mode=defaults.registration_mode,
        registration_url=found.url if is_elsewhere else "",
        responsible_id=defaults.responsible_id,
        links=(LinkFacts(label=MORE, url=found.url),) if found.url else (),
    )


def merged_facts(
    facts: EventFacts, found: FoundEvent, said: Said, occasion_ids: Mapping[str, int], since: datetime
) -> EventFacts:
    """An event's facts with what its source has changed since it was taken over last.

    `occasion_ids` says which occasion each time became. What began before `since` is not in what was read, so it stays.
    """
    now_said = said_by(found)
    changed = {name for name in now_said if now_said[name] != said.get(name)}
    texts: dict[str, str] = {fact: str(now_said[name]) for name, fact in _TEXTS.items() if name in changed}
    merged = replace(facts, **texts)  # type: ignore[arg-type]  # each of these facts is a text
    if "join_url" in changed:
        merged = replace(merged, format=_format(merged.join_url, merged.venue or merged.address))
    if "url" in changed:
        merged = _with_address(merged, str(said.get("url", "")), found.url)
    if "times" in changed:
        merged = replace(merged, occasions=_merged_times(facts.occasions, found, said, occasion_ids, since))
    return merged


def _merged_times(
    occasions: Sequence[OccasionFacts],
    found: FoundEvent,
    said: Said,
    occasion_ids: Mapping[str, int],
    since: datetime,
) -> tuple[OccasionFacts, ...]:
    said_times = said.get("times")
    before: dict[str, object] = said_times if isinstance(said_times, dict) else {}
    kept = {one.id: one for one in occasions if one.id is not None}
    keys = {one.key for one in found.times}
    gone = {
        key: kept[occasion_ids[key]]
        for key in before
        if key not in keys and occasion_ids.get(key) in kept and kept[occasion_ids[key]].starts_at >= since
    }
    added: list[OccasionFacts] = []
    for one in found.times:
        if before.get(one.key) == _said_time(one):
            continue
        occasion_id = occasion_ids.get(one.key)
        if one.key in before:
            # One that somebody has taken away here does not come back because it moves there.
            if occasion_id in kept:
                kept[occasion_id] = _moved(kept[occasion_id], one)
        elif (old_key := _same_day(gone, one)) is not None:
            old = gone.pop(old_key)
            kept[occasion_ids[old_key]] = _moved(old, one)
        else:
            added.append(_occasion(one))
    for key in gone:
        kept.pop(occasion_ids[key], None)
    by_hand = [one for one in occasions if one.id is None]
    # What has been stays, so a series without an end fills what an activity has room for.
    room = max(0, MAX_OCCASIONS - len(kept) - len(by_hand))
    return _without_doubles([*kept.values(), *by_hand, *added[:room]])


def _same_day(gone: Mapping[str, OccasionFacts], time: FoundTime) -> str | None:
    """The time of a series that was on the same day: when all are moved by an hour, each is still the one that it was."""
    day = swedish_today(time.starts_at)
    return next((key for key, one in gone.items() if swedish_today(one.starts_at) == day), None)


def _moved(occasion: OccasionFacts, time: FoundTime) -> OccasionFacts:
    return replace(
        occasion,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        all_day=time.all_day,
        label_sv=time.label or occasion.label_sv,
    )


def _without_doubles(occasions: list[OccasionFacts]) -> tuple[OccasionFacts, ...]:
    """In order of time, each time once; of two alike the one that is there already."""
    found: dict[tuple[datetime, datetime, bool], OccasionFacts] = {}
    for one in sorted(occasions, key=lambda one: (one.id is None, one.id or 0)):
        found.setdefault(one.when, one)
    return tuple(sorted(found.values(), key=lambda one: one.when))


def _with_address(facts: EventFacts, before: str, after: str) -> EventFacts:
    """The link to the source's own page, where it stands."""
    links = [link for link in facts.links if link.url != before]
    if after:
        links.append(LinkFacts(label=MORE, url=after))
    url = after if facts.registration_url == before else facts.registration_url
    return replace(facts, links=tuple(links), registration_url=url)


def _occasion(time: FoundTime) -> OccasionFacts:
    return OccasionFacts(
        starts_at=time.starts_at, ends_at=time.ends_at, all_day=time.all_day, label_sv=time.label
    )


def _said_time(time: FoundTime) -> list[object]:
    return [time.starts_at.isoformat(), time.ends_at.isoformat(), time.all_day, time.label]


def _format(join_url: str, place: str) -> EventFormat:
    if not join_url:
        return EventFormat.ONSITE
    return EventFormat.HYBRID if place else EventFormat.ONLINE
