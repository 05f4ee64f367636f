"""The other dates that people on a waiting list can be offered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.accounts.models import User
from eventsapp.core.db import db
from eventsapp.events.models import Event, EventState, RegistrationMode
from eventsapp.events.queries import visible_to
from eventsapp.events.rules import RegistrationWindow, registration_window
from eventsapp.places.queries import places_taken

MOST_DATES = 30


@dataclass(frozen=True)
class OtherDate:
    """A coming date with places left; `left` None is unlimited."""

    event: Event
    left: int | None


def other_dates(event: Event, user: User, moment: datetime) -> list[OtherDate]:
    """Published dates of the same series, or else later activities of the same kind, that are open, have places left and
    are within the user's reach; at most five statements."""
    if event.series_id is not None:
        same_series = _with_places(Event.series_id == event.series_id, event, user, moment)
        if same_series:
            return same_series
    later = event.first_starts_at or moment
    return _with_places(
        and_(Event.kind_id == event.kind_id, Event.first_starts_at > later), event, user, moment
    )


def _with_places(
    condition: ColumnElement[bool], event: Event, user: User, moment: datetime
) -> list[OtherDate]:
    events = [
        one
        for one in db.session.scalars(
            select(Event)
            .where(
                condition,
                Event.id != event.id,
                Event.state == EventState.PUBLISHED,
                Event.registration_mode == RegistrationMode.REQUIRED,
                Event.first_starts_at > moment,
                visible_to(user),
            )
            .options(selectinload(Event.occasions), joinedload(Event.municipality))
            .order_by(Event.first_starts_at, Event.id)
            .limit(MOST_DATES)
        )
        if registration_window(one, moment) is RegistrationWindow.OPEN
    ]
    pools = places_taken("event", [one.id for one in events])
    found = []
    for one in events:
        lefts = [pool.left for pool in pools[one.id] if not pool.is_retired]
        left = None if None in lefts else sum(number for number in lefts if number is not None)
        if left != 0:
            found.append(OtherDate(one, left))
    return found
