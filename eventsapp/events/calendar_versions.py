"""Identity and versions of occasions, as calendars need them (RFC 5545 section 3.8.7.4, RFC 5546 section 2.1.4).

An occasion keeps its uid whatever changes, its sequence only rises, and one that subscribers have seen is never
deleted: it is cancelled, so that they learn of it.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from eventsapp.events.facts import OccasionFacts
from eventsapp.events.models import Event, Occasion
from eventsapp.events.rules import current_occasions

IN_CALENDARS = frozenset(
    {
        "title_sv",
        "title_en",
        "kind",
        "summary_sv",
        "summary_en",
        "topics",
        "language",
        "occasions",
        "format",
        "venue",
        "room",
        "address",
        "municipality",
        "join_url",
        "join_note",
        "organiser",
        "registration_mode",
        "registration_closes_on",
        "contact_email",
        "neutral_in_calendars",
        "slug",
        "state",
    }
)
"""The facts that a calendar, or the entry that participants get, shows."""
PLACE = frozenset({"format", "venue", "room", "address", "municipality"})
"""The facts that say where one must go."""


@dataclass(frozen=True)
class OccasionChanges:
    """What became of the occasions: `any_time` when a time came, went or changed, `moved` when one that people knew of
    did not stay where it was."""

    any_time: bool
    moved: bool


def was_public(event: Event) -> bool:
    """Whether subscribers may have the event in their calendars already."""
    return event.published_at is not None


def raise_versions(occasions: Iterable[Occasion], moment: datetime) -> None:
    """Let calendars see that these occasions changed."""
    for occasion in occasions:
        occasion.sequence += 1
        occasion.changed_at = moment


def apply_occasions(event: Event, wanted: tuple[OccasionFacts, ...], moment: datetime) -> OccasionChanges:
    """Give an event exactly these current occasions.

    A row with the id of an occasion changes that one. A new row with the very time of a cancelled occasion brings it
    back, with its uid. Versions are raised by the caller, who knows what else changed.
    """
    before = {occasion.uid: _time_of(occasion) for occasion in current_occasions(event)}
    by_id = {occasion.id: occasion for occasion in current_occasions(event) if occasion.id is not None}
    kept: set[str] = set()
    for facts in wanted:
        occasion = by_id.pop(facts.id, None) if facts.id is not None else None
        occasion = occasion or _cancelled_at_the_same_time(event, facts) or _add(event, facts, moment)
        occasion.starts_at, occasion.ends_at, occasion.all_day = facts.when
        occasion.label_sv, occasion.label_en = facts.label_sv, facts.label_en
        occasion.cancelled_at = None
        kept.add(occasion.uid)
    for occasion in current_occasions(event):
        if occasion.uid not in kept:
            _remove(event, occasion, moment)
    event.occasions.sort(key=lambda occasion: (occasion.starts_at, occasion.ends_at))
    keep_span(event)
    after = {occasion.uid: _time_of(occasion) for occasion in current_occasions(event)}
    return OccasionChanges(
        any_time=before != after, moved=any(after.get(uid) != time for uid, time in before.items())
    )


def keep_span(event: Event) -> None:
    """Keep the event's first start and last end with its current occasions."""
    current = current_occasions(event)
    event.first_starts_at = min((occasion.starts_at for occasion in current), default=None)
    event.last_ends_at = max((occasion.ends_at for occasion in current), default=None)


def _time_of(occasion: Occasion) -> tuple[datetime, datetime, bool]:
    return (occasion.starts_at, occasion.ends_at, occasion.all_day)


def _cancelled_at_the_same_time(event: Event, facts: OccasionFacts) -> Occasion | None:
    return next(
        (
            occasion
            for occasion in event.occasions
            if occasion.cancelled_at is not None and _time_of(occasion) == facts.when
        ),
        None,
    )


def _add(event: Event, facts: OccasionFacts, moment: datetime) -> Occasion:
    occasion = Occasion(
        uid=str(uuid.uuid4()), starts_at=facts.starts_at, ends_at=facts.ends_at, sequence=0, created_at=moment
    )
    occasion.changed_at = moment
    event.occasions.append(occasion)
    return occasion


def _remove(event: Event, occasion: Occasion, moment: datetime) -> None:
    if was_public(event):
        occasion.cancelled_at = moment
    else:
        event.occasions.remove(occasion)
