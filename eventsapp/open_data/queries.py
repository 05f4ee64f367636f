"""Every public activity of a selection with its public facts, in six statements however many there are."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, load_only, subqueryload

from eventsapp.core.db import db
from eventsapp.events.filters import EventFilter
from eventsapp.events.models import PUBLIC_STATES, Event


def public_activities(selection: EventFilter) -> Sequence[Event]:
    """What is coming and what has been, in order of time; what has no date comes last."""
    # A selectinload would send one statement for each 500 events.
    return db.session.scalars(
        select(Event)
        .where(Event.state.in_(PUBLIC_STATES), *selection.conditions())
        .order_by(Event.first_starts_at.asc().nulls_last(), Event.id)
        .options(
            load_only(*_PUBLISHED, raiseload=True),
            joinedload(Event.kind, innerjoin=True),
            joinedload(Event.municipality),
            joinedload(Event.series),
            joinedload(Event.organiser),
            subqueryload(Event.occasions),
            subqueryload(Event.counties),
            subqueryload(Event.topics),
            subqueryload(Event.target_groups),
            subqueryload(Event.co_organisers),
        )
    ).all()


_PUBLISHED = (
    Event.slug,
    Event.state,
    Event.title_sv,
    Event.title_en,
    Event.summary_sv,
    Event.summary_en,
    Event.language,
    Event.format,
    Event.venue,
    Event.address,
    Event.municipality_code,
    Event.registration_mode,
    Event.registration_opens_on,
    Event.registration_closes_on,
    Event.cost,
    Event.first_starts_at,
    Event.last_ends_at,
    Event.created_at,
    Event.changed_at,
)
"""The columns that are data for anybody; another one cannot be read by mistake."""
