"""What those who are invited do themselves: sign up, say no, and ask for their link."""

from eventsapp.admission.invitation_queries import (
    Answer,
    answer_to,
    find_invitation,
    lock_invitation,
)
from eventsapp.admission.invitation_rules import (
    LINKS_ASKED_FOR_A_DAY,
    LINKS_ASKED_FOR_AN_HOUR,
    SignedUpAlready,
    may_invite,
    require_invited,
    require_may_answer,
)
from eventsapp.admission.invitations import Invitee, letters_for, make_invitation
from eventsapp.admission.models import Invitation, InvitationState
from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.core.throttle import count_attempt
from eventsapp.events.models import Admission, Event
from eventsapp.networks.queries import find_member, network_of_event
from eventsapp.outbox.operations import queue_letter
from eventsapp.registrations.operations import SignUp, register
from eventsapp.registrations.queries import find_active, find_receipt
from eventsapp.registrations.submission import Submission


def accept(invitation: Invitation, event: Event, submission: Submission, *, actor: Actor) -> SignUp:
    """Sign up by an invitation, which lets one person in; flushes.

    Raises NotInvited, SignedUpAlready, and what `register` raises. The same form sent twice gives the same receipt.
    """
    # The invitation is locked before the event and its pools; nobody who holds those waits for an invitation.
    lock_invitation(invitation)
    require_invited(invitation)
    is_repeat = find_receipt(event.id, submission.nonce) is not None
    if not is_repeat and answer_to(invitation) is Answer.YES:
        raise SignedUpAlready
    done = register(event, submission, actor=actor, admitted=True)
    if not done.is_repeat:
        registered = done.registration or find_active(event.id, email_key(submission.email))
        invitation.state = InvitationState.ACCEPTED
        invitation.registration_id = registered.id if registered else None
        invitation.answered_at = now()
        _record("invitation.accepted", invitation, actor)
    return done


def decline(invitation: Invitation, event: Event, *, actor: Actor) -> None:
    """Say no; who has said so already has. Raises NotInvited, SignedUpAlready, and Conflict when it is too late."""
    lock_invitation(invitation)
    require_invited(invitation)
    require_may_answer(event, now())
    if invitation.state is InvitationState.DECLINED:
        return
    if answer_to(invitation) is Answer.YES:
        raise SignedUpAlready
    invitation.state = InvitationState.DECLINED
    invitation.answered_at = now()
    _record("invitation.declined", invitation, actor)


def send_link(event: Event, address: str, *, language: str, actor: Actor) -> None:
    """Send the link to an address that is invited, or a member of the event's network; nobody is told which.

    At most one letter an hour and a few a day, since anybody can type an address; flushes. The event must be loaded
    as `queries.EVENT_IN_LETTERS` says.
    """
    # A letter is written for every address, so that the time does not tell which ones are invited.
    stranger = Invitation(id=0, name="", email=address, language=language)
    letters = letters_for(event)
    letters.invitation(stranger)
    allowed = _may_have_letter(event, address)
    if not may_invite(event, now()):
        return
    invitation = find_invitation(event.id, email_key(address)) or _invitation_of_member(
        event, address, language, actor
    )
    if invitation is not None and invitation.state is not InvitationState.WITHDRAWN and allowed:
        queue_letter(letters.invitation(invitation))


def _may_have_letter(event: Event, address: str) -> bool:
    """Count a wish for a letter to this address."""
    subject, moment = f"{event.id}:{email_key(address)}", now()
    this_hour = count_attempt("invitation_link: hour", subject, minutes=60, now=moment)
    today = count_attempt("invitation_link: day", subject, minutes=24 * 60, now=moment)
    return this_hour <= LINKS_ASKED_FOR_AN_HOUR and today <= LINKS_ASKED_FOR_A_DAY


def _invitation_of_member(event: Event, address: str, language: str, actor: Actor) -> Invitation | None:
    """A new invitation for a member who has none."""
    network = network_of_event(event.id) if event.admission is Admission.NETWORK else None
    member = find_member(network.id, email_key(address)) if network else None
    if member is None:
        return None
    person = Invitee(email=member.email, name=member.name, organisation=member.organisation_name)
    return make_invitation(event, person, language, actor=actor)


def _record(action: str, invitation: Invitation, actor: Actor) -> None:
    audit.record(action, "invitation", invitation.id, actor=actor, event_id=invitation.event_id)
    db.session.flush()
