"""The lists that activities are described with, and that administrators look after."""

from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from flask_babel import gettext
from sqlalchemy import Select, func, select

from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.events.models import (
    Event,
    EventKind,
    Series,
    TargetGroup,
    Topic,
    event_target_groups,
    event_topics,
)

Row = EventKind | TargetGroup | Topic | Series


class Colour(StrEnum):
    """The colours that a kind can have; colour never stands alone, the name is always beside it."""

    SPRUCE = "spruce"
    VIOLET = "violet"
    SKY = "sky"
    AMBER = "amber"
    ROSE = "rose"
    NEUTRAL = "neutral"

    @property
    def label(self) -> str:
        return {
            "spruce": gettext("Grangrön"),
            "violet": gettext("Lila"),
            "sky": gettext("Blå"),
            "amber": gettext("Gul"),
            "rose": gettext("Röd"),
            "neutral": gettext("Grå"),
        }[self.value]


class ListName(StrEnum):
    """Which list, as the address says it."""

    KINDS = "typer"
    TARGET_GROUPS = "malgrupper"
    TOPICS = "amnen"
    SERIES = "serier"

    @property
    def label(self) -> str:
        return {
            "typer": gettext("Typer av aktiviteter"),
            "malgrupper": gettext("Målgrupper"),
            "amnen": gettext("Ämnen"),
            "serier": gettext("Serier"),
        }[self.value]

    @property
    def model(self) -> type[Row]:
        models: dict[str, type[Row]] = {
            "typer": EventKind,
            "malgrupper": TargetGroup,
            "amnen": Topic,
            "serier": Series,
        }
        return models[self.value]

    def events_with(self, row_id: int) -> Select[int]:
        """The ids of the events that have a row."""
        if self is ListName.KINDS:
            return select(Event.id).where(Event.kind_id == row_id)
        if self is ListName.SERIES:
            return select(Event.id).where(Event.series_id == row_id)
        if self is ListName.TOPICS:
            return select(event_topics.c.event_id).where(event_topics.c.topic_id == row_id)
        return select(event_target_groups.c.event_id).where(event_target_groups.c.target_group_id == row_id)


@dataclass(frozen=True)
class ListRow:
    """A row of a list with how many activities have it."""

    row: Row
    events: int


def get_list(name: str) -> ListName:
    """The list of an address; raises NotFound."""
    if name not in set(ListName):
        raise NotFound
    return ListName(name)


def rows_of_list(name: ListName) -> list[ListRow]:
    """Every row of a list, the retired ones last, with how many activities have it; two statements."""
    counts = _counts(name)
    rows = _all_rows(name)
    if name is ListName.KINDS:
        rows.sort(key=lambda row: getattr(row, "position", 0))
    return [ListRow(row, counts.get(row.id, 0)) for row in sorted(rows, key=lambda row: row.is_retired)]


def get_row(name: ListName, row_id: int) -> Row:
    """One row of a list; raises NotFound."""
    row = db.session.get(name.model, row_id)
    if row is None:
        raise NotFound
    return cast(Row, row)


def find_row_by_name(name: ListName, wanted: str) -> Row | None:
    """The row that has this Swedish name, whatever its capitals."""
    return next((row for row in _all_rows(name) if row.name_sv.casefold() == wanted.casefold()), None)


def taken_codes(name: ListName) -> set[str]:
    """Every code of a list, also of retired rows."""
    return set(db.session.scalars(select(name.model.code)))


def _all_rows(name: ListName) -> list[Row]:
    rows = db.session.scalars(select(name.model).order_by(name.model.sort_key, name.model.id))
    return cast(list[Row], list(rows))


def _counts(name: ListName) -> dict[int, int]:
    columns = {
        ListName.KINDS: Event.kind_id,
        ListName.SERIES: Event.series_id,
        ListName.TOPICS: event_topics.c.topic_id,
        ListName.TARGET_GROUPS: event_target_groups.c.target_group_id,
    }
    column = columns[name]
    rows = db.session.execute(select(column, func.count()).where(column.is_not(None)).group_by(column))
    return {row_id: number for row_id, number in rows if row_id is not None}
