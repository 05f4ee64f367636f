"""What one can choose in the filters, and what the codes in an address mean; one statement each."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, literal, null, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute

from eventsapp.core.db import db
from eventsapp.core.i18n import language
from eventsapp.events.filters import CODED_FILTERS, EventFilter
from eventsapp.events.models import (
    Event,
    EventKind,
    NamedRow,
    Series,
    TargetGroup,
    Topic,
    event_co_organisers,
    event_target_groups,
    event_topics,
)
from eventsapp.organisations.models import County, Municipality, Organisation


@dataclass(frozen=True)
class Choice:
    """One value of a filter. `short_name` is how a county is called without its "län"."""

    name: str
    code: str
    label: str
    short_name: str


@dataclass(frozen=True)
class FilterChoices:
    """What the filters offer, in the order that lists have."""

    choices: tuple[Choice, ...]

    def of(self, name: str) -> list[Choice]:
        """The choices of one filter."""
        return [choice for choice in self.choices if choice.name == name]

    @property
    def labels(self) -> dict[tuple[str, str], str]:
        """Each pair of filter name and code → what it is called."""
        return {(choice.name, choice.code): choice.label for choice in self.choices}


_NAMED: dict[str, type[NamedRow]] = {
    "typ": EventKind,
    "malgrupp": TargetGroup,
    "amne": Topic,
    "serie": Series,
}
_CODES: dict[str, InstrumentedAttribute[str]] = {
    "typ": EventKind.code,
    "lan": County.code,
    "kommun": Municipality.code,
    "malgrupp": TargetGroup.code,
    "amne": Topic.code,
    "arrangor": Organisation.code,
    "serie": Series.code,
}


def find_choices(scope: ColumnElement[bool], selection: EventFilter) -> FilterChoices:
    """What to offer for the events in `scope`: what at least one of them has, and what is chosen already.

    Counties are offered whole, since one chooses among them as on a map; municipalities only in the chosen counties.
    """
    events = (
        select(Event.id, Event.kind_id, Event.series_id, Event.organiser_id, Event.municipality_code)
        .where(scope)
        .cte("events_in_scope")
    )
    of_events = select(events.c.id)
    together = select(event_co_organisers.c.organisation_id).where(
        event_co_organisers.c.event_id.in_(of_events)
    )
    groups = select(event_target_groups.c.target_group_id).where(
        event_target_groups.c.event_id.in_(of_events)
    )
    topics = select(event_topics.c.topic_id).where(event_topics.c.event_id.in_(of_events))
    in_counties = Municipality.county_code.in_(selection.lan) if selection.lan else true()
    used: dict[str, ColumnElement[bool]] = {
        "typ": EventKind.id.in_(select(events.c.kind_id)),
        "lan": true(),
        "kommun": and_(Municipality.code.in_(select(events.c.municipality_code)), in_counties),
        "malgrupp": TargetGroup.id.in_(groups),
        "amne": Topic.id.in_(topics),
        "arrangor": or_(Organisation.id.in_(select(events.c.organiser_id)), Organisation.id.in_(together)),
        "serie": Series.id.in_(select(events.c.series_id)),
    }
    rows = [
        _rows(name).where(or_(condition, _CODES[name].in_(getattr(selection, name))))
        for name, condition in used.items()
    ]
    found = db.session.execute(union_all(*rows).order_by("filter", "position", "sort_key"))
    return FilterChoices(
        tuple(
            Choice(row.filter, row.code, label_of_row(row.name_sv, row.name_en), row.short_name)
            for row in found
        )
    )


def chosen_rows(selection: EventFilter) -> list[Select[*tuple[Any, ...]]]:
    """Selects of the rows that the codes of a selection mean, with the columns `filter`, `code`, `name_sv` and
    `name_en`, for a `union_all`. There is always one, so that a higher room can ask for more in the same statement."""
    chosen = [
        _rows(name).where(_CODES[name].in_(codes))
        for name in CODED_FILTERS
        if (codes := getattr(selection, name))
    ]
    return chosen or [_rows("lan").where(false())]


def label_of_row(name_sv: str, name_en: str | None) -> str:
    """The name of a row in the current language."""
    return (name_en if language() == "en" else None) or name_sv


def _rows(name: str) -> Select[*tuple[Any, ...]]:
    filter_ = literal(name).label("filter")
    nothing = literal("").label("short_name")
    first = literal(0).label("position")
    if name == "lan":
        return select(
            filter_, County.code, County.name_sv, County.name_en, County.short_name, first, County.sort_key
        )
    if name == "kommun":
        town = Municipality.name
        return select(
            filter_,
            Municipality.code,
            town.label("name_sv"),
            null().label("name_en"),
            nothing,
            first,
            Municipality.sort_key,
        )
    if name == "arrangor":
        return select(
            filter_,
            Organisation.code,
            Organisation.name_sv,
            Organisation.name_en,
            nothing,
            first,
            Organisation.sort_key,
        )
    model = _NAMED[name]
    position = EventKind.position if name == "typ" else first
    return select(filter_, model.code, model.name_sv, model.name_en, nothing, position, model.sort_key)
