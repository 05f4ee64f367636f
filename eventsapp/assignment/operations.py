"""Giving out what people have ranked: once, in one transaction."""

from collections import defaultdict
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import insert

from eventsapp.assignment.letters import ResultLetters
from eventsapp.assignment.queries import offered_items, people_who_ranked, rankings_of
from eventsapp.assignment.rules import Outcome, assign
from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.core.i18n import format_moment
from eventsapp.events.models import Event, EventState
from eventsapp.events.queries import get_event_to_change
from eventsapp.events.rules import has_ended
from eventsapp.outbox.operations import queue_letters
from eventsapp.places.operations import Claim, Holder, claim_place
from eventsapp.programme.queries import choices_of
from eventsapp.registrations.models import ChosenItem
from eventsapp.registrations.queries import get_event_in_letters, lock_registrations
from eventsapp.registrations.seats import Seats, lock_seats


class AlreadyAssigned(Conflict):
    """The items have been given out before."""


@dataclass(frozen=True)
class Assigned:
    """What giving out came to: how many people were told, and what each got at each time."""

    told: int
    outcomes: list[Outcome]


def assign_items(event_id: int, *, actor: Actor) -> Assigned:
    """Give out the ranked items of an event to those who come, and tell each by one letter; flushes.

    Raises AlreadyAssigned when it is done, and Conflict for an event that ranks nothing or does not take place.
    """
    event = get_event_in_letters(event_id)
    _require_may_assign(event)
    # Locked for a change before anything else: two who do this wait for each other here, and sign-ups too.
    get_event_to_change(event_id)
    seats = lock_seats(event)
    _require_may_assign(event)
    people = lock_registrations([one.id for one in people_who_ranked(event_id)])
    items, rankings = choices_of(event_id), rankings_of(people)
    outcomes = assign(offered_items(items, seats), rankings, event.items_seed)
    _give(seats, outcomes)
    of_person = defaultdict(list)
    for outcome in outcomes:
        of_person[outcome.registration_id].append(outcome)
    letters = ResultLetters(event, items, {one.registration_id: one.wishes for one in rankings})
    drafts = [
        letters.items_assigned(person, of_person[person.id])
        for person in people
        if person.email and person.id in of_person
    ]
    queue_letters(drafts)
    event.items_assigned_at = now()
    _record(event, outcomes, actor)
    db.session.flush()
    return Assigned(len(drafts), outcomes)


def may_assign(event: Event) -> bool:
    """Whether the items of an event can be given out now."""
    return event.ranks_items and event.state is EventState.PUBLISHED and not has_ended(event, now())


def _require_may_assign(event: Event) -> None:
    if event.items_assigned_at is not None:
        when = format_moment(event.items_assigned_at)
        raise AlreadyAssigned(gettext("Platserna fördelades %(when)s.", when=when))
    if not may_assign(event):
        raise Conflict(gettext("Det finns inga platser att fördela efter rangordning."))


def _give(seats: Seats, outcomes: list[Outcome]) -> None:
    """Claim the places in the items' pools, and note what each has."""
    pools: dict[int, list[int]] = defaultdict(list)
    for one in outcomes:
        pool = seats.item_pool(one.item_id) if one.item_id is not None else None
        if pool is not None:
            pools[one.registration_id].append(pool)
    rows = [
        {"registration_id": one.registration_id, "item_id": one.item_id}
        for one in outcomes
        if one.item_id is not None
    ]
    if rows:
        claim_place(
            seats.ledger,
            *(
                Claim(Holder("registration", registration_id), tuple(ids))
                for registration_id, ids in pools.items()
            ),
        )
        db.session.execute(insert(ChosenItem), rows)


def _record(event: Event, outcomes: list[Outcome], actor: Actor) -> None:
    ids = sorted({one.registration_id for one in outcomes})
    audit.record_for_many("registration.items_assigned", "registration", ids, actor=actor, event_id=event.id)
    audit.record(
        "items.assigned",
        "event",
        event.id,
        actor=actor,
        event_id=event.id,
        changes={
            "seed": ["", event.items_seed],
            "items_ranked_by": ["", str(len(ids))],
            "items_given": ["", str(sum(one.item_id is not None for one in outcomes))],
            "items_not_given": ["", str(sum(one.item_id is None for one in outcomes))],
        },
    )
