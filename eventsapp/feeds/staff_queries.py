"""The activities that a calendar of staff shows, with how full they are."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.accounts.models import CalendarScope, User
from eventsapp.core.clock import swedish_midnight
from eventsapp.core.db import db
from eventsapp.events.models import Event, Occasion
from eventsapp.events.queries import visible_to
from eventsapp.places.queries import PoolCount, places_taken
from eventsapp.registrations.models import Registration
from eventsapp.waiting_list.queries import Queues, queues_of_events


@dataclass(frozen=True)
class StaffEvent:
    """An activity and its numbers. `changed_at` is when one of its registrations last changed."""

    event: Event
    pools: list[PoolCount]
    queues: Queues
    changed_at: datetime | None


def staff_events(user: User, scope: CalendarScope, *, first_day: date) -> list[StaffEvent]:
    """What the user looks after and may see, drafts too, with an occasion on or after `first_day`; six statements."""
    recent = select(Occasion.event_id).where(Occasion.ends_at > swedish_midnight(first_day))
    events = db.session.scalars(
        select(Event)
        .where(visible_to(user), _of(user, scope), Event.id.in_(recent))
        .order_by(Event.first_starts_at, Event.id)
        .options(
            joinedload(Event.kind, innerjoin=True),
            joinedload(Event.municipality),
            joinedload(Event.organiser),
            joinedload(Event.responsible),
            selectinload(Event.occasions),
            selectinload(Event.topics),
        )
    ).all()
    ids = [event.id for event in events]
    pools, queues, changed = places_taken("event", ids), queues_of_events(ids), _last_changes(ids)
    return [
        StaffEvent(event, pools[event.id], queues.get(event.id, Queues()), changed.get(event.id))
        for event in events
    ]


def _of(user: User, scope: CalendarScope) -> ColumnElement[bool]:
    own = Event.responsible_id == user.id
    return own if scope is CalendarScope.OWN else or_(own, Event.team_id == user.team_id)


def _last_changes(event_ids: list[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Registration.event_id, func.max(Registration.changed_at))
        .where(Registration.event_id.in_(event_ids))
        .group_by(Registration.event_id)
    )
    return {row[0]: row[1] for row in rows}
