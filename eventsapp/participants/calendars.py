"""Calendars of one's own that are subscribed to: making one, and who may read it."""

from collections.abc import Sequence

from sqlalchemy import func, select

from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.secret_addresses import open_address, usable_name
from eventsapp.core.tokens import digest
from eventsapp.participants.models import CalendarLink


def calendars_of(email_key: str) -> Sequence[CalendarLink]:
    """The calendars of an address, oldest first."""
    return db.session.scalars(
        select(CalendarLink)
        .where(CalendarLink.email_key == email_key, CalendarLink.email_key != "")
        .order_by(CalendarLink.created_at, CalendarLink.id)
    ).all()


def get_calendar(calendar_id: int, email_key: str) -> CalendarLink:
    """One of these, locked; raises NotFound."""
    found = db.session.scalars(
        select(CalendarLink)
        .where(CalendarLink.id == calendar_id, CalendarLink.email_key == email_key)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_calendar(token: str) -> CalendarLink | None:
    """The calendar whose address has this token."""
    return db.session.scalars(
        select(CalendarLink).where(CalendarLink.token_digest == digest(token))
    ).one_or_none()


def open_calendar(email_key: str, name: str, language: str) -> str:
    """Make one more calendar for an address; answers its token, which is nowhere else. Flushes. Raises DomainError."""
    number = db.session.scalar(select(func.count()).where(CalendarLink.email_key == email_key)) or 0
    name = usable_name(name, number=number)
    return open_address(CalendarLink(email_key=email_key, name=name, language=language))
