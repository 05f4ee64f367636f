"""Handing a place over to a colleague. It stays with the first person until the colleague says yes, and then goes straight
to them: nobody on the waiting list is asked in between."""

from dataclasses import dataclass, replace

from flask_babel import gettext
from sqlalchemy.orm.attributes import set_committed_value

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.text import email_key
from eventsapp.core.throttle import count_attempt
from eventsapp.events.models import Event
from eventsapp.outbox.operations import queue_letter
from eventsapp.places.operations import Claim, PoolFull, claim_place, pass_on_places, release_places
from eventsapp.registrations import queries
from eventsapp.registrations.handover_models import HandoverOutcome, PlaceHandover
from eventsapp.registrations.leaving import end_handover, end_registration, tell_officer
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import (
    ChosenItem,
    EndReason,
    Registration,
    RegistrationSource,
    RegistrationStatus,
)
from eventsapp.registrations.operations import ADDRESS_TAKEN, add_needs, require_profession
from eventsapp.registrations.records import lock_registration, new_registration, note_link_opened
from eventsapp.registrations.seats import Seats, holder_of, lock_seats
from eventsapp.registrations.submission import Submission
from eventsapp.registrations.waiting_list import move_up
from eventsapp.registrations.wishes import pass_on_wishes
from eventsapp.self_service.handover_letters import place_handed
from eventsapp.self_service.handover_queries import lock_handover, lock_open_handover, open_handovers_to
from eventsapp.self_service.handover_rules import (
    MOST_OFFERED_A_DAY,
    RegisteredAlready,
    require_may_hand_over,
    require_open_handover,
)

OPEN_ALREADY = "uq_place_handovers_registration_id_open"


@dataclass(frozen=True)
class Colleague:
    """Whom a place is offered to."""

    name: str
    email: str


def offer_to_colleague(registration: Registration, colleague: Colleague, *, actor: Actor) -> PlaceHandover:
    """Offer one's place to a colleague by letter; flushes. Nothing tells whether the address is registered.

    Raises Conflict where the place cannot be handed over or is offered already, and DomainError at "email" for one's own
    address. The event must be loaded as `queries.WITH_EVENT` says.
    """
    event, moment = registration.event, now()
    lock_seats(event)
    lock_registration(registration)
    require_may_hand_over(registration, event, moment)
    if email_key(colleague.email) == registration.email_key:
        raise DomainError(gettext("Det är din egen adress. Skriv kollegans."), "email")
    if count_attempt("handover", str(registration.id), minutes=24 * 60, now=moment) > MOST_OFFERED_A_DAY:
        raise Conflict(gettext("Du har erbjudit platsen många gånger i dag. Försök igen i morgon."))
    handover = PlaceHandover(
        registration_id=registration.id,
        event_id=event.id,
        name=colleague.name,
        email=colleague.email,
        language=registration.language,
        made_at=moment,
    )
    with conflict_if(OPEN_ALREADY, gettext("Platsen är redan erbjuden. Ta tillbaka erbjudandet först.")):
        db.session.add(handover)
    set_committed_value(handover, "registration", registration)
    note_link_opened(registration)
    _record("registration.handover_offered", registration, actor)
    queue_letter(place_handed(handover))
    return handover


def take_back(registration: Registration, *, actor: Actor) -> None:
    """Take the offer back without a letter: the link then says so. Where the colleague was quicker nothing happens."""
    lock_seats(registration.event)
    lock_registration(registration)
    if lock_open_handover(registration.id) is None:
        return
    end_handover(registration.id, HandoverOutcome.WITHDRAWN)
    _record("registration.handover_withdrawn", registration, actor)


def decline_handover(handover: PlaceHandover, *, actor: Actor) -> None:
    """Say no; the first person keeps the place and gets a letter. Who has said so already has.

    Raises Conflict when the offer is over.
    """
    registration = _lock(handover)
    if handover.outcome is HandoverOutcome.DECLINED:
        return
    event = registration.event
    require_open_handover(handover, event, now())
    end_handover(registration.id, HandoverOutcome.DECLINED)
    _record("registration.handover_declined", registration, actor)
    queue_letter(LettersOfEvent(event).handover_declined(registration))


def accept_handover(handover: PlaceHandover, submission: Submission, *, actor: Actor) -> None:
    """Say yes: the colleague gets a registration of their own with the place and the choices in the programme, and the
    first one's ends; flushes. Whoever has said yes changes nothing more.

    `submission` has the colleague's answers; the address is the one that the letter went to, and the way of taking part
    the first person's. Raises RegisteredAlready, PoolFull at "organisation" where a quota is full for the colleague, and
    Conflict when the offer is over; the caller then rolls back.
    """
    event = handover.registration.event
    seats = lock_seats(event)
    first = _lock_people(handover)
    if handover.outcome is HandoverOutcome.ACCEPTED:
        return
    require_open_handover(handover, event, now())
    if queries.find_active(event.id, email_key(handover.email)) is not None:
        raise RegisteredAlready(gettext("Din adress är redan anmäld till aktiviteten."))
    items = queries.chosen_items([first.id]).get(first.id, ())
    submission = replace(
        submission,
        email=handover.email,
        mode=first.mode,
        items=items,
        takes_other_item=first.takes_other_item,
    )
    require_profession(seats, event, submission)
    with conflict_if(ADDRESS_TAKEN, gettext("Någon anmälde samma adress just nu. Försök igen.")):
        successor = _add_successor(event, first, submission)
    _pass_on(seats, event, first, successor)
    end_handover(first.id, HandoverOutcome.ACCEPTED)
    end_registration(first, RegistrationStatus.CANCELLED, EndReason.HANDED_OVER, successor)
    db.session.flush()
    _tell(event, first, successor, actor)
    move_up(seats, event)


def forget_handovers(registration: Registration, key: str) -> None:
    """End the open offers of a person's place, and those of the event that went to their address."""
    end_handover(registration.id, HandoverOutcome.WITHDRAWN)
    for handover in open_handovers_to(registration.event_id, key):
        end_handover(handover.registration_id, HandoverOutcome.WITHDRAWN)


def _lock(handover: PlaceHandover) -> Registration:
    lock_seats(handover.registration.event)
    return _lock_people(handover)


def _lock_people(handover: PlaceHandover) -> Registration:
    """The person and then the offer, in the order of everybody who ends one with the other."""
    registration = handover.registration
    lock_registration(registration)
    lock_handover(handover)
    return registration


def _add_successor(event: Event, first: Registration, submission: Submission) -> Registration:
    successor = new_registration(event, submission, RegistrationSource.SELF)
    successor.status = RegistrationStatus.CONFIRMED
    successor.group_id = first.group_id
    # The colleague sits at the same screen with the same people, and names them anew where they wish.
    successor.head_count = first.head_count
    db.session.add(successor)
    db.session.flush()
    db.session.add_all(
        ChosenItem(registration_id=successor.id, item_id=item_id) for item_id in submission.items
    )
    pass_on_wishes(first.id, successor.id)
    add_needs(event, successor, submission)
    return successor


def _pass_on(seats: Seats, event: Event, first: Registration, successor: Registration) -> None:
    """Move the places as they are. Only what quotas count by may differ: that is given back, and the colleague's taken."""
    held = set(queries.pools_held(first.id))
    (counted,) = seats.quota_pools(event, [successor])
    missing = tuple(pool for pool in counted if pool not in held)
    if missing and seats.ledger.held:
        move_up(seats, event)  # What dead offers hold is free, and those who wait have their turn first.
    # What the first one answered is theirs, so the places of such answers are given back too.
    own = ((held & seats.all_quota_pools) - set(counted)) | (held & seats.option_pools)
    release_places(seats.ledger, [holder_of(first)], pool_ids=own)
    pass_on_places(holder_of(first), holder_of(successor), held - own)
    if not missing:
        return
    try:
        claim_place(seats.ledger, Claim(holder_of(successor), missing))
    except PoolFull as error:
        message = gettext(
            "Det finns inga platser kvar för din grupp: platserna fördelas mellan till exempel kommuner. "
            "Platsen är kvar hos den som erbjöd den."
        )
        raise PoolFull(message, "organisation", pool_ids=error.pool_ids) from None


def _tell(event: Event, first: Registration, successor: Registration, actor: Actor) -> None:
    _record("registration.handed_over", first, actor)
    _record("registration.taken_over", successor, actor)
    items = queries.items_of([successor.id])
    queue_letter(LettersOfEvent(event).handed_over(first))
    queue_letter(LettersOfEvent(event, now(), items).confirmed(successor))
    set_committed_value(successor, "event", event)
    tell_officer(successor, taken_over=True, new_needs=queries.answers_of(successor.id) != queries.Answers())


def _record(action: str, registration: Registration, actor: Actor) -> None:
    audit.record(action, "registration", registration.id, actor=actor, event_id=registration.event_id)
    db.session.flush()
