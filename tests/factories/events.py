"""Events for tests: believable by default, every fact can be given; everything is flushed, nothing committed."""

import itertools
from datetime import date, time, timedelta
from typing import Any, TypeVar

from eventsapp.core.clock import from_swedish, now, swedish_midnight, swedish_today
from eventsapp.core.db import db
from eventsapp.core.text import search_text, sort_key
from eventsapp.events.models import (
    Event,
    EventFormat,
    EventKind,
    EventLink,
    EventState,
    Occasion,
    RegistrationMode,
    Series,
    TargetGroup,
    Topic,
    WaitingListRule,
)
from eventsapp.organisations.models import County, Municipality, Organisation, OrganisationKind
from eventsapp.places.models import PoolName
from eventsapp.places.operations import set_pools

COUNTIES = {
    "24": ("Västerbottens län", "Västerbotten County", "Västerbotten"),
    "25": ("Norrbottens län", "Norrbotten County", "Norrbotten"),
    "01": ("Stockholms län", "Stockholm County", "Stockholm"),
}
MUNICIPALITIES = {
    "2480": ("Umeå", "Umeå kommun"),
    "2482": ("Skellefteå", "Skellefteå kommun"),
    "2481": ("Lycksele", "Lycksele kommun"),
    "2580": ("Luleå", "Luleå kommun"),
    "0180": ("Stockholm", "Stockholms stad"),
}
KINDS = {
    "utbildningsdag": ("Utbildningsdag", "Training day", "Utbildningsdagen", False, "spruce"),
    "konferens": ("Konferens", "Conference", "Konferensen", False, "violet"),
    "webbutbildning": ("Webbutbildning", "Web course", "Webbutbildningen", False, "sky"),
    "webbstod": ("Webbstöd", "Web support", "Webbstödet", True, "amber"),
    "webbinarium": ("Webbinarium", "Webinar", "Webbinariet", True, "sky"),
    "kampanj": ("Kampanj", "Campaign", "Kampanjen", False, "rose"),
}
TARGET_GROUPS = {
    "socialtjanst": ("Socialtjänst", "Social services"),
    "skola": ("Förskola och skola", "Preschool and school"),
}
TOPICS = {
    "jamstalldhet": ("Jämställdhet", "Gender equality"),
    "hedersvald": ("Hedersrelaterat våld och förtryck", "Honour-based violence and oppression"),
    "andts": (
        "Alkohol, narkotika, dopning, tobak och spel",
        "Alcohol, drugs, doping, tobacco and gambling",
    ),
}

Row = TypeVar("Row", Series, TargetGroup, Topic)
_numbers = itertools.count(1)


def make_county(code: str = "24") -> County:
    """The county with a code, made the first time."""
    found = db.session.get(County, code)
    if found is None:
        name_sv, name_en, short = COUNTIES.get(code, (f"Län {code}", f"County {code}", f"Län {code}"))
        found = County(
            code=code, name_sv=name_sv, name_en=name_en, short_name=short, sort_key=sort_key(name_sv)
        )
        db.session.add(found)
        db.session.flush()
    return found


def make_municipality(code: str = "2480") -> Municipality:
    """The municipality with a code, and its county, made the first time."""
    found = db.session.get(Municipality, code)
    if found is None:
        make_county(code[:2])
        name, official = MUNICIPALITIES.get(code, (f"Kommun {code}", f"Kommun {code}"))
        found = Municipality(
            code=code,
            name=name,
            official_name=official,
            county_code=code[:2],
            sort_key=sort_key(name),
        )
        db.session.add(found)
        db.session.flush()
    return found


def make_organiser(code: str = "lansstyrelsen-vasterbotten", **facts: Any) -> Organisation:
    """The organisation with a code, made the first time: a county board unless `facts` say otherwise."""
    found = db.session.query(Organisation).filter_by(code=code).one_or_none()
    if found is None:
        name = facts.pop(
            "name_sv", "Länsstyrelsen Västerbotten" if code == "lansstyrelsen-vasterbotten" else code
        )
        values: dict[str, Any] = {
            "code": code,
            "kind": OrganisationKind.COUNTY_BOARD,
            "name_sv": name,
            "official_name": name,
            "sort_key": sort_key(name),
            "search_text": search_text(name),
        }
        found = Organisation(**(values | facts))
        db.session.add(found)
        db.session.flush()
    return found


def make_kind(code: str = "utbildningsdag", **facts: Any) -> EventKind:
    """The kind with a code, made the first time."""
    found = db.session.query(EventKind).filter_by(code=code).one_or_none()
    if found is None:
        name_sv, name_en, definite, neuter, colour = KINDS.get(
            code, (code.capitalize(), code.capitalize(), f"{code.capitalize()}en", False, "neutral")
        )
        values = {
            "code": code,
            "name_sv": name_sv,
            "name_en": name_en,
            "definite_sv": definite,
            "is_neuter": neuter,
            "colour": colour,
            "sort_key": sort_key(name_sv),
            "position": list(KINDS).index(code) if code in KINDS else 100,
        }
        found = EventKind(**(values | facts))
        db.session.add(found)
        db.session.flush()
    return found


def _named(model: type[Row], code: str, names: tuple[str, str]) -> Row:
    found = db.session.query(model).filter_by(code=code).one_or_none()
    if found is None:
        found = model(code=code, name_sv=names[0], name_en=names[1], sort_key=sort_key(names[0]))
        db.session.add(found)
        db.session.flush()
    return found


def make_target_group(code: str = "socialtjanst") -> TargetGroup:
    """The target group with a code, made the first time."""
    return _named(TargetGroup, code, TARGET_GROUPS.get(code, (code.capitalize(), code.capitalize())))


def make_topic(code: str = "jamstalldhet") -> Topic:
    """The topic with a code, made the first time."""
    return _named(Topic, code, TOPICS.get(code, (code.capitalize(), code.capitalize())))


def make_series(code: str = "demokratimorgon", name: str = "Demokratimorgon") -> Series:
    """The series with a code, made the first time."""
    return _named(Series, code, (name, name))


def make_occasion(
    day: date | None = None,
    starts: str = "09.00",
    ends: str = "15.30",
    *,
    last_day: date | None = None,
    **facts: Any,
) -> Occasion:
    """An occasion on a Swedish day (30 days ahead by default), not yet tied to an event: give it to `make_event`.

    `all_day=True` makes it whole days from `day` to `last_day`; `starts_at` and `ends_at` may be given as they are.
    """
    day = day or swedish_today() + timedelta(days=30)
    if facts.get("all_day"):
        starts_at = swedish_midnight(day)
        ends_at = swedish_midnight((last_day or day) + timedelta(days=1))
    else:
        starts_at = from_swedish(day, time.fromisoformat(starts.replace(".", ":")))
        ends_at = from_swedish(last_day or day, time.fromisoformat(ends.replace(".", ":")))
    values: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "created_at": now(),
        "changed_at": now(),
    }
    return Occasion(**(values | facts))


def make_link(label: str = "Programmet som pdf", url: str = "https://exempel.se/program.pdf") -> EventLink:
    return EventLink(label=label, url=url)


def make_event(
    *,
    occasions: list[Occasion] | None = None,
    kind: EventKind | str = "utbildningsdag",
    municipality: str | None = "2480",
    pools: bool = True,
    **facts: Any,
) -> Event:
    """A published training day in Umeå with 80 places and no waiting list, 30 days ahead; flushed.

    `occasions=[]` makes one that is open without a date. Lists of rows (`topics`, `target_groups`, `counties`,
    `co_organisers`, `links`) are given as rows. Pools follow the capacities, unless `pools` is false.
    """
    number = next(_numbers)
    when = [make_occasion()] if occasions is None else occasions
    title = facts.pop("title", f"Att upptäcka våld {number}")
    values: dict[str, Any] = {
        "slug": f"att-upptacka-vald-{number}",
        "state": EventState.PUBLISHED,
        "title_sv": title,
        "summary_sv": "En dag om rutiner och frågor som öppnar samtal.",
        "body_sv": "Du får med dig en **färdig checklista**.",
        "format": EventFormat.ONSITE,
        "venue": "Folkets hus",
        "address": "Skolgatan 59",
        "municipality_code": municipality and make_municipality(municipality).code,
        "capacity_total": 80,
        "waiting_list": WaitingListRule.NONE,
        "registration_mode": RegistrationMode.REQUIRED,
        "contact_email": "jamstalldhet@example.se",
        "contact_phone": "010-225 40 00",
        "created_at": now() - timedelta(days=60),
        "changed_at": now() - timedelta(days=30),
        "published_at": now() - timedelta(days=30),
    }
    if "organiser" not in facts and "organiser_id" not in facts:
        values["organiser_id"] = make_organiser().id
    values |= facts
    values["kind_id"] = (kind if isinstance(kind, EventKind) else make_kind(kind)).id
    current = [occasion for occasion in when if occasion.cancelled_at is None] or when
    values.setdefault("first_starts_at", min((occasion.starts_at for occasion in current), default=None))
    values.setdefault("last_ends_at", max((occasion.ends_at for occasion in current), default=None))
    values.setdefault("sort_key", sort_key(values["title_sv"]))
    values.setdefault(
        "search_text",
        search_text(
            values["title_sv"],
            values.get("title_en"),
            values["summary_sv"],
            values["body_sv"],
            values["venue"],
        ),
    )
    event = Event(occasions=when, **values)
    db.session.add(event)
    db.session.flush()
    if pools and event.registration_mode is RegistrationMode.REQUIRED:
        set_pools("event", event.id, _capacities(event))
    return event


def _capacities(event: Event) -> dict[PoolName, int | None]:
    if event.format is EventFormat.HYBRID and event.separate_pools:
        return {PoolName.ONSITE: event.capacity_onsite, PoolName.ONLINE: event.capacity_online}
    return {PoolName.ALL: event.capacity_total}
