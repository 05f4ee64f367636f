"""Calendars that staff subscribe to: making one, and who may read it."""

from collections.abc import Sequence

from flask_babel import gettext
from sqlalchemy import func, select

from eventsapp.accounts.models import CalendarScope, Reach, StaffCalendar, User
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.permissions import Permission
from eventsapp.core.secret_addresses import open_address, usable_name
from eventsapp.core.tokens import digest


def scopes_of(user: User) -> list[CalendarScope]:
    """Whose activities a user's calendars can show; a user who works with their own alone has no team to show."""
    has_team = user.team_id is not None and user.reach is not Reach.OWN
    return [CalendarScope.OWN, CalendarScope.TEAM] if has_team else [CalendarScope.OWN]


def staff_calendars_of(user: User) -> Sequence[StaffCalendar]:
    """The calendars of a user, oldest first."""
    return db.session.scalars(
        select(StaffCalendar)
        .where(StaffCalendar.user_id == user.id)
        .order_by(StaffCalendar.created_at, StaffCalendar.id)
    ).all()


def get_staff_calendar(calendar_id: int, user: User) -> StaffCalendar:
    """One of these, locked; raises NotFound."""
    found = db.session.scalars(
        select(StaffCalendar)
        .where(StaffCalendar.id == calendar_id, StaffCalendar.user_id == user.id)
        .with_for_update(of=StaffCalendar)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_staff_calendar(token: str) -> StaffCalendar | None:
    """The calendar whose address has this token, as long as its owner has an open account and may see what it shows."""
    found = db.session.scalars(
        select(StaffCalendar).where(StaffCalendar.token_digest == digest(token))
    ).one_or_none()
    if found is None or found.user.closed_at is not None or not found.user.may(Permission.VIEW_EVENTS):
        return None
    return found if found.scope in scopes_of(found.user) else None


def open_staff_calendar(user: User, name: str, scope: str, language: str) -> str:
    """Make one more calendar for a user; answers its token, which is nowhere else. Flushes. Raises DomainError."""
    if scope not in scopes_of(user):
        raise DomainError(gettext("Välj ett av alternativen."), "scope")
    number = db.session.scalar(select(func.count()).where(StaffCalendar.user_id == user.id)) or 0
    name = usable_name(name, number=number)
    return open_address(
        StaffCalendar(user_id=user.id, name=name, scope=CalendarScope(scope), language=language)
    )
