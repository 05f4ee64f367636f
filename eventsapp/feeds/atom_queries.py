"""The activities that changed last, in two statements."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, subqueryload

from eventsapp.core.clock import swedish_midnight
from eventsapp.core.db import db
from eventsapp.events.filters import EventFilter
from eventsapp.events.models import PUBLIC_STATES, Event

MOST_ENTRIES = 100


def latest_changes(selection: EventFilter, *, first_day: date) -> Sequence[Event]:
    """The selected public activities that are not over before `first_day`, the one that changed last first."""
    return db.session.scalars(
        select(Event)
        .where(
            Event.state.in_(PUBLIC_STATES),
            or_(Event.last_ends_at > swedish_midnight(first_day), Event.last_ends_at.is_(None)),
            *selection.conditions(),
        )
        .order_by(Event.changed_at.desc(), Event.id.desc())
        .limit(MOST_ENTRIES)
        .options(
            joinedload(Event.kind, innerjoin=True),
            joinedload(Event.municipality),
            joinedload(Event.organiser),
            subqueryload(Event.occasions),
            subqueryload(Event.counties),
        )
    ).all()
