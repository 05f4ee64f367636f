"""Who on the waiting list is next: a decision on values alone.

The order is first come. One whom no free place suits (the other way of taking part, a quota that is full, a group that is
larger than what is left) keeps their place in the line and lets the next ones by.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eventsapp.registrations.models import AttendanceMode

Left = Mapping[int, int | None]
"""Pool → places left; None is unlimited."""


@dataclass(frozen=True)
class Way:
    """One way of taking part that suits a person, with the pools it needs a place in."""

    mode: AttendanceMode
    pool_ids: tuple[int, ...]


@dataclass(frozen=True)
class InLine:
    """One who waits. `unit` is alike for those who come all or none; `ways` has the best first.

    `items` are the programme items they would like, each with its pool: they get those where there is room.
    """

    registration_id: int
    unit: int
    ways: tuple[Way, ...]
    items: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Move:
    """The place that one gets, and the items they get with it."""

    registration_id: int
    mode: AttendanceMode
    pool_ids: tuple[int, ...]
    item_ids: tuple[int, ...] = ()


def next_in_line(line: Sequence[InLine], left: Left) -> list[Move]:
    """Give what is left to those who wait, in their order, until nobody more can be given anything."""
    remaining = dict(left)
    moves: list[Move] = []
    for unit in _units(line):
        tried = dict(remaining)
        found = [move for person in unit if (move := _place_for(person, tried)) is not None]
        if len(found) == len(unit):
            moves += found
            remaining = tried
    return moves


def _units(line: Sequence[InLine]) -> Iterable[list[InLine]]:
    """Those who come all or none together, where the first of them stands."""
    units: dict[int, list[InLine]] = {}
    for person in line:
        units.setdefault(person.unit, []).append(person)
    return units.values()


def _place_for(person: InLine, left: dict[int, int | None]) -> Move | None:
    """The first way for which every pool has a place, taken from `left`."""
    for way in person.ways:
        if all(_has_room(left, pool_id) for pool_id in way.pool_ids):
            _take(left, way.pool_ids)
            items = [(item, pool) for item, pool in person.items if _has_room(left, pool)]
            _take(left, [pool for _, pool in items])
            return Move(
                person.registration_id,
                way.mode,
                (*way.pool_ids, *(pool for _, pool in items)),
                tuple(item for item, _ in items),
            )
    return None


def _has_room(left: Left, pool_id: int) -> bool:
    number = left[pool_id]
    return number is None or number > 0


def _take(left: dict[int, int | None], pool_ids: Sequence[int]) -> None:
    for pool_id in pool_ids:
        number = left[pool_id]
        left[pool_id] = None if number is None else number - 1
