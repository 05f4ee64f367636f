"""What happens by itself; each job is run twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.events.models import Event, EventFormat, EventState
from eventsapp.outbox.models import Letter
from eventsapp.registrations import letters as letters_module
from eventsapp.registrations import queries, reminders
from eventsapp.registrations.models import (
    Registration,
    RegistrationStatus,
    SensitiveAnswers,
    SignUpReceipt,
)
from eventsapp.registrations.operations import register
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_registration, make_submission

RunJob = Callable[[str], None]
START = datetime(2026, 11, 12, 8, tzinfo=UTC)
"""09.00 in Sweden."""


def event_on(start: datetime = START, **facts) -> Event:
    occasion = make_occasion(starts_at=start, ends_at=start + timedelta(hours=6))
    return make_event(occasions=[occasion], **facts)


def reminded() -> list[str]:
    return list(
        db.session.scalars(select(Letter.recipient).where(Letter.kind == "reminder").order_by(Letter.id))
    )


def test_each_person_is_reminded_once_some_days_before(app, frozen_now: FrozenClock, run_job: RunJob) -> None:
    event = event_on(reminder_days=3)
    make_registration(event, email="asa@umea.example.se")
    make_registration(event, email="")
    make_registration(event, status=RegistrationStatus.CANCELLED)
    frozen_now.set(START - timedelta(days=4))
    run_job("send_reminders")
    assert reminded() == []
    frozen_now.set(START - timedelta(days=3))
    run_job("send_reminders")
    run_job("send_reminders")
    assert reminded() == ["asa@umea.example.se"]
    registration = db.session.scalars(
        select(Registration).where(Registration.email == "asa@umea.example.se")
    ).one()
    assert registration.reminded_at == frozen_now()
    assert registration.version == 1
    frozen_now.advance(days=1)
    run_job("send_reminders")
    assert reminded() == ["asa@umea.example.se"]


def test_one_who_signed_up_just_now_is_reminded_a_day_later(
    app, frozen_now: FrozenClock, run_job: RunJob
) -> None:
    event = event_on(reminder_days=3)
    frozen_now.set(START - timedelta(days=3))
    make_registration(event, email="sen@umea.example.se")
    run_job("send_reminders")
    assert reminded() == []
    frozen_now.advance(days=1)
    run_job("send_reminders")
    assert reminded() == ["sen@umea.example.se"]


def test_what_is_off_or_asks_for_no_reminder_sends_none(
    app, frozen_now: FrozenClock, run_job: RunJob
) -> None:
    for facts in ({"state": EventState.CANCELLED}, {"state": EventState.DRAFT}, {"reminder_days": 0}):
        make_registration(event_on(**facts))
    make_registration(make_event(occasions=[]))
    frozen_now.set(START - timedelta(days=1))
    run_job("send_reminders")
    assert reminded() == []


def test_one_bad_row_does_not_stop_the_others(
    app, frozen_now: FrozenClock, run_job: RunJob, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    bad_event, good_event = event_on(title_sv="Den trasiga"), event_on(title_sv="Den hela")
    make_registration(bad_event, email="ingen@umea.example.se")
    make_registration(good_event, email="bo@umea.example.se", name="Bo Trasig")
    make_registration(good_event, email="asa@umea.example.se")
    frozen_now.set(START - timedelta(days=1))
    bad_id, write = bad_event.id, letters_module.LettersOfEvent.reminder
    find = queries.get_event_in_letters

    def find_or_fail(event_id: int) -> Event:
        if event_id == bad_id:
            raise ValueError("asa@umea.example.se")
        return find(event_id)

    def write_or_fail(self, registration):
        if registration.name == "Bo Trasig":
            raise ValueError("Bo Trasig")
        return write(self, registration)

    monkeypatch.setattr(reminders.queries, "get_event_in_letters", find_or_fail)
    monkeypatch.setattr(letters_module.LettersOfEvent, "reminder", write_or_fail)
    run_job("send_reminders")
    assert reminded() == ["asa@umea.example.se"]
    assert f"no reminders for event {bad_id}: ValueError" in caplog.text
    assert "Bo Trasig" not in caplog.text and "asa@umea" not in caplog.text
    # The bad ones are tried again when they are mended.
    monkeypatch.undo()
    run_job("send_reminders")
    assert sorted(reminded()) == ["asa@umea.example.se", "bo@umea.example.se", "ingen@umea.example.se"]


def test_answers_on_food_and_needs_are_erased_some_days_after(
    app, frozen_now: FrozenClock, run_job: RunJob
) -> None:
    event = event_on(asks_food=True)
    make_registration(event, food="vegan", access="Hörslinga")
    ends = START + timedelta(hours=6)
    frozen_now.set(ends + timedelta(days=14))
    run_job("erase_sensitive_answers")
    assert db.session.scalar(select(func.count()).select_from(SensitiveAnswers)) == 1
    frozen_now.advance(minutes=1)
    for _ in range(2):
        run_job("erase_sensitive_answers")
    assert db.session.scalar(select(func.count()).select_from(SensitiveAnswers)) == 0
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 1


def test_answers_for_what_was_cancelled_are_erased_though_its_day_has_not_come(
    app, frozen_now: FrozenClock, run_job: RunJob
) -> None:
    event = event_on(asks_food=True)
    make_registration(event, food="vegan")
    event.state, event.cancelled_at = EventState.CANCELLED, frozen_now()
    frozen_now.advance(days=15)
    run_job("erase_sensitive_answers")
    assert db.session.scalar(select(func.count()).select_from(SensitiveAnswers)) == 0


def test_receipts_are_erased_after_two_days(app, frozen_now: FrozenClock, run_job: RunJob) -> None:
    event = make_event()
    register(queries.get_event_in_letters(event.id), make_submission(event), actor=Actor.anonymous())
    frozen_now.advance(days=2)
    run_job("erase_receipts")
    assert db.session.scalar(select(func.count()).select_from(SignUpReceipt)) == 1
    frozen_now.advance(minutes=1)
    for _ in range(2):
        run_job("erase_receipts")
    assert db.session.scalar(select(func.count()).select_from(SignUpReceipt)) == 0
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 1


def test_reminders_cost_the_same_for_one_and_for_many(
    app, frozen_now: FrozenClock, run_job: RunJob, queries
) -> None:
    def statements_for(people: int) -> int:
        event = event_on(
            format=EventFormat.ONLINE, join_url="https://video.example.se/1", capacity_total=None
        )
        for _ in range(people):
            make_registration(event)
        frozen_now.set(START - timedelta(days=1))
        with queries() as statements:
            run_job("send_reminders")
        db.session.execute(update(Event).values(state=EventState.COMPLETED))
        frozen_now.set(START - timedelta(days=30))
        return len(statements)

    assert statements_for(30) == statements_for(2)
