"""Two topics, or two target groups, that become one."""

from typing import cast

from flask_babel import gettext
from sqlalchemy import delete, func, insert, select, update

from eventsapp.audit.operations import record
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.events.list_operations import follow_name
from eventsapp.events.lists import ListName, Row
from eventsapp.events.models import Event, MergedCode, event_target_groups, event_topics

MERGEABLE = {
    ListName.TOPICS: (event_topics, "topic_id"),
    ListName.TARGET_GROUPS: (event_target_groups, "target_group_id"),
}
"""The lists of which an activity has any number; a kind or a series cannot be two at once."""


def rows_to_merge_into(name: ListName, row: Row) -> list[Row]:
    """The rows that `row` could become one with, by name."""
    others = (
        select(name.model)
        .where(name.model.id != row.id, name.model.is_retired.is_(False))
        .order_by(name.model.sort_key, name.model.id)
    )
    return cast(list[Row], list(db.session.scalars(others)))


def merge_row(name: ListName, row: Row, into: Row, *, actor: Actor) -> int:
    """Give every activity that has `row` the other instead, and retire `row`; answers how many activities; flushes.

    The old code goes on to find them, in lists, archives and calendars. Raises DomainError for rows that cannot be one.
    """
    _lock(name, row, into)
    if name not in MERGEABLE or into is row or row.is_retired or into.is_retired:
        raise DomainError(gettext("De kan inte slås ihop."), "into")
    table, column = MERGEABLE[name]
    having = select(table.c.event_id).where(table.c[column] == row.id)
    number = db.session.scalar(select(func.count()).select_from(having.subquery())) or 0
    # Whoever has an editor open has the old row in it, so their saving must be refused.
    db.session.execute(
        update(Event)
        .where(Event.id.in_(having))
        .values(version=Event.version + 1, changed_at=now())
        .execution_options(synchronize_session=False)
    )
    both = select(table.c.event_id).where(table.c[column] == into.id)
    db.session.execute(delete(table).where(table.c[column] == row.id, table.c.event_id.in_(both)))
    db.session.execute(update(table).where(table.c[column] == row.id).values({column: into.id}))
    _lead_on(name, row.code, into.code)
    row.is_retired = True
    db.session.flush()
    record("list.merged", name.value, row.id, actor=actor, changes={"name_sv": [row.name_sv, into.name_sv]})
    record("list.merged", name.value, into.id, actor=actor, changes={"name_sv": [row.name_sv, into.name_sv]})
    follow_name(name, into)
    return number


def _lock(name: ListName, *rows: Row) -> None:
    """As they are now: somebody else may be merging one of them at this moment."""
    ids = [row.id for row in rows]
    db.session.scalars(
        select(name.model)
        .where(name.model.id.in_(ids))
        .order_by(name.model.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _lead_on(name: ListName, code: str, into_code: str) -> None:
    """From the code, and from the codes that led to it."""
    list_name = name.model.__tablename__
    db.session.execute(
        update(MergedCode)
        .where(MergedCode.list_name == list_name, MergedCode.into_code == code)
        .values(into_code=into_code)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(insert(MergedCode).values(list_name=list_name, code=code, into_code=into_code))
