"""The draw of an event: its lots and what they come to."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import case, func, select

from eventsapp.admission.models import Allocation, Lot
from eventsapp.core.db import db
from eventsapp.organisations.models import Municipality
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.web.paging import PAGE_SIZE, Page


@dataclass(frozen=True)
class LotRow:
    """One lot with the person it is for."""

    lot: Lot
    registration: Registration
    municipality: str

    @property
    def is_gone(self) -> bool:
        """Whether the person does not wait for a word any longer."""
        return self.registration.status is not RegistrationStatus.APPLIED


@dataclass(frozen=True)
class LotFigures:
    """How many lots there are of those who still wait for a word, how many give a place, and how many were changed by
    hand; `gone` are those who do not wait any longer."""

    lots: int
    giving: int
    by_hand: int
    gone: int


@dataclass(frozen=True)
class MunicipalityLots:
    """The lots of one municipality; "" is none."""

    name: str
    lots: int
    giving: int


_waits = Registration.status == RegistrationStatus.APPLIED


def find_allocation(event_id: int) -> Allocation | None:
    """The draw of an event as it is now in the database."""
    return db.session.scalars(
        select(Allocation).where(Allocation.event_id == event_id).execution_options(populate_existing=True)
    ).one_or_none()


def lots_page(event_id: int, page_number: int) -> Page[LotRow]:
    """One page of the lots in drawn order, in two statements."""
    total = db.session.scalar(select(func.count()).select_from(Lot).where(Lot.event_id == event_id)) or 0
    number = min(page_number, max(1, -(-total // PAGE_SIZE)))
    rows = db.session.execute(
        select(Lot, Registration, Municipality.name)
        .join(Registration, Registration.id == Lot.registration_id)
        .outerjoin(Municipality, Municipality.code == Registration.municipality_code)
        .where(Lot.event_id == event_id)
        .order_by(Lot.position)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page([LotRow(lot, one, name or "") for lot, one, name in rows], number, PAGE_SIZE, total)


def lots_with_people(event_id: int) -> list[tuple[Lot, Registration]]:
    """Every lot with the person it is for, in drawn order."""
    rows = db.session.execute(
        select(Lot, Registration)
        .join(Registration, Registration.id == Lot.registration_id)
        .where(Lot.event_id == event_id)
        .order_by(Lot.position)
        .execution_options(populate_existing=True)
    )
    return [(lot, registration) for lot, registration in rows]


def lot_figures(event_id: int) -> LotFigures:
    """The numbers of a draw, in one statement."""
    row = db.session.execute(
        select(
            func.count(case((_waits, 1))),
            func.count(case((_waits & Lot.gets_place, 1))),
            func.count(case((Lot.gets_place != Lot.drawn, 1))),
            func.count(case((~_waits, 1))),
        )
        .select_from(Lot)
        .join(Registration, Registration.id == Lot.registration_id)
        .where(Lot.event_id == event_id)
    ).one()
    return LotFigures(*row)


def lots_by_municipality(event_id: int) -> list[MunicipalityLots]:
    """How many lots each municipality has and how many of them give a place, those of none last; one statement."""
    rows = db.session.execute(
        select(Municipality.name, func.count(), func.count(case((Lot.gets_place, 1))))
        .select_from(Lot)
        .join(Registration, Registration.id == Lot.registration_id)
        .outerjoin(Municipality, Municipality.code == Registration.municipality_code)
        .where(Lot.event_id == event_id)
        .group_by(Municipality.code, Municipality.name, Municipality.sort_key)
        .order_by(Municipality.sort_key.is_(None), Municipality.sort_key)
    )
    return [MunicipalityLots(name or "", lots, giving) for name, lots, giving in rows]


def state_of(lots: list[tuple[Lot, Registration]]) -> str:
    """A short text that changes when anybody's result does, so that nobody settles something else than they saw."""
    giving = ",".join(
        str(lot.registration_id)
        for lot, one in lots
        if lot.gets_place and one.status is RegistrationStatus.APPLIED
    )
    waiting = sum(1 for _, one in lots if one.status is RegistrationStatus.APPLIED)
    return sha256(f"{waiting}:{giving}".encode()).hexdigest()[:16]
