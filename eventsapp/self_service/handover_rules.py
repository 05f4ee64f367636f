"""Decisions about handing a place over to a colleague."""

from datetime import datetime

from flask_babel import gettext

from eventsapp.core.errors import Conflict
from eventsapp.events.models import Admission, Event, EventState
from eventsapp.events.rules import may_change_registration
from eventsapp.registrations.handover_models import PlaceHandover
from eventsapp.registrations.models import Registration, RegistrationStatus

MOST_OFFERED_A_DAY = 5
"""How many colleagues one person can write to in a day, since each of them gets a letter."""
_BY_PARTICIPANTS = (Admission.FIRST_COME, Admission.CODE, Admission.INVITATION)
"""The ways in where the person may choose who comes instead; in the others the organiser decides about each."""


class RegisteredAlready(Conflict):
    """The colleague comes, waits or has applied already; nobody but themselves may be told."""


def may_hand_over(registration: Registration, event: Event, now: datetime) -> bool:
    """Whether a person may offer their place to a colleague: they have one and an address, and it has not begun."""
    return (
        registration.status is RegistrationStatus.CONFIRMED
        and registration.alias_number is None
        and registration.email != ""
        and event.state is EventState.PUBLISHED
        and may_change_registration(event, now)
        and event.admission in _BY_PARTICIPANTS
    )


def require_may_hand_over(registration: Registration, event: Event, now: datetime) -> None:
    if not may_hand_over(registration, event, now):
        raise Conflict(gettext("Det går inte att lämna över platsen. Kontakta oss."))


def is_open_handover(handover: PlaceHandover, event: Event, now: datetime) -> bool:
    """Whether the colleague can still answer: what has ended for the first person has ended for them too."""
    return handover.outcome is None and may_hand_over(handover.registration, event, now)


def require_open_handover(handover: PlaceHandover, event: Event, now: datetime) -> None:
    if not is_open_handover(handover, event, now):
        raise Conflict(gettext("Platsen erbjuds inte längre."))
