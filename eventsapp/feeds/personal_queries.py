"""What an address is registered for, with all that its calendar says of it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.registrations.models import ACTIVE, Registration
from eventsapp.registrations.queries import items_of, of_address


@dataclass(frozen=True)
class OwnRegistration:
    """A registration that counts, its event, and the titles of the items that the person has chosen."""

    registration: Registration
    event: Event
    items: tuple[str, ...]


def own_registrations(email_key: str) -> list[OwnRegistration]:
    """Those of an address that have a place or wait for one, in order of time; one with an alias belongs to no address."""
    found = db.session.scalars(
        select(Registration)
        .join(Registration.event)
        .where(
            of_address(email_key),
            Registration.status.in_(ACTIVE),
        )
        .order_by(Event.first_starts_at, Registration.id)
        .options(
            contains_eager(Registration.event).options(
                joinedload(Event.kind, innerjoin=True),
                joinedload(Event.municipality),
                joinedload(Event.organiser),
                selectinload(Event.occasions),
                selectinload(Event.topics),
            )
        )
    ).all()
    items = items_of([one.id for one in found])
    return [
        OwnRegistration(one, one.event, tuple(item.title for item in items.get(one.id, ()))) for one in found
    ]
