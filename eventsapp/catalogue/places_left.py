"""How many places there are left, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext, ngettext

from eventsapp.places.models import PoolName
from eventsapp.places.queries import PoolCount


@dataclass(frozen=True)
class PlacesLeft:
    """One meter of the event page; `label` says which way of taking part it is about, "" when there is one."""

    label: str
    words: str
    taken: int
    capacity: int | None


def current_pools(pools: Sequence[PoolCount]) -> list[PoolCount]:
    """The pools that one can get a place in, as far as there is one."""
    return [pool for pool in pools if not pool.is_retired]


def limited_by(pools: Sequence[PoolCount], shared: Sequence[PoolCount]) -> list[PoolCount]:
    """The pools of an event as they are when its series shares places: none has more left than all its dates together."""
    return [_limited(pool, one) for pool in pools for one in current_pools(shared)] or list(pools)


def _limited(pool: PoolCount, shared: PoolCount) -> PoolCount:
    if pool.is_retired or shared.capacity is None or shared.left is None:
        return pool
    if pool.capacity is None:
        return replace(pool, capacity=shared.capacity, taken=shared.taken)
    return replace(pool, taken=max(pool.taken, pool.capacity - shared.left))


def is_full(pools: Sequence[PoolCount]) -> bool:
    """Whether there is no place at all left."""
    return bool(current_pools(pools)) and all(pool.is_full for pool in current_pools(pools))


def places_left(pools: Sequence[PoolCount], *, waits: bool = False) -> list[PlacesLeft]:
    """A meter for each way of taking part: "22 av 80 platser kvar"; `waits` where one may stand on a waiting list."""
    current = current_pools(pools)
    return [
        PlacesLeft(
            _label(pool) if len(current) > 1 else "", _of_all(pool, waits=waits), pool.taken, pool.capacity
        )
        for pool in current
    ]


def full_in_words(*, waits: bool) -> str:
    """ "Fullt", with what one can do about it; how many wait already is nobody else's business."""
    return gettext("Fullt – du kan ställa dig på reservlistan") if waits else gettext("Fullt")


def places_in_words(pools: Sequence[PoolCount], *, waits: bool = False) -> str:
    """ "22 platser kvar", "Fullt", "Obegränsat"; both ways of taking part where they are counted apart."""
    current = current_pools(pools)
    if all(pool.capacity is None for pool in current):
        return gettext("Obegränsat")
    if is_full(pools):
        return full_in_words(waits=waits)
    if len(current) == 1:
        return ngettext("%(num)d plats kvar", "%(num)d platser kvar", current[0].left or 0)
    return ", ".join(_left_in_one_of_two(pool) for pool in current)


def _label(pool: PoolCount) -> str:
    return gettext("Digitalt") if pool.name is PoolName.ONLINE else gettext("På plats")


def _of_all(pool: PoolCount, *, waits: bool) -> str:
    if pool.left is None:
        return gettext("Obegränsat antal platser")
    if pool.is_full:
        return full_in_words(waits=waits)
    return ngettext(
        "%(num)d av %(total)d plats kvar",
        "%(num)d av %(total)d platser kvar",
        pool.left,
        total=pool.capacity,
    )


def _left_in_one_of_two(pool: PoolCount) -> str:
    online = pool.name is PoolName.ONLINE
    if pool.left is None:
        return gettext("obegränsat digitalt") if online else gettext("obegränsat på plats")
    if pool.is_full:
        return gettext("fullt digitalt") if online else gettext("fullt på plats")
    if online:
        return gettext("%(number)d kvar digitalt", number=pool.left)
    return gettext("%(number)d kvar på plats", number=pool.left)
