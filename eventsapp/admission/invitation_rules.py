"""Decisions about invitations, on values and loaded objects alone."""

from datetime import datetime, timedelta

from flask_babel import gettext

from eventsapp.admission.models import Invitation, InvitationState
from eventsapp.core.errors import Conflict
from eventsapp.events.models import Admission, Event
from eventsapp.events.rules import RegistrationWindow, registration_window

BY_INVITATION = (Admission.INVITATION, Admission.NETWORK)
REMINDED_AT_MOST_EVERY = timedelta(days=1)
MAY_STILL_ANSWER = (
    RegistrationWindow.OPEN,
    RegistrationWindow.NOT_YET,
    RegistrationWindow.SAVE_THE_DATE,
)
LINKS_ASKED_FOR_AN_HOUR = 1
LINKS_ASKED_FOR_A_DAY = 5
"""How many letters with a link one address gets because somebody asked for it, since anybody can type an address."""
QUESTIONS_FROM_ONE_PLACE = 100
"""How many such questions a network address may ask in a quarter of an hour."""


class NotInvited(Conflict):
    """The invitation has been taken back."""

    def __init__(self) -> None:
        super().__init__(gettext("Inbjudan gäller inte längre."))


class SignedUpAlready(Conflict):
    """The one who is invited is signed up, so there is nothing left to answer."""

    def __init__(self) -> None:
        super().__init__(gettext("Du har redan anmält dig."))


def is_by_invitation(event: Event) -> bool:
    """Whether one needs an invitation to sign up."""
    return event.admission in BY_INVITATION


def require_may_invite(event: Event, now: datetime) -> None:
    """Raise Conflict, with what to do about it, unless letters of invitation may leave."""
    if not is_by_invitation(event):
        raise Conflict(gettext("Aktiviteten är inte bara för inbjudna. Ändra det under Innehåll först."))
    reason = {
        RegistrationWindow.UNPUBLISHED: gettext("Publicera aktiviteten innan du bjuder in."),
        RegistrationWindow.CANCELLED: gettext("Aktiviteten är inställd, så ingen kan bjudas in."),
        RegistrationWindow.STARTED: gettext("Aktiviteten har börjat eller är över, så ingen kan bjudas in."),
        RegistrationWindow.CLOSED: gettext(
            "Anmälan är stängd. Ändra sista anmälningsdagen innan du bjuder in fler."
        ),
        RegistrationWindow.NOT_NEEDED: gettext("Ingen anmälan behövs till aktiviteten."),
        RegistrationWindow.ELSEWHERE: gettext("Anmälan görs på en annan webbplats."),
    }.get(registration_window(event, now))
    if reason:
        raise Conflict(reason)


def may_invite(event: Event, now: datetime) -> bool:
    """Whether letters of invitation may leave."""
    return is_by_invitation(event) and registration_window(event, now) in MAY_STILL_ANSWER


def may_answer(event: Event, now: datetime) -> bool:
    """Whether one who is invited may still say no; yes needs an open form."""
    return registration_window(event, now) in MAY_STILL_ANSWER


def require_may_answer(event: Event, now: datetime) -> None:
    if not may_answer(event, now):
        raise Conflict(gettext("Det går inte att svara på inbjudan längre."))


def require_invited(invitation: Invitation) -> None:
    """Raise NotInvited for an invitation that was taken back."""
    if invitation.state is InvitationState.WITHDRAWN:
        raise NotInvited


def latest_before_reminder(now: datetime) -> datetime:
    """Who has had no letter since then may be reminded."""
    return now - REMINDED_AT_MOST_EVERY
