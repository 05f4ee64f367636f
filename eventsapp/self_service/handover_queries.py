"""Finding offers of places to colleagues."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.core.tokens import digest
from eventsapp.registrations.handover_models import HandoverLink, PlaceHandover
from eventsapp.registrations.queries import WITH_EVENT


def find_handover(token: str) -> PlaceHandover | None:
    """The offer behind a mailed link, with the registration that it is of and its event, in one statement."""
    return (
        db.session.scalars(
            select(PlaceHandover)
            .join(HandoverLink, HandoverLink.handover_id == PlaceHandover.id)
            .where(HandoverLink.token_digest == digest(token))
            .options(joinedload(PlaceHandover.registration).options(WITH_EVENT))
        )
        .unique()
        .one_or_none()
    )


def last_handover(registration_id: int) -> PlaceHandover | None:
    """The latest offer that a person has made of their place, whatever became of it."""
    return db.session.scalars(
        select(PlaceHandover)
        .where(PlaceHandover.registration_id == registration_id)
        .order_by(PlaceHandover.id.desc())
        .limit(1)
    ).one_or_none()


def lock_open_handover(registration_id: int) -> PlaceHandover | None:
    """The unanswered offer of a person's place as it is now, locked."""
    return db.session.scalars(
        select(PlaceHandover)
        .where(PlaceHandover.registration_id == registration_id, PlaceHandover.outcome.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_handover(handover: PlaceHandover) -> None:
    """The columns of an offer as they are now, locked until the transaction ends."""
    db.session.refresh(
        handover, ["name", "email", "language", "outcome", "answered_at"], with_for_update=True
    )


def open_handovers_to(event_id: int, key: str) -> list[PlaceHandover]:
    """The unanswered offers of an event that went to an address, locked."""
    found = db.session.scalars(
        select(PlaceHandover)
        .where(PlaceHandover.event_id == event_id, PlaceHandover.outcome.is_(None))
        .order_by(PlaceHandover.id)
        .with_for_update()
    )
    return [handover for handover in found if key and email_key(handover.email) == key]
