"""What staff do with one who has applied, waits or has gone: give a place, offer one, refuse, move in the line."""

from collections.abc import Sequence

from flask_babel import gettext
from sqlalchemy import Table, bindparam, delete, update
from sqlalchemy.orm.attributes import set_committed_value

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.events.models import Event
from eventsapp.outbox.operations import queue_letter, queue_letters
from eventsapp.places.models import PlaceState
from eventsapp.places.operations import Claim, PoolFull, claim_place, take_held
from eventsapp.registrations import line_queries, queries, rules
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import (
    ACTIVE,
    ChosenItem,
    OfferOutcome,
    Registration,
    RegistrationSource,
    RegistrationStatus,
)
from eventsapp.registrations.operations import ADDRESS_TAKEN, note_overbooking
from eventsapp.registrations.records import change_together, copy_for
from eventsapp.registrations.seats import Seats, holder_of, lock_seats
from eventsapp.registrations.waiting_list import (
    end_offer_of,
    end_offers,
    leave_line,
    make_offers,
    move_up,
    stand_in_line,
    tell,
)

MAX_REASON = 1000
_registrations: Table = Registration.__table__  # type: ignore[assignment]


def require_reason(reason: str) -> None:
    """Raise DomainError at "reason" unless there is one of a reasonable length."""
    if not reason.strip():
        raise DomainError(gettext("Skriv varför."), "reason")
    if len(reason) > MAX_REASON:
        raise DomainError(gettext("Skriv högst %(max)d tecken.", max=MAX_REASON), "reason")


def _lock(event: Event, registrations: Sequence[Registration]) -> tuple[Seats, list[Registration]]:
    seats = lock_seats(event)
    people = queries.lock_registrations([registration.id for registration in registrations])
    by_id = {one.id: one for one in people}
    # In the order they were asked for: who comes first gets the place when there is one only.
    return seats, [by_id[registration.id] for registration in registrations]


def give_places(
    event: Event,
    registrations: Sequence[Registration],
    *,
    actor: Actor,
    overbook: bool = False,
    reason: str = "",
) -> list[Registration]:
    """Give a place to people who have applied, wait, or were cancelled, refused or too late; answers those who got one.

    The others have the state they had: it was full for them, or their address is registered anew. One who is taken
    before somebody else in the line needs a `reason`, which goes to the trail. The event must be loaded as
    `queries.EVENT_IN_LETTERS` says.
    """
    seats, people = _lock(event, registrations)
    rules.require_staff_may_add(event)
    people = [one for one in people if one.status is not RegistrationStatus.CONFIRMED]
    if goes_before_others(event, people):
        require_reason(reason)
    placed = [one for one in people if _give_place(seats, event, one, overbook=overbook, actor=actor)]
    tell(event, placed, "registration.given_place", LettersOfEvent.confirmed, actor=actor)
    _note_reason(event, placed, reason, actor)
    move_up(seats, event)
    return placed


def goes_before_others(event: Event, people: Sequence[Registration]) -> bool:
    """Whether somebody who waits, and is not among these, stands before one of them."""
    orders = [one.waiting_order or 0 for one in people if one.status is RegistrationStatus.WAITING]
    if not orders:
        return False
    ids = {one.id for one in people}
    before = line_queries.waiting_before(event.id, max(orders))
    return any(registration_id not in ids for registration_id in before)


def _give_place(
    seats: Seats, event: Event, registration: Registration, *, overbook: bool, actor: Actor
) -> bool:
    if registration.status is RegistrationStatus.OFFERED:
        # The place that is held for them is theirs, also where the event has become overfull meanwhile.
        end_offers(line_queries.lock_open_offers([registration.id]), OfferOutcome.ACCEPTED)
        take_held(seats.ledger, [holder_of(registration)])
        leave_line([registration], RegistrationStatus.CONFIRMED)
        return True
    (needs,) = seats.needs_of(event, [registration])
    try:
        with conflict_if(ADDRESS_TAKEN, ""):
            items = _items_with_room(seats, registration)
            exceeded = claim_place(
                seats.ledger, Claim(holder_of(registration), (*needs, *items)), overbook=overbook
            )
            leave_line([registration], RegistrationStatus.CONFIRMED)
    except PoolFull:
        return False
    except Conflict:
        seats.ledger.recount()
        return False
    change_together(
        [registration],
        cancelled_at=None,
        refusal_reason="",
        end_reason=None,
        replaced_by_id=None,
        asked_again_at=None,
        answer_again_by=None,
        still_comes_at=None,
    )
    if exceeded:
        note_overbooking(event, [registration], actor)
    return True


def _items_with_room(seats: Seats, registration: Registration) -> list[int]:
    """The pools of the items that a person has wished for and can have; the wishes for full ones are let go of."""
    wishes = queries.chosen_items([registration.id]).get(registration.id, ())
    left = seats.ledger.left()
    pools = {item_id: seats.item_pool(item_id) for item_id in wishes}
    missed = [item_id for item_id, pool in pools.items() if pool is not None and left[pool] == 0]
    if missed:
        db.session.execute(
            delete(ChosenItem).where(
                ChosenItem.registration_id == registration.id, ChosenItem.item_id.in_(missed)
            ),
            execution_options={"synchronize_session": False},
        )
    return [pool for pool in pools.values() if pool is not None and left[pool] != 0]


def _note_reason(event: Event, people: Sequence[Registration], reason: str, actor: Actor) -> None:
    for registration in people if reason.strip() else ():
        audit.record(
            "registration.taken_before_others",
            "registration",
            registration.id,
            actor=actor,
            event_id=event.id,
            changes={"waiting_reason": ["", reason.strip()]},
        )
    db.session.flush()


def offer_places(
    event: Event, registrations: Sequence[Registration], *, actor: Actor, reason: str = ""
) -> list[Registration]:
    """Offer free places to people on the waiting list whom staff choose; answers those whom there was a place for.

    Raises DomainError at "reason" where one is taken before others without a reason.
    """
    seats, people = _lock(event, registrations)
    if not rules.may_change_registration(event, now()):
        raise Conflict(gettext("Aktiviteten har börjat eller är inställd, så ingen kan erbjudas en plats."))
    people = [one for one in people if one.status is RegistrationStatus.WAITING]
    if goes_before_others(event, people):
        require_reason(reason)
    offered = []
    for registration in people:
        (needs,) = seats.needs_of(event, [registration])
        if seats.full_pools([needs]):
            continue
        items = _items_with_room(seats, registration)
        claim_place(seats.ledger, Claim(holder_of(registration), (*needs, *items)), state=PlaceState.HELD)
        offered.append(registration)
    if offered:
        make_offers(event, offered, actor=actor)
    _note_reason(event, offered, reason, actor)
    move_up(seats, event)
    return offered


def withdraw_offer(event: Event, registration: Registration, reason: str, *, actor: Actor) -> None:
    """Take an unanswered offer back, with a reason; the person stands last in the line, and the next gets the place."""
    require_reason(reason)
    seats, (person,) = _lock(event, [registration])
    if person.status is not RegistrationStatus.OFFERED:
        raise Conflict(gettext("Personen har inget erbjudande som väntar på svar."))
    end_offer_of(seats, person, OfferOutcome.WITHDRAWN)
    stood_in_line = person.waiting_order is not None
    if stood_in_line:
        stand_in_line(event, [person])
    else:
        # One who was offered this date instead of another never asked for this one, and still waits for the other.
        leave_line([person], RegistrationStatus.CANCELLED)
    db.session.flush()
    audit.record(
        "registration.offer_withdrawn",
        "registration",
        person.id,
        actor=actor,
        event_id=event.id,
        changes={"waiting_reason": ["", reason.strip()]},
    )
    if stood_in_line:
        tell_number(event, [person])
    elif person.email:
        queue_letter(LettersOfEvent(event).left(person, RegistrationStatus.OFFERED, by_person=False))
    move_up(seats, event)


def refuse(
    event: Event, registrations: Sequence[Registration], reason: str, *, actor: Actor
) -> list[Registration]:
    """Say no to people who have applied or wait, with a reason that their letter tells; answers those it was said to."""
    require_reason(reason)
    seats, people = _lock(event, registrations)
    refused = [
        one for one in people if one.status in ACTIVE and one.status is not RegistrationStatus.CONFIRMED
    ]
    for registration in refused:
        end_offer_of(seats, registration, OfferOutcome.WITHDRAWN)
    leave_line(refused, RegistrationStatus.REFUSED)
    change_together(refused, refusal_reason=reason.strip())
    tell(event, refused, "registration.refused", LettersOfEvent.refused, actor=actor)
    move_up(seats, event)
    return refused


def put_on_list(event: Event, registrations: Sequence[Registration], *, actor: Actor) -> list[Registration]:
    """Put applicants on the waiting list in this order, after those who stand there, and tell them their number."""
    seats, people = _lock(event, registrations)
    if not rules.keeps_waiting_list(event):
        raise Conflict(gettext("Aktiviteten har ingen reservlista."))
    placed = [one for one in people if one.status is RegistrationStatus.APPLIED]
    for unit in _units(placed):
        stand_in_line(event, unit)
        db.session.flush()
    ids = [registration.id for registration in placed]
    audit.record_for_many("registration.waiting", "registration", ids, actor=actor, event_id=event.id)
    tell_number(event, placed)
    move_up(seats, event)
    return placed


def _units(people: Sequence[Registration]) -> list[list[Registration]]:
    """People in their order, with those who come all or none together where the first of them stands."""
    units: dict[tuple[bool, int | None], list[Registration]] = {}
    for one in people:
        together = one.group is not None and one.group.all_or_none
        units.setdefault((together, one.group_id if together else one.id), []).append(one)
    return list(units.values())


def tell_number(event: Event, people: Sequence[Registration]) -> None:
    """Tell people who have just come to stand last in the line which number they have."""
    letters = LettersOfEvent(event, now())
    first = line_queries.waiting_count(event.id) - len(people) + 1
    queue_letters(
        [letters.entered(one, first + position) for position, one in enumerate(people) if one.email]
    )
    db.session.flush()


def move_in_line(event: Event, registration: Registration, number: int, reason: str, *, actor: Actor) -> None:
    """Let one who waits stand as number `number` in the line (1 is next), with those who came in the same group; the
    reason goes to the trail. Raises DomainError at "number" or "reason"."""
    require_reason(reason)
    lock_seats(event)
    line = line_queries.lock_waiting(event.id)
    person = next((one for one in line if one.id == registration.id), None)
    if person is None:
        raise Conflict(gettext("Personen står inte på reservlistan längre."))
    if not 1 <= number <= len(line):
        raise DomainError(gettext("Skriv ett nummer mellan 1 och %(last)s.", last=len(line)), "number")
    before = line.index(person) + 1
    moving = [one for one in line if one.waiting_order == person.waiting_order]
    others = [one for one in line if one not in moving]
    # Not into the middle of a group, whose members stand on one number.
    at = number - 1
    while 0 < at < len(others) and others[at].waiting_order == others[at - 1].waiting_order:
        at += 1
    _number_line([*others[:at], *moving, *others[at:]])
    audit.record(
        "registration.moved_in_line",
        "registration",
        person.id,
        actor=actor,
        event_id=event.id,
        changes={"waiting_number": [str(before), str(number)], "waiting_reason": ["", reason.strip()]},
    )
    db.session.flush()


def _number_line(line: Sequence[Registration]) -> None:
    """Write the line anew in one statement; those of one group go on standing on one number."""
    numbers: dict[int, int] = {}
    rows = []
    for registration in line:
        order = numbers.setdefault(registration.waiting_order or 0, len(numbers) + 1)
        rows.append({"of": registration.id, "order": order})
    statement = (
        update(_registrations)
        .where(_registrations.c.id == bindparam("of"))
        .values(waiting_order=bindparam("order"), version=_registrations.c.version + 1)
    )
    db.session.connection().execute(statement, rows)
    for registration, row in zip(line, rows, strict=True):
        set_committed_value(registration, "waiting_order", row["order"])
        set_committed_value(registration, "version", registration.version + 1)


def offer_other_date(
    event: Event, other: Event, registrations: Sequence[Registration], *, actor: Actor
) -> list[Registration]:
    """Offer people on the waiting list of `event` a place on `other`, in this order while there are any; answers the
    new registrations. They stay on the list until they say yes. Whoever is registered for the other date is passed by, and
    so is one without an address: no letter with the way to answer would reach them, so staff ring and add them by hand.

    Both events must be loaded as `queries.EVENT_IN_LETTERS` says.
    """
    seats = lock_seats(event, other)
    rules.require_open(other, now())
    move_up(seats, other)  # Those who wait for that date itself come first, whatever time has freed.
    people = queries.lock_registrations([registration.id for registration in registrations])
    by_id = {one.id: one for one in people}
    made: list[Registration] = []
    instead_of: dict[int, int] = {}
    for waiting in (by_id[registration.id] for registration in registrations):
        if waiting.status is not RegistrationStatus.WAITING or not waiting.email:
            continue
        if queries.find_active(other.id, waiting.email_key) is not None:
            continue
        copy = copy_for(other, waiting, RegistrationStatus.OFFERED, RegistrationSource.STAFF)
        needs = seats.needs_of(other, [copy])
        if seats.full_pools(needs):
            continue
        db.session.add(copy)
        db.session.flush()
        claim_place(seats.ledger, Claim(holder_of(copy), needs[0]), state=PlaceState.HELD)
        made.append(copy)
        instead_of[copy.id] = waiting.id
    if made:
        make_offers(other, made, actor=actor, instead_of=instead_of)
    return made
