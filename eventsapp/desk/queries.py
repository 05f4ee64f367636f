"""What staff see first: what is coming, how full it is, and what needs somebody's attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.accounts.models import User
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.core.jobs import Heartbeat
from eventsapp.events.models import Event, EventState, RegistrationMode
from eventsapp.events.queries import visible_to
from eventsapp.outbox.models import Letter
from eventsapp.outbox.queries import UNDELIVERED, oldest_unsent
from eventsapp.places.queries import PoolCount, places_taken
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.queries import people_coming
from eventsapp.waiting_list.queries import queues_of_events

NEARLY_FULL = 0.9
CLOSES_SOON = timedelta(days=7)
OLD_LETTER = timedelta(minutes=15)
SILENT_WORKER = timedelta(minutes=5)


@dataclass(frozen=True)
class ComingEvent:
    """An event with how full it is."""

    event: Event
    pools: list[PoolCount]
    people: int = 0
    """How many come, where some share a screen and so are more than the places they have; else 0."""

    @property
    def taken(self) -> int:
        return sum(pool.taken for pool in self.pools)

    @property
    def capacity(self) -> int | None:
        """Places in all; None when a way of taking part is unlimited."""
        limits = [pool.capacity for pool in self.pools if not pool.is_retired]
        return None if not limits or None in limits else sum(limit for limit in limits if limit is not None)

    @property
    def has_free_places(self) -> bool:
        """Whether any way of taking part has a place left."""
        return any(pool.left != 0 for pool in self.pools)


class AttentionKind(StrEnum):
    """APPLIED is people who wait for the organiser's word although the last day is over, FREE_PLACES those who stand on a
    waiting list although there is a place."""

    APPLIED = "applied"
    FREE_PLACES = "free_places"
    FULL = "full"
    NEARLY_FULL = "nearly_full"
    CLOSES_SOON = "closes_soon"
    STALE_DRAFT = "stale_draft"
    FAILED_LETTERS = "failed_letters"


@dataclass(frozen=True)
class Attention:
    """Something about an event that somebody should look at. `number` is how many, where that says something."""

    kind: AttentionKind
    event: Event
    number: int = 0
    day: date | None = None


def coming_events(user: User, now: datetime, *, limit: int = 12) -> list[ComingEvent]:
    """The next events within the user's reach, with places taken; five statements."""
    events = list(
        db.session.scalars(
            select(Event)
            .where(
                visible_to(user),
                Event.state.in_((EventState.PUBLISHED, EventState.SAVE_THE_DATE)),
                Event.last_ends_at >= now,
            )
            .options(joinedload(Event.kind), joinedload(Event.municipality), selectinload(Event.occasions))
            .order_by(Event.first_starts_at, Event.id)
            .limit(limit)
        )
    )
    return with_numbers(events)


def with_numbers(events: Sequence[Event]) -> list[ComingEvent]:
    """These events with how full they are and how many come, in two statements."""
    ids = [event.id for event in events]
    pools, people = places_taken("event", ids), people_coming(ids)
    return [ComingEvent(event, pools[event.id], people.get(event.id, 0)) for event in events]


def attention(user: User, coming: list[ComingEvent], now: datetime) -> list[Attention]:
    """What needs attention among the events within the user's reach, most pressing first; four statements."""
    found = _failed_letters(user, now)
    today = swedish_today(now)
    found += _unanswered_applications(user, now)
    queues = queues_of_events([one.event.id for one in coming])
    found.extend(
        Attention(AttentionKind.FREE_PLACES, one.event, queues[one.event.id].waiting)
        for one in coming
        if one.event.id in queues and queues[one.event.id].waiting and one.has_free_places
    )
    for one in coming:
        capacity = one.capacity
        if one.event.registration_mode is not RegistrationMode.REQUIRED:
            continue
        if capacity is not None and one.taken >= capacity:
            found.append(Attention(AttentionKind.FULL, one.event, one.taken))
        elif capacity and one.taken >= capacity * NEARLY_FULL:
            found.append(Attention(AttentionKind.NEARLY_FULL, one.event, capacity - one.taken))
        closes = one.event.registration_closes_on
        if closes is not None and today <= closes <= today + CLOSES_SOON:
            found.append(Attention(AttentionKind.CLOSES_SOON, one.event, day=closes))
    found.extend(
        Attention(AttentionKind.STALE_DRAFT, event, day=swedish_today(event.first_starts_at))
        for event in db.session.scalars(
            select(Event)
            .where(
                visible_to(user),
                Event.state == EventState.DRAFT,
                Event.first_starts_at.between(now, now + timedelta(days=30)),
            )
            .order_by(Event.first_starts_at)
            .limit(10)
        )
        if event.first_starts_at is not None
    )
    return found


def _unanswered_applications(user: User, now: datetime) -> list[Attention]:
    rows = db.session.execute(
        select(Event, func.count(Registration.id))
        .join(Registration, Registration.event_id == Event.id)
        .where(
            visible_to(user),
            Registration.status == RegistrationStatus.APPLIED,
            Event.state == EventState.PUBLISHED,
            Event.registration_closes_on < swedish_today(now),
            or_(Event.first_starts_at.is_(None), Event.first_starts_at >= now),
        )
        .group_by(Event.id)
        .order_by(Event.first_starts_at)
        .limit(10)
    )
    return [Attention(AttentionKind.APPLIED, event, number) for event, number in rows]


def _failed_letters(user: User, now: datetime) -> list[Attention]:
    rows = db.session.execute(
        select(Event, func.count(Letter.id))
        .join(Letter, Letter.event_id == Event.id)
        .where(
            visible_to(user),
            Letter.state.in_(UNDELIVERED),
            or_(Event.last_ends_at.is_(None), Event.last_ends_at >= now),
        )
        .group_by(Event.id)
        .order_by(Event.first_starts_at)
        .limit(10)
    )
    return [Attention(AttentionKind.FAILED_LETTERS, event, number) for event, number in rows]


@dataclass(frozen=True)
class Health:
    """Whether the parts of the system live."""

    worker_beat_at: datetime | None
    oldest_unsent_at: datetime | None
    """When the letter that should have been sent longest ago was due."""
    worker_is_silent: bool
    letters_are_late: bool

    @property
    def is_well(self) -> bool:
        return not self.worker_is_silent and not self.letters_are_late


def health(now: datetime) -> Health:
    """How the worker and the letters are; two statements."""
    beat_at = db.session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == "worker"))
    oldest = oldest_unsent(now)
    return Health(
        worker_beat_at=beat_at,
        oldest_unsent_at=oldest,
        worker_is_silent=beat_at is None or now - beat_at > SILENT_WORKER,
        letters_are_late=oldest is not None and now - oldest > OLD_LETTER,
    )
