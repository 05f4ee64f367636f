"""Who is sent what for their calendar: an invitation, a new version of it, its withdrawal, files, or nothing.

The number of an invitation is given when its letter is queued and stands in the stored letter, so that sending a letter
once more says the same thing once more (docs/decisions/0014-calendar-invitations.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Integer, String, bindparam, case, func, select, update
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from eventsapp.core.db import execute_plainly
from eventsapp.events.models import Event, EventState, Occasion
from eventsapp.events.rules import current_occasions
from eventsapp.outbox.message import sendable_address
from eventsapp.participants.calendar_choice import preferring_no_invitation, prefers_no_invitation
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.rendering.calendar import InvitationMethod, can_be_invited


class InCalendar(StrEnum):
    """What a letter does in the calendar of the one who gets it, as its templates ask."""

    NOTHING = ""
    INVITED = "invited"
    UPDATED = "updated"
    FILES = "files"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Plan:
    """What one letter has for a calendar: at most one invitation, to the occasion with `uid`, and files for other
    occasions."""

    what: InCalendar = InCalendar.NOTHING
    uid: str = ""
    sequence: int = 0
    has_files: bool = False

    @property
    def method(self) -> InvitationMethod | None:
        if self.what in (InCalendar.INVITED, InCalendar.UPDATED):
            return InvitationMethod.REQUEST
        return InvitationMethod.CANCEL if self.what is InCalendar.WITHDRAWN else None


NOTHING = Plan()


def comes(registration: Registration, event: Event) -> bool:
    """Whether the person has a place at something that will take place, so that it belongs in their calendar."""
    return registration.status is RegistrationStatus.CONFIRMED and event.state not in (
        EventState.DRAFT,
        EventState.CANCELLED,
    )


def has_dead_invitation(registration: Registration, event: Event) -> bool:
    """Whether the calendar of one who still comes has an occasion that was taken away."""
    return (
        registration.is_invited
        and comes(registration, event)
        and all(occasion.uid != registration.invitation_uid for occasion in current_occasions(event))
    )


def plan_letters(event: Event, people: Sequence[Registration]) -> dict[int, Plan]:
    """What the next letter to each of these has for their calendar, under the ids of their registrations, with its number
    taken; in a few statements however many they are. The event's occasions must be loaded.
    """
    to_invite: dict[str, list[Registration]] = defaultdict(list)
    to_withdraw: dict[str, list[Registration]] = defaultdict(list)
    to_give_files: list[Registration] = []
    for one in people:
        if not comes(one, event):
            if one.is_invited and one.invitation_uid:
                to_withdraw[one.invitation_uid].append(one)
        elif (occasion := _occasion_to_invite_to(one, event)) is not None:
            to_invite[occasion.uid].append(one)
        elif current_occasions(event):
            to_give_files.append(one)
    plans = dict.fromkeys((one.id for one in people), NOTHING)
    for uid, invited in to_invite.items():
        plans |= _invite(event, uid, invited)
    for uid, withdrawn in to_withdraw.items():
        plans |= withdraw(event, uid, withdrawn)
    plans |= _give_files(to_give_files)
    return plans


def _occasion_to_invite_to(registration: Registration, event: Event) -> Occasion | None:
    """An invitation is to one occasion (RFC 5546 section 3.2.2). The one who got it when there was only one keeps it when
    there are more."""
    current = current_occasions(event)
    if not can_be_invited(sendable_address(registration.email)):
        return None
    if registration.is_invited:
        return next((one for one in current if one.uid == registration.invitation_uid), None)
    return current[0] if len(current) == 1 else None


def _invite(event: Event, uid: str, people: Sequence[Registration]) -> dict[int, Plan]:
    """Give numbers to those who want invitations, or have one that would else be wrong."""
    numbers = _next_numbers(_INVITING, event, uid, people)
    has_others = len(current_occasions(event)) > 1
    plans = {}
    for one in people:
        if one.id in numbers:
            what = InCalendar.UPDATED if one.is_invited else InCalendar.INVITED
            plans[one.id] = Plan(what, uid, numbers[one.id], has_files=has_others)
            _note(one, uid, numbers[one.id], is_invited=True)
    return plans


def withdraw(event: Event, uid: str, people: Sequence[Registration]) -> dict[int, Plan]:
    """Plan the withdrawal of invitations to one occasion, with the numbers taken; of what has been withdrawn already
    nothing."""
    numbers = _next_numbers(_WITHDRAWING, event, uid, people)
    plans = {}
    for one in people:
        if one.id in numbers:
            plans[one.id] = Plan(InCalendar.WITHDRAWN, uid, numbers[one.id])
            _note(one, uid, numbers[one.id], is_invited=False)
    return plans


def _give_files(people: Sequence[Registration]) -> dict[int, Plan]:
    if not people:
        return {}
    without = preferring_no_invitation([one.email_key for one in people])
    return {one.id: Plan(InCalendar.FILES, has_files=True) for one in people if one.email_key not in without}


def _taking_numbers(condition: ColumnElement[bool], *, is_invited: bool) -> ReturningUpdate[int, int]:
    """Take the next number of each for whom the condition holds: above all that the address has got for this event, also
    by an earlier registration, and never below the occasion's own.

    Not through the objects: their version is for those who change what the person answered.
    """
    earlier = aliased(Registration)
    # The row's own number too: where two take one at once the second waits, and then sees that anew and nothing else.
    of_row: ColumnElement[int] = func.coalesce(Registration.invitation_sequence + 1, 0, type_=Integer)
    of_address = (
        select(func.coalesce(func.max(earlier.invitation_sequence) + 1, 0))
        .where(earlier.event_id == bindparam("of_event"), earlier.email_key == Registration.email_key)
        .scalar_subquery()
    )
    of_occasion: ColumnElement[int] = bindparam("of_occasion", type_=Integer)
    return (
        update(Registration)
        .where(Registration.id.in_(bindparam("of_people", expanding=True)), condition)
        .values(
            invitation_uid=bindparam("of_uid", type_=String),
            invitation_sequence=_larger(_larger(of_row, of_address), of_occasion),
            is_invited=is_invited,
        )
        .returning(Registration.id, Registration.invitation_sequence)
    )


def _larger(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((one >= other, one), else_=other)


# Made once: each sign-up takes a number, and to make the statement takes longer than to run it.
_INVITING = _taking_numbers(
    Registration.is_invited | ~prefers_no_invitation(Registration.email_key), is_invited=True
)
_WITHDRAWING = _taking_numbers(Registration.is_invited.is_(True), is_invited=False)


def _next_numbers(
    statement: ReturningUpdate[int, int], event: Event, uid: str, people: Iterable[Registration]
) -> dict[int, int]:
    """The numbers that were taken, by registration."""
    rows = execute_plainly(
        statement,
        {
            "of_event": event.id,
            "of_people": [one.id for one in people],
            "of_uid": uid,
            "of_occasion": next((one.sequence for one in event.occasions if one.uid == uid), 0),
        },
    )
    return {registration_id: int(number or 0) for registration_id, number in rows}


def _note(registration: Registration, uid: str, number: int, *, is_invited: bool) -> None:
    set_committed_value(registration, "invitation_uid", uid)
    set_committed_value(registration, "invitation_sequence", number)
    set_committed_value(registration, "is_invited", is_invited)
