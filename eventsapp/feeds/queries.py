"""What a feed is made of, in three statements however many events there are."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true, union_all
from sqlalchemy.orm import contains_eager, joinedload, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from eventsapp.core.clock import swedish_midnight
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.events.filter_choices import chosen_rows, label_of_row
from eventsapp.events.filters import EventFilter
from eventsapp.events.models import PUBLIC_STATES, Event, EventState, Occasion, Topic, event_topics
from eventsapp.events.public_data import PublicData


@dataclass(frozen=True)
class Selection:
    """What the codes of a filter are called, and when public data changed last.

    That is about all events, since one that left the selection changes the feed as much as one that came in.
    """

    labels: dict[tuple[str, str], str]
    changed_at: datetime | None


def read_selection(selection: EventFilter) -> Selection:
    """The names of what is selected and the time of the latest change, in one statement."""
    latest = select(func.max(PublicData.changed_at).label("changed_at")).subquery()
    chosen = union_all(*chosen_rows(selection)).subquery()
    rows = db.session.execute(
        select(latest, chosen.c.filter, chosen.c.code, chosen.c.name_sv, chosen.c.name_en).select_from(
            latest.outerjoin(chosen, true())
        )
    ).all()
    labels = {(row.filter, row.code): label_of_row(row.name_sv, row.name_en) for row in rows if row.filter}
    return Selection(labels, rows[0].changed_at)


def events_for_feed(selection: EventFilter, *, first_day: date) -> list[Event]:
    """The selected events that have an occasion on or after `first_day`, with all that `calendar_entries` asks for.

    Besides what is public now, what was public and is a draft again: its subscribers must see it go.
    """
    recent = select(Occasion.event_id).where(Occasion.ends_at > swedish_midnight(first_day))
    wanted = and_(_was_ever_public(), Event.id.in_(recent), *selection.conditions())
    events = list(
        db.session.scalars(
            select(Event)
            .join(Event.occasions)
            .where(wanted)
            .order_by(Event.first_starts_at, Event.id, Occasion.starts_at, Occasion.id)
            .options(
                contains_eager(Event.occasions),
                joinedload(Event.kind),
                joinedload(Event.municipality),
                joinedload(Event.organiser),
                load_only(*_SHOWN),
            )
        ).unique()
    )
    _load_topics(events, wanted)
    return events


def events_with_deadlines(selection: EventFilter, *, first_day: date) -> list[Event]:
    """The selected events whose registration opens or closes on or after `first_day`; two statements."""
    events = db.session.scalars(
        select(Event)
        .where(
            _was_ever_public(),
            or_(Event.registration_closes_on >= first_day, Event.registration_opens_on >= first_day),
            *selection.conditions(),
        )
        .order_by(Event.registration_closes_on, Event.id)
        .options(
            joinedload(Event.kind),
            joinedload(Event.municipality),
            joinedload(Event.organiser),
            selectinload(Event.occasions),
            load_only(
                *_SHOWN, Event.registration_opens_on, Event.created_at, Event.changed_at, Event.version
            ),
        )
    )
    return list(events)


def get_event_once_public(slug: str) -> Event:
    """One event that is public, or was and is a draft again, with all that its entries say; raises NotFound."""
    found = db.session.scalars(
        select(Event)
        .where(Event.slug == slug, _was_ever_public())
        .options(
            joinedload(Event.kind),
            joinedload(Event.municipality),
            joinedload(Event.organiser),
            selectinload(Event.occasions),
            selectinload(Event.topics),
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


_SHOWN = (
    Event.slug,
    Event.state,
    Event.title_sv,
    Event.title_en,
    Event.summary_sv,
    Event.summary_en,
    Event.format,
    Event.venue,
    Event.room,
    Event.address,
    Event.registration_mode,
    Event.registration_closes_on,
    Event.contact_email,
    Event.moved_at,
    Event.cancel_reason,
)


def _was_ever_public() -> ColumnElement[bool]:
    return or_(
        Event.state.in_(PUBLIC_STATES),
        and_(Event.state == EventState.DRAFT, Event.published_at.is_not(None)),
    )


def _load_topics(events: list[Event], wanted: ColumnElement[bool]) -> None:
    # A selectinload would send one statement for each 500 events.
    topics: dict[int, list[Topic]] = defaultdict(list)
    rows = db.session.execute(
        select(event_topics.c.event_id, Topic)
        .join(Topic, Topic.id == event_topics.c.topic_id)
        .where(event_topics.c.event_id.in_(select(Event.id).where(wanted)))
        .order_by(Topic.sort_key)
    )
    for event_id, topic in rows:
        topics[event_id].append(topic)
    for event in events:
        set_committed_value(event, "topics", topics[event.id])
