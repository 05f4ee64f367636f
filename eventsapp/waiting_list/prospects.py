"""What would follow if staff gave people places: who fits, and for whom it is full. A decision on values that are read once."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import select

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.events.models import Event
from eventsapp.places.operations import PoolFull
from eventsapp.registrations import queries
from eventsapp.registrations.models import ACTIVE, Registration, RegistrationStatus
from eventsapp.registrations.seats import Seats, lock_seats, look_at_seats
from eventsapp.waiting_list.placing import give_places, goes_before_others


@dataclass(frozen=True)
class Prospect:
    """What giving places would lead to, in the order of the people."""

    fitting: tuple[Registration, ...]
    over: tuple[Registration, ...]
    """Those for whom there is no place."""
    again: tuple[Registration, ...]
    """Those whose address has been registered anew, so that there is nothing to give them here."""
    goes_before: bool
    """Whether somebody who is not among them stands before one of them in the line."""

    @property
    def letters(self) -> int:
        """How many letters those who fit get."""
        return letters_to(self.fitting)

    @property
    def letters_to_all(self) -> int:
        """How many letters there are when the others get places above the number."""
        return letters_to([*self.fitting, *self.over])


@dataclass(frozen=True)
class GiveChoice:
    """What staff chose on the page: whether to go above the number of places, by how many as the page said, and why
    somebody goes before others."""

    overbook: bool = False
    over_shown: int = 0
    reason: str = ""


def letters_to(people: Sequence[Registration]) -> int:
    """How many of these people have an address."""
    return sum(1 for one in people if one.email)


def prospect_of(event: Event, people: Sequence[Registration], seats: Seats | None = None) -> Prospect:
    """What giving these people places would lead to; of `seats` as they are now, unless they are locked already."""
    seats = seats or look_at_seats(event)
    again = _registered_again(event, people)
    wanting = [one for one in people if one.status is not RegistrationStatus.CONFIRMED and one not in again]
    needed = needs_or_none(seats, event, wanting)
    left = dict(seats.ledger.left())
    fitting, over = [], []
    for registration, needs in zip(wanting, needed, strict=True):
        if registration.status is RegistrationStatus.OFFERED:
            fitting.append(registration)
        elif needs is None or any(left[pool] == 0 for pool in needs):
            over.append(registration)
        else:
            fitting.append(registration)
            for pool in needs:
                number = left[pool]
                left[pool] = None if number is None else number - 1
    return Prospect(tuple(fitting), tuple(over), tuple(again), goes_before_others(event, wanting))


def _registered_again(event: Event, people: Sequence[Registration]) -> list[Registration]:
    """Those who have gone and whose address has another registration that is active."""
    gone = {one.email_key: one for one in people if one.status not in ACTIVE and one.email_key}
    if not gone:
        return []
    active = db.session.scalars(
        select(Registration.email_key).where(
            Registration.event_id == event.id,
            Registration.email_key.in_(list(gone)),
            Registration.status.in_(ACTIVE),
        )
    )
    return [gone[key] for key in active]


def needs_or_none(seats: Seats, event: Event, people: Sequence[Registration]) -> list[tuple[int, ...] | None]:
    """The pools that each needs a place in; None for a way of taking part that the event does not have any longer."""
    try:
        needs: list[tuple[int, ...] | None] = list(seats.needs_of(event, people))
    except PoolFull:
        needs = []
        for one in people:
            try:
                needs += seats.needs_of(event, [one])
            except PoolFull:
                needs.append(None)
    return needs


def give_as_shown(
    event: Event, people: Sequence[Registration], choice: GiveChoice, *, actor: Actor
) -> list[Registration]:
    """Give people places as the page has said; answers those who got one. Raises Conflict when more people than it said
    would come above the number of places, and DomainError at "reason" as `give_places` does."""
    seats = lock_seats(event)
    queries.lock_registrations([one.id for one in people])
    if choice.overbook and len(prospect_of(event, people, seats).over) > choice.over_shown:
        raise Conflict(
            gettext("Platser har tagits medan du läste, så det blir fler än sidan sade. Läs igen.")
        )
    return give_places(event, people, actor=actor, overbook=choice.overbook, reason=choice.reason)
