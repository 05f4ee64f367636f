"""Signing up, changing and cancelling. A letter is queued in the same transaction as what it tells of."""

from dataclasses import dataclass, replace

from flask import current_app
from flask_babel import gettext
from sqlalchemy import or_, update

from eventsapp.audit import operations as audit
from eventsapp.config import Settings
from eventsapp.core.actor import Actor, ActorKind
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict
from eventsapp.core.sealing import seal
from eventsapp.core.text import email_key
from eventsapp.core.throttle import count_attempt
from eventsapp.core.tokens import new_token
from eventsapp.events.models import Event
from eventsapp.outbox.operations import queue_letter
from eventsapp.places.models import PoolName
from eventsapp.places.operations import PoolFull, claim_place, lock_pools, release_places
from eventsapp.places.queries import pools_of
from eventsapp.registrations import queries, rules
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import (
    Registration,
    RegistrationSource,
    RegistrationStatus,
    SignUpReceipt,
)
from eventsapp.registrations.records import (
    add_registration,
    fill_in,
    holder_of,
    lock_registration,
    note_link_opened,
    pool_id_for,
    read_event_again,
)
from eventsapp.registrations.sensitive import add_answers, forget_answers, keep_answers
from eventsapp.registrations.submission import Submission

ADDRESS_TAKEN = "uq_registrations_event_id_email_key_active"
NONCE_USED = "uq_sign_up_receipts_nonce_digest"


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
    source: RegistrationSource = RegistrationSource.SELF,
    overbook: bool = False,
) -> SignUp:
    """Sign a person up: registration, place, answers, receipt, trail and letter, all in the caller's transaction.

    The same form sent twice gives the same receipt. An address that is registered already gets a letter that says
    so, and a receipt like anybody's. Raises NotOpen, PoolFull, and DomainError for a way of taking part that the
    event does not have; after each of them the transaction holds nothing of it. The event must be loaded as
    `queries.EVENT_IN_LETTERS` says.
    """
    if source is RegistrationSource.STAFF:
        added = register_by_staff(event, submission, overbook=overbook, tell=True, actor=actor)
        return SignUp(None, added)
    if not submission.nonce:
        submission = replace(submission, nonce=new_token())
    receipt = queries.find_receipt(event.id, submission.nonce)
    if receipt is not None:
        return SignUp(receipt, None, is_repeat=True)
    read_event_again(event)
    rules.require_open(event, now())
    rules.require_mode(event, submission.mode)
    registered = queries.find_active(event.id, email_key(submission.email))
    if registered is None:
        try:
            return _register_new(event, submission, actor)
        except PoolFull:
            raise
        except Conflict:
            # Somebody was quicker: the same form sent at the same moment, or another one with the same address.
            receipt = queries.find_receipt(event.id, submission.nonce)
            if receipt is not None:
                return SignUp(receipt, None, is_repeat=True)
            registered = queries.find_active(event.id, email_key(submission.email))
            if registered is None:
                raise
    return _registered_before(event, registered, submission)


def _register_new(event: Event, submission: Submission, actor: Actor) -> SignUp:
    message = gettext("Någon anmälde samma adress just nu. Försök igen.")
    with conflict_if((ADDRESS_TAKEN, NONCE_USED), message):
        registration = add_registration(event, submission, RegistrationSource.SELF)
        receipt = _add_receipt(event, submission, registration)
        complete_registration(event, registration, submission, actor=actor)
    return SignUp(receipt, registration)


def complete_registration(
    event: Event,
    registration: Registration,
    submission: Submission,
    *,
    actor: Actor,
    overbook: bool = False,
    tell: bool = True,
) -> None:
    """Everything that belongs to a new registration. The place comes last, so that its pool is locked but briefly."""
    add_answers(
        registration.id,
        food=submission.food if event.asks_food else "",
        access=submission.access if event.asks_access else "",
    )
    audit.record("registration.made", "registration", registration.id, actor=actor, event_id=event.id)
    if tell and registration.email:
        queue_letter(LettersOfEvent(event).confirmed(registration))
    claim_place(pool_id_for(event, submission), holder_of(registration), overbook=overbook)


def _add_receipt(event: Event, submission: Submission, registration: Registration | None) -> SignUpReceipt:
    receipt = SignUpReceipt(
        nonce_digest=queries.nonce_digest(event.id, submission.nonce),
        event_id=event.id,
        registration_id=registration.id if registration else None,
        sealed_submission=seal(submission.to_text()),
        created_at=now(),
    )
    db.session.add(receipt)
    db.session.flush()
    return receipt


def _registered_before(event: Event, registered: Registration, submission: Submission) -> SignUp:
    """Answer as to a new person, and tell the address by letter."""
    require_place_left(event, submission)
    try:
        with conflict_if(NONCE_USED, ""):
            receipt = _add_receipt(event, submission, None)
    except Conflict:
        found = queries.find_receipt(event.id, submission.nonce)
        return SignUp(found, None, is_repeat=True)
    tell_registered_already(event, registered)
    return SignUp(receipt, None)


def require_place_left(event: Event, submission: Submission) -> None:
    """Raise PoolFull where a new person would meet it, without taking a place."""
    wanted = rules.pool_name_for(event, submission.mode)
    pool = next((pool for pool in pools_of("event", event.id) if pool.name is wanted), None)
    if pool is None or pool.is_full:
        raise PoolFull(gettext("Det finns inga platser kvar."))


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
    """Add a person by hand, also when the form is closed; `overbook` gives a place above the capacity.

    Raises Conflict for an address that is registered, and PoolFull.
    """
    read_event_again(event)
    rules.require_staff_may_add(event)
    rules.require_mode(event, submission.mode)
    message = gettext("Adressen är redan anmäld.")
    if queries.find_active(event.id, email_key(submission.email)) is not None:
        raise Conflict(message, "email")
    with conflict_if(ADDRESS_TAKEN, message, field="email"):
        registration = add_registration(event, submission, RegistrationSource.STAFF)
        complete_registration(event, registration, submission, actor=actor, overbook=overbook, tell=tell)
    return registration


def change_registration(
    registration: Registration, submission: Submission, *, actor: Actor, tell: bool = True
) -> None:
    """Change what a person answered, all but the address; another way of taking part moves the place with it.

    Raises Conflict when it is too late, and PoolFull with the field `mode`; the place is then as it was.
    """
    event = registration.event
    lock_registration(registration)
    by_person = actor.kind is ActorKind.PARTICIPANT
    if by_person:
        rules.require_may_change(registration, event, now())
    rules.require_confirmed(registration)
    rules.require_mode(event, submission.mode)
    if submission.mode is not registration.mode:
        _move_place(event, registration, submission)
    changed = fill_in(registration, submission)
    needs = _change_answers(event, registration, submission)
    if by_person:
        note_link_opened(registration)
    if changed or needs:
        registration.changed_at = now()
        audit.record(
            "registration.changed",
            "registration",
            registration.id,
            actor=actor,
            event_id=event.id,
            changes=dict.fromkeys(sorted(changed | needs)),
        )
        if tell and registration.email:
            queue_letter(LettersOfEvent(event).changed(registration))
    if by_person and ("mode" in changed or needs):
        _tell_officer(registration, new_needs=bool(needs))
    db.session.flush()


def _move_place(event: Event, registration: Registration, submission: Submission) -> None:
    """Give back the place and take one of the other kind, or keep the one there is when there is none."""
    pools = queries.pool_ids(event.id)
    wanted = rules.pool_name_for(event, submission.mode)
    if wanted is PoolName.ALL and rules.pool_name_for(event, registration.mode) is PoolName.ALL:
        return
    message = gettext("Det finns inga platser kvar på det sättet. Du har kvar din plats som förut.")
    try:
        with db.session.begin_nested():
            # Two people who change places with each other must lock the pools in one order.
            lock_pools(sorted(pools.values()))
            release_places(holder_of(registration))
            claim_place(pool_id_for(event, submission), holder_of(registration))
    except PoolFull:
        raise PoolFull(message, "mode") from None


def _change_answers(event: Event, registration: Registration, submission: Submission) -> set[str]:
    before = queries.answers_of(registration.id)
    food = submission.food if event.asks_food else before.food
    access = submission.access if event.asks_access else before.access
    changed = {
        name
        for name, old, new in (("food", before.food, food), ("access", before.access, access))
        if old != new
    }
    if changed:
        keep_answers(registration.id, food=food, access=access)
    return changed


def cancel_registration(registration: Registration, *, actor: Actor, tell: bool = True) -> None:
    """Cancel and free the place; who is cancelled already stays so, without another letter.

    Raises Conflict when the person themselves is too late. The registration's event must be loaded.
    """
    event = registration.event
    lock_registration(registration)
    if registration.status is RegistrationStatus.CANCELLED:
        return
    by_person = actor.kind is ActorKind.PARTICIPANT
    if by_person:
        rules.require_may_change(registration, event, now())
        note_link_opened(registration)
    registration.status = RegistrationStatus.CANCELLED
    registration.cancelled_at = registration.changed_at = now()
    release_places(holder_of(registration))
    forget_answers(registration.id)
    audit.record("registration.cancelled", "registration", registration.id, actor=actor, event_id=event.id)
    if tell and registration.email:
        letters = LettersOfEvent(event)
        queue_letter(
            letters.cancelled_by_self(registration) if by_person else letters.cancelled_by_staff(registration)
        )
    if by_person:
        _tell_officer(registration, cancelled=True)
    db.session.flush()


def _tell_officer(registration: Registration, *, cancelled: bool = False, new_needs: bool = False) -> None:
    event = registration.event
    if not rules.must_tell_officer(event, now()):
        return
    settings: Settings = current_app.config["SETTINGS"]
    queue_letter(
        LettersOfEvent(event).officer_late_change(
            registration,
            cancelled=cancelled,
            new_needs=new_needs,
            recipient=event.contact_email or settings.contact_email,
        )
    )


def send_confirmation_again(registration: Registration, *, actor: Actor) -> None:
    """Queue the confirmation once more, with fresh links; raises Conflict where there is nobody to send it to."""
    if registration.status is not RegistrationStatus.CONFIRMED or not registration.email:
        raise Conflict(gettext("Det finns ingen anmälan att bekräfta."))
    audit.record(
        "registration.confirmation_sent_again",
        "registration",
        registration.id,
        actor=actor,
        event_id=registration.event_id,
    )
    queue_letter(LettersOfEvent(registration.event).confirmed(registration))
