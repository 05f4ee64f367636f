"""Two officers at the very same moment, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

from flask import Flask

from eventsapp.core.actor import Actor
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.events.facts import facts_of
from eventsapp.events.models import Event
from eventsapp.events.operations import create_event, update_event
from eventsapp.events.queries import get_event, get_event_to_change
from eventsapp.organisations.models import Organisation
from eventsapp.organisations.operations import find_or_create_organisation
from tests.factories.event_facts import event_facts
from tests.factories.events import make_event

Answer = TypeVar("Answer")
OFFICER = Actor.user(7, "Karin Öberg")


def at_once(app: Flask, work: Callable[[int], Answer], times: int = 4) -> list[Answer]:
    """Do something in several transactions that begin together, and commit each."""
    db.session.commit()
    start = Barrier(times)

    def run(number: int) -> Answer:
        with app.app_context():
            set_transaction_mode(TransactionMode.WRITE)
            start.wait()
            answer = work(number)
            db.session.commit()
            return answer

    with ThreadPoolExecutor(times) as pool:
        futures = [pool.submit(Context().run, run, number) for number in range(times)]
        answers = [future.result() for future in futures]
    db.session.expire_all()
    return answers


def test_each_save_builds_on_the_one_before(app: Flask) -> None:
    event = make_event()
    first = event.version

    def save(number: int) -> int:
        locked = get_event_to_change(event_id)
        seen = locked.version
        update_event(locked, replace(facts_of(locked), title_sv=f"{locked.title_sv} {number}"), actor=OFFICER)
        return seen

    event_id = event.id
    seen = at_once(app, save)
    assert sorted(seen) == [first, first + 1, first + 2, first + 3]
    event = get_event(event_id)
    assert sorted(event.title_sv.split()[-4:]) == ["0", "1", "2", "3"]
    assert [occasion.sequence for occasion in event.occasions] == [4]


def test_a_new_organisation_is_added_once(app: Flask) -> None:
    codes = at_once(app, lambda _number: find_or_create_organisation("Kvinnojouren Iris").code)
    assert set(codes) == {"kvinnojouren-iris"}
    assert db.session.query(Organisation).filter_by(code="kvinnojouren-iris").count() == 1


def test_one_title_at_once_makes_different_addresses_or_says_so(app: Flask) -> None:
    def create(_number: int) -> str:
        try:
            return create_event(event_facts(), actor=OFFICER).slug
        except Exception as error:
            db.session.rollback()
            return type(error).__name__

    made = at_once(app, create)
    slugs = [answer for answer in made if answer != "Conflict"]
    assert len(set(slugs)) == len(slugs) >= 1
    assert all(slug.startswith("att-upptacka-vald") for slug in slugs)
    assert db.session.query(Event).count() == len(slugs)
