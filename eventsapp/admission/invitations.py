"""Inviting people, reminding them, and taking an invitation back: what staff do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import insert

from eventsapp.admission.invitation_queries import (
    Answer,
    answer_to,
    find_invitation,
    invitations_with,
    invited_addresses,
    lock_invitation,
    lock_remindable,
    registered_addresses,
    uninvited_members,
)
from eventsapp.admission.invitation_rules import require_may_invite
from eventsapp.admission.letters import InvitationLetters
from eventsapp.admission.models import Invitation, InvitationState
from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict
from eventsapp.core.text import email_key, family_first, search_text, sort_key
from eventsapp.events.models import Admission, Event
from eventsapp.networks.models import Network
from eventsapp.networks.queries import network_of_event
from eventsapp.outbox.operations import queue_letters

ADDRESS_INVITED = "uq_invitations_event_id_email_key"


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """One person to invite; only the address is needed."""

    email: str
    name: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Invited:
    """What became of many who were invited: how many get a letter, how many had one before, how many are signed up."""

    new: int
    known: int
    registered: int


def invite(event: Event, people: Iterable[Invitee], *, language: str, actor: Actor) -> Invited:
    """Invite people by letter; flushes. Those who were invited before or are signed up are counted and left alone.

    The event must be loaded as `queries.EVENT_IN_LETTERS` says. Raises Conflict where nobody can be invited.
    """
    require_may_invite(event, now())
    people = list(people)
    known, registered = invited_addresses(event.id), registered_addresses(event.id)
    new = [
        person
        for person in people
        if email_key(person.email) not in known and email_key(person.email) not in registered
    ]
    in_both = sum(email_key(person.email) in known for person in people)
    _send_invitations(event, [_new_row(event, person, language) for person in new], actor)
    return Invited(len(new), in_both, len(people) - len(new) - in_both)


def invite_one(event: Event, person: Invitee, *, language: str, actor: Actor) -> None:
    """Invite one person by letter; flushes. Raises Conflict at "email" for one who is invited or signed up."""
    invited = invite(event, [person], language=language, actor=actor)
    if invited.known:
        raise Conflict(gettext("Adressen är redan inbjuden."), "email")
    if invited.registered:
        raise Conflict(gettext("Adressen är redan anmäld."), "email")


def invite_network(event: Event, *, language: str, actor: Actor) -> int:
    """Invite every member of the event's network who has not been invited; flushes. Answers how many get a letter."""
    network = require_network(event)
    members = uninvited_members(event.id, network.id)
    people = [
        Invitee(email=member.email, name=member.name, organisation=member.organisation_name)
        for member in members
    ]
    return invite(event, people, language=language, actor=actor).new


def require_network(event: Event) -> Network:
    """The network that an event is for; raises Conflict where there is none."""
    network = network_of_event(event.id) if event.admission is Admission.NETWORK else None
    if network is None:
        raise Conflict(gettext("Välj först vilket nätverk aktiviteten är för."))
    return network


def remind(event: Event, *, actor: Actor) -> int:
    """Remind those who have not answered and have had no letter for a day; flushes. Answers how many get a letter."""
    moment = now()
    require_may_invite(event, moment)
    people = lock_remindable(event.id, moment)
    letters = letters_for(event)
    queue_letters([letters.invitation_reminder(person) for person in people])
    for person in people:
        person.reminded_at = moment
    if people:
        _record_letters("invitations.reminded", event, len(people), actor)
    db.session.flush()
    return len(people)


def send_again(event: Event, invitation: Invitation, *, actor: Actor) -> None:
    """Send the invitation once more; one that was taken back or declined is open again. Flushes.

    Raises Conflict for one who is signed up, and where nobody can be invited.
    """
    moment = now()
    require_may_invite(event, moment)
    lock_invitation(invitation)
    _require_not_signed_up(invitation)
    invitation.state = InvitationState.INVITED
    invitation.answered_at = None
    invitation.reminded_at = moment
    queue_letters([letters_for(event).invitation(invitation)])
    _record("invitation.sent_again", invitation, actor)


def withdraw(invitation: Invitation, *, actor: Actor) -> None:
    """Take an invitation back without a letter; its links lead to a page that says so. Flushes.

    Raises Conflict for one who is signed up, who is cancelled in the list of attendees instead.
    """
    lock_invitation(invitation)
    if invitation.state is InvitationState.WITHDRAWN:
        return
    _require_not_signed_up(invitation)
    invitation.state = InvitationState.WITHDRAWN
    _record("invitation.withdrawn", invitation, actor)


def letters_for(event: Event) -> InvitationLetters:
    """The writer of an event's invitations."""
    network = network_of_event(event.id) if event.admission is Admission.NETWORK else None
    return InvitationLetters(event, network.name if network else "")


def make_invitation(event: Event, person: Invitee, language: str, *, actor: Actor) -> Invitation:
    """One new invitation, still without its letter; flushes. Where somebody else was quicker, it is theirs."""
    invitation = Invitation(**_new_row(event, person, language))
    try:
        with conflict_if(ADDRESS_INVITED, ""):
            db.session.add(invitation)
    except Conflict:
        theirs = find_invitation(event.id, invitation.email_key)
        assert theirs is not None
        return theirs
    _record_letters("invitations.sent", event, 1, actor)
    return invitation


def _require_not_signed_up(invitation: Invitation) -> None:
    if answer_to(invitation) is Answer.YES:
        raise Conflict(gettext("Personen är redan anmäld."))


def _new_row(event: Event, person: Invitee, language: str) -> dict[str, Any]:
    """The columns of a new invitation."""
    return {
        "event_id": event.id,
        "state": InvitationState.INVITED,
        "name": person.name,
        "email": person.email,
        "email_key": email_key(person.email),
        "organisation_name": person.organisation,
        "language": language,
        "sort_key": sort_key(family_first(person.name) or person.email),
        "search_text": search_text(person.name, person.email, person.organisation),
        "invited_at": now(),
    }


def _send_invitations(event: Event, rows: list[dict[str, Any]], actor: Actor) -> None:
    if not rows:
        return
    message = gettext("Någon annan bjöd in just nu. Försök igen.")
    with conflict_if(ADDRESS_INVITED, message):
        # Past the objects: to ask for the ids of two thousand rows one by one would cost a statement for each.
        db.session.execute(insert(Invitation), rows)
    invitations = invitations_with(event.id, {row["email_key"] for row in rows})
    letters = letters_for(event)
    queue_letters([letters.invitation(invitation) for invitation in invitations])
    _record_letters("invitations.sent", event, len(invitations), actor)


def _record_letters(action: str, event: Event, number: int, actor: Actor) -> None:
    audit.record(
        action, "event", event.id, actor=actor, event_id=event.id, changes={"letters": ["", str(number)]}
    )


def _record(action: str, invitation: Invitation, actor: Actor) -> None:
    audit.record(action, "invitation", invitation.id, actor=actor, event_id=invitation.event_id)
    db.session.flush()
