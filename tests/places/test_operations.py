"""Places: the numbers, the guard, the lock."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from eventsapp.core.db import db
from eventsapp.places import operations
from eventsapp.places.ledger import Ledger, lock_pools
from eventsapp.places.models import Place, PlaceState, Pool, PoolName
from eventsapp.places.operations import Claim, Holder, PoolFull, set_pools
from eventsapp.places.queries import PoolCount, places_taken, pools_of


def holder(number: int) -> Holder:
    return Holder("registration", number)


def ledger() -> Ledger:
    return Ledger(lock_pools({"event": range(1, 5)}))


def claim_place(pool_id: int, who: Holder, *, overbook: bool = False) -> Place:
    """One place for one, as it then stands in the database."""
    operations.claim_place(ledger(), Claim(who, (pool_id,)), overbook=overbook)
    return db.session.scalars(
        select(Place)
        .where(Place.pool_id == pool_id, Place.holder_id == who.id)
        .execution_options(populate_existing=True)
    ).one()


def release_places(who: Holder) -> list[int]:
    return sorted(operations.release_places(ledger(), [who]))


def make_pool(capacity: int | None, name: PoolName = PoolName.ALL) -> int:
    set_pools("event", 1, {name: capacity})
    return pools_of("event", 1)[0].pool_id


def numbers(pool_id: int) -> list[int | None]:
    return list(
        db.session.scalars(
            select(Place.number)
            .where(Place.pool_id == pool_id, Place.state == PlaceState.TAKEN)
            .order_by(Place.number)
        )
    )


def test_places_are_numbered_from_one_and_end_at_the_capacity(app: Flask) -> None:
    pool = make_pool(2)
    claim_place(pool, holder(1))
    claim_place(pool, holder(2))
    with pytest.raises(PoolFull):
        claim_place(pool, holder(3))
    assert numbers(pool) == [1, 2]


def test_a_freed_place_is_the_next_to_be_taken(app: Flask) -> None:
    pool = make_pool(3)
    for number in (1, 2, 3):
        claim_place(pool, holder(number))
    assert release_places(holder(2)) == [pool]
    place = claim_place(pool, holder(4))
    assert (place.number, place.holder_id) == (2, 4)
    assert db.session.query(Place).count() == 3


def test_releasing_what_one_does_not_have_frees_nothing(app: Flask) -> None:
    pool = make_pool(1)
    claim_place(pool, holder(1))
    assert release_places(holder(9)) == []
    assert numbers(pool) == [1]


def test_an_unlimited_pool_has_no_numbers_until_it_gets_a_limit(app: Flask) -> None:
    pool = make_pool(None)
    for number in (1, 2, 3):
        claim_place(pool, holder(number))
    release_places(holder(2))
    assert numbers(pool) == [None, None]
    set_pools("event", 1, {PoolName.ALL: 3})
    assert numbers(pool) == [1, 2]
    claim_place(pool, holder(4))
    with pytest.raises(PoolFull):
        claim_place(pool, holder(5))


def test_a_lowered_capacity_takes_nobodys_place(app: Flask) -> None:
    pool = make_pool(3)
    for number in (1, 2, 3):
        claim_place(pool, holder(number))
    set_pools("event", 1, {PoolName.ALL: 1})
    assert numbers(pool) == [1, 2, 3]
    release_places(holder(1))
    with pytest.raises(PoolFull):
        claim_place(pool, holder(4))
    release_places(holder(2))
    release_places(holder(3))
    assert claim_place(pool, holder(5)).number == 1


def test_staff_may_go_above_the_capacity_on_purpose(app: Flask) -> None:
    pool = make_pool(1)
    claim_place(pool, holder(1))
    assert claim_place(pool, holder(2), overbook=True).number == 2
    assert pools_of("event", 1) == [PoolCount(pool, PoolName.ALL, 1, 2)]
    assert pools_of("event", 1)[0].left == 0


def test_a_pool_of_nothing_is_full(app: Flask) -> None:
    pool = make_pool(0)
    assert pools_of("event", 1)[0].is_full
    with pytest.raises(PoolFull):
        claim_place(pool, holder(1))


def test_a_way_of_taking_part_that_goes_away_keeps_its_people(app: Flask) -> None:
    set_pools("event", 1, {PoolName.ONSITE: 5, PoolName.ONLINE: 5})
    onsite, online = pools_of("event", 1)
    claim_place(online.pool_id, holder(1))
    set_pools("event", 1, {PoolName.ONSITE: 5})
    kept = {count.name: count for count in pools_of("event", 1)}
    assert kept[PoolName.ONLINE].taken == 1
    assert kept[PoolName.ONLINE].left == 0
    with pytest.raises(PoolFull):
        claim_place(online.pool_id, holder(2))
    release_places(holder(1))
    assert [count.name for count in pools_of("event", 1)] == [onsite.name]


def test_many_subjects_are_counted_in_one_statement(app: Flask, queries: object) -> None:
    for subject in range(1, 4):
        set_pools("event", subject, {PoolName.ALL: subject})
    db.session.commit()
    assert callable(queries)
    with queries() as statements:
        found = places_taken("event", [1, 2, 3, 4])
    assert len(statements) == 1
    assert {subject: [count.capacity for count in counts] for subject, counts in found.items()} == {
        1: [1],
        2: [2],
        3: [3],
        4: [],
    }


@pytest.mark.parametrize("round_number", range(3))
def test_threads_never_share_a_place(app: Flask, round_number: int) -> None:
    pool = make_pool(5)
    db.session.commit()
    start = threading.Barrier(8)

    def claim(number: int) -> bool:
        with app.app_context():
            start.wait()
            try:
                claim_place(pool, holder(number))
                db.session.commit()
            except PoolFull:
                return False
            return True

    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(claim, range(1, 9)))
    assert sum(got) == 5
    assert numbers(pool) == [1, 2, 3, 4, 5]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["claim", "release", "capacity"]), st.integers(0, 6)), max_size=25
    )
)
def test_whatever_happens_the_numbers_hold(app: Flask, steps: list[tuple[str, int]]) -> None:
    """Against a model of ten lines: a set of holders and a capacity."""
    db.session.query(Place).delete()
    db.session.query(Pool).delete()
    pool = make_pool(3)
    capacity, holders = 3, set[int]()
    for step, number in steps:
        if step == "capacity":
            capacity = number
            set_pools("event", 1, {PoolName.ALL: number})
        elif step == "release":
            release_places(holder(number))
            holders.discard(number)
        elif number not in holders:
            if len(holders) < capacity:
                place = claim_place(pool, holder(number))
                assert place.number is not None and place.number <= capacity
                holders.add(number)
            else:
                with pytest.raises(PoolFull):
                    claim_place(pool, holder(number))
    taken = db.session.execute(
        select(Place.number, Place.holder_id).where(Place.state == PlaceState.TAKEN)
    ).all()
    assert {place.holder_id for place in taken} == holders
    assert len(taken) == len(holders) == len({place.number for place in taken})
    db.session.rollback()
