"""Several threads at the same address, the same link and the same registration at once."""

from flask import Flask
from sqlalchemy import func, select

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.my_page.operations import ask_for_link
from eventsapp.outbox.models import Letter
from eventsapp.participants.device import LetIn
from eventsapp.participants.models import Device, EntryLink
from eventsapp.participants.operations import enter
from eventsapp.participants.queries import find_device
from eventsapp.participants.rules import Stay
from eventsapp.protection.locking import lock_record
from eventsapp.registrations.models import PersonalLink
from eventsapp.registrations.personal_links import link_on_device
from eventsapp.registrations.queries import find_with_event, get_event_in_letters
from tests.factories.events import make_event
from tests.factories.participants import mailed_link
from tests.factories.registrations import make_registration
from tests.registrations.test_races import THREADS, all_at_once

ADDRESS = "asa.ahlstrom@umea.example.se"


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_link_lets_one_in_of_eight_who_press_at_once(app: Flask) -> None:
    token = mailed_link(ADDRESS).rpartition("/")[2]

    def work() -> str:
        enter(token, Stay.NOW, "")
        return "in"

    assert all_at_once(app, [work] * THREADS) == {"in": 1, "LinkNotGood": THREADS - 1}
    assert count(Device) == 1


def test_one_who_asks_eight_times_at_once_gets_one_letter(app: Flask) -> None:
    make_registration(make_event(), email=ADDRESS)

    def work() -> str:
        ask_for_link(ADDRESS, "sv")
        return "asked"

    assert all_at_once(app, [work] * THREADS) == {"asked": THREADS}
    assert (count(EntryLink), count(Letter)) == (1, 1)


def test_a_registration_that_is_opened_eight_times_at_once_has_one_link(app: Flask) -> None:
    registration_id = make_registration(make_event(), email=ADDRESS).id
    _, token = enter(mailed_link(ADDRESS).rpartition("/")[2], Stay.NOW, "")

    def work() -> str:
        device = find_device(token, now())
        assert device is not None
        link_on_device(registration_id, LetIn(device, token))
        return "open"

    assert all_at_once(app, [work] * THREADS) == {"open": THREADS}
    assert count(PersonalLink) == 1


def test_a_record_that_is_locked_while_its_owner_asks_and_enters_leaves_no_door_open(app: Flask) -> None:
    for number in range(6):
        address = f"person{number}@example.se"
        registration_id = make_registration(make_event(), email=address).id
        token = mailed_link(address).rpartition("/")[2]

        def lock(registration_id: int = registration_id) -> str:
            person = find_with_event(registration_id)
            assert person is not None
            event = get_event_in_letters(person.event_id)
            lock_record(event, person, seal_organisation=False, actor=Actor.user(7, "Karin Öberg"))
            return "locked"

        def ask(address: str = address) -> str:
            ask_for_link(address, "sv")
            return "asked"

        def go_in(token: str = token) -> str:
            enter(token, Stay.YEAR, "")
            return "in"

        answers = all_at_once(app, [lock, ask, go_in])
        assert (answers["locked"], answers["asked"]) == (1, 1)
        assert (count(EntryLink), count(Device), count(Letter)) == (0, 0, 0), answers
