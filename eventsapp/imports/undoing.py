"""Taking back what an import added, apart from what somebody has changed since."""

from collections.abc import Sequence

from eventsapp.audit import operations as audit
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.imports import queries
from eventsapp.imports.models import ImportBatch, RowOutcome
from eventsapp.imports.problems import Problem, ProblemKind
from eventsapp.outbox.operations import queue_letters
from eventsapp.outbox.queries import letters_about
from eventsapp.places.operations import release_places
from eventsapp.registrations.leaving import end_registration
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import ACTIVE, OfferOutcome, Registration, RegistrationStatus
from eventsapp.registrations.queries import lock_registrations
from eventsapp.registrations.seats import Seats, holder_of
from eventsapp.registrations.waiting_list import end_offer_of, move_up


def undo_rows(seats: Seats, event: Event, batch: ImportBatch, number: int) -> bool:
    """Take the next rows back under the locks, and let those who wait have the places; flushes. Answers whether there
    were any."""
    rows = queries.next_to_undo(batch.id, number)
    if not rows:
        return False
    ids = [registration.id for _row, registration in rows if registration is not None]
    people = {one.id: one for one in lock_registrations(ids)} if ids else {}
    changed = queries.changed_by_somebody(ids)
    leaving = []
    for row, registration in rows:
        person = people.get(registration.id) if registration is not None else None
        row.outcome = RowOutcome.UNDONE
        if person is None or person.status not in ACTIVE:
            continue
        if person.id in changed:
            row.outcome = RowOutcome.KEPT
            row.problems = [Problem(ProblemKind.CHANGED).to_pair()]
        else:
            leaving.append(person)
    if leaving:
        _cancel(seats, event, batch, leaving)
    db.session.flush()
    return True


def _cancel(seats: Seats, event: Event, batch: ImportBatch, people: Sequence[Registration]) -> None:
    """Cancel people together, as staff cancel one by hand; only those who have had a letter get one."""
    ids = [one.id for one in people]
    was = {one.id: one.status for one in people}
    for one in people:
        end_offer_of(seats, one, OfferOutcome.WITHDRAWN)
    with_places = [one for one in people if one.status is RegistrationStatus.CONFIRMED]
    if with_places:
        release_places(seats.ledger, [holder_of(one) for one in with_places])
    for one in people:
        end_registration(one, RegistrationStatus.CANCELLED)
    db.session.flush()
    audit.record_for_many("registration.cancelled", "registration", ids, actor=batch.actor, event_id=event.id)
    told = letters_about("registration", ids)
    letters = LettersOfEvent(event)
    queue_letters(
        [letters.left(one, was[one.id], by_person=False) for one in people if one.id in told and one.email]
    )
    move_up(seats, event)
