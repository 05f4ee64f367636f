"""Finding events, with what each page needs loaded along."""

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from eventsapp.accounts.models import Reach, User
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.permissions import Role
from eventsapp.events.models import PUBLIC_STATES, Event, FormerSlug

ONE_EVENT: tuple[ORMOption, ...] = (
    joinedload(Event.kind),
    joinedload(Event.municipality),
    joinedload(Event.organiser),
    joinedload(Event.series),
    selectinload(Event.occasions),
)
"""What nearly every page about one event shows."""


def visible_to(user: User) -> ColumnElement[bool]:
    """The condition that leaves the events that `rules.may_view` lets this user see."""
    if user.role is Role.ADMINISTRATOR or user.reach is Reach.ALL:
        return true()
    own = Event.responsible_id == user.id
    if user.reach is Reach.TEAM and user.team_id is not None:
        return or_(own, Event.team_id == user.team_id)
    return own


def get_event(event_id: int, *options: ORMOption) -> Event:
    """One event by id, with ONE_EVENT loaded; raises NotFound."""
    event = db.session.scalars(
        select(Event).where(Event.id == event_id).options(*ONE_EVENT, *options)
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


def current_slug(former: str) -> str | None:
    """The address that an old one leads to, or None."""
    return db.session.scalar(
        select(Event.slug).join(FormerSlug, FormerSlug.event_id == Event.id).where(FormerSlug.slug == former)
    )
