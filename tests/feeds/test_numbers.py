"""Through all that can happen to an activity, every feed says that an entry is newer when it shows something else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time

import pytest
from flask import Flask

from eventsapp.accounts.calendars import open_staff_calendar
from eventsapp.core.actor import Actor
from eventsapp.core.clock import from_swedish, now
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.events.facts import facts_of
from eventsapp.events.life_cycle import cancel_event, publish, save_the_date, unpublish
from eventsapp.events.list_operations import RowFacts, change_row
from eventsapp.events.lists import ListName
from eventsapp.events.models import Event
from eventsapp.events.operations import create_event, update_event
from eventsapp.events.queries import get_event_to_change
from eventsapp.feeds.kept import KeptFeeds
from eventsapp.participants.calendars import open_calendar
from eventsapp.programme.operations import add_item, change_item, remove_item
from eventsapp.programme.queries import get_item, programme_of
from eventsapp.programme.rules import ItemFacts
from eventsapp.registrations.models import Registration, RegistrationStatus
from tests.conftest import FrozenClock
from tests.factories.accounts import make_user
from tests.factories.event_facts import event_facts, occasion_facts
from tests.factories.events import make_kind, make_municipality, make_organiser, make_topic
from tests.factories.registrations import make_registration
from tests.feeds.readers import Read, by_icalendar
from tests.page_client import PageClient

OFFICER = Actor.user(1, "Karin Öberg")
ADDRESS = "asa.ahlstrom@umea.example.se"
FIRST, SECOND = date(2026, 11, 25), date(2026, 12, 2)


def change(**facts: object) -> Callable[[Event], None]:
    """A save in the editor."""

    def save(event: Event) -> None:
        update_event(event, replace(facts_of(event), **facts), actor=OFFICER)  # type: ignore[arg-type]

    return save


def leave_out_the_second(event: Event) -> None:
    first, _ = facts_of(event).occasions
    change(occasions=(first,))(event)


def bring_the_second_back(event: Event) -> None:
    (first,) = facts_of(event).occasions
    change(occasions=(first, occasion_facts(SECOND)))(event)


def move_the_first(event: Event) -> None:
    first, second = facts_of(event).occasions
    later = occasion_facts(FIRST, "10:00", "16:00", id=first.id)
    change(occasions=(later, second))(event)


def rename_the_kind(event: Event) -> None:
    facts = RowFacts(name_sv="Kursdag", name_en="Course day", definite_sv="Kursdagen")
    change_row(ListName.KINDS, event.kind, facts, actor=OFFICER)


def sign_up(event: Event) -> None:
    make_registration(event, email=ADDRESS, status=RegistrationStatus.WAITING)


def give_the_place(event: Event) -> None:
    person = db.session.query(Registration).filter_by(event_id=event.id).one()
    person.status, person.changed_at = RegistrationStatus.CONFIRMED, now()


def item(title: str, **facts: object) -> ItemFacts:
    return ItemFacts(
        title_sv=title, starts_at=from_swedish(FIRST, time(9)), ends_at=from_swedish(FIRST, time(11)), **facts
    )  # type: ignore[arg-type]


def change_the_item(event: Event) -> None:
    (only,) = programme_of(event.id)
    change_item(event, get_item(event.id, only.id), item("Samtalet", room="Sal Ö"), actor=OFFICER)


def remove_the_item(event: Event) -> None:
    (only,) = programme_of(event.id)
    remove_item(event, get_item(event.id, only.id), actor=OFFICER)


STEPS: dict[str, Callable[[Event], None]] = {
    "save the date": lambda event: save_the_date(event, actor=OFFICER),
    "a draft again": lambda event: unpublish(event, registered=0, actor=OFFICER),
    "published": lambda event: publish(event, actor=OFFICER),
    "one signs up": sign_up,
    "a new title": change(title_sv="Att se våld"),
    "a new place": change(venue="Väven"),
    "a new summary": change(summary_sv="Ny."),
    "another topic": lambda event: change(topics=(make_topic("andts").code,))(event),
    "later": move_the_first,
    "an occasion less": leave_out_the_second,
    "it comes back": bring_the_second_back,
    "the place is given": give_the_place,
    "an occasion less again": leave_out_the_second,
    "it comes back again": bring_the_second_back,
    "the kind has another name": rename_the_kind,
    "the last day to register": change(registration_closes_on=date(2026, 11, 10)),
    "another contact": change(contact_email="annan@example.se"),
    "an item has another name": change_the_item,
    "an item less": remove_the_item,
    "called off": lambda event: cancel_event(event, "Sjukdom.", actor=OFFICER),
}


@dataclass(frozen=True)
class Site:
    """An activity with two occasions, which stands in every feed, and the addresses of these."""

    event_id: int
    public: tuple[str, ...]
    deadlines: str
    own: str
    staff: str

    @property
    def addresses(self) -> tuple[str, ...]:
        return (*self.public, self.deadlines, self.own, self.staff)


@pytest.fixture
def site(client: PageClient, frozen_now: FrozenClock) -> Site:
    make_municipality()
    make_organiser()
    make_kind()
    officer = make_user()
    occasions = (occasion_facts(FIRST), occasion_facts(SECOND))
    event = create_event(event_facts(occasions=occasions, responsible_id=officer.id), actor=OFFICER)
    add_item(get_event_to_change(event.id), item("Samtal"), actor=OFFICER)
    own = open_calendar(email_key(ADDRESS), "Telefonen", "sv")
    staff = open_staff_calendar(officer, "Outlook", "own", "sv")
    db.session.commit()
    return Site(
        event.id,
        (
            "/kalender.ics",
            "/en/calendar.ics",
            f"/aktiviteter/{event.slug}/kalender.ics",
            f"/aktiviteter/{event.slug}/program.ics",
        ),
        "/kalender/anmalan.ics",
        f"/kalender/min/{own}.ics",
        f"/kalender/personal/{staff}.ics",
    )


def is_newer(before: Read, after: Read, *, number_always: bool) -> bool:
    """Whether an entry that shows something else says so, and no entry ever says that it is older.

    What a change of time or status must raise is the number too (RFC 5546 section 2.1.4); Google asks for it always.
    """
    if after.sequence < before.sequence or after.changed_at < before.changed_at:
        return False
    if replace(after, sequence=before.sequence, changed_at=before.changed_at) == before:
        return True
    is_news = (after.starts, after.ends, after.status) != (before.starts, before.ends, before.status)
    return after.changed_at > before.changed_at and (
        after.sequence > before.sequence or not (is_news or number_always)
    )


def test_what_shows_something_else_is_newer(
    app: Flask, client: PageClient, frozen_now: FrozenClock, site: Site
) -> None:
    before: dict[str, dict[str, Read]] = {address: {} for address in site.addresses}
    for step, happens in STEPS.items():
        frozen_now.advance(minutes=1)
        happens(get_event_to_change(site.event_id))
        db.session.commit()
        for address in site.addresses:
            after = by_icalendar(client.get(address).data)
            assert before[address].keys() <= after.keys(), f"{step}: something is gone from {address}"
            old = [
                (entry, after[uid])
                for uid, entry in before[address].items()
                if not is_newer(entry, after[uid], number_always=address in site.public)
            ]
            assert old == [], f"{step}: {address}"
            before[address] = after
        shown = client.get("/kalender.ics").data
        app.extensions["kept_feeds"] = KeptFeeds()
        assert client.get("/kalender.ics").data == shown, f"{step}: it was kept too long"
    assert [len(entries) for entries in before.values()] == [2, 2, 2, 1, 1, 2, 2]
