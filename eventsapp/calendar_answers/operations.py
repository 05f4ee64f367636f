"""What a no in a calendar leads to: a question by letter. Only the person's own link cancels, since anybody can write a mail."""

from flask import current_app
from sqlalchemy import or_, select, update

from eventsapp.audit import operations as audit
from eventsapp.calendar_answers.models import AnswersRead
from eventsapp.calendar_answers.replies import Decline
from eventsapp.config import Settings
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.outbox.operations import queue_letter
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.queries import find_with_event, of_address
from eventsapp.registrations.rules import may_change_registration


def ask_about(decline: Decline) -> bool:
    """Ask the one whose calendar said no whether they cancel, and tell the officer; flushes. Answers whether it was asked.

    It is asked once for each invitation that was sent, however often its answer comes, and only about the last one. What
    matches nobody is passed by without a word, so that nobody can find out who is registered.
    """
    found = _find_invited(decline)
    if found is None or not may_change_registration(found.event, now()):
        return False
    # The condition is part of the statement, so that two at the same moment ask once; and past the object, whose version
    # is for those who change what the person answered.
    asked = db.session.execute(
        update(Registration)
        .where(
            Registration.id == found.id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.is_invited,
            Registration.invitation_sequence == decline.sequence,
            or_(
                Registration.declined_sequence.is_(None),
                Registration.declined_sequence != decline.sequence,
            ),
        )
        .values(declined_sequence=decline.sequence)
        .returning(Registration.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if asked is None:
        return False
    event, settings = found.event, _settings()
    letters = LettersOfEvent(event)
    audit.record(
        "registration.declined_in_calendar",
        "registration",
        found.id,
        actor=Actor.system(),
        event_id=event.id,
    )
    queue_letter(letters.declined_in_calendar(found))
    queue_letter(letters.officer_declined(found, recipient=event.contact_email or settings.contact_email))
    return True


def _find_invited(decline: Decline) -> Registration | None:
    found = db.session.scalar(
        select(Registration.id).where(
            of_address(decline.email_key),
            Registration.invitation_uid == decline.uid,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.is_invited,
        )
    )
    return None if found is None else find_with_event(found)


def lock_read(mailbox_digest: str, *, uid_validity: int, next_uid: int) -> AnswersRead:
    """How far a mailbox has been read, locked. One that is new, or was numbered anew, begins with what comes from now on:
    what came before cannot be told from what was read."""
    read = db.session.scalars(
        select(AnswersRead).where(AnswersRead.mailbox_digest == mailbox_digest).with_for_update()
    ).one_or_none()
    if read is None:
        read = AnswersRead(mailbox_digest=mailbox_digest, uid_validity=uid_validity, last_uid=next_uid - 1)
        db.session.add(read)
    elif read.uid_validity != uid_validity:
        read.uid_validity, read.last_uid = uid_validity, next_uid - 1
    db.session.flush()
    return read


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
