"""Giving out parallel items by what people have ranked: a decision on values alone, which anybody can repeat.

The times are taken one after the other. At each, whoever fared worst at the earlier ones goes first; of those who fared
alike, the lot decides, which is SHA-256 of "seed:time:number" in hexadecimal, lowest first, where the time is 1 for the
first and the number is that of the registration. In this order each gets the best of their wishes that has a place left
and does not overlap something that they have. When everybody has had their turn, those who got none of their wishes and
take another item get, in the same order, the one that has most places left.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from eventsapp.core.lots import lot_of
from eventsapp.programme.rules import MOST_WISHES

_BAD_LUCK_OF_OTHER = MOST_WISHES
_BAD_LUCK_OF_NOTHING = MOST_WISHES + 1


@dataclass(frozen=True)
class Offered:
    """An item that is given out; `left` is None where it has no limit."""

    id: int
    starts_at: datetime
    ends_at: datetime | None
    left: int | None


@dataclass(frozen=True)
class Ranking:
    """What one person wishes: items of all times, of each time those first that they would rather have. `has` are items
    that they have already, and `takes_other` says that they take another one where they get none of theirs."""

    registration_id: int
    wishes: tuple[int, ...]
    takes_other: bool = False
    has: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What one person gets at one time at which they wished something. `rank` is 1 for the first wish, and None where it
    was none of their wishes; `item_id` is None where they get nothing."""

    registration_id: int
    starts_at: datetime
    item_id: int | None
    rank: int | None

    @property
    def bad_luck(self) -> int:
        """How badly the person fared: 0 with the first wish."""
        if self.rank is not None:
            return self.rank - 1
        return _BAD_LUCK_OF_NOTHING if self.item_id is None else _BAD_LUCK_OF_OTHER


@dataclass(frozen=True)
class OutcomeCounts:
    """How many people got their first wish, their second, their third, another item, and nothing."""

    first: int = 0
    second: int = 0
    third: int = 0
    other: int = 0
    nothing: int = 0


def assign(items: Iterable[Offered], rankings: Collection[Ranking], seed: str) -> list[Outcome]:
    """Give out the items; the same items, wishes and seed give the same result, in whatever order they come.

    Answers one outcome for each person and time at which they wished something, in order of time and registration.
    """
    known = {item.id: item for item in items}
    left = {item.id: item.left for item in known.values()}
    has = {one.registration_id: [known[item] for item in one.has if item in known] for one in rankings}
    bad_luck: Counter[int] = Counter()
    outcomes: list[Outcome] = []
    by_time = sorted(known.values(), key=lambda item: (item.starts_at, item.id))
    for number, (starts_at, group) in enumerate(groupby(by_time, lambda item: item.starts_at), 1):
        slot = _Slot(starts_at, {item.id: item for item in group}, left, has)
        wishing = {
            one.registration_id: one
            for one in rankings
            if any(wish in slot.items for wish in one.wishes) and not slot.is_met(one.registration_id)
        }
        turns = sorted(wishing, key=lambda one: (-bad_luck[one], lot_of(f"{seed}:{number}", one)))
        found = slot.give([wishing[registration_id] for registration_id in turns])
        bad_luck.update({one.registration_id: one.bad_luck for one in found})
        outcomes += sorted(found, key=lambda one: one.registration_id)
    return outcomes


@dataclass(frozen=True)
class _Slot:
    """The items of one time, with what is left of all of them and what people have so far."""

    starts_at: datetime
    items: dict[int, Offered]
    left: dict[int, int | None]
    has: dict[int, list[Offered]]

    def is_met(self, registration_id: int) -> bool:
        """Whether a person has an item of this time already."""
        return any(item.id in self.items for item in self.has[registration_id])

    def give(self, turns: Sequence[Ranking]) -> list[Outcome]:
        """Give each in turn the best wish, and then those who got none of them another one where they take it."""
        outcomes: dict[int, Outcome] = {}
        for one in turns:
            wishes = [wish for wish in one.wishes if wish in self.items]
            got = next((item_id for item_id in wishes if self._suits(one, item_id)), None)
            rank = None if got is None else wishes.index(got) + 1
            outcomes[one.registration_id] = self._outcome(one, got, rank)
        for one in turns:
            if outcomes[one.registration_id].item_id is None and one.takes_other:
                outcomes[one.registration_id] = self._outcome(one, self._emptiest_for(one), None)
        return list(outcomes.values())

    def _suits(self, one: Ranking, item_id: int) -> bool:
        return self.left[item_id] != 0 and not any(
            overlap(item, self.items[item_id]) for item in self.has[one.registration_id]
        )

    def _emptiest_for(self, one: Ranking) -> int | None:
        suiting = [item_id for item_id in self.items if self._suits(one, item_id)]

        def fullness(item_id: int) -> tuple[bool, int, int]:
            left = self.left[item_id]
            return (left is not None, -(left or 0), item_id)

        return min(suiting, key=fullness, default=None)

    def _outcome(self, one: Ranking, item_id: int | None, rank: int | None) -> Outcome:
        if item_id is not None:
            left = self.left[item_id]
            self.left[item_id] = None if left is None else left - 1
            self.has[one.registration_id].append(self.items[item_id])
        return Outcome(one.registration_id, self.starts_at, item_id, rank)


def overlap(one: Offered, other: Offered) -> bool:
    """Whether nobody can be at both. An item without an end overlaps those alone that begin with it."""
    earlier, later = sorted((one, other), key=lambda item: item.starts_at)
    if earlier.starts_at == later.starts_at:
        return True
    return earlier.ends_at is not None and later.starts_at < earlier.ends_at


def as_it_is(times: Mapping[int, datetime], rankings: Iterable[Ranking]) -> list[Outcome]:
    """What people have now at each time at which they wished something; `times` says when each item begins."""
    outcomes = []
    for one in rankings:
        for starts_at in sorted({times[wish] for wish in one.wishes if wish in times}):
            wishes = [wish for wish in one.wishes if times.get(wish) == starts_at]
            item_id = next((had for had in one.has if times.get(had) == starts_at), None)
            rank = wishes.index(item_id) + 1 if item_id in wishes else None
            outcomes.append(Outcome(one.registration_id, starts_at, item_id, rank))
    return outcomes


def counts_by_time(outcomes: Iterable[Outcome]) -> dict[datetime, OutcomeCounts]:
    """How people fare at each time."""
    found: dict[datetime, Counter[str]] = defaultdict(Counter)
    for one in outcomes:
        found[one.starts_at][_kind(one)] += 1
    return {starts_at: OutcomeCounts(**kinds) for starts_at, kinds in sorted(found.items())}


def _kind(one: Outcome) -> str:
    if one.rank is not None:
        return ("first", "second", "third")[one.rank - 1]
    return "nothing" if one.item_id is None else "other"
