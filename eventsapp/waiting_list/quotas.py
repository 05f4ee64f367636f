"""How many of each group an event takes: "two per municipality until 1 March"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import delete, select

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import format_moment, in_language
from eventsapp.events.models import Event
from eventsapp.places.models import Place, PlaceState, Pool, Quota, QuotaBy, QuotaGroup
from eventsapp.places.operations import Claim, claim_place
from eventsapp.registrations import queries
from eventsapp.registrations.models import RegistrationStatus
from eventsapp.registrations.seats import Seats, holder_of, lock_seats
from eventsapp.registrations.waiting_list import move_up

MOST_QUOTAS = 60


@dataclass(frozen=True, kw_only=True)
class QuotaFacts:
    """At most `capacity` of the group `key` ("" is each group), until `unlocks_at` (None is always)."""

    by: QuotaBy
    capacity: int
    key: str = ""
    unlocks_at: datetime | None = None


def quotas_of(event_id: int) -> Sequence[Quota]:
    """The quotas of an event, those for each group first."""
    return db.session.scalars(
        select(Quota)
        .where(Quota.subject_kind == "event", Quota.subject_id == event_id)
        .order_by(Quota.by, Quota.key, Quota.id)
    ).all()


def set_quotas(event: Event, facts: Sequence[QuotaFacts], *, actor: Actor) -> None:
    """Give an event exactly these quotas; nobody loses a place to one, and what is freed goes to the waiting list.

    Raises DomainError for two rules about the same group. The event must be loaded as `queries.EVENT_IN_LETTERS` says.
    """
    if len({(one.by, one.key) for one in facts}) < len(facts):
        raise DomainError(gettext("Två av kvoterna gäller samma grupp."))
    if len(facts) > MOST_QUOTAS:
        raise DomainError(gettext("Högst %(most)d kvoter får plats.", most=MOST_QUOTAS))
    lock_seats(event)
    before = _in_words(quotas_of(event.id))
    _remove_all(event.id)
    db.session.add_all(
        Quota(
            subject_kind="event",
            subject_id=event.id,
            by=one.by,
            key=one.key,
            capacity=one.capacity,
            unlocks_at=one.unlocks_at,
        )
        for one in facts
    )
    db.session.flush()
    after = _in_words(quotas_of(event.id))
    if before != after:
        audit.record(
            "event.quotas_changed",
            "event",
            event.id,
            actor=actor,
            event_id=event.id,
            changes={"quotas": [before, after]},
        )
    seats = lock_seats(event)
    _count_those_who_are_in(seats, event)
    move_up(seats, event)


def _remove_all(event_id: int) -> None:
    groups = (
        select(QuotaGroup.id)
        .join(Quota, Quota.id == QuotaGroup.quota_id)
        .where(Quota.subject_kind == "event", Quota.subject_id == event_id)
    )
    pools = select(Pool.id).where(Pool.subject_kind == "quota_group", Pool.subject_id.in_(groups))
    for statement in (
        delete(Place).where(Place.pool_id.in_(pools)),
        delete(Pool).where(Pool.subject_kind == "quota_group", Pool.subject_id.in_(groups)),
        delete(Quota).where(Quota.subject_kind == "event", Quota.subject_id == event_id),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": "fetch"})


def _count_those_who_are_in(seats: Seats, event: Event) -> None:
    """Those who have a place, or have one held, count against the new quotas, also where that is above them."""
    for status, state in (
        (RegistrationStatus.CONFIRMED, PlaceState.TAKEN),
        (RegistrationStatus.OFFERED, PlaceState.HELD),
    ):
        people = queries.people_with_status(event.id, status)
        if not people:
            continue
        claims = [
            Claim(holder_of(one), pools)
            for one, pools in zip(people, seats.quota_pools(event, people), strict=True)
            if pools
        ]
        if claims:
            claim_place(seats.ledger, *claims, state=state, overbook=True)


def _in_words(quotas: Sequence[Quota]) -> str:
    with in_language("sv"):
        lines = []
        for quota in quotas:
            line = f"{quota.by.label} {quota.key or gettext('(varje)')}: {quota.capacity}"
            if quota.unlocks_at is not None:
                line += f", {gettext('till')} {format_moment(quota.unlocks_at)}"
            lines.append(line)
    return "\n".join(lines)
