"""Giving out what was ranked: once, with a letter to each, and never more than there is."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventsapp.assignment import jobs
from eventsapp.assignment.operations import AlreadyAssigned, assign_items
from eventsapp.assignment.queries import events_to_assign
from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.core.lots import lot_of
from eventsapp.events.models import Event, EventState
from eventsapp.events.queries import get_event
from eventsapp.outbox.models import Letter
from eventsapp.places.models import Place, PlaceState, Pool
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.operations import cancel_registration
from eventsapp.registrations.queries import chosen_items, find_with_event
from tests.factories.ranked import SEED, make_ranking_event, make_wisher
from tests.factories.registrations import make_registration

pytestmark = pytest.mark.usefixtures("app")

STAFF = Actor.user(7, "Karin Öberg")


def taken(item: ProgrammeItem) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Place)
            .join(Pool, Pool.id == Place.pool_id)
            .where(
                Pool.subject_kind == "programme_item",
                Pool.subject_id == item.id,
                Place.state == PlaceState.TAKEN,
            )
        )
        or 0
    )


def has(registration: Registration) -> tuple[int, ...]:
    return chosen_items([registration.id]).get(registration.id, ())


def result_letters(event: Event) -> Counter[str]:
    rows = db.session.scalars(
        select(Letter).where(Letter.event_id == event.id, Letter.kind == "items_assigned")
    )
    return Counter(letter.recipient for letter in rows)


def test_places_are_claimed_and_everybody_is_told_once() -> None:
    event, [[a, b], [c, d]] = make_ranking_event([1, None], [1, 1])
    people = [make_wisher(event, a, b, c, d) for _ in range(2)]
    without = make_registration(event)
    db.session.commit()
    done = assign_items(event.id, actor=STAFF)
    db.session.commit()
    first, second = sorted(people, key=lambda one: lot_of(f"{SEED}:1", one.id))
    # Who lost at the first time goes first at the second.
    assert (has(first), has(second), has(without)) == ((a.id, d.id), (b.id, c.id), ())
    assert [taken(item) for item in (a, b, c, d)] == [1, 1, 1, 1]
    assert done.told == 2
    assert result_letters(event) == Counter(one.email for one in people)
    kept = get_event(event.id)
    assert kept.items_assigned_at is not None and kept.items_seed == SEED and not kept.ranks_items
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event_id == event.id)).all()
    assert Counter(entry.action for entry in entries) == {
        "items.assigned": 1,
        "registration.items_assigned": 2,
    }
    (row,) = [entry for entry in entries if entry.action == "items.assigned"]
    assert row.changes == {
        "seed": ["", SEED],
        "items_ranked_by": ["", "2"],
        "items_given": ["", "4"],
        "items_not_given": ["", "0"],
    }


def test_only_those_with_a_place_take_part() -> None:
    event, [[a, b]] = make_ranking_event([None, None])
    people = {status: make_wisher(event, a, b, status=status) for status in RegistrationStatus}
    db.session.commit()
    assign_items(event.id, actor=STAFF)
    got = {status for status, one in people.items() if has(one)}
    assert got == {RegistrationStatus.CONFIRMED}
    assert taken(a) == 1


def test_it_is_done_once() -> None:
    event, [[a, _b]] = make_ranking_event([1, 1])
    make_wisher(event, a)
    db.session.commit()
    assign_items(event.id, actor=STAFF)
    db.session.commit()
    with pytest.raises(AlreadyAssigned):
        assign_items(event.id, actor=STAFF)
    db.session.rollback()
    assert sum(result_letters(event).values()) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"items_are_ranked": False},
        {"state": EventState.DRAFT},
        {"state": EventState.CANCELLED},
    ],
)
def test_what_does_not_take_place_or_rank_is_not_given_out(facts: dict[str, object]) -> None:
    event, [[a]] = make_ranking_event([1], **facts)
    make_wisher(event, a)
    db.session.commit()
    with pytest.raises(Conflict):
        assign_items(event.id, actor=STAFF)
    assert taken(a) == 0


def test_one_without_an_address_gets_a_place_and_no_letter() -> None:
    event, [[a]] = make_ranking_event([1])
    person = make_wisher(event, a, email="")
    db.session.commit()
    assert assign_items(event.id, actor=STAFF).told == 0
    assert has(person) == (a.id,)


def test_one_who_cancels_afterwards_gives_the_place_back() -> None:
    event, [[a]] = make_ranking_event([1])
    person = make_wisher(event, a)
    db.session.commit()
    assign_items(event.id, actor=STAFF)
    db.session.commit()
    known = find_with_event(person.id)
    assert known is not None
    cancel_registration(known, actor=STAFF)
    assert taken(a) == 0


def test_the_job_gives_out_what_is_due_and_nothing_else(run_job: Callable[[str], None]) -> None:
    due, [[a]] = make_ranking_event([1], assign_items_at=now() - timedelta(minutes=1))
    later, [[b]] = make_ranking_event([1], assign_items_at=now() + timedelta(hours=1))
    by_hand, [[c]] = make_ranking_event([1])
    over, [[d]] = make_ranking_event([1], assign_items_at=now() - timedelta(minutes=1))
    over.last_ends_at = now() - timedelta(seconds=1)
    people = [make_wisher(event, item) for event, item in ((due, a), (later, b), (by_hand, c), (over, d))]
    db.session.commit()
    assert events_to_assign(now()) == [due.id]
    run_job("assign_items")
    run_job("assign_items")
    assert [has(one) for one in people] == [(a.id,), (), (), ()]
    assert sum(result_letters(due).values()) == 1


def test_one_bad_event_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, _ = make_ranking_event([1], assign_items_at=now() - timedelta(minutes=1))
    good, [[a]] = make_ranking_event([1], assign_items_at=now() - timedelta(minutes=1))
    person = make_wisher(good, a)
    db.session.commit()
    whole = assign_items

    def failing(event_id: int, *, actor: Actor) -> object:
        if event_id == bad.id:
            raise RuntimeError
        return whole(event_id, actor=actor)

    monkeypatch.setattr(jobs, "assign_items", failing)
    jobs.assign_due_items()
    assert has(person) == (a.id,)
