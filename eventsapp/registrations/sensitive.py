"""Keeping and erasing the answers on food and access needs; they are sealed and never leave this table in letters,
logs or the trail."""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select

from eventsapp.core.db import db
from eventsapp.core.sealing import seal
from eventsapp.events.models import Event, EventState
from eventsapp.questions.answers import OF_NO_USE_WITHOUT_A_PLACE, erase_answers
from eventsapp.questions.models import Answer, Question
from eventsapp.registrations.models import Registration, SensitiveAnswers

QUESTIONS_SUBJECT = "registration"
"""Whose answers to questions those with the id of a registration are."""


def keep_answers(registration_id: int, *, food: str, access: str) -> None:
    """Store the answers of one person in place of earlier ones; no answer leaves no row."""
    stored = db.session.get(SensitiveAnswers, registration_id)
    if not food and not access:
        if stored is not None:
            db.session.delete(stored)
        return
    if stored is None:
        stored = SensitiveAnswers(registration_id=registration_id)
        db.session.add(stored)
    stored.sealed_food = seal(food) if food else ""
    stored.sealed_access = seal(access) if access else ""


def add_answers(registration_id: int, *, food: str, access: str) -> None:
    """As `keep_answers` for a registration that is new, without looking for earlier answers."""
    if food or access:
        db.session.add(
            SensitiveAnswers(
                registration_id=registration_id,
                sealed_food=seal(food) if food else "",
                sealed_access=seal(access) if access else "",
            )
        )


def forget_answers(registration_id: int) -> None:
    """Erase the answers of one person that nobody needs any more, as when they cancel."""
    erase_answers(QUESTIONS_SUBJECT, [registration_id], OF_NO_USE_WITHOUT_A_PLACE)
    stored = db.session.get(SensitiveAnswers, registration_id)
    if stored is not None:
        db.session.delete(stored)


def erase_old_answers(now: datetime, days: int) -> int:
    """Erase the answers for events that ended, or were cancelled, so many days ago; answers how many there were."""
    over = _of_events_over_since(now - timedelta(days=days))
    gone = db.session.execute(
        delete(SensitiveAnswers)
        .where(SensitiveAnswers.registration_id.in_(over))
        .returning(SensitiveAnswers.registration_id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


def erase_old_question_answers(now: datetime) -> int:
    """Erase the answers to each question so many days after the event as the question says; answers how many there were."""
    days = db.session.scalars(select(Question.keep_days).where(Question.keep_days.is_not(None)).distinct())
    return sum(
        erase_answers(
            QUESTIONS_SUBJECT,
            _of_events_over_since(now - timedelta(days=number or 0)),
            Answer.question_id.in_(select(Question.id).where(Question.keep_days == number)),
        )
        for number in list(days)
    )


def _of_events_over_since(limit: datetime) -> Select[int]:
    """The ids of registrations for events that ended, or were cancelled, before a moment."""
    return (
        select(Registration.id)
        .join(Event, Event.id == Registration.event_id)
        .where(
            or_(
                Event.last_ends_at < limit,
                (Event.state == EventState.CANCELLED) & (Event.cancelled_at < limit),
            )
        )
    )
