"""Selections whose address is longer than calendars take, under a code.

Google drops addresses of more than 256 characters without a word. The code is made of the selection, so that the same
selection always has the same short address and nobody has to look for a free one.
"""

import hashlib
from base64 import b32encode
from datetime import datetime
from urllib.parse import parse_qsl

from flask_babel import gettext
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.datastructures import MultiDict

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.throttle import count_attempt
from eventsapp.events.filters import EventFilter
from eventsapp.feeds.models import ShortAddress

PER_HOUR = 60
"""A whole municipality may share one address, so the limit only stops a flood."""


def code_of(selection: EventFilter) -> str:
    """What stands for a selection in a short address: 16 letters and digits, 80 bits."""
    return b32encode(hashlib.sha256(selection.to_query().encode()).digest()[:10]).decode().lower()


def find_short_address(selection: EventFilter) -> str | None:
    """The code of a selection that somebody has asked to shorten."""
    found = db.session.get(ShortAddress, code_of(selection))
    return found.code if found else None


def selection_of(code: str) -> EventFilter | None:
    """What a code stands for, or None for one that nobody made."""
    found = db.session.get(ShortAddress, code)
    return EventFilter.from_args(MultiDict(parse_qsl(found.query)), strict=True) if found else None


def shorten(selection: EventFilter, *, client: str, now: datetime) -> str:
    """Keep a selection under its code, which it answers; the same again does no harm.

    Raises DomainError when `client` has asked for very many.
    """
    if count_attempt("feeds.shorten", client, minutes=60, now=now) > PER_HOUR:
        raise DomainError(
            gettext("Det har gjorts ovanligt många korta adresser härifrån. Försök igen om en timme.")
        )
    code = code_of(selection)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(ShortAddress)
        .values(code=code, query=selection.to_query(), created_at=now)
        .on_conflict_do_nothing()
    )
    return code
