"""Decisions about an event, on values alone."""

from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext

from eventsapp.accounts.models import Reach, User
from eventsapp.core.clock import end_of_swedish_day, swedish_midnight
from eventsapp.core.errors import NotAllowed
from eventsapp.core.permissions import Permission, Role
from eventsapp.events.facts import EventFacts
from eventsapp.events.models import (
    Admission,
    Event,
    EventFormat,
    EventState,
    Occasion,
    RegistrationMode,
    WaitingListRule,
)

MOVED_SHOWN_FOR = timedelta(days=120)


class RegistrationWindow(StrEnum):
    """Whether one can sign up right now, places aside, or why not."""

    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    STARTED = "started"
    NOT_NEEDED = "not_needed"
    ELSEWHERE = "elsewhere"
    SAVE_THE_DATE = "save_the_date"
    CANCELLED = "cancelled"
    UNPUBLISHED = "unpublished"


def registration_window(event: Event, now: datetime) -> RegistrationWindow:
    """Whether one can sign up at `now`. The last day counts to its end in Sweden; after the start nobody can."""
    if event.state is EventState.CANCELLED:
        return RegistrationWindow.CANCELLED
    if event.state is EventState.DRAFT:
        return RegistrationWindow.UNPUBLISHED
    if event.state is EventState.COMPLETED or has_started(event, now):
        return RegistrationWindow.STARTED
    if event.state is EventState.SAVE_THE_DATE:
        return RegistrationWindow.SAVE_THE_DATE
    if event.registration_mode is RegistrationMode.NONE:
        return RegistrationWindow.NOT_NEEDED
    if event.registration_mode is RegistrationMode.ELSEWHERE:
        return RegistrationWindow.ELSEWHERE
    if event.registration_opens_on and now < swedish_midnight(event.registration_opens_on):
        return RegistrationWindow.NOT_YET
    if event.registration_closes_on and now >= end_of_swedish_day(event.registration_closes_on):
        return RegistrationWindow.CLOSED
    return RegistrationWindow.OPEN


def has_started(event: Event, now: datetime) -> bool:
    """Whether the first occasion has begun; one without a date never has."""
    return event.first_starts_at is not None and now >= event.first_starts_at


def has_ended(event: Event, now: datetime) -> bool:
    """Whether the last occasion is over; one without a date never is."""
    return event.last_ends_at is not None and now >= event.last_ends_at


def may_change_registration(event: Event, now: datetime) -> bool:
    """Participants change and cancel by themselves until the start, also after the last day to register."""
    return event.state in (EventState.PUBLISHED, EventState.SAVE_THE_DATE) and not has_started(event, now)


def is_after_last_day(event: Event, now: datetime) -> bool:
    """Whether the last day to register is over, so that the officer must be told of a change."""
    return event.registration_closes_on is not None and now >= end_of_swedish_day(
        event.registration_closes_on
    )


def is_moved(event: Event, now: datetime) -> bool:
    """Whether "moved" is shown: the time changed after publication, and not so long ago that nobody asks."""
    return (
        event.moved_at is not None
        and event.state in (EventState.PUBLISHED, EventState.SAVE_THE_DATE)
        and now - event.moved_at < MOVED_SHOWN_FOR
    )


def offers_both_modes(event: Event) -> bool:
    """Whether a participant chooses between on site and online."""
    return event.format is EventFormat.HYBRID


def largest_at_screen(event: Event) -> int:
    """How many may take part online with one registration, behind one screen; 1 where each has their own."""
    return 1 if event.format is EventFormat.ONSITE else event.shared_screen_max or 1


def capacities(event: Event | EventFacts) -> dict[str, int | None]:
    """How many places there are of each kind: "onsite" and "online" where a hybrid counts them apart, else "all".

    None is unlimited.
    """
    if event.format is EventFormat.HYBRID and event.separate_pools:
        return {"onsite": event.capacity_onsite, "online": event.capacity_online}
    return {"all": event.capacity_total}


def lets_public_in(event: Event) -> bool:
    """Whether anybody may fill in the form, rather than those alone who have a link of their own."""
    return event.admission not in (Admission.INVITATION, Admission.NETWORK)


def tells_places_left(event: Event) -> bool:
    """Whether a visitor is told how many places there are left: where places are given as people sign up."""
    return lets_public_in(event) and event.admission is not Admission.ALLOCATION


def offers_waiting_list(event: Event) -> bool:
    """Whether a visitor who finds it full may stand on the waiting list."""
    return tells_places_left(event) and event.waiting_list in (
        WaitingListRule.OFFER,
        WaitingListRule.AUTOMATIC,
    )


def current_occasions(event: Event) -> list[Occasion]:
    """The occasions that will take or took place, in order; all of them where the whole event is cancelled."""
    return [occasion for occasion in event.occasions if occasion.cancelled_at is None]


def may_view(user: User, event: Event) -> bool:
    """Readers and officers see what is theirs or their team's, by their reach; administrators see all."""
    if not user.may(Permission.VIEW_EVENTS):
        return False
    if user.role is Role.ADMINISTRATOR or user.reach is Reach.ALL or event.responsible_id == user.id:
        return True
    return user.reach is Reach.TEAM and event.team_id is not None and event.team_id == user.team_id


def may_edit(user: User, event: Event) -> bool:
    """Whether the user may change what they may see."""
    return user.may(Permission.EDIT_EVENTS) and may_view(user, event)


def require_may_view(user: User, event: Event) -> None:
    if not may_view(user, event):
        raise NotAllowed(gettext("Aktiviteten hör till ett annat arbetslag."))


def require_may_edit(user: User, event: Event) -> None:
    if not may_edit(user, event):
        raise NotAllowed(gettext("Du får inte ändra den här aktiviteten."))
