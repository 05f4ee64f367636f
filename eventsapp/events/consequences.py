"""What follows when an event that people look forward to is changed: figures that a room above counts, and the words."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext, ngettext

from eventsapp.events.calendar_versions import PLACE
from eventsapp.events.facts import EventFacts
from eventsapp.events.models import EventFormat, WaitingListRule
from eventsapp.events.rules import capacities

MOVES_PEOPLE = frozenset(
    {"admission", "waiting_list", "format", "separate_pools", "series", "registration_mode"}
)
"""Facts that decide who of those who wait may have a place, and from which pool."""
MAX_MESSAGE = 5000


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """Whom a change reaches. Letters are counted apart for those who come, wait and have applied."""

    letters: int = 0
    waiting_letters: int = 0
    applied_letters: int = 0
    unreachable: int = 0
    """How many have no address to write to."""
    at_screens: int = 0
    """How many more there are, who sit at the screens of those."""
    elsewhere: int = 0
    """How many have another activity at the new time."""
    onsite: int = 0
    online: int = 0
    """How many have a place, or one that is held for them, in each way of taking part."""
    moved_up: int = 0
    """How many of those who wait get a place or are offered one."""
    moved_texts: Mapping[str, str] = field(default_factory=dict)
    cancelled_texts: Mapping[str, str] = field(default_factory=dict)
    """What the letters say in each language that somebody has them in, unless the officer writes something else."""

    @property
    def all_letters(self) -> int:
        return self.letters + self.waiting_letters + self.applied_letters

    def taken(self, pool: str) -> int:
        """How many places of "onsite", "online" or "all" are taken."""
        return {"onsite": self.onsite, "online": self.online}.get(pool, self.onsite + self.online)


def changes_time(before: EventFacts, after: EventFacts) -> bool:
    """Whether an occasion comes, goes or gets another time."""
    return _times(before) != _times(after)


def is_told(before: EventFacts, after: EventFacts, now: datetime) -> bool:
    """Whether people who look forward to the event get a letter of the change: of time, place, or the link that they
    take part by; not of something that is over and stays so."""
    if _is_over(before, now) and _is_over(after, now):
        return False
    return changes_time(before, after) or tells_people(_changed(before, after), after.format)


def tells_people(changed: Collection[str], form: EventFormat) -> bool:
    """Whether one of these facts, times aside, says how one gets there."""
    return bool(PLACE & set(changed)) or ("join_url" in changed and form is not EventFormat.ONSITE)


def may_move_people(before: EventFacts, after: EventFacts) -> bool:
    """Whether some of those who wait may get a place by the change."""
    return capacities(before) != capacities(after) or bool(MOVES_PEOPLE & _changed(before, after))


def must_ask(before: EventFacts, after: EventFacts, found: Consequences, now: datetime) -> bool:
    """Whether the officer must see what follows before the change is saved."""
    if is_told(before, after, now) and found.all_letters + found.unreachable:
        return True
    if before.room_capacity != after.room_capacity and _room_is_too_small(after, found):
        return True
    return bool(found.moved_up) or any(_too_few(before, after, found))


def lines(before: EventFacts, after: EventFacts, found: Consequences, now: datetime) -> list[str]:
    """What follows from a change, in sentences, what matters most first."""
    told = is_told(before, after, now)
    return [
        *(letter_lines(found) if told else ()),
        *(_clash_lines(found) if told else ()),
        *_room_lines(after, found),
        *(_too_few_in_words(*one) for one in _too_few(before, after, found)),
        *_moved_up_lines(after, found),
    ]


def letter_lines(found: Consequences) -> Iterator[str]:
    """Who gets a letter, and who must be reached in another way."""
    if found.letters or not (found.waiting_letters or found.applied_letters):
        yield (
            ngettext("%(num)s person får ett brev.", "%(num)s personer får ett brev var.", found.letters)
            if found.letters
            else gettext("Ingen får något brev.")
        )
    if found.waiting_letters:
        yield ngettext(
            "%(num)s på reservlistan får också ett brev.",
            "%(num)s på reservlistan får också ett brev var.",
            found.waiting_letters,
        )
    if found.applied_letters:
        yield ngettext(
            "%(num)s som väntar på besked får också ett brev.",
            "%(num)s som väntar på besked får också ett brev var.",
            found.applied_letters,
        )
    if found.at_screens:
        yield ngettext(
            "%(num)s person till sitter vid någon annans skärm och får inget eget brev.",
            "%(num)s personer till sitter vid någon annans skärm och får inget eget brev.",
            found.at_screens,
        )
    if found.unreachable:
        yield ngettext(
            "%(num)s har ingen e-postadress hos oss. Personen får inget brev, så hör av dig på något annat sätt.",
            "%(num)s har ingen e-postadress hos oss. De får inget brev, så hör av dig på något annat sätt.",
            found.unreachable,
        )


def _clash_lines(found: Consequences) -> Iterator[str]:
    if found.elsewhere:
        yield ngettext(
            "%(num)s har en annan aktivitet samtidigt.",
            "%(num)s har en annan aktivitet samtidigt.",
            found.elsewhere,
        )


def _room_lines(after: EventFacts, found: Consequences) -> Iterator[str]:
    if _room_is_too_small(after, found):
        yield gettext(
            "Salen rymmer %(room)s men %(onsite)s är anmälda på plats.",
            room=after.room_capacity,
            onsite=found.onsite,
        )


def _moved_up_lines(after: EventFacts, found: Consequences) -> Iterator[str]:
    if not found.moved_up:
        return
    if after.waiting_list is WaitingListRule.OFFER:
        yield ngettext(
            "%(num)s på reservlistan får ett erbjudande om en plats.",
            "%(num)s på reservlistan får var sitt erbjudande om en plats.",
            found.moved_up,
        )
    else:
        yield ngettext(
            "%(num)s flyttas upp från reservlistan och får ett brev.",
            "%(num)s flyttas upp från reservlistan och får ett brev var.",
            found.moved_up,
        )


def _too_few(before: EventFacts, after: EventFacts, found: Consequences) -> Iterator[tuple[str, int, int]]:
    """The pools that would have fewer places than are taken: name, places, taken."""
    if capacities(before) == capacities(after):
        return
    for pool, places in capacities(after).items():
        if places is not None and places < found.taken(pool):
            yield pool, places, found.taken(pool)


def _too_few_in_words(pool: str, places: int, taken: int) -> str:
    counted = {
        "onsite": gettext(
            "Antalet platser på plats är %(places)s men %(taken)s är anmälda", places=places, taken=taken
        ),
        "online": gettext(
            "Antalet platser digitalt är %(places)s men %(taken)s är anmälda", places=places, taken=taken
        ),
    }.get(pool, gettext("Antalet platser är %(places)s men %(taken)s är anmälda", places=places, taken=taken))
    return (
        gettext(
            "%(counted)s: ingen förlorar sin plats, och inga nya platser delas ut förrän färre än %(places)s är anmälda.",
            counted=counted,
            places=places,
        )
        if places
        else gettext("%(counted)s: ingen förlorar sin plats, och inga nya platser delas ut.", counted=counted)
    )


def _room_is_too_small(after: EventFacts, found: Consequences) -> bool:
    return (
        after.format is not EventFormat.ONLINE
        and after.room_capacity is not None
        and after.room_capacity < found.onsite
    )


def _times(facts: EventFacts) -> set[tuple[object, ...]]:
    return {(occasion.id, *occasion.when) for occasion in facts.occasions}


def _is_over(facts: EventFacts, now: datetime) -> bool:
    return bool(facts.occasions) and max(occasion.ends_at for occasion in facts.occasions) <= now


def _changed(before: EventFacts, after: EventFacts) -> set[str]:
    return {
        name for name in (*PLACE, *MOVES_PEOPLE, "join_url") if getattr(before, name) != getattr(after, name)
    }
