"""One number that rises with every change of what the public pages and feeds are made of.

Ten thousand calendars ask every hour whether anything is new. One row answers, however many events there are.
"""

from datetime import datetime

from sqlalchemy import bindparam, event, select, text
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction, UOWTransaction, mapped_column

from eventsapp.core.clock import now
from eventsapp.core.db import Base, UtcDateTime, db, read_number
from eventsapp.events.models import Event, NamedRow, Occasion
from eventsapp.organisations.models import County, Municipality, Organisation

_SHOWN = (Event, Occasion, NamedRow, Organisation, County, Municipality)
"""What the entries, their filters and the filters' names are made of."""
_CHANGED = "public_data_changed"
# Both databases know this form, and it makes the row when it is missing.
_RAISE = text(
    "INSERT INTO public_data (id, version, changed_at) VALUES (1, 1, :moment)"
    " ON CONFLICT (id) DO UPDATE SET version = public_data.version + 1, changed_at = excluded.changed_at"
).bindparams(bindparam("moment", type_=UtcDateTime()))


class PublicData(Base):
    """How new the data of public pages is: a single row, whose id is 1."""

    __tablename__ = "public_data"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime())


def public_version() -> int:
    """The number as it is now; 0 when nothing has ever been published. One statement, outside the session."""
    try:
        found = read_number("SELECT version FROM public_data WHERE id = 1")
    except db.engine.dialect.dbapi.Error:  # type: ignore[union-attr]
        # A connection that broke while it lay in the pool; the session knows how to get another.
        found = db.session.scalars(select(PublicData.version)).first()
    return found or 0


def _see_flush(session: Session, _flush: UOWTransaction, _instances: object) -> None:
    if any(isinstance(row, _SHOWN) for row in (*session.new, *session.deleted)) or any(
        isinstance(row, _SHOWN) and session.is_modified(row) for row in session.dirty
    ):
        session.info[_CHANGED] = True


def _see_statement(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    if issubclass(state.bind_mapper.class_, _SHOWN):
        state.session.info[_CHANGED] = True


def raise_public_version(session: Session) -> None:
    """Just before the commit: whoever changes several events must not wait for this row while holding another."""
    if session.in_nested_transaction():
        return
    session.flush()
    if session.info.pop(_CHANGED, False):
        session.execute(_RAISE, {"moment": now()})


def _forget(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_CHANGED, None)


event.listen(db.session, "before_flush", _see_flush)
event.listen(db.session, "do_orm_execute", _see_statement)
event.listen(db.session, "before_commit", raise_public_version)
event.listen(db.session, "after_soft_rollback", _forget)
