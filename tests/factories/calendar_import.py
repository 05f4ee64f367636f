"""Calendars that are looked at, and partners' calendars, for tests: flushed, not committed."""

from datetime import timedelta

from eventsapp.accounts.models import User
from eventsapp.calendar_import.merging import Defaults
from eventsapp.calendar_import.models import CalendarReading, FetchOutcome, PartnerCalendar
from eventsapp.calendar_import.operations import keep_reading, take_in
from eventsapp.calendar_import.partner_operations import PartnerFacts, add_partner
from eventsapp.calendar_import.reading import read_calendar
from eventsapp.calendar_import.recurrence import Window
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.events.models import RegistrationMode

DEFAULTS = Defaults("utbildningsdag", "Region Norr", RegistrationMode.NONE)


def a_calendar(title: str = "Nätverksträff", *, place: str = "Rådhuset") -> bytes:
    """A file with a series, a day, something that is cancelled, and something broken."""
    day = swedish_today() + timedelta(days=40)
    events = [
        (
            f"UID:1\nSUMMARY:{title}\nLOCATION:{place}\nRRULE:FREQ=WEEKLY;COUNT=6\nDTSTART:{day:%Y%m%d}T080000Z\n"
            f"DTEND:{day:%Y%m%d}T100000Z"
        ),
        f"UID:2\nSUMMARY:Konferens om psykisk hälsa\nCLASS:PRIVATE\nDTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"UID:3\nSUMMARY:Inställt möte\nSTATUS:CANCELLED\nDTSTART:{day:%Y%m%d}T080000Z",
        "UID:4\nSUMMARY:Trasig\nDTSTART:i morgon",
    ]
    lines = "\n".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{lines}\nEND:VCALENDAR\n".encode()


def make_reading(user: User, content: bytes = b"") -> CalendarReading:
    """A calendar that the user looks at; its series is here already and would be changed."""
    window = Window.around(now())
    actor = Actor.user(user.id, user.name)
    first = keep_reading(read_calendar(a_calendar(), window), "Regionen", DEFAULTS, user=user)
    take_in(first.id, {0: 0}, reason="", user=user, actor=actor)
    found = read_calendar(content or a_calendar("Stor nätverksträff", place="Stadshuset"), window)
    return keep_reading(found, "Regionens kalender", DEFAULTS, user=user)


def make_partner(user: User) -> PartnerCalendar:
    """A partner's calendar that has been fetched."""
    facts = PartnerFacts("Region Norr", "https://kalender.example.se/hemlig-nyckel.ics", DEFAULTS)
    partner = add_partner(facts, user=user, actor=Actor.user(user.id, user.name))
    partner.fetched_at, partner.outcome = now(), FetchOutcome.FETCHED
    partner.figures = {"new": 2, "changed": 1, "broken": 1}
    db.session.flush()
    return partner
