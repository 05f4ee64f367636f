"""Calendars of one's own that are subscribed to: making one, giving it another address, closing it, and who may read it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import func, select, update

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.text import clean_line
from eventsapp.core.tokens import digest, new_token
from eventsapp.participants.models import CalendarLink

MOST_CALENDARS = 10
"""More than anybody has devices; each is a copy of what one does, somewhere else."""
LONGEST_NAME = 60
_STAMP_EVERY = timedelta(hours=1)


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
    name = clean_line(name)
    if not name:
        raise DomainError(gettext("Skriv ett namn, till exempel Telefonen."), "name")
    if len(name) > LONGEST_NAME:
        raise DomainError(gettext("Skriv högst %(number)d tecken.", number=LONGEST_NAME), "name")
    number = db.session.scalar(select(func.count()).where(CalendarLink.email_key == email_key)) or 0
    if number >= MOST_CALENDARS:
        raise DomainError(
            gettext("Du har redan %(number)d prenumerationer. Stäng en först.", number=number), "name"
        )
    token = new_token()
    db.session.add(
        CalendarLink(
            email_key=email_key, name=name, language=language, token_digest=digest(token), created_at=now()
        )
    )
    db.session.flush()
    return token


def renew_calendar(calendar: CalendarLink) -> str:
    """Give a calendar another address; the one before is dead at once. Answers the token, which is nowhere else. Flushes."""
    token = new_token()
    calendar.token_digest = digest(token)
    calendar.last_fetched_at = None
    db.session.flush()
    return token


def close_calendar(calendar: CalendarLink) -> None:
    """Let nobody read a calendar any more; flushes."""
    db.session.delete(calendar)
    db.session.flush()


def should_note(calendar: CalendarLink, moment: datetime) -> bool:
    """Whether it is an hour since it was noted that a calendar was fetched."""
    return calendar.last_fetched_at is None or moment - calendar.last_fetched_at >= _STAMP_EVERY


def note_fetched(calendar_id: int, moment: datetime) -> None:
    """Note when a calendar was fetched last."""
    db.session.execute(
        update(CalendarLink).where(CalendarLink.id == calendar_id).values(last_fetched_at=moment)
    )
