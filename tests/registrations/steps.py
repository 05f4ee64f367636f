"""The steps of people and staff, for tests of places and the waiting list: each is one transaction, checked afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.events.queries import get_event_to_change
from eventsapp.events.signals import capacity_changed
from eventsapp.outbox.models import Letter
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.signals import choice_changed
from eventsapp.registrations import queries
from eventsapp.registrations.groups import GroupSubmission, register_group
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.operations import SignUp, cancel_registration, register
from eventsapp.registrations.waiting_list import accept_offer, decline_offer
from tests.factories.registrations import make_submission
from tests.registrations.invariants import faults

STAFF = Actor.user(7, "Karin Öberg")


@contextmanager
def step(*may_exceed: int) -> Iterator[None]:
    """One transaction; afterwards everything is as it must be."""
    db.session.commit()
    db.session.expire_all()
    yield
    db.session.commit()
    check(*may_exceed)


def check(*may_exceed: int) -> None:
    """Nothing is wrong with places, offers, line, letters and trail."""
    found = faults(db.session.connection(), may_exceed=may_exceed)
    assert not found, "\n".join(found)
    db.session.commit()


def loaded(event: Event) -> Event:
    """The event as a page loads it."""
    return queries.get_event_in_letters(event.id)


def person(registration: Registration | int) -> Registration:
    """A registration as a page loads it."""
    found = queries.find_with_event(registration if isinstance(registration, int) else registration.id)
    assert found is not None
    return found


def sign_up(event: Event, **answers: Any) -> SignUp:
    with step():
        return register(loaded(event), make_submission(event, **answers), actor=Actor.anonymous())


def sign_up_group(
    event: Event, people: int, *, all_or_none: bool = True, **answers: Any
) -> list[Registration]:
    """A group of new people, as they then stand, the contact first."""
    members = tuple(make_submission(event, **answers) for _ in range(people))
    with step():
        register_group(
            loaded(event), GroupSubmission(members, all_or_none, members[0].nonce), actor=Actor.anonymous()
        )
    addresses = [member.email for member in members]
    found = db.session.scalars(select(Registration).where(Registration.email.in_(addresses)))
    return sorted(found, key=lambda one: addresses.index(one.email))


def cancel(registration: Registration, *, by_staff: bool = False) -> None:
    with step():
        actor = STAFF if by_staff else Actor.participant(registration.id)
        cancel_registration(person(registration), actor=actor)


def accept(registration: Registration) -> None:
    with step():
        accept_offer(person(registration), actor=Actor.participant(registration.id))


def decline(registration: Registration) -> None:
    with step():
        decline_offer(person(registration), actor=Actor.participant(registration.id))


def change_event(event: Event, *may_exceed: int, **facts: Any) -> None:
    """Change facts of an event as the editor does, past its form."""
    with step(*may_exceed):
        found = get_event_to_change(event.id)
        for name, value in facts.items():
            setattr(found, name, value)
        db.session.flush()
        capacity_changed.send(found)


def make_choice(event: Event, capacity: int | None, *, title: str = "Verkstad", hour: int = 1) -> int:
    """A programme item that participants choose, with its pool; answers its id."""
    assert event.first_starts_at is not None
    item = ProgrammeItem(
        event_id=event.id,
        starts_at=event.first_starts_at + timedelta(hours=hour),
        ends_at=event.first_starts_at + timedelta(hours=hour + 1),
        title_sv=title,
        is_choice=True,
        capacity=capacity,
        speakers=[],
    )
    db.session.add(item)
    db.session.flush()
    choice_changed.send(event.id, item_id=item.id, is_choice=True, capacity=capacity)
    db.session.commit()
    return item.id


def statuses(*people: Registration) -> list[RegistrationStatus]:
    """What each of these is now."""
    db.session.expire_all()
    return [person(one).status for one in people]


def letters_to(registration: Registration) -> list[str]:
    """The kinds of the letters to one person, oldest first."""
    found = select(Letter.kind).where(
        Letter.subject_kind == "registration", Letter.subject_id == registration.id
    )
    return list(db.session.scalars(found.order_by(Letter.id)))


def trail_of(registration: Registration) -> list[str]:
    """What the trail says of one person, oldest first, without the room's name."""
    found = select(AuditEntry.action).where(
        AuditEntry.subject_kind == "registration", AuditEntry.subject_id == registration.id
    )
    return [
        action.removeprefix("registration.") for action in db.session.scalars(found.order_by(AuditEntry.id))
    ]
