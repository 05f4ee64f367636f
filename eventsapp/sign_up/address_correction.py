""" "Fel adress?": the person who has just sent the form sees that the address was wrong, and puts it right."""

from flask_babel import gettext

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.sealing import seal
from eventsapp.core.text import email_key
from eventsapp.events.models import Event
from eventsapp.outbox.operations import queue_letter
from eventsapp.registrations import line_queries, queries, rules
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import Registration, RegistrationSource, SignUpReceipt
from eventsapp.registrations.operations import (
    ADDRESS_TAKEN,
    Terms,
    add_needs,
    admit,
    cancel_registration,
    tell_registered_already,
)
from eventsapp.registrations.personal_links import revoke_links
from eventsapp.registrations.records import index_registration, lock_registration, new_registration
from eventsapp.registrations.seats import Seats, lock_seats
from eventsapp.registrations.submission import Submission


def correct_address(event: Event, receipt: SignUpReceipt, email: str, *, actor: Actor) -> None:
    """Send the confirmation to another address, whose owner alone can open the registration afterwards.

    A form that made a registration has its address changed and its earlier links revoked. A form whose address was
    registered before has made none, so it makes one now. Where the new address is registered already, that one gets
    the letter that says so. Raises Conflict when it is too late, DomainError for the same address, and PoolFull.
    """
    seats = lock_seats(event)
    db.session.refresh(receipt, with_for_update=True)
    registration = queries.find_registration(receipt.registration_id)
    if registration is not None:
        lock_registration(registration)
    rules.require_may_correct_address(receipt, registration, event, now())
    before = queries.submission_of(receipt)
    if email_key(before.email) == email_key(email):
        raise DomainError(gettext("Det är samma adress som förut."), "email")
    submission = before.with_email(email)
    try:
        with conflict_if(ADDRESS_TAKEN, ""):
            registered = queries.find_active(event.id, email_key(email))
            if registered is None:
                _give_new_address(seats, event, receipt, registration, submission, actor)
    except Conflict as error:
        registered = queries.find_active(event.id, email_key(email))
        if registered is None:
            raise error
    if registered is not None:
        _leave_to_other(event, receipt, registration, registered, actor)
    receipt.sealed_submission = seal(submission.to_text())
    receipt.corrections += 1
    db.session.flush()


def _give_new_address(
    seats: Seats,
    event: Event,
    receipt: SignUpReceipt,
    registration: Registration | None,
    submission: Submission,
    actor: Actor,
) -> None:
    if registration is None:
        made = new_registration(event, submission, RegistrationSource.SELF)
        receipt.waiting_number = admit(seats, event, [made], Terms.of(submission), actor=actor)
        receipt.registration_id, receipt.outcome = made.id, made.status
        add_needs(event, made, submission)
        return
    registration.email = submission.email
    registration.email_key = email_key(submission.email)
    # It was the wrong address that was invited.
    registration.is_invited = False
    registration.changed_at = now()
    index_registration(registration)
    db.session.flush()
    revoke_links(registration.id)
    audit.record(
        "registration.address_corrected",
        "registration",
        registration.id,
        actor=actor,
        event_id=event.id,
        changes={"email": None},
    )
    queue_letter(LettersOfEvent(event).entered(registration, line_queries.waiting_number(registration)))


def _leave_to_other(
    event: Event,
    receipt: SignUpReceipt,
    registration: Registration | None,
    registered: Registration,
    actor: Actor,
) -> None:
    """The right address is registered since before, so the one with the wrong address is of no use."""
    if registration is not None:
        registration.event = event
        cancel_registration(registration, actor=actor, tell=False)
        revoke_links(registration.id)
        receipt.registration_id = None
    tell_registered_already(event, registered)
