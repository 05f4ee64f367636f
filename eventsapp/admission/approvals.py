"""The organiser's word to those who have applied: yes, no, or a place on the waiting list."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from eventsapp.admission.allocation_queries import find_allocation
from eventsapp.admission.approval_queries import applied_among
from eventsapp.core.actor import Actor
from eventsapp.core.errors import Conflict
from eventsapp.events.models import Admission, Event
from eventsapp.registrations import queries, rules
from eventsapp.registrations.models import Registration
from eventsapp.registrations.seats import lock_seats
from eventsapp.waiting_list import placing
from eventsapp.waiting_list.prospects import GiveChoice, give_as_shown


@dataclass(frozen=True)
class Approval:
    """What came of an approval: who got a place, and who stands on the waiting list instead."""

    placed: list[Registration]
    on_list: list[Registration]


def is_one_by_one(event: Event) -> bool:
    """Whether staff decide on single applications: always, but for what a draw has still to decide."""
    if event.admission is not Admission.ALLOCATION:
        return True
    allocation = find_allocation(event.id)
    return allocation is not None and allocation.decided_at is not None


def _require_one_by_one(event: Event) -> None:
    if not is_one_by_one(event):
        raise Conflict(gettext("Platserna fördelas för alla på en gång, efter sista anmälningsdagen."))


def approve(
    event: Event, people: Sequence[Registration], choice: GiveChoice, *, rest_to_list: bool, actor: Actor
) -> Approval:
    """Give a place to those of these people who still wait for a word; those for whom it is full go on the waiting list
    where `rest_to_list` says so, else they keep waiting for a word.

    Raises Conflict as `give_as_shown` does. The event must be loaded as `queries.EVENT_IN_LETTERS` says.
    """
    applied = _lock_applied(event, people)
    placed = give_as_shown(event, applied, choice, actor=actor)
    rest = applied_among(applied)
    on_list = placing.put_on_list(event, rest, actor=actor) if rest and rest_to_list else []
    return Approval(placed, on_list)


def refuse_applications(
    event: Event, people: Sequence[Registration], reason: str, *, actor: Actor
) -> list[Registration]:
    """Say no to those of these people who still wait for a word, with a reason that their letter tells."""
    placing.require_reason(reason)
    return placing.refuse(event, _lock_applied(event, people), reason, actor=actor)


def _lock_applied(event: Event, people: Sequence[Registration]) -> list[Registration]:
    """Those who still wait for a word, in the order they came in; nobody else decides on them meanwhile."""
    lock_seats(event)
    _require_one_by_one(event)
    queries.lock_registrations([one.id for one in people])
    return applied_among(people)


def may_put_on_list(event: Event) -> bool:
    """Whether there is a waiting list for those for whom it is full."""
    return rules.keeps_waiting_list(event)
