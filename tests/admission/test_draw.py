"""The draw: fair, repeatable, and never more than there is."""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from eventsapp.admission.draw import Applicant, Drawn, draw
from eventsapp.core.lots import lot_of

EVENT, QUOTA_OF = 1, 100


def one(
    number: int, municipality: str | None = "2480", *, unit: int | None = None, pool: int = EVENT
) -> Applicant:
    return Applicant(number, number if unit is None else unit, municipality, (pool,))


def winners(drawn: list[Drawn]) -> list[int]:
    return [lot.registration_id for lot in drawn if lot.gets_place]


def test_the_order_is_that_of_the_sum_of_seed_and_number() -> None:
    applicants = [one(number) for number in range(1, 9)]
    drawn = draw(applicants, {EVENT: 3}, "a1")
    expected = sorted(range(1, 9), key=lambda number: sha256(f"a1:{number}".encode()).hexdigest())
    assert [lot.registration_id for lot in drawn] == expected
    assert [lot.position for lot in drawn] == list(range(1, 9))
    assert [lot.gets_place for lot in drawn] == [True] * 3 + [False] * 5


def test_every_municipality_gets_one_before_any_gets_two() -> None:
    applicants = [one(number, "2480") for number in range(1, 11)] + [one(11, "2482"), one(12, "2481")]
    got = winners(draw(applicants, {EVENT: 4}, "a1"))
    assert {11, 12} <= set(got)
    assert len(got) == 4


def test_a_municipality_that_has_somebody_waits_for_those_that_have_nobody() -> None:
    applicants = [one(1, "2480"), one(2, "2482")]
    for seed in ("a", "b", "c", "d"):
        assert winners(draw(applicants, {EVENT: 1}, seed, present={"2480": 1})) == [2]


def test_those_without_a_municipality_draw_as_one() -> None:
    applicants = [one(number, None) for number in range(1, 6)] + [one(6, "2480")]
    assert 6 in winners(draw(applicants, {EVENT: 2}, "a1"))


def test_a_group_comes_together_or_not_at_all() -> None:
    group = [one(number, "2480", unit=-7) for number in (1, 2, 3)]
    applicants = [*group, one(4, "2482")]
    assert winners(draw(applicants, {EVENT: 3}, "a1")) in ([4], [1, 2, 3])
    assert set(winners(draw(applicants, {EVENT: 4}, "a1"))) == {1, 2, 3, 4}
    assert winners(draw(applicants, {EVENT: 2}, "a1")) == [4]


def test_when_one_way_of_taking_part_is_full_the_next_of_the_municipality_has_its_turn() -> None:
    onsite, online = 1, 2
    applicants = [one(1, "2480", pool=onsite), one(2, "2480", pool=online), one(3, "2482", pool=online)]
    assert set(winners(draw(applicants, {onsite: 0, online: 2}, "a1"))) == {2, 3}


def test_nobody_applies_and_there_is_no_limit() -> None:
    assert draw([], {EVENT: 3}, "a1") == []
    assert winners(draw([one(1), one(2)], {EVENT: None}, "a1")) == sorted(
        [1, 2], key=lambda n: lot_of("a1", n)
    )


@st.composite
def situations(picker: st.DrawFn) -> tuple[list[Applicant], dict[int, int | None], str, dict[str, int]]:
    """Applicants alone and in groups, of some municipalities, with quotas for some of these."""
    municipalities = ["2480", "2481", "2482", "2580", None]
    quotas: dict[str | None, int] = picker(
        st.dictionaries(st.sampled_from(municipalities[:-1]), st.integers(0, 4))
    )
    left: dict[int, int | None] = {EVENT: picker(st.none() | st.integers(0, 12))}
    left |= {QUOTA_OF + int(code or 0): number for code, number in quotas.items()}
    applicants, number = [], 0
    for size in picker(st.lists(st.sampled_from([1, 1, 1, 2, 3]), max_size=14)):
        unit = number + 1
        for _ in range(size):
            number += 1
            code = picker(st.sampled_from(municipalities))
            pools = (EVENT, QUOTA_OF + int(code)) if code in quotas and code else (EVENT,)
            applicants.append(Applicant(number, unit, code, pools))
    present = picker(st.dictionaries(st.sampled_from(["2480", "2481"]), st.integers(0, 3)))
    return applicants, left, picker(st.text("0123456789abcdef", min_size=1, max_size=8)), present


@given(situations(), st.randoms(use_true_random=False))
@settings(max_examples=120, deadline=None)
def test_the_same_seed_gives_the_same_result_in_whatever_order_people_come(
    situation: tuple[list[Applicant], dict[int, int | None], str, dict[str, int]], chance: Random
) -> None:
    applicants, left, seed, present = situation
    drawn = draw(applicants, left, seed, present=present)
    shuffled = list(applicants)
    chance.shuffle(shuffled)
    assert draw(shuffled, left, seed, present=present) == drawn
    assert sorted(lot.registration_id for lot in drawn) == sorted(one.registration_id for one in applicants)
    assert [lot.position for lot in drawn] == list(range(1, len(applicants) + 1))


@given(situations())
@settings(max_examples=120, deadline=None)
def test_no_pool_gives_more_than_it_has_and_none_is_left_that_somebody_could_have(
    situation: tuple[list[Applicant], dict[int, int | None], str, dict[str, int]],
) -> None:
    applicants, left, seed, present = situation
    drawn = draw(applicants, left, seed, present=present)
    got = set(winners(drawn))
    taken = Counter(pool for one in applicants if one.registration_id in got for pool in one.pool_ids)
    assert all(left[pool] is None or number <= left[pool] for pool, number in taken.items())
    units: dict[int, list[Applicant]] = {}
    for one in applicants:
        units.setdefault(one.unit, []).append(one)
    for members in units.values():
        inside = {one.registration_id in got for one in members}
        assert len(inside) == 1
        if inside == {False}:
            assert not _fits(members, left, taken)


@given(situations())
@settings(max_examples=120, deadline=None)
def test_no_municipality_gets_a_second_place_while_another_could_have_had_its_first(
    situation: tuple[list[Applicant], dict[int, int | None], str, dict[str, int]],
) -> None:
    applicants, left, seed, _ = situation
    alone = [
        Applicant(one.registration_id, one.registration_id, one.municipality, one.pool_ids)
        for one in applicants
    ]
    drawn = draw(alone, left, seed)
    by_id = {one.registration_id: one for one in alone}
    got: Counter[str | None] = Counter()
    taken: Counter[int] = Counter()
    for number in winners(drawn):
        winner = by_id[number]
        for one in alone:
            without = got[one.municipality] < got[winner.municipality]
            if without and one.registration_id not in set(winners(drawn)):
                assert not _fits([one], left, taken)
        got[winner.municipality] += 1
        taken.update(winner.pool_ids)


def _fits(members: list[Applicant], left: Mapping[int, int | None], taken: Mapping[int, int]) -> bool:
    wanted = Counter(pool for one in members for pool in one.pool_ids)
    return all(
        (capacity := left[pool]) is None or taken.get(pool, 0) + number <= capacity
        for pool, number in wanted.items()
    )
