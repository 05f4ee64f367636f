"""What staff see of the waiting list: the line, the offers, and how full everything is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select

from eventsapp.audit.models import AuditEntry
from eventsapp.core.db import db
from eventsapp.core.text import sort_key
from eventsapp.events.models import Event
from eventsapp.organisations.models import Municipality
from eventsapp.places.models import PoolName, Quota, QuotaBy, QuotaGroup
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.models import PlaceOffer, Registration, RegistrationGroup, RegistrationStatus
from eventsapp.registrations.seats import is_unlocked, look_at_seats
from eventsapp.waiting_list.quota_groups import Group, group_names
from eventsapp.web.paging import PAGE_SIZE, Page

LIST_ACTIONS = (
    "registration.waiting",
    "registration.offered",
    "registration.moved_up",
    "registration.offer_accepted",
    "registration.offer_declined",
    "registration.offer_expired",
    "registration.offer_withdrawn",
    "registration.took_other_date",
    "registration.given_place",
    "registration.taken_before_others",
    "registration.moved_in_line",
    "registration.refused",
    "event.quotas_changed",
)
"""What of the trail is the history of a waiting list."""


@dataclass(frozen=True)
class Queues:
    """How many wait for something: for a place, to answer an offer, for the organiser's word."""

    waiting: int = 0
    offered: int = 0
    applied: int = 0


@dataclass(frozen=True)
class WaitingRow:
    """One who stands in the line."""

    number: int
    registration: Registration
    municipality: str
    all_or_none: bool | None
    """Whether their group comes together or not at all; None for one who came alone."""


@dataclass(frozen=True)
class OfferRow:
    """One who has been offered a place and has not answered."""

    registration: Registration
    offer: PlaceOffer
    is_dead: bool


@dataclass(frozen=True)
class PoolRow:
    """How full a pool is. `kind` is event, series, programme_item or quota_group, and `label` what of these it is."""

    kind: str
    name: PoolName
    label: str
    capacity: int | None
    taken: int
    held: int
    by: QuotaBy | None = None
    """What a quota's pool counts people by."""
    is_unlocked: bool = False
    """Whether it is of a quota that limits nobody any longer."""

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.taken - self.held)

    @property
    def over(self) -> int:
        """How many there are above the number of places."""
        return 0 if self.capacity is None else max(0, self.taken + self.held - self.capacity)


@dataclass(frozen=True)
class HistoryRow:
    """A row of the trail, and the name of the person that it is about as it is now; None where it is about nobody."""

    entry: AuditEntry
    name: str | None


def queues_of(event_id: int) -> Queues:
    """How many wait, in one statement."""
    return queues_of_events([event_id]).get(event_id, Queues())


def queues_of_events(event_ids: Sequence[int]) -> dict[int, Queues]:
    """How many wait for each of these events, in one statement; events nobody waits for are left out."""
    statuses = (RegistrationStatus.WAITING, RegistrationStatus.OFFERED, RegistrationStatus.APPLIED)
    rows = db.session.execute(
        select(
            Registration.event_id, *(func.count(case((Registration.status == one, 1))) for one in statuses)
        )
        .where(Registration.event_id.in_(event_ids), Registration.status.in_(statuses))
        .group_by(Registration.event_id)
    )
    return {event_id: Queues(*counts) for event_id, *counts in rows}


def waiting_page(event_id: int, page_number: int) -> Page[WaitingRow]:
    """One page of the line, in two statements however long it is."""
    condition = and_(Registration.event_id == event_id, Registration.status == RegistrationStatus.WAITING)
    total = db.session.scalar(select(func.count()).select_from(Registration).where(condition)) or 0
    number = min(page_number, max(1, -(-total // PAGE_SIZE)))
    first = (number - 1) * PAGE_SIZE
    found = db.session.execute(
        select(Registration, Municipality.name, RegistrationGroup.all_or_none)
        .outerjoin(Municipality, Municipality.code == Registration.municipality_code)
        .outerjoin(RegistrationGroup, RegistrationGroup.id == Registration.group_id)
        .where(condition)
        .order_by(Registration.waiting_order, Registration.id)
        .limit(PAGE_SIZE)
        .offset(first)
    )
    rows = [
        WaitingRow(position, registration, name or "", all_or_none)
        for position, (registration, name, all_or_none) in enumerate(found, first + 1)
    ]
    return Page(rows, number, PAGE_SIZE, total)


def chosen_people(event_id: int, registration_ids: Sequence[int]) -> list[Registration]:
    """Those of an event whom staff have ticked, in the order of the line, and the others as they signed up."""
    if not registration_ids:
        return []
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.event_id == event_id, Registration.id.in_(registration_ids))
            .order_by(
                case((Registration.status == RegistrationStatus.WAITING, 0), else_=1),
                Registration.waiting_order,
                Registration.registered_at,
                Registration.id,
            )
        )
    )


def everybody_in_line(event_id: int) -> list[Registration]:
    """All who stand on the waiting list, in order."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.event_id == event_id, Registration.status == RegistrationStatus.WAITING)
            .order_by(Registration.waiting_order, Registration.id)
        )
    )


def open_offers(event_id: int, moment: datetime, *, limit: int = 200) -> list[OfferRow]:
    """Those who have not answered their offer, the one whose time ends first before the others."""
    rows = db.session.execute(
        select(Registration, PlaceOffer)
        .join(PlaceOffer, PlaceOffer.registration_id == Registration.id)
        .where(PlaceOffer.event_id == event_id, PlaceOffer.outcome.is_(None))
        .order_by(PlaceOffer.answer_by, Registration.id)
        .limit(limit)
    )
    return [OfferRow(registration, offer, offer.answer_by <= moment) for registration, offer in rows]


def pools_in_words(event: Event, moment: datetime) -> list[PoolRow]:
    """Every pool that people of an event need a place in, and how full each is; a bounded number of statements."""
    seats = look_at_seats(event)
    items = {
        item.id: item.title
        for item in db.session.scalars(
            select(ProgrammeItem)
            .where(ProgrammeItem.event_id == event.id, ProgrammeItem.is_choice)
            .order_by(ProgrammeItem.starts_at, ProgrammeItem.id)
        )
    }
    groups = {
        group_id: (Group(quota.by, key), is_unlocked(quota, moment))
        for group_id, key, quota in db.session.execute(
            select(QuotaGroup.id, QuotaGroup.key, Quota)
            .join(Quota, Quota.id == QuotaGroup.quota_id)
            .where(Quota.subject_kind == "event", Quota.subject_id == event.id)
        )
    }
    names = group_names([group for group, _ in groups.values()], event.id) if groups else {}
    rows = []
    for balance in seats.ledger.balances.values():
        kind, subject_id = balance.pool.subject_kind, balance.pool.subject_id
        by: QuotaBy | None = None
        label, unlocked = "", False
        if balance.pool.is_retired and not balance.taken:
            continue
        if kind == "quota_group" and subject_id in groups:
            group, unlocked = groups[subject_id]
            by, label = group.by, names[group]
        elif kind == "programme_item" and subject_id in items:
            label = items[subject_id]
        elif kind == "series" and subject_id == event.series_id and event.series is not None:
            label = event.series.name
        elif (kind, subject_id) != ("event", event.id):
            continue  # of another date that shares places with this one
        rows.append(
            PoolRow(
                kind=kind,
                name=balance.pool.name,
                label=label,
                capacity=0 if balance.pool.is_retired else balance.pool.capacity,
                taken=balance.taken - balance.held,
                held=balance.held,
                by=by,
                is_unlocked=unlocked,
            )
        )
    kinds = ("event", "series", "programme_item", "quota_group")
    return sorted(rows, key=lambda row: (kinds.index(row.kind), sort_key(row.label) if row.by else ""))


def list_history(event_id: int, *, limit: int = 15) -> list[HistoryRow]:
    """What has happened on the waiting list and to whom, newest first."""
    rows = db.session.execute(
        select(AuditEntry, Registration.name)
        .outerjoin(
            Registration,
            and_(AuditEntry.subject_kind == "registration", Registration.id == AuditEntry.subject_id),
        )
        .where(AuditEntry.event_id == event_id, AuditEntry.action.in_(LIST_ACTIONS))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    )
    return [HistoryRow(entry, name) for entry, name in rows]
