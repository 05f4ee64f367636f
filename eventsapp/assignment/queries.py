"""What people have ranked and what there is to give out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select

from eventsapp.assignment.rules import Offered, Outcome, Ranking
from eventsapp.core.db import db
from eventsapp.events.models import Event, EventState
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.models import ACTIVE, ChosenItem, Registration, RegistrationStatus
from eventsapp.registrations.seats import Seats
from eventsapp.registrations.wish_models import ItemWish
from eventsapp.registrations.wishes import wishes_of

_HAS_WISHES = exists().where(ItemWish.registration_id == Registration.id)


@dataclass(frozen=True)
class Demand:
    """One item with how many of those who come have it as their first wish, their second and their third."""

    item: ProgrammeItem
    wishes: tuple[int, int, int]
    has: int
    """How many of those who come have it."""


@dataclass(frozen=True)
class Unplaced:
    """One who wished something at a time and has nothing there."""

    registration: Registration
    starts_at: datetime


def events_to_assign(moment: datetime) -> list[int]:
    """The ids of the events whose items are to be given out by now and are not."""
    return list(
        db.session.scalars(
            select(Event.id)
            .where(
                Event.items_are_ranked,
                Event.items_assigned_at.is_(None),
                Event.assign_items_at <= moment,
                Event.state == EventState.PUBLISHED,
                or_(Event.last_ends_at.is_(None), Event.last_ends_at > moment),
            )
            .order_by(Event.id)
        )
    )


def people_who_ranked(event_id: int) -> list[Registration]:
    """Those who come and have ranked something, in the order of their ids; one statement."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(
                Registration.event_id == event_id,
                Registration.status == RegistrationStatus.CONFIRMED,
                _HAS_WISHES,
            )
            .order_by(Registration.id)
        )
    )


def rankings_of(people: Sequence[Registration]) -> list[Ranking]:
    """What these people wish and have; two statements."""
    ids = [one.id for one in people]
    wishes, chosen = wishes_of(ids), _chosen(ids)
    return [
        Ranking(one.id, wishes.get(one.id, ()), one.takes_other_item, tuple(sorted(chosen.get(one.id, ()))))
        for one in people
    ]


def offered_items(items: Iterable[ProgrammeItem], seats: Seats) -> list[Offered]:
    """The items that there are places in, with what is left of them."""
    left = seats.ledger.left()
    pools = {item: seats.item_pool(item.id) for item in items}
    return [
        Offered(item.id, item.starts_at, item.ends_at, left[pool])
        for item, pool in pools.items()
        if pool is not None
    ]


def demand_of(items: Sequence[ProgrammeItem], rankings: Iterable[Ranking]) -> list[Demand]:
    """How many wish for each item, and how many have it."""
    times = {item.id: item.starts_at for item in items}
    wished: dict[int, Counter[int]] = defaultdict(Counter)
    has: Counter[int] = Counter()
    for one in rankings:
        rank: Counter[datetime] = Counter()
        for item_id in one.wishes:
            wished[item_id][rank[times[item_id]]] += 1
            rank[times[item_id]] += 1
        has.update(one.has)
    return [
        Demand(item, (wished[item.id][0], wished[item.id][1], wished[item.id][2]), has[item.id])
        for item in items
    ]


def unplaced(people: Iterable[Registration], outcomes: Iterable[Outcome]) -> list[Unplaced]:
    """Those who wished something at a time and have nothing there, in order of time and name."""
    by_id = {person.id: person for person in people}
    found = [Unplaced(by_id[one.registration_id], one.starts_at) for one in outcomes if one.item_id is None]
    return sorted(found, key=lambda one: (one.starts_at, one.registration.sort_key, one.registration.id))


def choosing_count(event_id: int) -> int:
    """How many who come or still may come have chosen a programme item."""
    return _count(event_id, exists().where(ChosenItem.registration_id == Registration.id))


def ranking_count(event_id: int) -> int:
    """How many who come or still may come have ranked programme items."""
    return _count(event_id, _HAS_WISHES)


def _count(event_id: int, condition: ColumnElement[bool]) -> int:
    statement = (
        select(func.count())
        .select_from(Registration)
        .where(Registration.event_id == event_id, Registration.status.in_(ACTIVE), condition)
    )
    return db.session.scalar(statement) or 0


def _chosen(registration_ids: Sequence[int]) -> Mapping[int, set[int]]:
    rows = db.session.execute(
        select(ChosenItem.registration_id, ChosenItem.item_id).where(
            ChosenItem.registration_id.in_(registration_ids)
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for registration_id, item_id in rows:
        found[registration_id].add(item_id)
    return found
