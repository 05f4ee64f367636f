"""Addresses that whoever has them may read by, as calendars are subscribed to: one for each program, shown once.

The database holds only the digest of the token. Rooms mix the columns into tables of their own, which say whose they are.
"""

from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import String, update
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.clock import now
from eventsapp.core.db import UtcDateTime, db
from eventsapp.core.errors import DomainError
from eventsapp.core.text import clean_line
from eventsapp.core.tokens import digest, new_token

MOST_ADDRESSES = 10
"""More than anybody has devices; each is a copy of what one does, somewhere else."""
LONGEST_NAME = 60
_STAMP_EVERY = timedelta(hours=1)


class SecretAddress:
    """What each of them has, whosever it is."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    """What its owner calls it, so as to know which program reads it: "Telefonen"."""
    language: Mapped[str] = mapped_column(String(2))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """At most an hour behind."""


def usable_name(name: str, *, number: int) -> str:
    """The name of one more, whose owner has `number` already. Raises DomainError at "name"."""
    name = clean_line(name)
    if not name:
        raise DomainError(gettext("Skriv ett namn, till exempel Telefonen."), "name")
    if len(name) > LONGEST_NAME:
        raise DomainError(gettext("Skriv högst %(number)d tecken.", number=LONGEST_NAME), "name")
    if number >= MOST_ADDRESSES:
        raise DomainError(
            gettext("Du har redan %(number)d prenumerationer. Stäng en först.", number=number), "name"
        )
    return name


def renew(address: SecretAddress) -> str:
    """Give it another token, the first or the next; the one before is dead at once. Answers the token, which is nowhere
    else. Flushes."""
    token = new_token()
    address.token_digest = digest(token)
    address.last_fetched_at = None
    db.session.flush()
    return token


def open_address(address: SecretAddress) -> str:
    """Begin a new one; answers its token, which is nowhere else. Flushes."""
    address.created_at = now()
    db.session.add(address)
    return renew(address)


def close(address: SecretAddress) -> None:
    """Let nobody read by it any more; flushes."""
    db.session.delete(address)
    db.session.flush()


def should_note(address: SecretAddress, moment: datetime) -> bool:
    """Whether it is an hour since it was noted that something was fetched."""
    return address.last_fetched_at is None or moment - address.last_fetched_at >= _STAMP_EVERY


def note_fetched(model: type[SecretAddress], address_id: int, moment: datetime) -> None:
    """Note when something was fetched last."""
    db.session.execute(update(model).where(model.id == address_id).values(last_fetched_at=moment))
