"""Places under an alias, the codes that open their pages, and opening what is sealed."""

from dataclasses import dataclass, replace

from flask_babel import gettext

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict
from eventsapp.core.sealing import seal
from eventsapp.events.models import Event
from eventsapp.places.operations import PoolFull
from eventsapp.protection import queries, rules
from eventsapp.protection.models import ProtectedRecord
from eventsapp.protection.rules import SealedDetails
from eventsapp.registrations.models import Registration, RegistrationSource
from eventsapp.registrations.operations import Terms, add_receipt, admit, require_choices
from eventsapp.registrations.personal_links import add_link, revoke_links
from eventsapp.registrations.queries import find_receipt
from eventsapp.registrations.records import index_registration, new_registration
from eventsapp.registrations.rules import require_mode, require_staff_may_add
from eventsapp.registrations.seats import Seats, lock_seats
from eventsapp.registrations.submission import Submission

ALIAS_TAKEN = "uq_registrations_event_id_alias_number"
MOST_TRIES = 5


@dataclass(frozen=True)
class AliasRequest:
    """What an officer decides of a place under an alias: the open part, which has no name, and what is sealed at once.

    `municipality_code` is for the figures, where the organisation itself might give the person away.
    """

    submission: Submission
    details: SealedDetails
    municipality_code: str | None = None
    overbook: bool = False


@dataclass(frozen=True)
class AliasPlace:
    """A registration under an alias; the code is there once, and None where the same form had been sent before."""

    registration: Registration
    code: str | None
    waiting_number: int | None = None


def make_alias(event: Event, request: AliasRequest, *, actor: Actor) -> AliasPlace:
    """Give a person a place, or one on the waiting list, under the next free alias of the event; flushes.

    No letter leaves. Raises as `register_by_staff` does. The event must be loaded as `EVENT_IN_LETTERS` says.
    """
    receipt = find_receipt(event.id, request.submission.nonce)
    if receipt is not None and (made := queries.find_made_with(receipt)) is not None:
        return AliasPlace(made, None)
    seats = lock_seats(event)
    require_staff_may_add(event)
    require_mode(event, request.submission.mode)
    require_choices(event, request.submission)
    registration, number = _enter_with_free_number(seats, event, request, actor)
    add_receipt(event, request.submission, registration, registration.status, number)
    audit.record("registration.alias_made", "registration", registration.id, actor=actor, event_id=event.id)
    seal_details(registration.id, request.details)
    return AliasPlace(registration, give_code(registration), number)


def _enter_with_free_number(
    seats: Seats, event: Event, request: AliasRequest, actor: Actor
) -> tuple[Registration, int | None]:
    tries = 0
    while True:
        tries += 1
        registration = _new_alias(event, request)
        try:
            with conflict_if(ALIAS_TAKEN, gettext("Försök igen.")):
                terms = Terms.of(request.submission, overbook=request.overbook, tell=False)
                number = admit(seats, event, [registration], terms, actor=actor)
        except PoolFull:
            raise
        except Conflict:
            # Somebody else took the number at the same moment.
            if tries == MOST_TRIES:
                raise
            seats.ledger.recount()
        else:
            return registration, number


def _new_alias(event: Event, request: AliasRequest) -> Registration:
    number = queries.next_alias_number(event.id)
    named = replace(request.submission, name=rules.alias_name(number), email="", phone="", job_title="")
    registration = new_registration(event, named, RegistrationSource.STAFF)
    registration.alias_number = number
    if request.municipality_code:
        registration.municipality_code = request.municipality_code
    index_registration(registration)
    return registration


def seal_details(registration_id: int, details: SealedDetails) -> None:
    """Keep what is known of a person, sealed, in place of what was sealed before; flushes."""
    record = db.session.get(ProtectedRecord, registration_id)
    if record is None:
        record = ProtectedRecord(registration_id=registration_id)
        db.session.add(record)
    record.sealed_details = seal(details.to_text())
    record.sealed_at = now()
    db.session.flush()


def give_code(registration: Registration) -> str:
    """A new code that opens the person's own page; every earlier code and link stops working. Flushes."""
    revoke_links(registration.id)
    return add_link(registration.id, rules.new_code())


def replace_code(registration: Registration, *, instead_of: int, actor: Actor) -> str:
    """A new code in place of the one whose link has the id `instead_of`; flushes.

    Raises Conflict where that has been replaced already, so that a page that is sent twice makes one new code.
    """
    rules.require_alias(registration)
    if queries.newest_link_id(registration.id) != instead_of:
        raise Conflict(gettext("Koden är redan bytt. Ge en ny kod om den inte kom fram."))
    audit.record(
        "registration.new_code", "registration", registration.id, actor=actor, event_id=registration.event_id
    )
    return give_code(registration)


def note_opening(registration: Registration, *, actor: Actor) -> None:
    """Say in the trail that a sealed record is opened; commit before anything of it is shown."""
    rules.require_alias(registration)
    audit.record(
        "registration.sealed_opened",
        "registration",
        registration.id,
        actor=actor,
        event_id=registration.event_id,
    )
    db.session.flush()
