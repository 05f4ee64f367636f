"""Asking those who have a place, some days before, whether they still come. Silence gives the place to the next."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm.attributes import set_committed_value

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.events.models import Event, EventState
from eventsapp.outbox.models import Letter, LetterState
from eventsapp.outbox.operations import queue_letters
from eventsapp.places.operations import release_places
from eventsapp.registrations import queries, rules
from eventsapp.registrations.leaving import end_registration
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import EndReason, Registration, RegistrationStatus
from eventsapp.registrations.records import lock_registration, note_link_opened
from eventsapp.registrations.seats import holder_of, lock_seats
from eventsapp.registrations.waiting_list import move_up, tell
from eventsapp.registrations.wishes import wishes_to_tell

_CAN_BE_ASKED = (
    Registration.status == RegistrationStatus.CONFIRMED,
    Registration.email != "",
    Registration.alias_number.is_(None),
    Registration.asked_again_at.is_(None),
)
LETTER = "still_coming"


def events_to_ask(moment: datetime) -> list[int]:
    """The ids of events whose people should be asked now."""
    events = db.session.scalars(
        select(Event)
        .where(
            Event.state == EventState.PUBLISHED,
            Event.ask_again_days.is_not(None),
            Event.first_starts_at > moment,
            exists().where(Registration.event_id == Event.id, *_CAN_BE_ASKED),
        )
        .order_by(Event.first_starts_at, Event.id)
    )
    return [event.id for event in events if rules.is_time_to_ask_again(event, moment)]


def ask_people_of(event_id: int, moment: datetime) -> int:
    """Ask everyone of an event who should be asked, by letter, and note it; answers how many. Whom another worker has in
    hand is passed by."""
    event = queries.get_event_in_letters(event_id)
    answer_by = rules.answer_again_by(event, moment)
    people = db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event_id, *_CAN_BE_ASKED)
        .order_by(Registration.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    asked = [one for one in people if rules.is_asked_again(one, moment)]
    if not asked or answer_by is None:
        return 0
    ids = [registration.id for registration in asked]
    letters = LettersOfEvent(event, moment, queries.items_of(ids), wishes_to_tell(event, ids))
    # Not through the objects: their version is for those who change what the person answered.
    db.session.execute(
        update(Registration)
        .where(Registration.id.in_(ids))
        .values(asked_again_at=moment, answer_again_by=answer_by),
        execution_options={"synchronize_session": False},
    )
    actor = Actor.system()
    audit.record_for_many("registration.asked_again", "registration", ids, actor=actor, event_id=event_id)
    queue_letters([letters.still_coming(one, answer_by) for one in asked])
    return len(asked)


def say_still_coming(registration: Registration, *, actor: Actor) -> None:
    """Say yes, also past the deadline while the place is still there. Whoever has said so already has.

    Raises Conflict for one who has not been asked, or who has lost the place.
    """
    lock_registration(registration)
    if registration.status is RegistrationStatus.CONFIRMED and registration.still_comes_at is not None:
        return
    if not rules.is_question_open(registration, registration.event, now()):
        raise Conflict(gettext("Det går inte att svara längre. Kontakta oss."))
    db.session.execute(
        update(Registration).where(Registration.id == registration.id).values(still_comes_at=now()),
        execution_options={"synchronize_session": False},
    )
    note_link_opened(registration)
    audit.record(
        "registration.still_comes",
        "registration",
        registration.id,
        actor=actor,
        event_id=registration.event_id,
    )


def _silent(moment: datetime) -> ColumnElement[bool]:
    """Those who were asked, have not answered in time, and whose letter did leave: whom it did not reach was not asked."""
    was_sent = exists().where(
        Letter.subject_kind == "registration",
        Letter.subject_id == Registration.id,
        Letter.kind == LETTER,
        Letter.state == LetterState.SENT,
        Letter.created_at >= Registration.asked_again_at,
    )
    return and_(
        Registration.status == RegistrationStatus.CONFIRMED,
        Registration.alias_number.is_(None),
        Registration.still_comes_at.is_(None),
        Registration.answer_again_by <= moment,
        was_sent,
    )


def events_with_silent_people(moment: datetime) -> list[int]:
    """The ids of coming events that somebody has lost their place to by silence."""
    return list(
        db.session.scalars(
            select(Event.id)
            .where(
                Event.state == EventState.PUBLISHED,
                Event.first_starts_at > moment,
                exists().where(Registration.event_id == Event.id, _silent(moment)),
            )
            .order_by(Event.id)
        )
    )


def let_silent_go(event_id: int) -> Sequence[Registration]:
    """End the registrations of those who have not answered in time, with a letter, and give their places to those who wait;
    answers whose they were. Nothing happens once the activity has begun."""
    event, moment = queries.get_event_in_letters(event_id), now()
    seats = lock_seats(event)
    if not rules.may_change_registration(event, moment):
        return []
    people = db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event_id, _silent(moment))
        .order_by(Registration.id)
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    ).all()
    if not people:
        return []
    release_places(seats.ledger, [holder_of(registration) for registration in people])
    for registration in people:
        set_committed_value(registration, "event", event)
        end_registration(registration, RegistrationStatus.EXPIRED, EndReason.SILENT)
    db.session.flush()
    tell(event, people, "registration.silent", LettersOfEvent.silent, actor=Actor.system())
    move_up(seats, event)
    return people
