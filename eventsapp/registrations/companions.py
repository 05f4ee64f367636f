"""The others at the screen of a registration, by name: named later or never, and only as many as there are."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import delete, insert, select

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor, ActorKind
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.registrations import rules
from eventsapp.registrations.models import Companion, Registration
from eventsapp.registrations.records import lock_registration, note_link_opened


def names_of(registration_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The names of those who have been named: registration id → names in their order; one statement."""
    rows = db.session.execute(
        select(Companion.registration_id, Companion.name)
        .where(Companion.registration_id.in_(registration_ids))
        .order_by(Companion.registration_id, Companion.position)
    )
    return {key: tuple(row.name for row in found) for key, found in groupby(rows, lambda row: row[0])}


def name_companions(registration: Registration, names: Sequence[str], *, actor: Actor) -> None:
    """Say who the others at the screen are, in place of what was said before; flushes. No letter leaves.

    Raises Conflict when it is too late, and DomainError at "names" for more names than there are people. The event must be
    loaded.
    """
    lock_registration(registration)
    rules.require_may_name(registration, registration.event, now())
    if len(names) > registration.head_count - 1:
        raise DomainError(rules.too_many_names(len(names), registration.head_count), "names")
    if tuple(names) == names_of([registration.id]).get(registration.id, ()):
        return
    keep_names(registration, names)
    if actor.kind is ActorKind.PARTICIPANT:
        note_link_opened(registration)
    audit.record(
        "registration.changed",
        "registration",
        registration.id,
        actor=actor,
        event_id=registration.event_id,
        changes={"companions": None},
    )
    db.session.flush()


def keep_names(registration: Registration, names: Sequence[str]) -> None:
    """Store these names in place of those that there are."""
    forget_names(registration.id)
    if names:
        db.session.execute(
            insert(Companion),
            [
                {"registration_id": registration.id, "position": position, "name": name}
                for position, name in enumerate(names, 1)
            ],
        )


def keep_as_many_names(registration: Registration) -> bool:
    """Forget the last names where there are more than people beside the one who is registered; answers whether there were."""
    return _forget(registration.id, beyond=registration.head_count - 1)


def forget_names(registration_id: int) -> None:
    """Forget who the others are, as when the registration ends or the record is locked."""
    _forget(registration_id, beyond=0)


def _forget(registration_id: int, beyond: int) -> bool:
    gone = db.session.execute(
        delete(Companion)
        .where(Companion.registration_id == registration_id, Companion.position > beyond)
        .returning(Companion.position),
        execution_options={"synchronize_session": False},
    )
    return bool(gone.all())
