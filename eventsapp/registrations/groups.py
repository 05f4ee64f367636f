"""Several people whom one of them signs up at once, each with a letter and a link of their own."""

import json
from dataclasses import replace

from flask_babel import gettext

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.sealing import seal, unseal
from eventsapp.core.text import email_key
from eventsapp.core.tokens import new_token
from eventsapp.events.models import Event
from eventsapp.registrations import queries, rules
from eventsapp.registrations.models import (
    Registration,
    RegistrationGroup,
    RegistrationSource,
    RegistrationStatus,
    SignUpReceipt,
)
from eventsapp.registrations.operations import (
    ADDRESS_TAKEN,
    NONCE_USED,
    SignUp,
    Terms,
    admit,
    outcome_for_new,
    require_choices,
    require_profession,
    tell_registered_already,
)
from eventsapp.registrations.records import new_registration
from eventsapp.registrations.seats import Seats, lock_seats
from eventsapp.registrations.submission import MOST_IN_GROUP, GroupSubmission, Submission


def members_of(receipt: SignUpReceipt) -> tuple[Submission, ...]:
    """Those whom the form of a receipt was about; one where it was no group's."""
    text = unseal(receipt.sealed_submission)
    values = json.loads(text)
    if "members" not in values:
        return (Submission.from_text(text),)
    return tuple(Submission.from_text(member) for member in values["members"])


def keep_members(receipt: SignUpReceipt, members: tuple[Submission, ...]) -> None:
    """Let the receipt of a group say these members in place of those it had."""
    values = json.loads(unseal(receipt.sealed_submission))
    values["members"] = [member.to_text() for member in members]
    receipt.sealed_submission = seal(json.dumps(values))


def register_group(event: Event, group: GroupSubmission, *, actor: Actor, admitted: bool = False) -> SignUp:
    """Sign several people up, in the order they are named: all of them or none where they wish so, else as many as there
    are places for, and the rest on the waiting list.

    Whoever is registered already gets the letter that says so. The receipt says what a group of new people would have
    met. Raises as `operations.register` does, and DomainError for a group that the event does not take.
    """
    nonce = group.nonce or new_token()
    seats = lock_seats(event)
    receipt = queries.find_receipt(event.id, nonce)
    if receipt is not None:
        return SignUp(receipt, None, is_repeat=True)
    rules.require_open(event, now())
    _require_group(event, group)
    for member in group.members:
        rules.require_mode(event, member.mode)
    rules.require_admitted(event, group.members[0].code, admitted=admitted)
    require_choices(event, group.members[0])
    require_profession(seats, event, group.members[0])
    message = gettext("Någon anmälde en av adresserna just nu. Försök igen.")
    try:
        with conflict_if((ADDRESS_TAKEN, NONCE_USED), message):
            return _register(seats, event, replace(group, nonce=nonce), actor)
    except Conflict:
        receipt = queries.find_receipt(event.id, nonce)
        if receipt is None:
            raise
        return SignUp(receipt, None, is_repeat=True)


def _require_group(event: Event, group: GroupSubmission) -> None:
    if not event.allows_groups:
        raise DomainError(gettext("Den här aktiviteten tar inte emot gruppanmälningar."))
    if not 1 <= len(group.members) <= MOST_IN_GROUP:
        raise DomainError(gettext("Anmäl mellan 1 och %(most)d personer åt gången.", most=MOST_IN_GROUP))
    keys = [email_key(member.email) for member in group.members]
    if len(set(keys)) < len(keys):
        raise DomainError(
            gettext("Två personer har samma e-postadress. Var och en behöver en egen."), "members"
        )


def _register(seats: Seats, event: Event, group: GroupSubmission, actor: Actor) -> SignUp:
    known = {
        member.email: registered
        for member in group.members
        if (registered := queries.find_active(event.id, email_key(member.email))) is not None
    }
    outcome, number = outcome_for_new(seats, event, group.members[0], len(group.members))
    made = _add_new(seats, event, group, known, outcome, actor)
    receipt = SignUpReceipt(
        nonce_digest=queries.nonce_digest(event.id, group.nonce),
        event_id=event.id,
        registration_id=None,
        sealed_submission=seal(group.to_text()),
        outcome=outcome,
        waiting_number=number,
        created_at=now(),
    )
    db.session.add(receipt)
    db.session.flush()
    for registered in known.values():
        tell_registered_already(event, registered)
    return SignUp(receipt, made[0] if made else None)


def _add_new(
    seats: Seats,
    event: Event,
    group: GroupSubmission,
    known: dict[str, Registration],
    outcome: RegistrationStatus,
    actor: Actor,
) -> list[Registration]:
    new = [member for member in group.members if member.email not in known]
    if not new:
        return []
    row = RegistrationGroup(event_id=event.id, all_or_none=group.all_or_none, created_at=now())
    db.session.add(row)
    db.session.flush()
    registrations = []
    for member in new:
        registration = new_registration(event, member, RegistrationSource.SELF)
        registration.group_id, registration.group = row.id, row
        registration.is_group_contact = member is new[0]
        registrations.append(registration)
    terms = Terms(
        items=group.members[0].items,
        wishes=group.members[0].wishes or (),
        together=group.all_or_none,
        # All or none is what the page has said, also where some are known since before.
        may_fit=not group.all_or_none or outcome is not RegistrationStatus.WAITING,
    )
    admit(seats, event, registrations, terms, actor=actor)
    return registrations
