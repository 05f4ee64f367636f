"""Giving out what was ranked: never more than there is, nobody in two places, nothing wasted, and always the same."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from eventsapp.assignment.rules import (
    Offered,
    Outcome,
    OutcomeCounts,
    Ranking,
    as_it_is,
    assign,
    counts_by_time,
    overlap,
)

NINE = datetime(2026, 11, 25, 8, tzinfo=UTC)
A, B, C = 1, 2, 3


def item(number: int, left: int | None, *, hour: int = 0, hours: int | None = 1) -> Offered:
    starts_at = NINE + timedelta(hours=hour)
    return Offered(number, starts_at, None if hours is None else starts_at + timedelta(hours=hours), left)


def gets(outcomes: list[Outcome]) -> dict[int, int | None]:
    return {one.registration_id: one.item_id for one in outcomes}


def lots(seed: str, time: int, people: range) -> list[int]:
    """People in the order of their lots, written out as the docstring says it."""
    return sorted(people, key=lambda number: sha256(f"{seed}:{time}:{number}".encode()).hexdigest())


def test_the_order_is_that_of_the_sum_of_seed_time_and_number() -> None:
    people = [Ranking(number, (A,)) for number in range(1, 9)]
    outcomes = assign([item(A, 3)], people, "a1")
    winners = {one.registration_id for one in outcomes if one.item_id == A}
    assert winners == set(lots("a1", 1, range(1, 9))[:3])


def test_each_gets_the_best_wish_that_is_left() -> None:
    first, second, third, fourth = lots("a1", 1, range(1, 5))
    people = [Ranking(number, (A, B, C)) for number in range(1, 5)]
    outcomes = assign([item(A, 1), item(B, 1), item(C, 1)], people, "a1")
    assert gets(outcomes) == {first: A, second: B, third: C, fourth: None}
    assert {one.registration_id: one.rank for one in outcomes} == {
        first: 1,
        second: 2,
        third: 3,
        fourth: None,
    }
    assert counts_by_time(outcomes) == {NINE: OutcomeCounts(first=1, second=1, third=1, nothing=1)}


def test_one_who_takes_another_item_gets_the_emptiest_when_all_wishes_are_met() -> None:
    first, second = lots("a1", 1, range(1, 3))
    # The second in turn wishes what is emptiest, and must not lose it to one who has not asked for it.
    people = [Ranking(first, (A,), takes_other=True), Ranking(second, (B,))]
    assert gets(assign([item(A, 0), item(B, 2), item(C, 1)], people, "a1")) == {first: B, second: B}
    assert gets(assign([item(A, 0), item(B, 1), item(C, 1)], people, "a1")) == {first: C, second: B}
    outcomes = assign([item(A, 0), item(B, 9), item(C, None)], people, "a1")
    assert gets(outcomes) == {first: C, second: B}
    assert counts_by_time(outcomes) == {NINE: OutcomeCounts(first=1, other=1)}


def test_one_who_lost_goes_first_the_next_time() -> None:
    items = [item(A, 1), item(B, 1, hour=2)]
    for seed in ("a", "b", "c", "d", "e", "f"):
        outcomes = assign(items, [Ranking(1, (A, B)), Ranking(2, (A, B))], seed)
        assert Counter(one.registration_id for one in outcomes if one.item_id) == {1: 1, 2: 1}


def test_what_overlaps_something_that_one_has_is_not_given() -> None:
    items = [item(A, 5, hours=3), item(B, 5, hour=2), item(C, 5, hour=2)]
    assert gets(assign(items, [Ranking(1, (A, B), takes_other=True)], "a")) == {1: None}
    items = [item(A, 5, hours=None), item(B, 5, hour=2)]
    assert [one.item_id for one in assign(items, [Ranking(1, (A, B))], "a")] == [A, B]


def test_one_who_has_an_item_of_the_time_draws_for_the_others_alone() -> None:
    items = [item(A, 1), item(B, 1), item(C, 1, hour=2)]
    outcomes = assign(items, [Ranking(1, (A, C), has=(B,))], "a")
    assert outcomes == [Outcome(1, NINE + timedelta(hours=2), C, 1)]


@dataclass(frozen=True)
class Case:
    """What is to be given out, and to whom."""

    items: list[Offered]
    people: list[Ranking]
    seed: str


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Up to three times with up to five items each, some of them long enough to overlap the next time."""
    items: list[Offered] = []
    for time in range(draw(st.integers(1, 3))):
        for _ in range(draw(st.integers(1, 5))):
            left = draw(st.none() | st.integers(0, 4))
            items.append(
                item(len(items) + 1, left, hour=time * 2, hours=draw(st.sampled_from([1, 2, 3, None])))
            )
    times = sorted({one.starts_at for one in items})
    people = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        wishes: list[int] = []
        for starts_at in times:
            there = [one.id for one in items if one.starts_at == starts_at]
            wishes += draw(st.lists(st.sampled_from(there), unique=True, max_size=3))
        has = (
            draw(st.lists(st.sampled_from([one.id for one in items]), max_size=1)) if number % 5 == 0 else []
        )
        people.append(Ranking(number, tuple(wishes), draw(st.booleans()), tuple(has)))
    return Case(items, people, draw(st.text("0123456789abcdef", min_size=1, max_size=4)))


@given(cases())
@settings(max_examples=150)
def test_never_more_than_there_is(case: Case) -> None:
    given_out = Counter(one.item_id for one in assign(case.items, case.people, case.seed))
    assert all(one.left is None or given_out[one.id] <= one.left for one in case.items)


@given(cases())
@settings(max_examples=150)
def test_nobody_is_in_two_places(case: Case) -> None:
    known = {one.id: one for one in case.items}
    has = {one.registration_id: [known[had] for had in one.has] for one in case.people}
    for outcome in assign(case.items, case.people, case.seed):
        if outcome.item_id is not None:
            got = known[outcome.item_id]
            assert not any(overlap(got, other) for other in has[outcome.registration_id])
            has[outcome.registration_id].append(got)


@given(cases())
@settings(max_examples=150)
def test_nobody_gets_what_they_did_not_wish_unless_they_take_another(case: Case) -> None:
    people = {one.registration_id: one for one in case.people}
    known = {one.id: one for one in case.items}
    for outcome in assign(case.items, case.people, case.seed):
        person = people[outcome.registration_id]
        wishes = [wish for wish in person.wishes if known[wish].starts_at == outcome.starts_at]
        assert wishes
        if outcome.rank is None:
            assert outcome.item_id is None or (person.takes_other and outcome.item_id not in wishes)
        else:
            assert wishes[outcome.rank - 1] == outcome.item_id


@given(cases())
@settings(max_examples=150)
def test_no_place_that_somebody_would_rather_have_is_left(case: Case) -> None:
    known = {one.id: one for one in case.items}
    people = {one.registration_id: one for one in case.people}
    outcomes = assign(case.items, case.people, case.seed)
    given_out = Counter(one.item_id for one in outcomes)
    free = {one.id for one in case.items if one.left is None or given_out[one.id] < one.left}
    had = {one.registration_id: [known[item_id] for item_id in one.has] for one in case.people}
    for outcome in outcomes:
        person = people[outcome.registration_id]
        wishes = [wish for wish in person.wishes if known[wish].starts_at == outcome.starts_at]
        better = wishes if outcome.rank is None else wishes[: outcome.rank - 1]
        earlier = had[outcome.registration_id]
        possible = [wish for wish in better if not any(overlap(known[wish], one) for one in earlier)]
        assert not free & set(possible)
        if outcome.item_id is None and person.takes_other:
            there = [one for one in case.items if one.starts_at == outcome.starts_at and one.id in free]
            assert all(any(overlap(one, other) for other in earlier) for one in there)
        if outcome.item_id is not None:
            earlier.append(known[outcome.item_id])


@given(cases(), st.integers())
@settings(max_examples=150)
def test_the_order_in_which_people_come_does_not_matter(case: Case, shuffle: int) -> None:
    people, items = list(case.people), list(case.items)
    Random(shuffle).shuffle(people)
    Random(shuffle).shuffle(items)
    assert assign(items, people, case.seed) == assign(case.items, case.people, case.seed)


@given(cases())
@settings(max_examples=150)
def test_who_fared_worse_before_fares_no_worse_with_the_same_wishes(case: Case) -> None:
    known = {one.id: one for one in case.items}
    people = {one.registration_id: one for one in case.people}
    before: Counter[int] = Counter()
    outcomes = assign(case.items, case.people, case.seed)
    for starts_at in sorted({one.starts_at for one in outcomes}):
        now = {one.registration_id: one for one in outcomes if one.starts_at == starts_at}
        # Those whom nothing that they have can stand in the way of, and who wish alike.
        wishes = {
            number: tuple(wish for wish in people[number].wishes if known[wish].starts_at == starts_at)
            for number in now
        }
        short = all(
            one.ends_at is None or one.ends_at <= one.starts_at + timedelta(hours=2) for one in case.items
        )
        for one in now:
            for other in now:
                alike = wishes[one] == wishes[other] and people[one].takes_other == people[other].takes_other
                if short and alike and before[one] > before[other]:
                    assert now[one].bad_luck <= now[other].bad_luck
        before.update({number: outcome.bad_luck for number, outcome in now.items()})


@given(cases())
@settings(max_examples=100)
def test_what_people_have_afterwards_is_what_they_were_given(case: Case) -> None:
    outcomes = assign(case.items, [replace(one, has=()) for one in case.people], case.seed)
    afterwards = [
        replace(
            one,
            has=tuple(
                outcome.item_id
                for outcome in outcomes
                if outcome.registration_id == one.registration_id and outcome.item_id is not None
            ),
        )
        for one in case.people
    ]
    found = as_it_is({one.id: one.starts_at for one in case.items}, afterwards)
    assert sorted(found, key=lambda one: (one.starts_at, one.registration_id)) == outcomes
