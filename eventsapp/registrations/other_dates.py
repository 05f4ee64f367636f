"""The other dates that people on a waiting list can be offered, and those that one who has a place can move to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.accounts.models import User
from eventsapp.core.db import db
from eventsapp.events.models import Event, EventState, RegistrationMode
from eventsapp.events.queries import visible_to
from eventsapp.events.rules import RegistrationWindow, offers_waiting_list, registration_window
from eventsapp.places.queries import places_taken
from eventsapp.registrations import rules
from eventsapp.registrations.models import ACTIVE, Registration

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
        same_series = _with_places(and_(Event.series_id == event.series_id, visible_to(user)), event, moment)
        if same_series:
            return same_series
    later = event.first_starts_at or moment
    return _with_places(
        and_(Event.kind_id == event.kind_id, Event.first_starts_at > later, visible_to(user)), event, moment
    )


def _with_places(condition: ColumnElement[bool], event: Event, moment: datetime) -> list[OtherDate]:
    events = _open_events(condition, event, moment)
    pools = places_taken("event", [one.id for one in events])
    found = []
    for one in events:
        lefts = [pool.left for pool in pools[one.id] if not pool.is_retired]
        left = None if None in lefts else sum(number for number in lefts if number is not None)
        if left != 0:
            found.append(OtherDate(one, left))
    return found


@dataclass(frozen=True)
class DatesOfSeries:
    """The other dates of a series for one who has a place: those to move to, and full ones with a waiting list."""

    with_places: list[OtherDate]
    full: list[Event]


def dates_for(registration: Registration, moment: datetime) -> DatesOfSeries:
    """The dates of the same series that a person could move to: open, not by invitation or on application, and without a
    registration of theirs. A date is full where the way they take part is; three statements. Its event must be loaded."""
    event = registration.event
    if event.series_id is None:
        return DatesOfSeries([], [])
    theirs = exists().where(
        Registration.event_id == Event.id,
        Registration.email_key == registration.email_key,
        Registration.status.in_(ACTIVE),
    )
    events = [
        one
        for one in _open_events(and_(Event.series_id == event.series_id, ~theirs), event, moment)
        if rules.is_open_to_all(one)
    ]
    pools = places_taken("event", [one.id for one in events])
    found = DatesOfSeries([], [])
    for one in events:
        name = rules.pool_name_for(one, rules.mode_on(one, registration))
        pool = next((pool for pool in pools[one.id] if pool.name is name and not pool.is_retired), None)
        if pool is not None and pool.left != 0:
            found.with_places.append(OtherDate(one, pool.left))
        elif offers_waiting_list(one):
            found.full.append(one)
    return found


def _open_events(condition: ColumnElement[bool], event: Event, moment: datetime) -> list[Event]:
    """Coming events but this one that one can sign up for now, places aside; soonest first."""
    return [
        one
        for one in db.session.scalars(
            select(Event)
            .where(
                condition,
                Event.id != event.id,
                Event.state == EventState.PUBLISHED,
                Event.registration_mode == RegistrationMode.REQUIRED,
                Event.first_starts_at > moment,
            )
            .options(selectinload(Event.occasions), joinedload(Event.municipality))
            .order_by(Event.first_starts_at, Event.id)
            .limit(MOST_DATES)
        )
        if registration_window(one, moment) is RegistrationWindow.OPEN
    ]
