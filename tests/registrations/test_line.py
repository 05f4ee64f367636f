"""Who is next: the decision, on values alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from eventsapp.registrations.line import InLine, Way, next_in_line
from eventsapp.registrations.models import AttendanceMode

ONSITE, ONLINE, UMEA, ITEM = 1, 2, 3, 4


def waits(
    number: int, *pools: int, unit: int | None = None, online: bool = False, items: tuple = ()
) -> InLine:
    ways = [Way(AttendanceMode.ONSITE, pools or (ONSITE,))]
    if online:
        ways.append(Way(AttendanceMode.ONLINE, (ONLINE,)))
    return InLine(number, unit or number, tuple(ways), items)


def moved(line: list[InLine], left: dict[int, int | None]) -> list[int]:
    return [move.registration_id for move in next_in_line(line, left)]


def test_first_come_is_first() -> None:
    assert moved([waits(7), waits(3), waits(5)], {ONSITE: 2}) == [7, 3]


def test_nobody_moves_where_there_is_nothing() -> None:
    assert moved([waits(1)], {ONSITE: 0}) == []
    assert moved([], {ONSITE: 5}) == []


def test_everybody_moves_where_there_is_no_limit() -> None:
    assert moved([waits(1), waits(2)], {ONSITE: None}) == [1, 2]


def test_one_whose_quota_is_full_lets_the_next_by() -> None:
    line = [waits(1, ONSITE, UMEA), waits(2, ONSITE, UMEA), waits(3)]
    assert moved(line, {ONSITE: 2, UMEA: 1}) == [1, 3]


def test_what_a_full_quota_stops_takes_nothing() -> None:
    assert moved([waits(1, ONSITE, UMEA), waits(2)], {ONSITE: 1, UMEA: 0}) == [2]


def test_the_way_one_asked_for_comes_before_the_other() -> None:
    (move,) = next_in_line([waits(1, online=True)], {ONSITE: 1, ONLINE: 1})
    assert move.mode is AttendanceMode.ONSITE
    (move,) = next_in_line([waits(1, online=True)], {ONSITE: 0, ONLINE: 1})
    assert (move.mode, move.pool_ids) == (AttendanceMode.ONLINE, (ONLINE,))


def test_a_group_that_is_too_large_lets_the_next_by_and_goes_first_when_it_fits() -> None:
    line = [waits(1, unit=-9), waits(2, unit=-9), waits(3, unit=-9), waits(4)]
    assert moved(line, {ONSITE: 2}) == [4]
    assert moved(line, {ONSITE: 3}) == [1, 2, 3]


def test_a_group_whose_members_stand_apart_is_still_all_or_none() -> None:
    line = [waits(1, unit=-9), waits(2), waits(3, unit=-9)]
    assert moved(line, {ONSITE: 1}) == [2]
    assert moved(line, {ONSITE: 2}) == [1, 3]


def test_items_are_given_where_there_is_room_and_never_stop_anybody() -> None:
    line = [waits(1, items=((11, ITEM),)), waits(2, items=((11, ITEM),))]
    first, second = next_in_line(line, {ONSITE: 2, ITEM: 1})
    assert (first.item_ids, first.pool_ids) == ((11,), (ONSITE, ITEM))
    assert (second.item_ids, second.pool_ids) == ((), (ONSITE,))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.booleans()), max_size=8),
    st.integers(0, 6),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_no_more_is_given_than_there_is_and_nobody_who_fits_is_left(
    units: list[tuple[int, bool, bool]], onsite: int, online: int, umea: int
) -> None:
    line = []
    for number, (size, in_umea, any_way) in enumerate(units, 1):
        pools = (ONSITE, UMEA) if in_umea else (ONSITE,)
        line += [waits(number * 10 + one, *pools, unit=number, online=any_way) for one in range(size)]
    left: dict[int, int | None] = {ONSITE: onsite, ONLINE: online, UMEA: umea}
    moves = next_in_line(line, left)
    after = {
        pool: (number or 0) - sum(move.pool_ids.count(pool) for move in moves)
        for pool, number in left.items()
    }
    assert min(after.values()) >= 0
    gone = {move.registration_id for move in moves}
    rest = [person for person in line if person.registration_id not in gone]
    assert {person.unit for person in rest}.isdisjoint(
        person.unit for person in line if person.registration_id in gone
    )
    assert next_in_line(rest, after) == []
