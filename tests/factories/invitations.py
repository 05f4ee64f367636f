"""Invitations for tests: flushed, not committed, without a letter."""

from itertools import count
from typing import Any

from eventsapp.admission.invitation_links import add_link
from eventsapp.admission.models import Invitation, InvitationState
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.text import email_key, family_first, search_text, sort_key
from eventsapp.events.models import Event

_numbers = count(1)


def make_invitation(event: Event, **facts: Any) -> Invitation:
    """Somebody who is invited and has not answered; `facts` are columns."""
    values: dict[str, Any] = {
        "state": InvitationState.INVITED,
        "name": "Åsa Ahlström",
        "email": f"inbjuden{next(_numbers)}@umea.example.se",
        "organisation_name": "Umeå kommun",
        "invited_at": now(),
    }
    values |= facts
    invitation = Invitation(
        event_id=event.id,
        email_key=email_key(values["email"]),
        sort_key=sort_key(family_first(values["name"]) or values["email"]),
        search_text=search_text(values["name"], values["email"], values["organisation_name"]),
        **values,
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation


def make_invitation_link(invitation: Invitation) -> str:
    """The token of a link, as it stands in a letter."""
    return add_link(invitation.id)
