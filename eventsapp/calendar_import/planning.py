"""What would happen to each activity of a file: made, updated, left alone, or shown for somebody to decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eventsapp.accounts.models import User
from eventsapp.calendar_import.found import FoundCalendar, FoundEvent
from eventsapp.calendar_import.merging import Defaults, merged_facts, new_facts
from eventsapp.calendar_import.models import ImportedEvent
from eventsapp.calendar_import.queries import entries_of, events_by_id, occasions_of, own_uids
from eventsapp.core.i18n import format_span
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.facts import FACT_NAMES, EventFacts, facts_of
from eventsapp.events.models import Event, EventState
from eventsapp.events.operations import SHOWN
from eventsapp.events.rules import may_edit


class Fate(StrEnum):
    """What becomes of an activity. The first ones are ticked beforehand."""

    NEW = "new"
    UPDATE = "update"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REMOVED = "removed"
    SAME = "same"
    NOT_TAKEN = "not_taken"
    FOREIGN = "foreign"
    OVER = "over"
    OWN = "own"

    @property
    def label(self) -> str:
        return str(_LABELS[self.value])


_LABELS = {
    "new": _l("Blir ett nytt utkast"),
    "update": _l("Utkastet uppdateras"),
    "changed": _l("Skiljer sig från det som finns här"),
    "cancelled": _l("Inställd i kalendern"),
    "removed": _l("Utkastet har tagits bort här"),
    "same": _l("Ingenting ändras"),
    "not_taken": _l("Inställd och finns inte här"),
    "foreign": _l("Hör till ett annat arbetslag"),
    "over": _l("Är avslutad här"),
    "own": _l("Kommer härifrån"),
}
AUTOMATIC = frozenset({Fate.NEW, Fate.UPDATE})
"""What a partner's calendar does by itself, and what is ticked beforehand."""
CHOOSABLE = AUTOMATIC | {Fate.CHANGED, Fate.CANCELLED, Fate.REMOVED}


@dataclass(frozen=True)
class Planned:
    """One activity with its fate. `facts` is what it would have; `event` what it is here."""

    number: int
    found: FoundEvent
    fate: Fate
    facts: EventFacts | None = None
    entry: ImportedEvent | None = None
    event: Event | None = None
    occasion_ids: dict[str, int] | None = None

    @property
    def version(self) -> int:
        return self.event.version if self.event is not None else 0

    @property
    def value(self) -> str:
        """What the box of it says: which one, and which version of the event was seen."""
        return f"{self.number}.{self.version}"

    @property
    def may_be_chosen(self) -> bool:
        return self.fate in CHOOSABLE

    @property
    def is_chosen_beforehand(self) -> bool:
        return self.fate in AUTOMATIC and not self.found.is_private

    @property
    def is_shown(self) -> bool:
        """Whether people look forward to the event, so that a change is told to them."""
        return self.event is not None and self.event.state in SHOWN

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """Each fact that would change: what it is called, what it says here, and what it would say."""
        if self.event is None or self.facts is None:
            return []
        before = facts_of(self.event)
        return [
            (str(FACT_NAMES[name]), old, new)
            for name in _COMPARED
            if (old := _in_words(before, name)) != (new := _in_words(self.facts, name))
        ]


_COMPARED = (
    "title_sv",
    "occasions",
    "format",
    "venue",
    "address",
    "join_url",
    "body_sv",
    "registration_url",
    "links",
)
_SHOWN_CHARACTERS = 300


def _in_words(facts: EventFacts, name: str) -> str:
    if name == "occasions":
        return "\n".join(
            format_span(one.starts_at, one.ends_at, all_day=one.all_day) for one in facts.occasions
        )
    if name == "links":
        return "\n".join(link.url for link in facts.links)
    if name == "format":
        return facts.format.label
    text = str(getattr(facts, name))
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def plan(
    found: FoundCalendar, source: str, defaults: Defaults, user: User | None, *, lock: bool = False
) -> list[Planned]:
    """The fate of each activity of a file, in its order. `user` is None for what goes by itself at night."""
    entries = entries_of(source, [one.uid for one in found.events], lock=lock)
    events = events_by_id(_ids(entry.event_id for entry in entries.values()))
    occasions = occasions_of([entry.id for entry in entries.values()])
    own = own_uids([one.uid for one in found.events])
    planned = []
    for number, one in enumerate(found.events):
        if one.uid in own:
            # Somebody shows our own activities in their calendar; taken in, they would be here twice.
            planned.append(Planned(number, one, Fate.OWN))
            continue
        entry = entries.get(one.uid)
        event = events.get(entry.event_id or 0) if entry else None
        ids = occasions.get(entry.id, {}) if entry else {}
        planned.append(_planned(number, found, entry, event, ids, defaults, user))
    return planned


def _planned(
    number: int,
    calendar: FoundCalendar,
    entry: ImportedEvent | None,
    event: Event | None,
    ids: dict[str, int],
    defaults: Defaults,
    user: User | None,
) -> Planned:
    found = calendar.events[number]
    if entry is None or event is None:
        if found.is_cancelled:
            return Planned(number, found, Fate.NOT_TAKEN, entry=entry)
        fate = Fate.NEW if entry is None else Fate.REMOVED
        return Planned(number, found, fate, new_facts(found, defaults), entry)
    facts = merged_facts(facts_of(event), found, entry.said, ids, calendar.since)
    fate = _fate(found, entry, event, facts, user)
    return Planned(number, found, fate, facts, entry, event, ids)


def _fate(
    found: FoundEvent, entry: ImportedEvent, event: Event, facts: EventFacts, user: User | None
) -> Fate:
    if user is not None and not may_edit(user, event):
        return Fate.FOREIGN
    if event.state in (EventState.CANCELLED, EventState.COMPLETED):
        return Fate.OVER
    if found.is_cancelled:
        return Fate.CANCELLED
    if facts == facts_of(event):
        return Fate.SAME
    return Fate.UPDATE if is_untouched(entry, event) else Fate.CHANGED


def is_untouched(entry: ImportedEvent, event: Event) -> bool:
    """Whether an event is a draft that nobody has changed since it was taken over."""
    return event.state is EventState.DRAFT and event.published_at is None and event.version == entry.version


def _ids(found: Iterable[int | None]) -> Sequence[int]:
    return sorted(one for one in found if one is not None)
