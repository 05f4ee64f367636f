"""Runs migrations on the database of the settings, in one transaction on both databases."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import String

from eventsapp.core.db import EnumText, TransactionMode, UtcDateTime, db, set_transaction_mode


def render_item(kind: str, thing: Any, autogen_context: Any) -> str | bool:
    """Write our own column types as the plain ones they are stored as, so that a migration never needs our code."""
    if kind == "type" and isinstance(thing, EnumText):
        return f"sa.String(length={thing.impl.length})"
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(
    _context: Any, _inspected: Any, _metadata: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """Our own types are the same as what they are stored as; others are compared as usual."""
    if isinstance(metadata_type, EnumText):
        return not (isinstance(inspected_type, String) and inspected_type.length == metadata_type.impl.length)
    if isinstance(metadata_type, UtcDateTime):
        return False
    return None


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """The tables of the queue, which may live in the same PostgreSQL database, are Huey's own."""
    return not (kind == "table" and reflected and (name or "").startswith("huey_"))


def run_migrations() -> None:
    options = dict(current_app.extensions["migrate"].configure_args)
    set_transaction_mode(TransactionMode.WRITE)
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            compare_type=compare_type,
            include_object=include_object,
            **{name: value for name, value in options.items() if name != "compare_type"},
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
