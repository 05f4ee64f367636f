"""Those who have applied and wait for the organiser's word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import joinedload

from eventsapp.core.db import db
from eventsapp.core.text import clean_line, like_pattern, search_words
from eventsapp.organisations.models import Municipality
from eventsapp.registrations.models import Profession, Registration, RegistrationStatus
from eventsapp.web.paging import PAGE_SIZE, Page

SORTS = ("ansokt", "-ansokt", "namn", "-namn", "organisation", "-organisation")
NO_MUNICIPALITY = "ingen"
HAS_PLACE = (RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED)


@dataclass(frozen=True)
class ApplicationView:
    """What of the list one looks at; anything in the address that is not a choice of ours is left aside."""

    query: str = ""
    municipality: str = ""
    """A code, or NO_MUNICIPALITY."""
    organisation: str = ""
    """The sort key of an organisation's name."""
    profession: Profession | None = None
    sort: str = "ansokt"

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> "ApplicationView":
        """Read the address."""
        municipality, profession = args.get("kommun", ""), args.get("yrkesgrupp", "")
        known = municipality == NO_MUNICIPALITY or (municipality.isdecimal() and len(municipality) == 4)
        sort = args.get("sortera", "")
        return cls(
            query=clean_line(args.get("q", ""))[:200],
            municipality=municipality if known else "",
            organisation=args.get("organisation", "")[:200],
            profession=Profession(profession) if profession in set(Profession) else None,
            sort=sort if sort in SORTS else "ansokt",
        )

    @property
    def is_selection(self) -> bool:
        """Whether anything is left out of the list."""
        return any((self.query, self.municipality, self.organisation, self.profession))

    def conditions(self, event_id: int) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [
            Registration.event_id == event_id,
            Registration.status == RegistrationStatus.APPLIED,
        ]
        found += [
            Registration.search_text.like(like_pattern(word), escape="\\")
            for word in search_words(self.query)
        ]
        if self.municipality == NO_MUNICIPALITY:
            found.append(Registration.municipality_code.is_(None))
        elif self.municipality:
            found.append(Registration.municipality_code == self.municipality)
        if self.organisation:
            found.append(Registration.organisation_sort_key == self.organisation)
        if self.profession:
            found.append(Registration.profession == self.profession)
        return found

    def order(self) -> list[ColumnElement[Any]]:
        columns: dict[str, ColumnElement[Any]] = {
            "ansokt": Registration.registered_at.expression,
            "namn": Registration.sort_key.expression,
            "organisation": Registration.organisation_sort_key.expression,
        }
        first = columns[self.sort.removeprefix("-")]
        return [first.desc() if self.sort.startswith("-") else first, Registration.id.expression]


@dataclass(frozen=True)
class ApplicationRow:
    """One who has applied, with the group they came in."""

    registration: Registration
    municipality: str


@dataclass(frozen=True)
class MunicipalityCount:
    """How many of a municipality have applied, and how many have a place or an offer already; "" is none."""

    code: str
    name: str
    applied: int
    with_place: int


def applications_page(event_id: int, view: ApplicationView, page_number: int) -> Page[ApplicationRow]:
    """One page of those who have applied, in two statements."""
    conditions = view.conditions(event_id)
    total = db.session.scalar(select(func.count()).select_from(Registration).where(*conditions)) or 0
    number = min(page_number, max(1, -(-total // PAGE_SIZE)))
    rows = db.session.execute(
        select(Registration, Municipality.name)
        .outerjoin(Municipality, Municipality.code == Registration.municipality_code)
        .where(*conditions)
        .order_by(*view.order())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
        .options(joinedload(Registration.group))
    )
    return Page([ApplicationRow(one, name or "") for one, name in rows], number, PAGE_SIZE, total)


def municipality_counts(event_id: int) -> list[MunicipalityCount]:
    """How many of each municipality have applied, in Swedish order with those of none last; one statement."""
    applied = func.count(case((Registration.status == RegistrationStatus.APPLIED, 1)))
    rows = db.session.execute(
        select(
            Registration.municipality_code,
            Municipality.name,
            applied,
            func.count(case((Registration.status.in_(HAS_PLACE), 1))),
        )
        .outerjoin(Municipality, Municipality.code == Registration.municipality_code)
        .where(Registration.event_id == event_id)
        .group_by(Registration.municipality_code, Municipality.name, Municipality.sort_key)
        .having(applied > 0)
        .order_by(Municipality.sort_key.is_(None), Municipality.sort_key)
    )
    return [MunicipalityCount(code or "", name or "", many, placed) for code, name, many, placed in rows]


def organisations_present(event_id: int) -> list[tuple[str, str]]:
    """The organisations of those who have applied, as (sort key, name) in Swedish order."""
    rows = db.session.execute(
        select(Registration.organisation_sort_key, func.min(Registration.organisation_name))
        .where(
            Registration.event_id == event_id,
            Registration.status == RegistrationStatus.APPLIED,
            Registration.organisation_name != "",
        )
        .group_by(Registration.organisation_sort_key)
        .order_by(Registration.organisation_sort_key)
    )
    return [(key, name) for key, name in rows]


def applicants(event_id: int) -> list[Registration]:
    """Everybody who has applied, with their group, in the order of their numbers."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.event_id == event_id, Registration.status == RegistrationStatus.APPLIED)
            .options(joinedload(Registration.group))
            .order_by(Registration.id)
        )
    )


def placed_by_municipality(event_id: int) -> dict[str, int]:
    """How many of each municipality have a place or an offer; those without a municipality are under ""."""
    rows = db.session.execute(
        select(Registration.municipality_code, func.count())
        .where(Registration.event_id == event_id, Registration.status.in_(HAS_PLACE))
        .group_by(Registration.municipality_code)
    )
    return {code or "": number for code, number in rows}


def applied_among(people: Sequence[Registration]) -> list[Registration]:
    """Those of some people who still wait for the organiser's word."""
    return [one for one in people if one.status is RegistrationStatus.APPLIED]
