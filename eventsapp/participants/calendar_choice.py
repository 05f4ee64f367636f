"""How what an address is registered for comes into its calendar: by invitation, by subscription, or not at all."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.participants.models import CalendarChoice, CalendarWay


def chosen_way(email_key: str) -> CalendarWay:
    """What an address has chosen; the invitation where it has chosen nothing."""
    way = db.session.scalar(select(CalendarChoice.way).where(CalendarChoice.email_key == email_key))
    return way or CalendarWay.INVITATION


def choose_way(email_key: str, way: CalendarWay) -> None:
    """Keep what an address has chosen, for the letters to come; of two at the same moment the later holds."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {"way": way, "chosen_at": now()}
    db.session.execute(
        insert(CalendarChoice)
        .values(email_key=email_key, **values)
        .on_conflict_do_update(index_elements=["email_key"], set_=values)
    )


def _is_another_way() -> ColumnElement[bool]:
    return CalendarChoice.way != CalendarWay.INVITATION


def prefers_no_invitation(email_key: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """For a statement about addresses: whether another way than the invitation was chosen."""
    return exists().where(CalendarChoice.email_key == email_key, _is_another_way())


def preferring_no_invitation(email_keys: Sequence[str]) -> set[str]:
    """Those of many addresses that have chosen another way than the invitation, in one statement."""
    return set(
        db.session.scalars(
            select(CalendarChoice.email_key).where(
                CalendarChoice.email_key.in_(email_keys), _is_another_way()
            )
        )
    )
