"""Finding registrations, receipts and who should be written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.sealing import unseal
from eventsapp.core.tokens import digest
from eventsapp.events.models import PUBLIC_STATES, Event, EventState
from eventsapp.places.models import Pool, PoolName
from eventsapp.registrations.models import (
    ACTIVE,
    ChosenItem,
    PersonalLink,
    Registration,
    RegistrationStatus,
    SensitiveAnswers,
    SignUpReceipt,
)
from eventsapp.registrations.submission import Submission, food_in_words

EVENT_IN_LETTERS = (
    joinedload(Event.kind),
    joinedload(Event.municipality),
    joinedload(Event.organiser),
    joinedload(Event.series),
    joinedload(Event.occasions),
    joinedload(Event.topics),
)
"""What the form, the person's own pages, letters and calendar files tell of an event, in one statement."""
WITH_EVENT = joinedload(Registration.event).options(*EVENT_IN_LETTERS)


@dataclass(frozen=True)
class Answers:
    """What one person answered on food and access needs; "" is no answer."""

    food: str = ""
    access: str = ""


def get_event_to_sign_up(slug: str) -> Event:
    """The public event at an address, as EVENT_IN_LETTERS says; raises NotFound."""
    event = (
        db.session.scalars(
            select(Event).where(Event.slug == slug, Event.state.in_(PUBLIC_STATES)).options(*EVENT_IN_LETTERS)
        )
        .unique()
        .one_or_none()
    )
    if event is None:
        raise NotFound
    return event


def get_event_in_letters(event_id: int) -> Event:
    """One event by id, as EVENT_IN_LETTERS says; raises NotFound."""
    event = (
        db.session.scalars(select(Event).where(Event.id == event_id).options(*EVENT_IN_LETTERS))
        .unique()
        .one_or_none()
    )
    if event is None:
        raise NotFound
    return event


def pool_ids(event_id: int) -> dict[PoolName, int]:
    """The pools of an event by name, also retired ones, which give no places."""
    rows = db.session.execute(
        select(Pool.name, Pool.id).where(Pool.subject_kind == "event", Pool.subject_id == event_id)
    )
    return {PoolName(name): pool_id for name, pool_id in rows}


def nonce_digest(event_id: int, nonce: str) -> str:
    """What is stored of a form's nonce; the event is part of it, so that one nonce never answers for two events."""
    return digest(f"{event_id}:{nonce}")


def find_receipt(event_id: int, nonce: str) -> SignUpReceipt | None:
    """The receipt of a form that was sent before."""
    if not nonce:
        return None
    return db.session.scalars(
        select(SignUpReceipt).where(SignUpReceipt.nonce_digest == nonce_digest(event_id, nonce))
    ).one_or_none()


def submission_of(receipt: SignUpReceipt) -> Submission:
    """What was typed in the form."""
    return Submission.from_text(unseal(receipt.sealed_submission))


def find_active(event_id: int, email_key: str) -> Registration | None:
    """The registration of an address that is not cancelled, which there is at most one of."""
    if not email_key:
        return None
    return db.session.scalars(
        select(Registration).where(
            Registration.event_id == event_id,
            Registration.email_key == email_key,
            Registration.status == RegistrationStatus.CONFIRMED,
        )
    ).one_or_none()


def find_registration(registration_id: int | None) -> Registration | None:
    return None if registration_id is None else db.session.get(Registration, registration_id)


def find_by_token(token: str) -> Registration | None:
    """The registration behind a personal link that is still valid, with its event loaded, in one statement."""
    return (
        db.session.scalars(
            select(Registration)
            .join(PersonalLink, PersonalLink.registration_id == Registration.id)
            .where(PersonalLink.token_digest == digest(token), PersonalLink.revoked_at.is_(None))
            .options(WITH_EVENT)
        )
        .unique()
        .one_or_none()
    )


def get_registration(event_id: int, registration_id: int) -> Registration:
    """One registration of an event, with the event and the municipality loaded; raises NotFound."""
    registration = (
        db.session.scalars(
            select(Registration)
            .where(Registration.id == registration_id, Registration.event_id == event_id)
            .options(WITH_EVENT, joinedload(Registration.municipality))
        )
        .unique()
        .one_or_none()
    )
    if registration is None:
        raise NotFound
    return registration


def answers_of(registration_id: int) -> Answers:
    """What one person answered on food and access needs, opened."""
    stored = db.session.get(SensitiveAnswers, registration_id)
    return Answers() if stored is None else _opened(stored)


def needs_of_event(event_id: int) -> list[Answers]:
    """What those who come have answered, in words and without names, in one statement."""
    stored = db.session.scalars(
        select(SensitiveAnswers)
        .join(Registration, Registration.id == SensitiveAnswers.registration_id)
        .where(Registration.event_id == event_id, Registration.status == RegistrationStatus.CONFIRMED)
        .order_by(SensitiveAnswers.registration_id)
    )
    opened = [_opened(answers) for answers in stored]
    return [Answers(food_in_words(answers.food), answers.access) for answers in opened]


def _opened(stored: SensitiveAnswers) -> Answers:
    return Answers(
        unseal(stored.sealed_food) if stored.sealed_food else "",
        unseal(stored.sealed_access) if stored.sealed_access else "",
    )


def confirmed_count(event_id: int) -> int:
    """How many people are registered for an event."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Registration)
            .where(Registration.event_id == event_id, Registration.status == RegistrationStatus.CONFIRMED)
        )
        or 0
    )


def chosen_count(item_id: int) -> int:
    """How many who come or still may come have chosen a programme item."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(ChosenItem)
            .join(Registration, Registration.id == ChosenItem.registration_id)
            .where(ChosenItem.item_id == item_id, Registration.status.in_(ACTIVE))
        )
        or 0
    )


def addressed_count(event_id: int) -> int:
    """How many of those have an address, and so get the letters of an event."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Registration)
            .where(
                Registration.event_id == event_id,
                Registration.status == RegistrationStatus.CONFIRMED,
                Registration.email != "",
            )
        )
        or 0
    )


def people_to_write_to(event_id: int) -> Sequence[Registration]:
    """Everyone who is confirmed and has an address."""
    return db.session.scalars(
        select(Registration)
        .where(
            Registration.event_id == event_id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.email != "",
        )
        .order_by(Registration.id)
    ).all()


def events_with_unreminded_people(now: datetime) -> Sequence[Event]:
    """Coming, published events that somebody may still have to be reminded of, soonest first."""
    unreminded = exists().where(
        Registration.event_id == Event.id,
        Registration.status == RegistrationStatus.CONFIRMED,
        Registration.email != "",
        Registration.reminded_at.is_(None),
    )
    return db.session.scalars(
        select(Event)
        .where(Event.state == EventState.PUBLISHED, Event.first_starts_at > now, unreminded)
        .order_by(Event.first_starts_at, Event.id)
    ).all()


def lock_unreminded(event_id: int) -> Sequence[Registration]:
    """Those of an event who have had no reminder, locked; people whom another worker has in hand are passed by."""
    return db.session.scalars(
        select(Registration)
        .where(
            Registration.event_id == event_id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.email != "",
            Registration.reminded_at.is_(None),
        )
        .order_by(Registration.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
