"""The confirmations that the made-up people of one activity would have got, as if they had been sent."""

from datetime import timedelta

from sqlalchemy import select

from eventsapp.cli.demo.attendees import FIRST_EVENT
from eventsapp.cli.demo.coming import Placed
from eventsapp.core.db import db
from eventsapp.outbox.models import FailureReason, Letter, LetterState
from eventsapp.outbox.operations import queue_letters
from eventsapp.outbox.rules import stored_failure
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import Registration
from eventsapp.registrations.queries import get_event_in_letters, people_to_write_to

RETURNED = (7, FailureReason.SENT_BACK, "550 5.1.1 The account does not exist")
REFUSED = (19, FailureReason.RECIPIENT_REFUSED, "550 5.7.1 Recipient address rejected")


def add_sent_letters(placed: list[Placed]) -> None:
    """Put the letters of one activity in the outbox as sent, one as returned and one as refused; flushes.

    None of them waits, so the worker has nothing to send.
    """
    event_id = next(one.event.id for one in placed if one.text.key == FIRST_EVENT)
    event = get_event_in_letters(event_id)
    people = people_to_write_to(event_id)
    author = LettersOfEvent(event)
    author.plan(people)
    queue_letters([author.confirmed(person) for person in people])
    written = select(Letter).where(Letter.event_id == event_id).order_by(Letter.subject_id)
    letters = db.session.scalars(written).all()
    for letter, person in zip(letters, people, strict=True):
        _as_sent(letter, person)
    for (position, reason, detail), state in ((RETURNED, LetterState.BOUNCED), (REFUSED, LetterState.FAILED)):
        letters[position].state = state
        letters[position].last_error = stored_failure(reason, detail)
    letters[REFUSED[0]].sent_at = None
    db.session.flush()


def _as_sent(letter: Letter, person: Registration) -> None:
    letter.state = LetterState.SENT
    letter.attempts = 1
    letter.created_at = letter.first_due_at = letter.due_at = person.registered_at
    letter.sent_at = person.registered_at + timedelta(seconds=4)
