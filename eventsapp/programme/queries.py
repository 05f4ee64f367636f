"""Reading programmes."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.programme.models import ProgrammeItem, RemovedItem


def programme_of(event_id: int) -> list[ProgrammeItem]:
    """The programme items of an event in order of time, with their speakers; two statements, one when there is none."""
    return list(
        db.session.scalars(
            select(ProgrammeItem)
            .where(ProgrammeItem.event_id == event_id)
            .options(selectinload(ProgrammeItem.speakers))
            .order_by(ProgrammeItem.starts_at, ProgrammeItem.id)
        )
    )


# Each sign-up asks it, and to make a statement takes longer than to run it.
_CHOICES = (
    select(ProgrammeItem)
    .where(ProgrammeItem.event_id == bindparam("event_id"), ProgrammeItem.is_choice.is_(True))
    .order_by(ProgrammeItem.starts_at, ProgrammeItem.id)
)


def choices_of(event_id: int) -> list[ProgrammeItem]:
    """The items of an event that participants choose, in order of time, without their speakers; one statement."""
    return list(db.session.scalars(_CHOICES, {"event_id": event_id}))


def get_item(event_id: int, item_id: int) -> ProgrammeItem:
    """One programme item of an event, with its speakers; raises NotFound."""
    item = db.session.scalars(
        select(ProgrammeItem)
        .where(ProgrammeItem.id == item_id, ProgrammeItem.event_id == event_id)
        .options(selectinload(ProgrammeItem.speakers))
    ).one_or_none()
    if item is None:
        raise NotFound
    return item


def removed_from(event_id: int) -> list[RemovedItem]:
    """The items that have left the programme of an event since it became public, in order of time; one statement."""
    return list(
        db.session.scalars(
            select(RemovedItem)
            .where(RemovedItem.event_id == event_id)
            .order_by(RemovedItem.starts_at, RemovedItem.uid)
        )
    )
