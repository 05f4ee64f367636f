"""The waiting list. A place that comes free goes to the next in line in the very transaction that frees it."""

from collections.abc import Callable, Collection, Sequence

from flask import current_app
from flask_babel import gettext
from sqlalchemy import delete, insert, update
from sqlalchemy.orm.attributes import set_committed_value

from eventsapp.audit import operations as audit
from eventsapp.config import Settings
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.events.models import Event, WaitingListRule
from eventsapp.outbox.operations import LetterDraft, queue_letters
from eventsapp.places.models import PlaceState
from eventsapp.places.operations import Claim, claim_place, release_places, take_held
from eventsapp.registrations import line_queries, queries, rules
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.line import InLine, Move, Way, next_in_line
from eventsapp.registrations.models import (
    AttendanceMode,
    ChosenItem,
    OfferOutcome,
    PlaceOffer,
    Registration,
    RegistrationStatus,
)
from eventsapp.registrations.records import change_together, note_link_opened
from eventsapp.registrations.seats import Seats, holder_of, lock_seats
from eventsapp.registrations.wishes import wishes_to_tell

Write = Callable[[LettersOfEvent, Registration], LetterDraft]
"""One of the letters of `LettersOfEvent`."""


class OfferGone(Conflict):
    """The offer cannot be answered any more; `offer` is what became of it, if there was one."""

    def __init__(self, message: str, offer: PlaceOffer | None) -> None:
        super().__init__(message)
        self.offer = offer


def fill_free_places(event_ids: Collection[int]) -> None:
    """Give what is free to those who wait for these events; after pools, quotas or rules have changed; flushes."""
    events = [queries.get_event_in_letters(event_id) for event_id in sorted(set(event_ids))]
    move_up(lock_seats(*events), *events)


def move_up(seats: Seats, *events: Event) -> None:
    """Let dead offers go and give every free place to the next who can use it; flushes.

    Events that share places with these through a series have their turn after them. Run again it finds nothing to do.
    """
    for event in events:
        _move_up(seats, event)
    others = sorted(set(seats.events) - {event.id for event in events})
    for event_id in line_queries.waiting_event_ids(others) if others else []:
        _move_up(seats, queries.get_event_in_letters(event_id))


def _move_up(seats: Seats, event: Event) -> None:
    if seats.ledger.held:
        _let_dead_offers_go(seats, event)
    if not rules.moves_waiting_list(event, now()) or not _may_have_room(seats, event):
        return
    waiting = line_queries.lock_waiting(event.id)
    moves = next_in_line(_in_line(seats, event, waiting), seats.ledger.left()) if waiting else []
    if not moves:
        return
    by_id = {registration.id: registration for registration in waiting}
    moving = [by_id[move.registration_id] for move in moves]
    is_offer = event.waiting_list is WaitingListRule.OFFER
    claim_place(
        seats.ledger,
        *(Claim(holder_of(by_id[move.registration_id]), move.pool_ids) for move in moves),
        state=PlaceState.HELD if is_offer else PlaceState.TAKEN,
    )
    _take_ways(by_id, moves)
    if is_offer:
        make_offers(event, moving, actor=Actor.system())
    else:
        leave_line(moving, RegistrationStatus.CONFIRMED)
        tell(event, moving, "registration.moved_up", LettersOfEvent.moved_up, actor=Actor.system())
    if len(moves) == len(waiting):
        _tell_list_is_empty(event)


def _may_have_room(seats: Seats, event: Event) -> bool:
    """Whether any way of taking part has a place left, so that it is worth looking at the line."""
    left = seats.ledger.left()
    pools = [
        seats.ledger.find("event", event.id, rules.pool_name_for(event, mode))
        for mode in rules.modes_of(event)
    ]
    return any(pool is not None and left[pool] != 0 for pool in pools)


def _in_line(seats: Seats, event: Event, waiting: Sequence[Registration]) -> list[InLine]:
    for registration in waiting:
        set_committed_value(registration, "event", event)
    belongings = seats.belongings(waiting)
    seats.meet(event, belongings)
    wishes = queries.wished_items(event.id)
    line = []
    for registration, belonging in zip(waiting, belongings, strict=True):
        ways = tuple(
            Way(mode, seats.pool_ids(event, mode, belonging))
            for mode in rules.waiting_modes(event, registration)
        )
        items = tuple(
            (item_id, pool)
            for item_id in wishes.get(registration.id, ())
            if (pool := seats.item_pool(item_id)) is not None
        )
        together = registration.group is not None and registration.group.all_or_none
        unit = -(registration.group_id or 0) if together else registration.id
        line.append(InLine(registration.id, unit, ways, items))
    return line


def _take_ways(people: dict[int, Registration], moves: Sequence[Move]) -> None:
    """Note the way of taking part that each got, and let go of the items that were full."""
    for mode in {move.mode for move in moves}:
        changed = [
            people[move.registration_id]
            for move in moves
            if move.mode is mode and people[move.registration_id].mode is not mode
        ]
        # On site everybody has a place of their own, so the registration is for one.
        alone = {"head_count": 1} if mode is AttendanceMode.ONSITE else {}
        change_together(changed, mode=mode, **alone)
    wishes = queries.chosen_items([move.registration_id for move in moves])
    missed: dict[int, list[int]] = {}
    for move in moves:
        for item_id in set(wishes.get(move.registration_id, ())) - set(move.item_ids):
            missed.setdefault(item_id, []).append(move.registration_id)
    # One statement for each item that was full, however many had wished for it.
    for item_id, registration_ids in missed.items():
        db.session.execute(
            delete(ChosenItem).where(
                ChosenItem.item_id == item_id, ChosenItem.registration_id.in_(registration_ids)
            ),
            execution_options={"synchronize_session": False},
        )


def leave_line(registrations: Sequence[Registration], status: RegistrationStatus) -> None:
    """Let locked registrations leave the line for another status."""
    change_together(registrations, status=status, waiting_order=None, waiting_since=None)


def make_offers(
    event: Event,
    registrations: Sequence[Registration],
    *,
    actor: Actor,
    instead_of: dict[int, int] | None = None,
) -> None:
    """Offer these people the places that are held for them, with trail and letter; flushes.

    `instead_of` says whose registration on another date's waiting list ends when they say yes.
    """
    moment = now()
    answer_by = rules.offer_deadline(event, moment)
    other = instead_of or {}
    # They keep their number in the line while they think, so that an offer that is withdrawn puts nobody last.
    change_together(registrations, status=RegistrationStatus.OFFERED)
    db.session.execute(
        insert(PlaceOffer),
        [
            {
                "registration_id": registration.id,
                "event_id": event.id,
                "made_at": moment,
                "answer_by": answer_by,
                "instead_of_id": other.get(registration.id),
            }
            for registration in registrations
        ],
    )
    write = LettersOfEvent.other_date_offered if other else LettersOfEvent.place_offered
    tell(event, registrations, "registration.offered", write, actor=actor)


def tell(
    event: Event, registrations: Sequence[Registration], action: str, write: Write, *, actor: Actor
) -> None:
    """One row in the trail and one letter for each; flushes."""
    ids = [registration.id for registration in registrations]
    letters = LettersOfEvent(event, now(), queries.items_of(ids), wishes_to_tell(event, ids))
    audit.record_for_many(action, "registration", ids, actor=actor, event_id=event.id)
    letters.plan(registrations)
    queue_letters([write(letters, one) for one in registrations if one.email])
    db.session.flush()


def _let_dead_offers_go(seats: Seats, event: Event) -> None:
    """Offers past their time are over: their places are free, and those who did not answer are told."""
    offers = line_queries.lock_dead_offers(event.id, now())
    if not offers:
        return
    people = queries.lock_registrations([offer.registration_id for offer in offers])
    for registration in people:
        set_committed_value(registration, "event", event)
    end_offers(offers, OfferOutcome.EXPIRED)
    release_places(seats.ledger, [holder_of(registration) for registration in people])
    leave_line(people, RegistrationStatus.EXPIRED)
    tell(event, people, "registration.offer_expired", LettersOfEvent.offer_expired, actor=Actor.system())


def end_offers(offers: Sequence[PlaceOffer], outcome: OfferOutcome) -> None:
    """Note what became of locked offers."""
    db.session.execute(
        update(PlaceOffer)
        .where(PlaceOffer.id.in_([offer.id for offer in offers]))
        .values(outcome=outcome, answered_at=now()),
        execution_options={"synchronize_session": False},
    )
    for offer in offers:
        set_committed_value(offer, "outcome", outcome)


def accept_offer(registration: Registration, *, actor: Actor) -> None:
    """Say yes: the held place is taken. Whoever said yes before changes nothing more.

    One who answers for a group that comes all or none answers for everybody in it. Raises OfferGone when the offer is
    over, and Conflict when the activity is. The event must be loaded as `queries.WITH_EVENT` says.
    """
    event = registration.event
    waiting_elsewhere = _waiting_elsewhere(registration)
    seats = lock_seats(event, *([waiting_elsewhere.event] if waiting_elsewhere else []))
    people = _lock_those_who_answer(registration)
    if registration.status is RegistrationStatus.CONFIRMED:
        return
    offers = _require_open(event, people)
    end_offers(offers, OfferOutcome.ACCEPTED)
    take_held(seats.ledger, [holder_of(one) for one in people])
    leave_line(people, RegistrationStatus.CONFIRMED)
    tell(event, people, "registration.offer_accepted", LettersOfEvent.confirmed, actor=actor)
    note_link_opened(registration)
    if waiting_elsewhere is not None:
        _leave_other_date(seats, waiting_elsewhere, actor)


def decline_offer(registration: Registration, *, actor: Actor) -> None:
    """Say no: the place goes to the next in line. Raises OfferGone when the offer is over."""
    event = registration.event
    seats = lock_seats(event)
    people = _lock_those_who_answer(registration)
    if registration.status is RegistrationStatus.DECLINED:
        return
    offers = _require_open(event, people)
    end_offers(offers, OfferOutcome.DECLINED)
    release_places(seats.ledger, [holder_of(one) for one in people])
    leave_line(people, RegistrationStatus.DECLINED)
    tell(event, people, "registration.offer_declined", LettersOfEvent.offer_declined, actor=actor)
    note_link_opened(registration)
    move_up(seats, event)


def _lock_those_who_answer(registration: Registration) -> list[Registration]:
    """The person, or for the contact of a group that comes all or none everybody in it who has an offer."""
    ids = [registration.id]
    if registration.is_group_contact and registration.group_id is not None:
        ids = sorted(
            {registration.id, *queries.group_member_ids(registration.group_id, RegistrationStatus.OFFERED)}
        )
    event = registration.event
    people = queries.lock_registrations(ids)
    for one in people:
        set_committed_value(one, "event", event)
    group = registration.group
    if group is None or not group.all_or_none:
        return [one for one in people if one.id == registration.id]
    if not registration.is_group_contact:
        raise Conflict(gettext("Den som anmälde gruppen svarar för alla i den."))
    return people


def _require_open(event: Event, people: Sequence[Registration]) -> list[PlaceOffer]:
    offers = line_queries.lock_open_offers([one.id for one in people])
    moment = now()
    if len(offers) < len(people) or not all(rules.is_open_offer(offer, moment) for offer in offers):
        last = line_queries.find_last_offer(people[0].id)
        raise OfferGone(gettext("Erbjudandet gäller inte längre."), last)
    if not rules.may_change_registration(event, moment):
        raise Conflict(gettext("Det går inte att svara längre. Kontakta oss."))
    return offers


def _waiting_elsewhere(registration: Registration) -> Registration | None:
    """The registration on another date's waiting list that this offer would end."""
    offer = line_queries.find_last_offer(registration.id)
    if offer is None or offer.outcome is not None or offer.instead_of_id is None:
        return None
    return queries.find_with_event(offer.instead_of_id)


def _leave_other_date(seats: Seats, registration: Registration, actor: Actor) -> None:
    event = registration.event
    (locked,) = queries.lock_registrations([registration.id])
    if locked.status not in (RegistrationStatus.WAITING, RegistrationStatus.OFFERED):
        return
    end_offer_of(seats, locked, OfferOutcome.WITHDRAWN)
    leave_line([locked], RegistrationStatus.CANCELLED)
    audit.record("registration.took_other_date", "registration", locked.id, actor=actor, event_id=event.id)
    db.session.flush()
    move_up(seats, event)


def end_offer_of(seats: Seats, registration: Registration, outcome: OfferOutcome) -> None:
    """End the open offer of a locked registration, if it has one, and free what was held; the caller moves the list."""
    if registration.status is RegistrationStatus.OFFERED:
        end_offers(line_queries.lock_open_offers([registration.id]), outcome)
        release_places(seats.ledger, [holder_of(registration)])


def stand_in_line(event: Event, registrations: Sequence[Registration]) -> int:
    """Put locked or new registrations last in the line, on one number; answers the number of the first among people."""
    order = line_queries.last_in_line(event.id) + 1
    number = line_queries.waiting_count(event.id) + 1
    moment = now()
    for registration in registrations:
        registration.status = RegistrationStatus.WAITING
        registration.waiting_order = order
        registration.waiting_since = moment
    return number


def _tell_list_is_empty(event: Event) -> None:
    """Tell the officer that nobody is left to take the next place that comes free."""
    settings: Settings = current_app.config["SETTINGS"]
    recipient = event.contact_email or settings.contact_email
    queue_letters([LettersOfEvent(event, now()).officer_list_empty(recipient)])


def close_list(event: Event, *, actor: Actor) -> None:
    """Withdraw the open offers of an event that is off; those who had one stand in the line as before; flushes.

    Nobody gets a letter of this: what tells of the event's end tells them too.
    """
    seats = lock_seats(event)
    offers = line_queries.lock_offers_of_event(event.id)
    if not offers:
        return
    people = queries.lock_registrations([offer.registration_id for offer in offers])
    end_offers(offers, OfferOutcome.WITHDRAWN)
    release_places(seats.ledger, [holder_of(registration) for registration in people])
    # One who was offered this date instead of another still waits for the other.
    in_line = [one for one in people if one.waiting_order is not None]
    change_together(in_line, status=RegistrationStatus.WAITING)
    leave_line([one for one in people if one not in in_line], RegistrationStatus.CANCELLED)
    ids = [registration.id for registration in people]
    audit.record_for_many("registration.offer_withdrawn", "registration", ids, actor=actor, event_id=event.id)
