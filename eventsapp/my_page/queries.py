"""A person's registrations: those that have the address which the device was let in as, whatever has become of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload, selectinload

from eventsapp.catalogue.cards import next_occasions
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.events.models import Event, EventState
from eventsapp.events.rules import has_ended
from eventsapp.events.words import when_in_words
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.queries import of_address
from eventsapp.registrations.words import where_for


@dataclass(frozen=True)
class OwnRegistration:
    """One line of the list. `days` are those of the next occasion, None for what is open without a date."""

    registration: Registration
    event: Event
    days: tuple[date, date] | None
    when: str
    where: str
    number: int | None
    """The number in the line of one who waits, as they are told it."""


@dataclass(frozen=True)
class OwnRegistrations:
    """All of a person's registrations: what is to come in order of time, and what is over, latest first."""

    coming: list[OwnRegistration]
    past: list[OwnRegistration]


def has_registrations(email_key: str) -> bool:
    """Whether an address has any registration, under a lock that a record is not given an alias past.

    Whoever gives it one waits, and then takes the letter away that is about to be queued.
    """
    found = select(Registration.id).where(of_address(email_key)).order_by(Registration.id)
    return bool(db.session.scalars(found.with_for_update(read=True)).all())


def registrations_of(email_key: str, now: datetime) -> OwnRegistrations:
    """Everything that an address is registered for, in a few statements however much it is."""
    found = db.session.scalars(
        select(Registration)
        .join(Registration.event)
        .where(of_address(email_key))
        .order_by(Event.first_starts_at.asc().nulls_last(), Registration.id)
        .options(
            joinedload(Registration.event).options(
                joinedload(Event.kind, innerjoin=True),
                joinedload(Event.municipality),
                selectinload(Event.occasions),
                defer(Event.body_sv),
                defer(Event.body_en),
                defer(Event.search_text),
            )
        )
    ).all()
    numbers = _waiting_numbers(found)
    lines = [_line(registration, numbers.get(registration.id), now) for registration in found]
    return OwnRegistrations(
        coming=[line for line in lines if not _is_over(line.event, now)],
        past=[line for line in reversed(lines) if _is_over(line.event, now)],
    )


def get_own(registration_id: int, email_key: str) -> Registration:
    """One registration, if it has this address; raises NotFound."""
    registration = db.session.scalars(
        select(Registration).where(Registration.id == registration_id, of_address(email_key))
    ).one_or_none()
    if registration is None:
        raise NotFound
    return registration


def find_latest(email_key: str) -> Registration | None:
    """The registration that an address made last."""
    return db.session.scalars(
        select(Registration)
        .where(of_address(email_key))
        .order_by(Registration.registered_at.desc(), Registration.id.desc())
        .limit(1)
    ).one_or_none()


def _is_over(event: Event, now: datetime) -> bool:
    return has_ended(event, now) or event.state is EventState.COMPLETED


def _line(registration: Registration, number: int | None, now: datetime) -> OwnRegistration:
    event = registration.event
    shown = next_occasions(event, now)
    return OwnRegistration(
        registration=registration,
        event=event,
        days=(shown[0].first_day, max(occasion.last_day for occasion in shown)) if shown else None,
        when=when_in_words(event),
        where=where_for(event, registration.mode),
        number=number,
    )


def _waiting_numbers(registrations: Sequence[Registration]) -> dict[int, int]:
    """The numbers in their lines of those who wait: registration id → number; one statement."""
    waiting = [one for one in registrations if one.status is RegistrationStatus.WAITING]
    if not waiting:
        return {}
    lines = (
        select(
            Registration.id,
            func.row_number()
            .over(
                partition_by=Registration.event_id,
                order_by=(Registration.waiting_order, Registration.id),
            )
            .label("number"),
        )
        .where(
            Registration.event_id.in_([one.event_id for one in waiting]),
            Registration.status == RegistrationStatus.WAITING,
        )
        .subquery()
    )
    rows = db.session.execute(
        select(lines.c.id, lines.c.number).where(lines.c.id.in_([one.id for one in waiting]))
    )
    return {row.id: row.number for row in rows}
