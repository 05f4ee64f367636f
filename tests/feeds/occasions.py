"""Occasions that calendar programs have got wrong, each with what every one of them must read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from eventsapp.core.clock import now
from eventsapp.events.models import Event, EventFormat, EventState, Occasion
from tests.factories.events import make_event, make_occasion

HOME = "Folkets hus, Skolgatan 59, Umeå"
SPRING = date(2027, 3, 28)
AUTUMN = date(2026, 10, 25)
DAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Shown:
    """An occasion as it must be read: days with the day after the last as end, or moments in UTC."""

    starts: date
    ends: date
    title: str
    place: str = HOME
    status: str = "CONFIRMED"


@dataclass(frozen=True)
class Case:
    """An event with these occasions and facts, and what is read of it, in order of time."""

    shown: tuple[Shown, ...]
    occasions: Callable[[], list[Occasion]]
    facts: dict[str, Any] = field(default_factory=dict)

    def make(self, **more: Any) -> Event:
        return make_event(occasions=self.occasions(), **(self.facts | more))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def timed(title: str, starts: str, ends: str, **facts: Any) -> Case:
    """An event at one time, given in UTC as it must be read."""

    def occasions() -> list[Occasion]:
        return [make_occasion(starts_at=utc(starts), ends_at=utc(ends))]

    return Case((Shown(utc(starts), utc(ends), title),), occasions, {"title": title} | facts)


def days(title: str, first: date, last: date, **facts: Any) -> Case:
    """An event of whole days."""

    def occasions() -> list[Occasion]:
        return [make_occasion(first, last_day=last, all_day=True)]

    return Case((Shown(first, last + timedelta(days=1), title),), occasions, {"title": title} | facts)


def on_one_day(
    title: str, shown: str = "", place: str = HOME, status: str = "CONFIRMED", **facts: Any
) -> Case:
    """An event from nine to half past three, Swedish winter time, on an ordinary day."""
    times = utc("2026-11-25 08:00"), utc("2026-11-25 14:30")
    return Case(
        (Shown(*times, shown or title, place, status),),
        lambda: [make_occasion(DAY)],
        {"title": title} | facts,
    )


def _several() -> list[Occasion]:
    return [
        make_occasion(AUTUMN - timedelta(days=3), "13.00", "16.00"),
        make_occasion(AUTUMN + timedelta(days=4), "13.00", "16.00", cancelled_at=now(), sequence=2),
        make_occasion(AUTUMN + timedelta(days=11), all_day=True),
    ]


TIMES = {
    "winter": timed("Vinter", "2027-01-15 08:00", "2027-01-15 11:00"),
    "summer": timed("Sommar", "2027-07-15 07:00", "2027-07-15 10:00"),
    "over the spring change": timed("Vårens natt", "2027-03-27 23:30", "2027-03-28 03:00"),
    "up to the spring change": timed("Före våren", "2027-03-28 00:00", "2027-03-28 01:00"),
    "from the spring change": timed("Efter våren", "2027-03-28 01:00", "2027-03-28 01:30"),
    "over the autumn change": timed("Höstens natt", "2026-10-24 23:30", "2026-10-25 03:30"),
    "in the doubled hour": timed("Första gången", "2026-10-25 00:15", "2026-10-25 00:45"),
    "in the doubled hour again": timed("Andra gången", "2026-10-25 01:15", "2026-10-25 01:45"),
    "from one doubled hour to the other": timed("Båda", "2026-10-25 00:30", "2026-10-25 01:30"),
    "over midnight": timed("Nyår", "2026-12-31 21:00", "2027-01-01 01:00"),
    "three days with hours": timed("Läger", "2026-11-10 08:00", "2026-11-12 15:00"),
    "one whole day": days("Heldag", DAY, DAY),
    "a whole day of 25 hours": days("Lång dag", AUTUMN, AUTUMN),
    "several whole days": days(
        "Vecka", SPRING - timedelta(days=3), SPRING + timedelta(days=3), kind="kampanj"
    ),
    "a leap day": days("Skottdag", date(2028, 2, 28), date(2028, 2, 29)),
    "several occasions, one of them called off": Case(
        (
            Shown(utc("2026-10-22 11:00"), utc("2026-10-22 14:00"), "Kurs (1 av 3)"),
            Shown(
                utc("2026-10-29 12:00"),
                utc("2026-10-29 15:00"),
                "INSTÄLLT: Kurs (2 av 3)",
                status="CANCELLED",
            ),
            Shown(date(2026, 11, 5), date(2026, 11, 6), "Kurs (3 av 3)"),
        ),
        _several,
        {"title": "Kurs"},
    ),
}

STATES = {
    "cancelled": Case(
        (
            Shown(
                utc("2026-11-25 08:00"),
                utc("2026-11-25 14:30"),
                "INSTÄLLT: Dagen",
                status="CANCELLED",
            ),
        ),
        lambda: [make_occasion(DAY, sequence=3)],
        {"title": "Dagen", "state": EventState.CANCELLED, "cancel_reason": "Sjukdom; tyvärr, ja."},
    ),
    "moved": Case(
        (Shown(utc("2026-11-25 08:00"), utc("2026-11-25 14:30"), "Flyttad"),),
        lambda: [make_occasion(DAY, sequence=7, changed_at=now() + timedelta(minutes=5))],
        {"title": "Flyttad", "moved_at": datetime(2026, 10, 1, tzinfo=UTC)},
    ),
    "online": on_one_day("På skärm", place="Digitalt", format=EventFormat.ONLINE),
}

HIDDEN = {
    "save the date": on_one_day("Boka datumet", status="TENTATIVE", state=EventState.SAVE_THE_DATE),
    "a draft again": on_one_day(
        "Åter utkast", "INSTÄLLT: Åter utkast", place="", status="CANCELLED", state=EventState.DRAFT
    ),
}
"""Those that nobody can be registered for, or whose page is closed."""

LONG = "Åä öΩ漢字🎈, rad\n" * 357

TEXTS = {
    "commas and semicolons": on_one_day("Ett, två; tre,, fyra;;", summary_sv="a,b;c\n,;\n;,"),
    "backslashes": on_one_day(
        r"C:\mapp\, \; \\ slut\\",
        summary_sv="\\\n\\\\\n\\;\\,",
        room=r"Sal \ Ö; stora, lilla",
        place=r"Sal \ Ö; stora, lilla, " + HOME,
    ),
    "a written backslash before n": on_one_day(r"C:\ny\Ny\rad", summary_sv="\\n är inte\nen ny rad\\N"),
    "lines": on_one_day("Rader", summary_sv="Ett\nTvå\n\nFem\n- punkt"),
    "emoji": on_one_day(
        "Välkomna 👩🏽‍🏫🎉", summary_sv="🏳️‍🌈" * 40, venue="Huset 🏠", place="Huset 🏠, Skolgatan 59, Umeå"
    ),
    "right to left": on_one_day("תכנית الاجتماع – Växjö", summary_sv="في الصباح, ثم; الغداء"),
    "quotes and tags": on_one_day(
        "\"Citat\" 'och' <b>inte html</b> & så: klart", summary_sv="a^nb ^' %0A &amp;"
    ),
    "a title in quotes": on_one_day('"Vem, jag?"', summary_sv='"Ja"'),
    "decomposed letters": on_one_day(
        "A\u030angstro\u0308m o\u0308ver a\u030an",
        "Ångström över ån",
        venue="Ga\u030arden",
        place="Gården, Skolgatan 59, Umeå",
    ),
    "5,000 characters": on_one_day("ö" * 300, summary_sv=LONG),
    "a long word": on_one_day("Långt ord", summary_sv="漢" * 5000),
    "what looks like a calendar": on_one_day(
        "END:VEVENT", summary_sv="END:VCALENDAR\nBEGIN:VALARM\n SUMMARY:x\n\tx"
    ),
}

PUBLIC = {**TIMES, **STATES, **TEXTS}
