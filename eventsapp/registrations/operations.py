"""Signing up and cancelling. A letter is queued in the same transaction as what it tells of."""

from dataclasses import dataclass, replace

from flask_babel import gettext
from sqlalchemy import insert, or_, update
from sqlalchemy.orm import make_transient_to_detached

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor, ActorKind
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db, execute_plainly
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.sealing import seal
from eventsapp.core.text import email_key
from eventsapp.core.throttle import count_attempt
from eventsapp.core.tokens import new_token
from eventsapp.events.models import Event
from eventsapp.outbox.operations import LetterDraft, queue_letter
from eventsapp.places.operations import Claim, PoolFull, claim_place, release_places
from eventsapp.programme.queries import choices_of
from eventsapp.programme.rules import choice_slots, clashing
from eventsapp.registrations import line_queries, queries, rules
from eventsapp.registrations.answering import keep_first_answers
from eventsapp.registrations.leaving import end_registration, tell_officer
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import (
    ACTIVE,
    ChosenItem,
    OfferOutcome,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    SignUpReceipt,
)
from eventsapp.registrations.records import (
    lock_registration,
    new_registration,
    note_link_opened,
)
from eventsapp.registrations.seats import Seats, holder_of, lock_seats
from eventsapp.registrations.sensitive import add_answers
from eventsapp.registrations.submission import Submission
from eventsapp.registrations.waiting_list import end_offer_of, move_up, stand_in_line
from eventsapp.registrations.wishes import keep_wishes, require_wishes

ADDRESS_TAKEN = "uq_registrations_event_id_email_key_active"
NONCE_USED = "uq_sign_up_receipts_nonce_digest"
_ADD_RECEIPT = insert(SignUpReceipt.__table__)  # type: ignore[arg-type]


@dataclass(frozen=True)
class SignUp:
    """What a form led to. A page must not show `registration`: whether there is one says who was registered before."""

    receipt: SignUpReceipt | None
    registration: Registration | None
    is_repeat: bool = False
    """Whether the same form had been sent before, so that nothing was done now."""


def register(
    event: Event,
    submission: Submission,
    *,
    actor: Actor,
    admitted: bool = False,
) -> SignUp:
    """Sign a person up: registration, place, answers, receipt, trail and letter, all in the caller's transaction.

    `receipt.outcome` says what came of it: a place, a number on the waiting list when it is full, or an application where
    the organiser decides. The same form sent twice gives the same receipt. An address that is registered already gets a
    letter that says so, and a receipt like anybody's. `admitted` is true for one whom an invitation has let in.

    Raises NotOpen, NotAdmitted, PoolFull (where there is no waiting list, or a chosen item is full), and DomainError for
    a way of taking part or a choice that the event does not have; after each of them the transaction holds nothing of
    it. The event must be loaded as `queries.EVENT_IN_LETTERS` says.
    """
    if not submission.nonce:
        submission = replace(submission, nonce=new_token())
    seats = lock_seats(event)
    # Under the locks, so that of the same form sent twice at once the second sees what the first has done.
    key = email_key(submission.email)
    receipt, registered = queries.find_earlier(event.id, submission.nonce, key)
    if receipt is not None:
        return SignUp(receipt, None, is_repeat=True)
    rules.require_open(event, now())
    rules.require_mode(event, submission.mode)
    rules.require_head_count(event, submission)
    rules.require_admitted(event, submission.code, admitted=admitted)
    require_choices(event, submission)
    require_profession(seats, event, submission)
    if registered is None:
        try:
            return _register_new(seats, event, submission, actor)
        except PoolFull:
            raise
        except Conflict:
            # Somebody was quicker: the same form sent at the same moment, or another one with the same address.
            receipt, registered = queries.find_earlier(event.id, submission.nonce, key)
            if receipt is not None:
                return SignUp(receipt, None, is_repeat=True)
            if registered is None:
                raise
            seats.ledger.recount()
    return _registered_before(seats, event, registered, submission)


def require_profession(seats: Seats, event: Event, submission: Submission) -> None:
    """Raise DomainError for one who has not said what a quota counts by."""
    if submission.profession is None and seats.counts_by_profession(event):
        message = gettext("Välj yrkesgrupp. Platserna fördelas mellan yrkesgrupperna.")
        raise DomainError(message, "profession")


def require_choices(event: Event, submission: Submission) -> None:
    """Raise DomainError unless the chosen items are offered, one at a time, or those that are ranked are."""
    require_wishes(event, submission)
    if not submission.items:
        return
    offered = {item.id: item for item in choices_of(event.id)}
    chosen = [offered[item_id] for item_id in submission.items if item_id in offered]
    slots = [
        slot for slot in choice_slots(list(offered.values())) if any(item in chosen for item in slot.items)
    ]
    if len(chosen) < len(set(submission.items)) or len(slots) < len(chosen):
        raise DomainError(gettext("Valen i programmet har ändrats. Välj igen."), "items")
    if clashing(chosen):
        raise DomainError(
            gettext("Två av punkterna du har valt överlappar varandra. Välj en av dem."), "items"
        )


def _register_new(seats: Seats, event: Event, submission: Submission, actor: Actor) -> SignUp:
    message = gettext("Någon anmälde samma adress just nu. Försök igen.")
    with conflict_if((ADDRESS_TAKEN, NONCE_USED), message):
        registration = new_registration(event, submission, RegistrationSource.SELF)
        number = admit(seats, event, [registration], Terms.of(submission), actor=actor)
        receipt = add_receipt(event, submission, registration, registration.status, number)
        add_needs(event, registration, submission)
    return SignUp(receipt, registration)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How new registrations come in: the programme items they choose or have ranked, whether they come all or none, whether
    staff give places above the capacity, whether there may be places for them at all, and whether they are told by letter."""

    items: tuple[int, ...] = ()
    wishes: tuple[int, ...] = ()
    together: bool = True
    overbook: bool = False
    may_fit: bool = True
    tell: bool = True

    @classmethod
    def of(cls, submission: Submission, **terms: bool) -> "Terms":
        """The terms of one who has filled in the form."""
        return cls(items=submission.items, wishes=submission.wishes or (), **terms)


def admit(
    seats: Seats, event: Event, registrations: list[Registration], terms: Terms, *, actor: Actor
) -> int | None:
    """Give new registrations their state, and what belongs to it: place, number in the line or application, the items
    they chose, trail and letter; flushes. Answers the first one's number where they stand in line.

    Raises PoolFull when it is full and nobody may wait, or when a chosen item is.
    """
    if rules.must_apply(event) and actor.kind is not ActorKind.USER:
        return _enter(event, registrations, RegistrationStatus.APPLIED, terms, actor)
    needs = seats.needs_of(event, registrations, terms.items)
    if _must_look_at_line_first(seats, event, needs):
        move_up(seats, event)
    full = seats.full_pools(needs)
    if (full and not terms.overbook) or not terms.may_fit:
        _require_may_wait(seats, event, full, terms.items)
        if not terms.together and len(registrations) > 1:
            numbers = [admit(seats, event, [one], terms, actor=actor) for one in registrations]
            return next((number for number in numbers if number is not None), None)
        return _enter(event, registrations, RegistrationStatus.WAITING, terms, actor)
    _enter(event, registrations, RegistrationStatus.CONFIRMED, terms, actor)
    claims = [Claim(holder_of(one), pools) for one, pools in zip(registrations, needs, strict=True)]
    if claim_place(seats.ledger, *claims, overbook=terms.overbook):
        note_overbooking(event, registrations, actor)
    return None


def _must_look_at_line_first(seats: Seats, event: Event, needs: list[tuple[int, ...]]) -> bool:
    """Whether time has freed something that nobody has been given yet: a newcomer must not go before those who wait."""
    # Without a list too: offers from when there was one end, and what they held is free.
    if seats.ledger.held > 0 and seats.full_pools(needs):
        return True
    return rules.keeps_waiting_list(event) and seats.has_unlocked_quotas(event)


def _require_may_wait(seats: Seats, event: Event, full: set[int], items: tuple[int, ...]) -> None:
    """Raise PoolFull unless what is full is something that one can wait for."""
    if full and full <= {pool for item_id in items if (pool := seats.item_pool(item_id)) is not None}:
        message = gettext("En punkt i programmet som du valde är full. Välj en annan.")
        raise PoolFull(message, "items", pool_ids=full)
    if not rules.keeps_waiting_list(event):
        raise PoolFull(gettext("Det finns inga platser kvar."), pool_ids=full)


_ENTERING = {
    RegistrationStatus.CONFIRMED: "registration.made",
    RegistrationStatus.WAITING: "registration.waiting",
    RegistrationStatus.APPLIED: "registration.applied",
}


def _enter(
    event: Event,
    registrations: list[Registration],
    status: RegistrationStatus,
    terms: Terms,
    actor: Actor,
) -> int | None:
    """Write the rows of new registrations in a state."""
    number: int | None = None
    if status is RegistrationStatus.WAITING:
        number = stand_in_line(event, registrations)
    for registration in registrations:
        registration.status = status
    db.session.add_all(registrations)
    db.session.flush()
    ids = [registration.id for registration in registrations]
    if terms.items:
        db.session.add_all(
            ChosenItem(registration_id=one, item_id=item_id) for one in ids for item_id in terms.items
        )
        db.session.flush()
    if terms.wishes:
        keep_wishes(ids, terms.wishes)
    letters = LettersOfEvent(event, now(), queries.items_of(ids) if terms.items else None)
    audit.record_for_many(_ENTERING[status], "registration", ids, actor=actor, event_id=event.id)
    if terms.tell:
        letters.plan(registrations)
    for position, registration in enumerate(registrations):
        if terms.tell and registration.email:
            queue_letter(letters.entered(registration, None if number is None else number + position))
    return number


def note_overbooking(event: Event, registrations: list[Registration], actor: Actor) -> None:
    """A line of its own in the trail for each place above the capacity."""
    for registration in registrations:
        audit.record(
            "registration.overbooked", "registration", registration.id, actor=actor, event_id=event.id
        )


def add_needs(event: Event, registration: Registration, submission: Submission) -> None:
    """Keep what a new registration answered on food and access, where the event asks, and to its own questions."""
    keep_first_answers(registration, submission)
    add_answers(
        registration.id,
        food=submission.food if event.asks_food else "",
        access=submission.access if event.asks_access else "",
    )


def add_receipt(
    event: Event,
    submission: Submission,
    registration: Registration | None,
    outcome: RegistrationStatus,
    number: int | None,
) -> SignUpReceipt:
    """Keep what a form led to, under its nonce; flushes."""
    values = {
        "nonce_digest": queries.nonce_digest(event.id, submission.nonce),
        "event_id": event.id,
        "registration_id": registration.id if registration else None,
        "sealed_submission": seal(submission.to_text()),
        "outcome": outcome,
        "waiting_number": number,
        "corrections": 0,
        "created_at": now(),
    }
    added = execute_plainly(_ADD_RECEIPT, values).inserted_primary_key
    assert added is not None
    receipt = SignUpReceipt(id=added[0], **values)
    # From here on an object of the session as if it had been read.
    make_transient_to_detached(receipt)
    db.session.add(receipt)
    return receipt


def _registered_before(
    seats: Seats, event: Event, registered: Registration, submission: Submission
) -> SignUp:
    """Answer as to a new person, and tell the address by letter."""
    outcome, number = outcome_for_new(seats, event, submission)
    try:
        with conflict_if(NONCE_USED, ""):
            receipt = add_receipt(event, submission, None, outcome, number)
    except Conflict:
        found = queries.find_receipt(event.id, submission.nonce)
        return SignUp(found, None, is_repeat=True)
    tell_registered_already(event, registered)
    return SignUp(receipt, None)


def outcome_for_new(
    seats: Seats, event: Event, submission: Submission, people: int = 1
) -> tuple[RegistrationStatus, int | None]:
    """What a new person with this form would meet, without giving them anything; raises PoolFull as `admit` does."""
    if rules.must_apply(event):
        return RegistrationStatus.APPLIED, None
    stranger = new_registration(event, submission, RegistrationSource.SELF)
    needs = seats.needs_of(event, [stranger], submission.items) * people
    if _must_look_at_line_first(seats, event, needs):
        move_up(seats, event)
    full = seats.full_pools(needs)
    if not full:
        return RegistrationStatus.CONFIRMED, None
    _require_may_wait(seats, event, full, submission.items)
    return RegistrationStatus.WAITING, line_queries.waiting_count(event.id) + 1


def tell_registered_already(event: Event, registered: Registration) -> None:
    """Queue the letter that says so, at most one an hour and a few a day, since anybody can type an address."""
    moment = now()
    # The condition is part of the statement, so that two at the same moment send one letter.
    told = db.session.execute(
        update(Registration)
        .where(
            Registration.id == registered.id,
            or_(
                Registration.told_registered_at.is_(None),
                Registration.told_registered_at <= moment - rules.TOLD_AT_MOST_EVERY,
            ),
        )
        .values(told_registered_at=moment)
        .returning(Registration.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    subject = f"{event.id}:{registered.email_key}"
    if told is not None and (
        count_attempt("told_registered", subject, minutes=24 * 60, now=moment) <= rules.MOST_TOLD_A_DAY
    ):
        queue_letter(LettersOfEvent(event).already_registered(registered))


def register_by_staff(
    event: Event, submission: Submission, *, overbook: bool, tell: bool, actor: Actor
) -> Registration:
    """Add a person by hand, also when the form is closed. When it is full they stand on the waiting list, where the event
    has one; `overbook` gives a place above the capacity instead, with a line of its own in the trail.

    Raises Conflict for an address that is registered, and PoolFull.
    """
    seats = lock_seats(event)
    rules.require_staff_may_add(event)
    rules.require_mode(event, submission.mode)
    rules.require_head_count(event, submission)
    require_choices(event, submission)
    message = gettext("Adressen är redan anmäld.")
    if queries.find_active(event.id, email_key(submission.email)) is not None:
        raise Conflict(message, "email")
    with conflict_if(ADDRESS_TAKEN, message, field="email"):
        registration = new_registration(event, submission, RegistrationSource.STAFF)
        terms = Terms.of(submission, overbook=overbook, tell=tell)
        admit(seats, event, [registration], terms, actor=actor)
        add_needs(event, registration, submission)
    return registration


def cancel_registration(registration: Registration, *, actor: Actor, tell: bool = True) -> None:
    """Cancel, also what waits or has applied, and give a freed place to the waiting list; who is no longer registered
    stays so, without another letter.

    Raises Conflict when the person themselves is too late. The registration's event must be loaded.
    """
    event = registration.event
    seats = lock_seats(event)
    lock_registration(registration)
    if registration.status not in ACTIVE:
        return
    by_person = actor.kind is ActorKind.PARTICIPANT
    if by_person:
        rules.require_may_change(registration, event, now())
        note_link_opened(registration)
    had_place = registration.status is RegistrationStatus.CONFIRMED
    end_offer_of(seats, registration, OfferOutcome.DECLINED if by_person else OfferOutcome.WITHDRAWN)
    if had_place:
        release_places(seats.ledger, [holder_of(registration)])
    was = registration.status
    end_registration(registration, RegistrationStatus.CANCELLED)
    audit.record("registration.cancelled", "registration", registration.id, actor=actor, event_id=event.id)
    if tell and registration.email:
        queue_letter(LettersOfEvent(event).left(registration, was, by_person=by_person))
    if by_person and had_place:
        tell_officer(registration, cancelled=True)
    db.session.flush()
    move_up(seats, event)


def send_confirmation_again(registration: Registration, *, actor: Actor) -> None:
    """Queue the confirmation once more, with fresh links; raises Conflict where there is nobody to send it to."""
    if registration.status not in ACTIVE or not registration.email:
        raise Conflict(gettext("Det finns ingen anmälan att bekräfta."))
    audit.record(
        "registration.confirmation_sent_again",
        "registration",
        registration.id,
        actor=actor,
        event_id=registration.event_id,
    )
    queue_letter(_letter_again(registration))


def _letter_again(registration: Registration) -> LetterDraft:
    """The letter that a person last had of where they stand; an offer has the deadline that it had."""
    items = queries.items_of([registration.id])
    if registration.status is not RegistrationStatus.OFFERED:
        letters = LettersOfEvent(registration.event, now(), items)
        return letters.entered(registration, line_queries.waiting_number(registration))
    offer = line_queries.find_last_offer(registration.id)
    if offer is None or not rules.is_open_offer(offer, now()):
        raise Conflict(gettext("Erbjudandet gäller inte längre."))
    letters = LettersOfEvent(registration.event, offer.made_at, items)
    if offer.instead_of_id is not None:
        return letters.other_date_offered(registration)
    return letters.place_offered(registration)
