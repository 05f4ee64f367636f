"""The fair draw of places: a decision on values alone, which anybody can repeat.

The order of lots is that of SHA-256 of "seed:number" in hexadecimal, lowest first, where the number is that of the
registration. In this order each municipality gets one place before any of them gets a second, then a second before any
gets a third, and so on; one that has somebody already waits for those that have nobody. Those without a municipality
draw together as if they were one. A group that comes all or none draws as its first member, and gets its places at once
or not at all. A lot that no free place suits loses, and the next of the same municipality has its turn.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventsapp.core.lots import lot_of

Left = Mapping[int, int | None]
"""Pool → places left; None is unlimited."""


@dataclass(frozen=True)
class Applicant:
    """One who would like a place. `unit` is alike for those who come all or none; `pool_ids` are the pools that the
    person needs a place in, the pools of quotas among them."""

    registration_id: int
    unit: int
    municipality: str | None
    pool_ids: tuple[int, ...]


@dataclass(frozen=True)
class Drawn:
    """What the draw says of one: where they came, from 1, and whether they get a place."""

    registration_id: int
    position: int
    gets_place: bool


@dataclass(frozen=True)
class _Unit:
    members: tuple[Applicant, ...]
    lot: str

    @property
    def municipality(self) -> str:
        return self.members[0].municipality or ""


def draw(
    applicants: Sequence[Applicant], left: Left, seed: str, *, present: Mapping[str, int] | None = None
) -> list[Drawn]:
    """Draw lots; the same applicants, places and seed give the same result, in whatever order they come.

    `present` says how many each municipality has already. Those who get a place come first, then the others in the order
    that their municipalities' turns would go on, which is that of a waiting list.
    """
    waiting = _by_municipality(applicants, seed)
    got = Counter(present or {})
    remaining = dict(left)
    winners: list[_Unit] = []
    losers: dict[str, deque[_Unit]] = defaultdict(deque)
    while waiting:
        municipality = _whose_turn(waiting, got)
        unit = _next(waiting, municipality)
        if _takes(unit, remaining):
            winners.append(unit)
            got.update(member.municipality or "" for member in unit.members)
        else:
            losers[municipality].append(unit)
    others: list[_Unit] = []
    while losers:
        municipality = _whose_turn(losers, got)
        unit = _next(losers, municipality)
        others.append(unit)
        got.update(member.municipality or "" for member in unit.members)
    drawn = [(member, True) for unit in winners for member in unit.members]
    drawn += [(member, False) for unit in others for member in unit.members]
    return [
        Drawn(member.registration_id, position, gets_place)
        for position, (member, gets_place) in enumerate(drawn, 1)
    ]


def _by_municipality(applicants: Sequence[Applicant], seed: str) -> dict[str, deque[_Unit]]:
    members: dict[int, list[Applicant]] = defaultdict(list)
    for applicant in sorted(applicants, key=lambda one: one.registration_id):
        members[applicant.unit].append(applicant)
    units = [_Unit(tuple(group), lot_of(seed, group[0].registration_id)) for group in members.values()]
    found: dict[str, deque[_Unit]] = defaultdict(deque)
    for unit in sorted(units, key=lambda one: one.lot):
        found[unit.municipality].append(unit)
    return found


def _whose_turn(units: Mapping[str, deque[_Unit]], got: Mapping[str, int]) -> str:
    """The municipality that has fewest; of those that have as many, the one whose next lot is lowest."""
    return min(units, key=lambda municipality: (got.get(municipality, 0), units[municipality][0].lot))


def _next(units: dict[str, deque[_Unit]], municipality: str) -> _Unit:
    unit = units[municipality].popleft()
    if not units[municipality]:
        del units[municipality]
    return unit


def _takes(unit: _Unit, remaining: dict[int, int | None]) -> bool:
    """Take a place in every pool for everybody in a unit, if there are so many."""
    wanted = Counter(pool_id for member in unit.members for pool_id in member.pool_ids)
    if any((number := remaining[pool_id]) is not None and number < many for pool_id, many in wanted.items()):
        return False
    for pool_id, many in wanted.items():
        number = remaining[pool_id]
        remaining[pool_id] = None if number is None else number - many
    return True
