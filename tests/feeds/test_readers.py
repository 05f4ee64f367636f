"""Our feeds and files as other people's programs read them."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from eventsapp.accounts.calendars import open_staff_calendar
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.events.models import Occasion
from eventsapp.events.queries import get_event_to_change
from eventsapp.participants.calendars import open_calendar
from eventsapp.programme.operations import add_item
from eventsapp.programme.rules import ItemFacts
from tests.conftest import FrozenClock
from tests.factories.accounts import make_user
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_registration
from tests.feeds.occasions import AUTUMN, HIDDEN, HOME, PUBLIC, TEXTS, Case, Shown
from tests.feeds.readers import Read, Reader, read_alike
from tests.page_client import PageClient

Readers = dict[str, Reader]


def shown(entry: Read) -> Shown:
    return Shown(entry.starts, entry.ends, entry.summary, entry.location, entry.status)


def uids(event_id: int) -> list[str]:
    """The uids of an event's occasions as the database has them, in order of time."""
    occasions = select(Occasion.uid).where(Occasion.event_id == event_id).order_by(Occasion.starts_at)
    return list(db.session.scalars(occasions))


def test_the_public_calendar(client: PageClient, frozen_now: FrozenClock, readers: Readers) -> None:
    expected: dict[str, Shown] = {}
    for case in (*PUBLIC.values(), *HIDDEN.values()):
        expected |= zip(uids(case.make().id), case.shown, strict=True)
    found = read_alike(client.get("/kalender.ics").data, readers)
    assert {uid: shown(entry) for uid, entry in found.items()} == expected


@pytest.mark.parametrize("case", PUBLIC.values(), ids=PUBLIC.keys())
def test_the_file_of_an_event(
    client: PageClient, frozen_now: FrozenClock, readers: Readers, case: Case
) -> None:
    event = case.make()
    expected = dict(zip(uids(event.id), case.shown, strict=True))
    summary = unicodedata.normalize("NFC", event.summary_sv).strip().replace("\t", " ")
    found = read_alike(client.get(f"/aktiviteter/{event.slug}.ics").data, readers)
    assert {uid: shown(entry) for uid, entry in found.items()} == expected
    for uid, entry in found.items():
        occasion = db.session.scalars(select(Occasion).where(Occasion.uid == uid)).one()
        assert entry.sequence == occasion.sequence
        assert f"\n\n{summary}\n\n" in entry.description


def test_ones_own_calendar(client: PageClient, frozen_now: FrozenClock, readers: Readers) -> None:
    address = "asa.ahlstrom@umea.example.se"
    expected: dict[str, Shown] = {}
    for case in PUBLIC.values():
        event = case.make()
        make_registration(event, email=address)
        expected |= zip(uids(event.id), case.shown, strict=True)
    token = open_calendar(email_key(address), "Telefonen", "sv")
    db.session.commit()
    found = read_alike(client.get(f"/kalender/min/{token}.ics").data, readers)
    assert {uid: shown(entry) for uid, entry in found.items()} == expected


def test_the_calendar_of_an_officer(client: PageClient, frozen_now: FrozenClock, readers: Readers) -> None:
    officer = make_user()
    expected: dict[str, Shown] = {}
    for case in PUBLIC.values():
        expected |= zip(uids(case.make(responsible_id=officer.id).id), case.shown, strict=True)
    token = open_staff_calendar(officer, "Outlook", "own", "sv")
    db.session.commit()
    found = read_alike(client.get(f"/kalender/personal/{token}.ics").data, readers)
    assert {uid: shown(entry) for uid, entry in found.items()} == expected


def test_the_days_of_registration(client: PageClient, frozen_now: FrozenClock, readers: Readers) -> None:
    for case in TEXTS.values():
        case.make(registration_opens_on=date(2026, 10, 24), registration_closes_on=AUTUMN)
    found = read_alike(client.get("/kalender/anmalan.ics").data, readers)
    titles = [case.shown[0].title for case in TEXTS.values()]
    assert sorted((one.summary, one.starts, one.ends) for one in found.values()) == sorted(
        [(f"Anmälan öppnar: {title}", date(2026, 10, 24), AUTUMN) for title in titles]
        + [(f"Sista anmälningsdag: {title}", AUTUMN, date(2026, 10, 26)) for title in titles]
    )


def test_the_programme(client: PageClient, frozen_now: FrozenClock, readers: Readers) -> None:
    """Items on both sides of the change of the clocks, and in the hour that comes twice."""
    titles = [case.facts["title"] for case in TEXTS.values()]
    night = datetime(2026, 10, 24, 20, tzinfo=UTC)
    half_hour = timedelta(minutes=30)
    event = make_event(
        slug="natten", occasions=[make_occasion(starts_at=night, ends_at=night + timedelta(hours=9))]
    )
    for number, title in enumerate(titles):
        starts_at = night + number * half_hour
        item = ItemFacts(
            title_sv=title, starts_at=starts_at, ends_at=starts_at + half_hour, room="Sal Ö; \\n"
        )
        db.session.commit()
        add_item(get_event_to_change(event.id), item, actor=Actor.user(1, "Karin Öberg"))
    found = read_alike(client.get("/aktiviteter/natten/program.ics").data, readers)
    assert sorted((one.starts, one.ends, one.summary) for one in found.values()) == [
        (night + number * half_hour, night + (number + 1) * half_hour, unicodedata.normalize("NFC", title))
        for number, title in enumerate(titles)
    ]
    assert {one.location for one in found.values()} == {f"Sal Ö; \\n, {HOME}"}
