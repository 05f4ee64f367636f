"""The waiting line and the offers that are made to those who stand in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from eventsapp.core.db import db
from eventsapp.places.models import Quota
from eventsapp.registrations.models import (
    PlaceOffer,
    Registration,
    RegistrationStatus,
)


def last_in_line(event_id: int) -> int:
    """The highest number in the line of an event's waiting list; 0 when nobody has stood there."""
    return (
        db.session.scalar(
            select(func.max(Registration.waiting_order)).where(Registration.event_id == event_id)
        )
        or 0
    )


def waiting_count(event_id: int) -> int:
    """How many people stand on an event's waiting list."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Registration)
            .where(Registration.event_id == event_id, Registration.status == RegistrationStatus.WAITING)
        )
        or 0
    )


def waiting_number(registration: Registration) -> int | None:
    """The number in the line of one who waits, as they are told it: 1 is next. None for one who does not wait."""
    if registration.status is not RegistrationStatus.WAITING or registration.waiting_order is None:
        return None
    before = db.session.scalar(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.event_id == registration.event_id,
            Registration.status == RegistrationStatus.WAITING,
            or_(
                Registration.waiting_order < registration.waiting_order,
                and_(
                    Registration.waiting_order == registration.waiting_order,
                    Registration.id < registration.id,
                ),
            ),
        )
    )
    return (before or 0) + 1


def lock_waiting(event_id: int) -> Sequence[Registration]:
    """Those on the waiting list of an event in the order of the line, with their group, locked."""
    return db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event_id, Registration.status == RegistrationStatus.WAITING)
        .order_by(Registration.waiting_order, Registration.id)
        .with_for_update(of=Registration)
        .options(joinedload(Registration.group))
        .execution_options(populate_existing=True)
    ).all()


def find_last_offer(registration_id: int) -> PlaceOffer | None:
    """The latest offer that a person has had, whatever became of it."""
    return db.session.scalars(
        select(PlaceOffer)
        .where(PlaceOffer.registration_id == registration_id)
        .order_by(PlaceOffer.id.desc())
        .limit(1)
    ).one_or_none()


def lock_open_offers(registration_ids: Sequence[int]) -> list[PlaceOffer]:
    """The unanswered offers of these people, locked, also those past their time."""
    return list(
        db.session.scalars(
            select(PlaceOffer)
            .where(PlaceOffer.registration_id.in_(registration_ids), PlaceOffer.outcome.is_(None))
            .order_by(PlaceOffer.registration_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def lock_offers_of_event(event_id: int) -> list[PlaceOffer]:
    """The unanswered offers of an event, locked."""
    return list(
        db.session.scalars(
            select(PlaceOffer)
            .where(PlaceOffer.event_id == event_id, PlaceOffer.outcome.is_(None))
            .order_by(PlaceOffer.registration_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def lock_dead_offers(event_id: int, now: datetime) -> list[PlaceOffer]:
    """The unanswered offers of an event that are past their time, locked."""
    return list(
        db.session.scalars(
            select(PlaceOffer)
            .where(PlaceOffer.event_id == event_id, PlaceOffer.outcome.is_(None), PlaceOffer.answer_by <= now)
            .order_by(PlaceOffer.registration_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def events_for_time(now: datetime) -> list[int]:
    """Events for which time alone has freed something: offers past their time, or quotas that are unlocked while
    somebody waits."""
    dead = select(PlaceOffer.event_id).where(PlaceOffer.outcome.is_(None), PlaceOffer.answer_by <= now)
    unlocked = (
        select(Quota.subject_id)
        .where(Quota.subject_kind == "event", Quota.unlocks_at <= now)
        .where(
            exists().where(
                Registration.event_id == Quota.subject_id, Registration.status == RegistrationStatus.WAITING
            )
        )
    )
    return sorted(db.session.scalars(dead.union(unlocked)))


def waiting_event_ids(event_ids: Sequence[int]) -> list[int]:
    """Those of these events that somebody waits for."""
    return list(
        db.session.scalars(
            select(Registration.event_id)
            .where(Registration.event_id.in_(event_ids), Registration.status == RegistrationStatus.WAITING)
            .distinct()
            .order_by(Registration.event_id)
        )
    )


def waiting_before(event_id: int, order: int) -> list[int]:
    """The registrations on the waiting list that stand before a number of the line."""
    return list(
        db.session.scalars(
            select(Registration.id).where(
                Registration.event_id == event_id,
                Registration.status == RegistrationStatus.WAITING,
                Registration.waiting_order < order,
            )
        )
    )
