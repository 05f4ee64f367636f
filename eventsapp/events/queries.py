"""Finding events, with what each page needs loaded along."""

from datetime import datetime
from itertools import count

from sqlalchemy import ColumnElement, Select, inspect, or_, select, true
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from eventsapp.accounts.models import Reach, User
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.permissions import Role
from eventsapp.events.models import PUBLIC_STATES, Event, EventState, FormerSlug, MergedCode, NamedRow

RESERVED_SLUGS = frozenset(
    {"tidigare", "arkiv", "manad", "kalender", "karta", "past", "archive", "month", "calendar", "map"}
)
"""Addresses below /aktiviteter and /en/events that are pages of their own, now or some day."""

ONE_EVENT: tuple[ORMOption, ...] = (
    joinedload(Event.kind),
    joinedload(Event.municipality),
    joinedload(Event.organiser),
    joinedload(Event.series),
    selectinload(Event.occasions),
)
"""What nearly every page about one event shows."""

EVENT_FACTS: tuple[ORMOption, ...] = (
    selectinload(Event.target_groups),
    selectinload(Event.topics),
    selectinload(Event.co_organisers),
)
"""What `events/_facts.html` shows besides ONE_EVENT."""

EVERYTHING: tuple[ORMOption, ...] = (
    joinedload(Event.responsible),
    joinedload(Event.team),
    selectinload(Event.links),
    selectinload(Event.target_groups),
    selectinload(Event.topics),
    selectinload(Event.counties),
    selectinload(Event.co_organisers),
)
"""The rest of an event, beside ONE_EVENT: what the editor, the preview and every change need."""


def visible_to(user: User) -> ColumnElement[bool]:
    """The condition that leaves the events that `rules.may_view` lets this user see."""
    if user.role is Role.ADMINISTRATOR or user.reach is Reach.ALL:
        return true()
    own = Event.responsible_id == user.id
    if user.reach is Reach.TEAM and user.team_id is not None:
        return or_(own, Event.team_id == user.team_id)
    return own


def visible_event_ids(user: User) -> Select[int]:
    """The ids of the events that the user may see, for lists of what belongs to them."""
    return select(Event.id).where(visible_to(user))


def get_event(event_id: int, *options: ORMOption) -> Event:
    """One event by id, with ONE_EVENT loaded; raises NotFound."""
    event = db.session.scalars(
        select(Event).where(Event.id == event_id).options(*ONE_EVENT, *options)
    ).one_or_none()
    if event is None:
        raise NotFound
    return event


def get_event_to_change(event_id: int) -> Event:
    """One event with everything loaded, locked until the transaction ends; raises NotFound.

    What was read earlier in the transaction is read anew, since somebody may have changed it meanwhile. Those who only
    point at the event from another table do not wait: one who gives places on another date of its series might hold the
    places that this transaction waits for.
    """
    event = db.session.scalars(
        select(Event)
        .where(Event.id == event_id)
        .options(*ONE_EVENT, *EVERYTHING)
        .with_for_update(of=Event, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if event is None:
        raise NotFound
    return event


def get_public_event(slug: str, *options: ORMOption) -> Event:
    """One event that the public may see, by its address; raises NotFound."""
    event = db.session.scalars(
        select(Event).where(Event.slug == slug, Event.state.in_(PUBLIC_STATES)).options(*ONE_EVENT, *options)
    ).one_or_none()
    if event is None:
        raise NotFound
    return event


def free_slug(wanted: str, *, event_id: int | None = None) -> str:
    """`wanted`, or with a number behind it when another event has or had that address."""
    own = event_id or 0
    taken = {
        *RESERVED_SLUGS,
        *db.session.scalars(
            select(Event.slug).where(Event.slug.startswith(wanted, autoescape=True), Event.id != own)
        ),
        *db.session.scalars(
            select(FormerSlug.slug).where(
                FormerSlug.slug.startswith(wanted, autoescape=True), FormerSlug.event_id != own
            )
        ),
    }
    if wanted not in taken:
        return wanted
    return next(slug for number in count(2) if (slug := f"{wanted}-{number}") not in taken)


def merged_into(model: type[NamedRow], code: str) -> str | None:
    """The code of the row that the one with this code has become part of; None for one that stands by itself."""
    return db.session.scalar(
        select(MergedCode.into_code).where(
            MergedCode.list_name == inspect(model).local_table.name, MergedCode.code == code
        )
    )


def lock_events_of_series(series_id: int) -> list[int]:
    """The ids of a series' events, which nobody changes or signs up for until this transaction ends; before its pool is
    locked, since events always come before pools."""
    return list(
        db.session.scalars(
            select(Event.id)
            .where(Event.series_id == series_id)
            .order_by(Event.id)
            .with_for_update(key_share=True)
        )
    )


def ended_event_ids(moment: datetime) -> list[int]:
    """The published events that are over at `moment`."""
    return list(
        db.session.scalars(
            select(Event.id)
            .where(Event.state == EventState.PUBLISHED, Event.last_ends_at <= moment)
            .order_by(Event.id)
        )
    )


def current_slug(former: str) -> str | None:
    """The address that an old one leads to, or None."""
    return db.session.scalar(
        select(Event.slug).join(FormerSlug, FormerSlug.event_id == Event.id).where(FormerSlug.slug == former)
    )
