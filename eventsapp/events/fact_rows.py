"""The rows that an event's facts name: kinds, topics, places, organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import gettext
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.events.facts import EventFacts
from eventsapp.events.models import EventKind, NamedRow, Series, TargetGroup, Topic
from eventsapp.organisations.models import County, Municipality, Organisation
from eventsapp.organisations.operations import find_or_create_organisation

Named = TypeVar("Named", EventKind, Series, TargetGroup, Topic)


@dataclass(frozen=True, kw_only=True)
class FactRows:
    """What codes, names and ids of the facts stand for."""

    kind: EventKind
    series: Series | None
    topics: list[Topic]
    target_groups: list[TargetGroup]
    municipality: Municipality | None
    counties: list[County]
    home: County | None
    """The county of the municipality, or of the organiser of what has none."""
    organiser: Organisation | None
    co_organisers: list[Organisation]
    responsible: User | None


def rows_of(facts: EventFacts) -> FactRows:
    """Look up everything that the facts name, and add organisations that nobody has named before; flushes.

    Raises DomainError at the fact's field for a code that no list has.
    """
    kinds = _by_codes(EventKind, [facts.kind], "kind")
    series = _by_codes(Series, [facts.series] if facts.series else [], "series")
    municipality = db.session.get(Municipality, facts.municipality) if facts.municipality else None
    if facts.municipality and municipality is None:
        raise _unknown("municipality")
    responsible = db.session.get(User, facts.responsible_id) if facts.responsible_id else None
    if facts.responsible_id and responsible is None:
        raise _unknown("responsible")
    organiser = _organisation(facts.organiser, "organiser") if facts.organiser else None
    home = municipality.county_code if municipality else organiser.county_code if organiser else None
    return FactRows(
        kind=kinds[0],
        series=series[0] if series else None,
        topics=_by_codes(Topic, facts.topics, "topics"),
        target_groups=_by_codes(TargetGroup, facts.target_groups, "target_groups"),
        municipality=municipality,
        counties=_counties(facts.counties),
        home=db.session.get(County, home) if home else None,
        organiser=organiser,
        co_organisers=_co_organisers(facts),
        responsible=responsible,
    )


def _by_codes(model: type[Named], codes: Sequence[str], field: str) -> list[Named]:
    if not codes:
        return []
    rows = list(db.session.scalars(select(model).where(model.code.in_(codes)).order_by(model.sort_key)))
    if len(rows) < len(set(codes)):
        raise _unknown(field)
    return rows


def _counties(codes: Sequence[str]) -> list[County]:
    if not codes:
        return []
    rows = list(db.session.scalars(select(County).where(County.code.in_(codes)).order_by(County.sort_key)))
    if len(rows) < len(set(codes)):
        raise _unknown("counties")
    return rows


def _co_organisers(facts: EventFacts) -> list[Organisation]:
    found = {}
    for name in facts.co_organisers:
        organisation = _organisation(name, "co_organisers")
        found[organisation.id] = organisation
    return sorted(found.values(), key=lambda organisation: organisation.sort_key)


def _organisation(name: str, field: str) -> Organisation:
    try:
        return find_or_create_organisation(name)
    except DomainError as error:
        raise DomainError(error.message, field) from error


def _unknown(field: str) -> DomainError:
    return DomainError(gettext("Välj ett av alternativen."), field)


def names_of(rows: Sequence[NamedRow]) -> list[str]:
    """Every name of some rows, in both languages, for the search."""
    return [name for row in rows for name in (row.name_sv, row.name_en)]
