"""What programs are answered that fetch a calendar, above all one behind a secret address."""

from collections.abc import Iterable
from datetime import datetime

from flask import Response, g
from sqlalchemy.exc import OperationalError

from eventsapp.core.db import db, writing
from eventsapp.core.errors import DomainError
from eventsapp.core.secret_addresses import SecretAddress, note_fetched, should_note
from eventsapp.rendering.calendar import CALENDAR_TYPE, CalendarEntry, etag_of, render_calendar
from eventsapp.web.cacheable import cacheable

_SHORT = "text/plain; charset=utf-8"


def not_found() -> Response:
    """An address that is closed or never was; short, since a program reads it."""
    return Response("404\n", 404, content_type=_SHORT)


def not_understood(error: DomainError) -> Response:
    """An address that asks for what there is not, in a plain sentence; an empty calendar would look right."""
    return Response(f"{error.message}\n", 400, content_type=_SHORT)


def calendar_disposition() -> str:
    """The name of a calendar's file, in letters that every program can read."""
    return f'inline; filename="{"kalender" if g.lang == "sv" else "calendar"}.ics"'


def secret_calendar(
    address: SecretAddress, entries: Iterable[CalendarEntry], *, name: str, moment: datetime
) -> Response:
    """The calendar behind a secret address, for the one who has it; everything else must have been read.

    It has no time of its last change: what has left it leaves none behind.
    """
    content = render_calendar(entries, name=name, language=address.language)
    _note_fetch(address, moment)
    return cacheable(
        content,
        content_type=CALENDAR_TYPE,
        etag=etag_of(content),
        last_modified=None,
        disposition=calendar_disposition(),
        is_private=True,
    )


def _note_fetch(address: SecretAddress, moment: datetime) -> None:
    """Note at most once an hour that it was fetched: the one thing that a GET writes.

    It can wait where the database is busy; whoever asks for their calendar cannot.
    """
    if not should_note(address, moment):
        return
    model, address_id = type(address), address.id
    db.session.rollback()
    with writing():
        try:
            note_fetched(model, address_id, moment)
            db.session.commit()
        except OperationalError:
            db.session.rollback()
