"""Allocating places after the last day: one draw, changes by hand, and the day it is settled."""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext

from eventsapp.admission.allocation_queries import find_allocation, lots_with_people, state_of
from eventsapp.admission.approval_queries import applicants, applied_among, placed_by_municipality
from eventsapp.admission.draw import Applicant, draw
from eventsapp.admission.models import Allocation, Lot
from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict
from eventsapp.core.i18n import format_moment, in_language
from eventsapp.core.lots import new_seed
from eventsapp.events.models import Admission, Event, EventState
from eventsapp.events.rules import is_after_last_day
from eventsapp.registrations import rules
from eventsapp.registrations.models import Registration
from eventsapp.registrations.seats import Seats, lock_seats
from eventsapp.waiting_list import placing
from eventsapp.waiting_list.prospects import GiveChoice, give_as_shown, needs_or_none

NO_POOL = 0
"""Stands for a way of taking part that the event does not have any longer: a pool without places."""


class AlreadyDone(Conflict):
    """Somebody has drawn the lots, or settled them, before."""


@dataclass(frozen=True)
class Settlement:
    """What settling came to."""

    placed: list[Registration]
    on_list: list[Registration]
    refused: list[Registration]


@dataclass(frozen=True)
class SettleChoice:
    """What the officer saw, and chose: `state` is that of the lots on the page, `give` as for any giving of places, and
    `reason` what the letter of a no says where there is no waiting list."""

    state: str
    give: GiveChoice
    reason: str = ""


def draw_lots(event: Event, *, actor: Actor) -> Allocation:
    """Draw lots once and for all: makes the seed and keeps everybody's lot; flushes. Nobody is told anything yet.

    Raises AlreadyDone when the lots are drawn, and Conflict before the last day is over or where nobody has applied.
    """
    seats = lock_seats(event)
    _require_not_drawn(event)
    _require_may_draw(event)
    people = applicants(event.id)
    if not people:
        raise Conflict(gettext("Ingen har ansökt, så det finns inget att lotta om."))
    seed = new_seed()
    lots = draw(
        _as_applicants(seats, event, people),
        {**seats.ledger.left(), NO_POOL: 0},
        seed,
        present=placed_by_municipality(event.id),
    )
    allocation = Allocation(event_id=event.id, seed=seed, drawn_at=now())
    with conflict_if("pk_allocations", gettext("Lotterna är redan dragna.")):
        db.session.add(allocation)
    db.session.add_all(
        Lot(
            registration_id=lot.registration_id,
            event_id=event.id,
            position=lot.position,
            drawn=lot.gets_place,
            gets_place=lot.gets_place,
        )
        for lot in lots
    )
    audit.record(
        "allocation.drawn",
        "event",
        event.id,
        actor=actor,
        event_id=event.id,
        changes={
            "seed": ["", seed],
            "applied": ["", str(len(lots))],
            "places_given": ["", str(sum(lot.gets_place for lot in lots))],
        },
    )
    db.session.flush()
    return allocation


def may_draw(event: Event) -> bool:
    """Whether it is time to draw: the last day to register is over, and the event is to take place."""
    return (
        event.admission is Admission.ALLOCATION
        and event.state is EventState.PUBLISHED
        and is_after_last_day(event, now())
    )


def _require_may_draw(event: Event) -> None:
    if not may_draw(event):
        raise Conflict(gettext("Lotterna kan dras när sista anmälningsdagen är över."))


def _require_not_drawn(event: Event) -> None:
    allocation = find_allocation(event.id)
    if allocation is not None:
        raise AlreadyDone(
            gettext(
                "Lotterna drogs %(when)s och kan inte dras igen.", when=format_moment(allocation.drawn_at)
            )
        )


def _as_applicants(seats: Seats, event: Event, people: list[Registration]) -> list[Applicant]:
    found = []
    for one, needs in zip(people, needs_or_none(seats, event, people), strict=True):
        together = one.group is not None and one.group.all_or_none
        found.append(
            Applicant(
                registration_id=one.id,
                unit=-(one.group_id or 0) if together else one.id,
                municipality=one.municipality_code,
                pool_ids=(NO_POOL,) if needs is None else needs,
            )
        )
    return found


def change_lots(
    event: Event, shown: Collection[int], giving: Collection[int], *, actor: Actor
) -> list[Registration]:
    """Let of the shown lots just those give a place; answers the people whose result is another now. Each change is a row
    in the trail. Raises AlreadyDone when it is settled."""
    lock_seats(event)
    _require_open(event)
    with in_language("sv"):
        words = {True: gettext("får plats"), False: gettext("får inte plats")}
    changed = []
    for lot, registration in lots_with_people(event.id):
        if lot.registration_id not in shown or lot.gets_place == (lot.registration_id in giving):
            continue
        audit.record(
            "allocation.changed_by_hand",
            "registration",
            registration.id,
            actor=actor,
            event_id=event.id,
            changes={"draw_result": [words[lot.gets_place], words[not lot.gets_place]]},
        )
        lot.gets_place = not lot.gets_place
        changed.append(registration)
    db.session.flush()
    return changed


def _require_open(event: Event) -> Allocation:
    allocation = find_allocation(event.id)
    if allocation is None:
        raise Conflict(gettext("Lotterna är inte dragna än."))
    if allocation.decided_at is not None:
        raise AlreadyDone(
            gettext("Fördelningen fastställdes %(when)s.", when=format_moment(allocation.decided_at))
        )
    return allocation


def settle(event: Event, choice: SettleChoice, *, actor: Actor) -> Settlement:
    """Give the places, and put the others on the waiting list in drawn order, or refuse them where there is none; each is
    told by one letter.

    Raises AlreadyDone when it is settled, and Conflict when the lots are others than the officer saw, or when more people
    than the page said would come above the number of places. The event must be loaded as `queries.EVENT_IN_LETTERS` says.
    """
    lock_seats(event)
    allocation = _require_open(event)
    lots = lots_with_people(event.id)
    if state_of(lots) != choice.state:
        raise Conflict(gettext("Fördelningen har ändrats medan du läste. Kontrollera och försök igen."))
    getting = applied_among([one for lot, one in lots if lot.gets_place])
    others = applied_among([one for lot, one in lots if not lot.gets_place])
    placed = give_as_shown(event, getting, choice.give, actor=actor)
    rest = [*applied_among(getting), *others]
    on_list: list[Registration] = []
    refused: list[Registration] = []
    if rest and rules.keeps_waiting_list(event):
        on_list = placing.put_on_list(event, rest, actor=actor)
    elif rest:
        refused = placing.refuse(event, rest, choice.reason, actor=actor)
    allocation.decided_at = now()
    audit.record(
        "allocation.settled",
        "event",
        event.id,
        actor=actor,
        event_id=event.id,
        changes={
            "places_given": ["", str(len(placed))],
            "put_on_list": ["", str(len(on_list))],
            "refused": ["", str(len(refused))],
        },
    )
    db.session.flush()
    return Settlement(placed, on_list, refused)
