"""What calendars behind a secret address have in common when a program fetches them."""

from datetime import datetime

from flask import Response
from sqlalchemy.exc import OperationalError

from eventsapp.core.db import db, writing
from eventsapp.core.secret_addresses import SecretAddress, note_fetched, should_note


def not_found() -> Response:
    """An address that is closed or never was; short, since a program reads it."""
    return Response("404\n", 404, content_type="text/plain; charset=utf-8")


def note_fetch(address: SecretAddress, moment: datetime) -> None:
    """Note at most once an hour that it was fetched: the one thing that a GET writes.

    It can wait where the database is busy; whoever asks for their calendar cannot. Everything else must have been read.
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
