"""Changing what a person answered, with the places that go with it."""

from dataclasses import replace

from flask_babel import gettext
from sqlalchemy import delete

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor, ActorKind
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.events.models import Event
from eventsapp.outbox.operations import queue_letter
from eventsapp.places.operations import Claim, Holder, PoolFull, claim_place, release_places
from eventsapp.registrations import queries, rules
from eventsapp.registrations.companions import keep_as_many_names
from eventsapp.registrations.leaving import tell_officer
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import (
    ChosenItem,
    Registration,
    RegistrationStatus,
)
from eventsapp.registrations.operations import require_choices
from eventsapp.registrations.records import (
    fill_in,
    lock_registration,
    new_registration,
    note_link_opened,
)
from eventsapp.registrations.seats import Seats, holder_of, lock_seats
from eventsapp.registrations.sensitive import keep_answers
from eventsapp.registrations.submission import Submission
from eventsapp.registrations.waiting_list import move_up
from eventsapp.registrations.wishes import keep_wishes, wishes_of


def change_registration(
    registration: Registration, submission: Submission, *, actor: Actor, tell: bool = True
) -> None:
    """Change what a person answered, all but the address; another way of taking part or other items move the places with
    it, and what comes free goes to the waiting list. For one who waits both are wishes.

    Raises Conflict when it is too late, and PoolFull with the field `mode` or `items`; the places are then as they were.
    """
    event = registration.event
    # The places are locked whatever changes: only then does anybody know which way of taking part the person has now.
    seats = lock_seats(event)
    lock_registration(registration)
    by_person = actor.kind is ActorKind.PARTICIPANT
    if by_person:
        rules.require_may_change(registration, event, now())
    rules.require_active(registration)
    rules.require_mode(event, submission.mode)
    people_before = registration.head_count
    rules.require_head_count(event, submission, people_before)
    require_choices(event, submission)
    chosen = queries.chosen_items([registration.id]).get(registration.id, ())
    if event.ranks_items:
        submission = replace(submission, items=chosen)
    new = new_registration(event, submission, registration.source)
    moves = (
        submission.mode is not registration.mode
        or set(submission.items) != set(chosen)
        or seats.quota_pools(event, [new]) != seats.quota_pools(event, [registration])
    )
    may_move_up = (
        moves
        or submission.takes_any_mode != registration.takes_any_mode
        or submission.people(people_before) != people_before
    )
    if moves:
        _move_places(seats, event, registration, new, submission.items)
    registration.takes_any_mode = submission.takes_any_mode
    changed = fill_in(registration, submission)
    if registration.head_count < people_before and keep_as_many_names(registration):
        changed.add("companions")
    if set(submission.items) != set(chosen):
        changed.add("items")
    if _change_wishes(registration, submission):
        changed.add("wishes")
    needs = _change_answers(event, registration, submission)
    if by_person:
        note_link_opened(registration)
    if changed or needs:
        registration.changed_at = now()
        audit.record(
            "registration.changed",
            "registration",
            registration.id,
            actor=actor,
            event_id=event.id,
            changes=dict.fromkeys(sorted(changed | needs)),
        )
        if tell and registration.email and registration.status is RegistrationStatus.CONFIRMED:
            db.session.flush()
            letters = LettersOfEvent(event, now(), queries.items_of([registration.id]))
            queue_letter(letters.changed(registration, people_before))
    if by_person and registration.status is RegistrationStatus.CONFIRMED and ("mode" in changed or needs):
        tell_officer(registration, new_needs=bool(needs))
    db.session.flush()
    if may_move_up:
        move_up(seats, event)


def _move_places(
    seats: Seats, event: Event, registration: Registration, new: Registration, items: tuple[int, ...]
) -> None:
    """Give back the places and take those that `new` needs, the same person with the new answers; or keep the ones there
    are when one of them is full."""
    if registration.status is RegistrationStatus.OFFERED:
        raise Conflict(gettext("Svara på erbjudandet först. Sedan kan du ändra."))
    if registration.status is RegistrationStatus.CONFIRMED:
        if seats.ledger.held:
            move_up(seats, event)  # What dead offers hold is free, and those who wait have their turn first.
        try:
            with db.session.begin_nested():
                _swap(seats, event, holder_of(registration), new, items)
        except PoolFull as error:
            raise _kept_place(seats, items, error) from None
    db.session.execute(delete(ChosenItem).where(ChosenItem.registration_id == registration.id))
    db.session.add_all(ChosenItem(registration_id=registration.id, item_id=item_id) for item_id in items)


def _swap(seats: Seats, event: Event, holder: Holder, new: Registration, items: tuple[int, ...]) -> None:
    held = set(queries.pools_held(holder.id))
    (needs,) = seats.needs_of(event, [new], items)
    # What one has already is not given back for a moment, so that nobody can lose it to the list.
    release_places(seats.ledger, [holder], pool_ids=held - set(needs) - seats.option_pools)
    claim_place(seats.ledger, Claim(holder, tuple(pool for pool in needs if pool not in held)))


def _kept_place(seats: Seats, items: tuple[int, ...], error: PoolFull) -> PoolFull:
    seats.ledger.recount()
    if error.pool_ids & {seats.item_pool(item_id) for item_id in items}:
        words = gettext("En punkt i programmet som du valde är full. Du har kvar dina val som förut.")
        return PoolFull(words, "items")
    if error.pool_ids and error.pool_ids <= seats.all_quota_pools:
        words = gettext("Det finns inga platser kvar för den arbetsplatsen. Du har kvar din plats som förut.")
        return PoolFull(words, "organisation")
    return PoolFull(
        gettext("Det finns inga platser kvar på det sättet. Du har kvar din plats som förut."), "mode"
    )


def _change_wishes(registration: Registration, submission: Submission) -> bool:
    """Keep what was ranked, where the form asked; answers whether it was anything else than before."""
    if submission.wishes is None:
        return False
    before = (wishes_of([registration.id]).get(registration.id, ()), registration.takes_other_item)
    if before == (submission.wishes, submission.takes_other_item):
        return False
    keep_wishes([registration.id], submission.wishes)
    registration.takes_other_item = submission.takes_other_item
    return True


def _change_answers(event: Event, registration: Registration, submission: Submission) -> set[str]:
    before = queries.answers_of(registration.id)
    food = submission.food if event.asks_food else before.food
    access = submission.access if event.asks_access else before.access
    changed = {
        name
        for name, old, new in (("food", before.food, food), ("access", before.access, access))
        if old != new
    }
    if changed:
        keep_answers(registration.id, food=food, access=access)
    return changed
