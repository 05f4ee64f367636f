"""Two officers take in the same file at the same moment: there is one draft of each activity, and one of them is told."""

from contextvars import Context
from datetime import UTC, datetime
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.calendar_import.models import ImportedEvent
from eventsapp.calendar_import.operations import keep_reading, take_in
from eventsapp.calendar_import.reading import read_calendar
from eventsapp.core.actor import Actor
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.errors import Conflict
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event
from tests.calendar_import.files import WINDOW, calendar_file, timed, vevent
from tests.calendar_import.test_operations import DEFAULTS
from tests.conftest import FrozenClock
from tests.factories.accounts import make_user
from tests.factories.events import make_kind, make_municipality

EVENTS = [vevent(timed(f"Nummer {number}"), uid=str(number)) for number in range(5)]


def test_two_imports_at_once_make_no_doubles(app: Flask, frozen_now: FrozenClock) -> None:
    frozen_now.set(datetime(2027, 1, 15, 9, tzinfo=UTC))
    make_kind()
    make_municipality()
    users = [make_user(role=Role.OFFICER, reach=Reach.ALL, name=name) for name in ("Karin", "Kim")]
    # The second has the same activities in the other order.
    files = (EVENTS, EVENTS[::-1])
    readings = [
        keep_reading(read_calendar(calendar_file(*events), WINDOW), "K", DEFAULTS, user=user).id
        for user, events in zip(users, files, strict=True)
    ]
    user_ids = [user.id for user in users]
    db.session.commit()
    barrier, outcomes = Barrier(2), list[str]()

    def bring(reading_id: int, user_id: int) -> None:
        with app.app_context():
            set_transaction_mode(TransactionMode.WRITE)
            try:
                barrier.wait()
                user = db.session.get_one(User, user_id)
                chosen = dict.fromkeys(range(5), 0)
                take_in(reading_id, chosen, reason="", user=user, actor=Actor.user(user_id, user.name))
                db.session.commit()
                outcomes.append("taken in")
            except Conflict:
                db.session.rollback()
                outcomes.append("told")
            finally:
                db.session.remove()

    threads = [
        Thread(target=Context().run, args=(bring, reading_id, user_id))
        for reading_id, user_id in zip(readings, user_ids, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["taken in", "told"]
    assert db.session.scalar(select(func.count()).select_from(Event)) == 5
    assert db.session.scalar(select(func.count()).select_from(ImportedEvent)) == 5
