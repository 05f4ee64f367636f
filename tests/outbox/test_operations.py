from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from eventsapp.audit.queries import history_of
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.outbox.models import Letter, LetterState
from eventsapp.outbox.operations import Attachment, mark_bounced, resend_letter
from eventsapp.outbox.queries import (
    LetterScope,
    count_undelivered,
    letters_about,
    letters_of,
    oldest_unsent,
)
from tests.conftest import FrozenClock
from tests.factories.outbox import make_letter


def waiting_jobs(app: Flask) -> list[str]:
    return [task.name for task in app.extensions["huey"].pending()]


def test_a_letter_waits_and_wakes_the_worker_after_the_commit(app: Flask, frozen_now: FrozenClock):
    letter = make_letter(
        recipient=" anna@example.se\r\nBcc: x@example.se",
        subject_line="Du är\nanmäld",
        attachments=(Attachment("dag.ics", "text/calendar", b"BEGIN:VCALENDAR"),),
    )

    assert letter.id
    assert letter.recipient == "anna@example.se Bcc: x@example.se"
    assert letter.subject_line == "Du är anmäld"
    assert letter.state is LetterState.WAITING
    assert (letter.created_at, letter.first_due_at, letter.due_at) == (frozen_now(),) * 3
    assert letter.message_id.startswith("<") and letter.message_id.endswith("@example.se>")
    assert [(part.filename, part.content) for part in letter.attachments] == [("dag.ics", b"BEGIN:VCALENDAR")]
    assert waiting_jobs(app) == []
    db.session.commit()
    assert waiting_jobs(app) == ["deliver_letters"]


def test_a_letter_that_is_rolled_back_wakes_nobody(app: Flask):
    make_letter()
    db.session.rollback()
    db.session.commit()

    assert waiting_jobs(app) == []
    assert db.session.query(Letter).count() == 0


def test_a_letter_for_later_wakes_nobody(app: Flask, frozen_now: FrozenClock):
    later = frozen_now() + timedelta(days=2)
    letter = make_letter(due_at=later)
    db.session.commit()

    assert (letter.first_due_at, letter.due_at) == (later, later)
    assert waiting_jobs(app) == []


def test_two_letters_never_share_a_message_id(app: Flask):
    assert make_letter().message_id != make_letter().message_id


@pytest.mark.parametrize("state", [LetterState.SENT, LetterState.FAILED, LetterState.BOUNCED])
def test_sending_again_begins_from_nothing(app: Flask, frozen_now: FrozenClock, state: LetterState):
    letter = make_letter(event_id=7)
    first_id = letter.message_id
    letter.state, letter.attempts, letter.last_error = state, 12, "try_later|450 later"
    letter.claimed_at = letter.sent_at = frozen_now()
    db.session.commit()
    app.extensions["huey"].flush()
    frozen_now.advance(days=5)

    resend_letter(letter, actor=Actor.user(4, "Karin Berg"))
    db.session.commit()

    assert letter.state is LetterState.WAITING
    assert (letter.attempts, letter.last_error, letter.claimed_at, letter.sent_at) == (0, "", None, None)
    assert (letter.first_due_at, letter.due_at) == (frozen_now(), frozen_now())
    assert letter.message_id != first_id
    assert waiting_jobs(app) == ["deliver_letters"]
    (entry,) = history_of("registration", letter.subject_id)
    assert (entry.action, entry.actor_name, entry.event_id, entry.changes) == (
        "letter.resent",
        "Karin Berg",
        7,
        {},
    )


def test_a_letter_that_is_being_sent_cannot_be_sent_again(app: Flask):
    letter = make_letter()
    letter.state = LetterState.SENDING
    db.session.flush()

    with pytest.raises(Conflict):
        resend_letter(letter, actor=Actor.system())


def test_a_bounce_is_noted_with_its_reason(app: Flask):
    letter = make_letter()
    letter.state = LetterState.SENT
    db.session.flush()

    mark_bounced(letter, "5.1.1 no such user")
    mark_bounced(letter, "5.1.1 once more")

    assert letter.state is LetterState.BOUNCED
    assert letter.last_error == "sent_back|5.1.1 no such user"
    assert [entry.action for entry in history_of("registration", letter.subject_id)] == ["letter.bounced"]


def test_a_late_bounce_does_not_stop_a_letter_that_is_on_its_way_again(app: Flask):
    letter = make_letter()

    mark_bounced(letter, "5.1.1 no such user")

    assert letter.state is LetterState.WAITING


def test_the_latest_letter_tells_how_it_went(app: Flask, queries: Callable):
    first, second = make_letter(subject_id=1), make_letter(subject_id=1, kind="reminder")
    other = make_letter(subject_id=2)
    make_letter(subject_id=3, subject_kind="user")
    first.state, second.state, other.state = LetterState.SENT, LetterState.BOUNCED, LetterState.SENT
    second.last_error = "sent_back|5.1.1 no such user"
    db.session.commit()

    with queries() as statements:
        found = letters_about("registration", [1, 2, 3])

    assert len(statements) == 1
    assert set(found) == {1, 2}
    assert (found[1].letter_id, found[1].kind, found[1].state) == (
        second.id,
        "reminder",
        LetterState.BOUNCED,
    )
    assert found[1].did_not_arrive and not found[2].did_not_arrive
    assert [row.id for row in letters_of("registration", 1)] == [second.id, first.id]


def test_the_oldest_unsent_letter_is_one_that_should_have_left(app: Flask, frozen_now: FrozenClock):
    start = frozen_now()
    assert oldest_unsent(start) is None

    make_letter(due_at=start + timedelta(days=1))
    assert oldest_unsent(start) is None

    sent = make_letter()
    sent.state = LetterState.SENT
    retried = make_letter()
    retried.due_at = start + timedelta(hours=12)
    frozen_now.advance(minutes=5)
    make_letter()
    assert oldest_unsent(frozen_now()) == start

    retried.state = LetterState.FAILED
    assert oldest_unsent(frozen_now()) == start + timedelta(minutes=5)


def test_undelivered_letters_are_counted_from_a_day_on(app: Flask, frozen_now: FrozenClock):
    for state in LetterState:
        make_letter().state = state
    old = frozen_now()
    frozen_now.advance(days=10)
    make_letter().state = LetterState.FAILED
    make_letter(event_id=None).state = LetterState.BOUNCED

    assert count_undelivered(LetterScope(everything=True), since=old) == 4
    assert count_undelivered(LetterScope(everything=True), since=frozen_now()) == 2
    assert count_undelivered(LetterScope(everything=False), since=frozen_now()) == 1
