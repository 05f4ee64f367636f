"""Which events one asks for: the same filters under the same names in the list, the archive and the feeds."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, Table, and_, inspect, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.datastructures import MultiDict

from eventsapp.core.clock import swedish_midnight
from eventsapp.core.errors import DomainError
from eventsapp.core.text import clean_line, like_pattern, search_words
from eventsapp.events.models import (
    PUBLIC_STATES,
    Event,
    EventFormat,
    EventKind,
    EventLanguage,
    EventState,
    MergedCode,
    NamedRow,
    Occasion,
    Series,
    TargetGroup,
    Topic,
    event_co_organisers,
    event_counties,
    event_target_groups,
    event_topics,
)
from eventsapp.organisations.models import Municipality, Organisation

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_MOST_VALUES = 50
_LONGEST_SEARCH = 200


class UnknownFilter(DomainError):
    """The address asks for something that no filter knows."""


class FilterForm(StrEnum):
    """How one takes part, as an address says it; an activity with both is found by either."""

    ONSITE = "plats"
    ONLINE = "digitalt"

    @property
    def label(self) -> str:
        return {"plats": gettext("På plats"), "digitalt": gettext("Digitalt")}[self.value]

    @property
    def formats(self) -> tuple[EventFormat, ...]:
        own = EventFormat.ONSITE if self is FilterForm.ONSITE else EventFormat.ONLINE
        return (own, EventFormat.HYBRID)


@dataclass(frozen=True)
class EventFilter:
    """A selection of events. Values of one filter are alternatives; several filters must all fit.

    Equal selections are equal objects: values are sorted and unique, the words of `q` casefolded.
    """

    typ: tuple[str, ...] = ()
    lan: tuple[str, ...] = ()
    kommun: tuple[str, ...] = ()
    malgrupp: tuple[str, ...] = ()
    amne: tuple[str, ...] = ()
    arrangor: tuple[str, ...] = ()
    serie: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    sprak: tuple[str, ...] = ()
    q: tuple[str, ...] = ()

    @classmethod
    def from_args(cls, args: MultiDict[str, str], *, strict: bool = False) -> "EventFilter":
        """The selection that the query of an address asks for.

        What cannot be a filter or a value is left out, or with `strict` raises UnknownFilter, since a subscriber
        would otherwise get a whole calendar where a part was meant.
        """
        chosen: dict[str, tuple[str, ...]] = {}
        for name, values in args.lists():
            given = [value for value in map(clean_line, values) if value]
            if name not in FILTER_NAMES:
                if strict:
                    raise UnknownFilter(gettext("Filtret %(name)s finns inte.", name=clean_line(name)[:40]))
            elif name == "q":
                words = search_words(" ".join(given)[:_LONGEST_SEARCH])
                chosen["q"] = tuple(sorted(set(words)))
            else:
                chosen[name] = _usable(name, given, strict=strict)
        if len(chosen.get("form", ())) == len(FilterForm):
            chosen["form"] = ()
        return cls(**chosen)

    @property
    def is_empty(self) -> bool:
        """Whether every event fits."""
        return self == EventFilter()

    def pairs(self) -> list[tuple[str, str]]:
        """Every filter with each of its values, in the order of the names; the search is one value."""
        found = [(name, value) for name in FILTER_NAMES if name != "q" for value in getattr(self, name)]
        return [*found, ("q", " ".join(self.q))] if self.q else found

    def values(self) -> dict[str, list[str]]:
        """The filters as `url_for` takes them."""
        values: dict[str, list[str]] = {}
        for name, value in self.pairs():
            values.setdefault(name, []).append(value)
        return values

    def to_query(self) -> str:
        """The query of an address, without its question mark; the same selection always gives the same one."""
        return urlencode(self.pairs())

    def without(self, name: str, value: str = "") -> "EventFilter":
        """The selection without one value of a filter, or without the whole filter."""
        kept = tuple(kept for kept in getattr(self, name) if value and name != "q" and kept != value)
        return replace(self, **{name: kept})

    def unknown_to(self, known: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
        """The values that are not among the `known` pairs of filter name and code."""
        return [pair for pair in self.pairs() if pair[0] in CODED_FILTERS and pair not in known]

    def only_known(self, known: Collection[tuple[str, str]]) -> "EventFilter":
        """The selection without the values that nobody knows."""
        selection = self
        for name, value in self.unknown_to(known):
            selection = selection.without(name, value)
        return selection

    def require_known(self, known: Collection[tuple[str, str]]) -> None:
        """Raise UnknownFilter for a value that nobody knows."""
        for name, value in self.unknown_to(known):
            raise _unknown_value(name, value)

    def in_words(self, labels: Mapping[tuple[str, str], str]) -> str:
        """ "Utbildningsdag eller Konferens, Västerbottens län": for headings and names of calendars; "" when empty.

        `labels` names the codes, by pairs of filter name and code.
        """
        parts = [
            _alternatives([self.label_of(name, value, labels) for value in getattr(self, name)])
            for name in FILTER_NAMES
            if name != "q" and getattr(self, name)
        ]
        if self.q:
            parts.append(self.label_of("q", " ".join(self.q), labels))
        return ", ".join(parts)

    @staticmethod
    def label_of(name: str, value: str, labels: Mapping[tuple[str, str], str]) -> str:
        """One value of a filter in words."""
        if name == "q":
            return gettext("sökning ”%(words)s”", words=value)
        if name == "form":
            return FilterForm(value).label
        if name == "sprak":
            return EventLanguage(value).label
        return labels.get((name, value), value)

    def conditions(self, *, leave_out: str = "") -> list[ColumnElement[bool]]:
        """What an event must fulfil, all of it; `leave_out` names a filter that does not count."""
        makers = {
            "typ": lambda codes: Event.kind_id.in_(_ids(EventKind, codes)),
            "lan": _in_counties,
            "kommun": Event.municipality_code.in_,
            "malgrupp": lambda codes: _linked(event_target_groups, "target_group_id", TargetGroup, codes),
            "amne": lambda codes: _linked(event_topics, "topic_id", Topic, codes),
            "arrangor": _arranged_by,
            "serie": lambda codes: Event.series_id.in_(_ids(Series, codes)),
            "form": _taking_part,
            "sprak": lambda codes: Event.language.in_([EventLanguage(code) for code in codes]),
            "q": _has_words,
        }
        return [
            make(getattr(self, name))
            for name, make in makers.items()
            if name != leave_out and getattr(self, name)
        ]


FILTER_NAMES = tuple(field.name for field in fields(EventFilter))
"""The names of the filters, in the order that addresses have them."""
CODED_FILTERS = ("typ", "lan", "kommun", "malgrupp", "amne", "arrangor", "serie")
"""The filters whose values are codes of rows."""


def coming(now: datetime) -> ColumnElement[bool]:
    """Public events that are not over, and those open without a date."""
    return and_(
        Event.state.in_([state for state in PUBLIC_STATES if state is not EventState.COMPLETED]),
        or_(Event.last_ends_at > now, Event.last_ends_at.is_(None)),
    )


def bygone(now: datetime) -> ColumnElement[bool]:
    """Public events that are over: those that are not coming."""
    return and_(
        Event.state.in_(PUBLIC_STATES), or_(Event.state == EventState.COMPLETED, Event.last_ends_at <= now)
    )


def on_days(first: date, last: date) -> ColumnElement[bool]:
    """Occasions that touch the Swedish days from `first` to `last`."""
    return and_(
        Occasion.starts_at < swedish_midnight(last + timedelta(days=1)),
        Occasion.ends_at > swedish_midnight(first),
    )


def _usable(name: str, values: Iterable[str], *, strict: bool) -> tuple[str, ...]:
    allowed: dict[str, list[str]] = {"form": list(FilterForm), "sprak": list(EventLanguage)}
    usable = {
        value for value in values if (value in allowed[name] if name in allowed else _CODE.fullmatch(value))
    }
    if strict:
        for value in values:
            if value not in usable:
                raise _unknown_value(name, value)
        if len(usable) > _MOST_VALUES:
            raise UnknownFilter(gettext("Filtret %(name)s har för många värden.", name=name))
    return tuple(sorted(usable)[:_MOST_VALUES])


def _unknown_value(name: str, value: str) -> UnknownFilter:
    return UnknownFilter(
        gettext("Filtret %(name)s kan inte ha värdet %(value)s.", name=name, value=value[:80])
    )


def _alternatives(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s eller %(last)s", first=", ".join(words[:-1]), last=words[-1])


def _ids(model: type[NamedRow], codes: Collection[str]) -> Select[int]:
    return select(model.id).where(model.code.in_(codes))


def _linked(table: Table, column: str, model: type[NamedRow], codes: Collection[str]) -> ColumnElement[bool]:
    """What was merged into another is found under its old code too: a subscription never dies."""
    newer = select(MergedCode.into_code).where(
        MergedCode.list_name == inspect(model).local_table.name, MergedCode.code.in_(codes)
    )
    found = (
        select(table.c.event_id)
        .join(model, model.id == table.c[column])
        .where(or_(model.code.in_(codes), model.code.in_(newer)))
    )
    return Event.id.in_(found)


def _in_counties(codes: Collection[str]) -> ColumnElement[bool]:
    """Said of the event itself, or told by the municipality where it is."""
    towns = select(Municipality.code).where(Municipality.county_code.in_(codes))
    named = select(event_counties.c.event_id).where(event_counties.c.county_code.in_(codes))
    return or_(Event.municipality_code.in_(towns), Event.id.in_(named))


def _arranged_by(codes: Collection[str]) -> ColumnElement[bool]:
    organisations = select(Organisation.id).where(Organisation.code.in_(codes))
    together = select(event_co_organisers.c.event_id).where(
        event_co_organisers.c.organisation_id.in_(organisations)
    )
    return or_(Event.organiser_id.in_(organisations), Event.id.in_(together))


def _taking_part(forms: Collection[str]) -> ColumnElement[bool]:
    return Event.format.in_({format_ for form in forms for format_ in FilterForm(form).formats})


def _has_words(words: Collection[str]) -> ColumnElement[bool]:
    column: InstrumentedAttribute[str] = Event.search_text
    return and_(*(column.like(like_pattern(word), escape="\\") for word in words))
