"""Our feeds as other people's programs read them: public, one event's file, and one's own calendar."""

import unicodedata

import pytest
from sqlalchemy import select

from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.events.models import Occasion
from eventsapp.participants.calendars import open_calendar
from tests.conftest import FrozenClock
from tests.factories.registrations import make_registration
from tests.feeds.occasions import HIDDEN, PUBLIC, Case, Shown
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
