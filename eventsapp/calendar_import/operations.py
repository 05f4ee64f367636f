"""Keeping what was understood of a file until somebody has looked at it, and taking it in."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import delete, update

from eventsapp.accounts.models import User
from eventsapp.audit.operations import record
from eventsapp.calendar_import.found import FoundCalendar
from eventsapp.calendar_import.merging import Defaults
from eventsapp.calendar_import.models import BY_HAND, CalendarReading, ImportedEvent, PartnerCalendar
from eventsapp.calendar_import.planning import Fate, Planned, plan
from eventsapp.calendar_import.queries import content_of, get_reading, readings_before
from eventsapp.calendar_import.taking_in import lock_events, take
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.sealing import seal

KEPT_FOR = timedelta(days=2)
MOST_AT_ONCE = 50
"""So many are taken in within some seconds, while nobody else can write."""
_LONGEST_NAME = 200


def keep_reading(
    found: FoundCalendar, name: str, defaults: Defaults, *, user: User, partner: PartnerCalendar | None = None
) -> CalendarReading:
    """Keep what was understood of a file, sealed, to be looked at; no activity is made yet. Flushes."""
    reading = CalendarReading(
        user_id=user.id,
        source=partner.source if partner else BY_HAND,
        partner_id=partner.id if partner else None,
        name=name[:_LONGEST_NAME],
        sealed_content=seal(json.dumps(found.to_json(), ensure_ascii=False)),
        defaults=defaults.to_json(),
        read_at=now(),
    )
    db.session.add(reading)
    db.session.flush()
    return reading


def plan_of(
    reading: CalendarReading, found: FoundCalendar, user: User, *, lock: bool = False
) -> list[Planned]:
    """What would happen to each activity of a file that is looked at."""
    return plan(found, reading.source, Defaults.from_json(reading.defaults), user, lock=lock)


def take_in(
    reading_id: int, chosen: Mapping[int, int], *, reason: str, user: User, actor: Actor
) -> dict[Fate, int]:
    """Take in the activities with these numbers, each with the version of the event that was seen; flushes. Answers how many
    there were of each fate.

    Raises DomainError at "chosen" where none or too many are chosen, Conflict where one has changed since it was seen, and
    what `take` raises. The caller rolls back, so that all are taken in or none.
    """
    if not chosen:
        raise DomainError(gettext("Välj minst en aktivitet."), "chosen")
    if len(chosen) > MOST_AT_ONCE:
        raise DomainError(
            gettext("Välj högst %(most)s åt gången. Resten står kvar här.", most=MOST_AT_ONCE), "chosen"
        )
    reading = get_reading(reading_id, user.id, lock=True)
    found = content_of(reading)
    # Events before what they came from, as when an event is deleted; then it is all looked at once more.
    lock_events([one for one in plan_of(reading, found, user) if one.number in chosen])
    planned = [one for one in plan_of(reading, found, user, lock=True) if one.number in chosen]
    if any(not one.may_be_chosen or one.version != chosen[one.number] for one in planned):
        raise Conflict(gettext("Något har ändrats sedan du öppnade sidan. Se igenom listan igen."), "chosen")
    counts: dict[Fate, int] = {}
    # Two files with the same entries in another order must not wait for each other.
    for one in sorted(planned, key=lambda one: one.found.uid):
        _take(one, reading.source, reason=reason, actor=actor)
        counts[one.fate] = counts.get(one.fate, 0) + 1
    record("calendar.taken_in", "calendar_reading", reading.id, actor=actor, changes=_in_trail(counts))
    db.session.flush()
    return counts


def _take(one: Planned, source: str, *, reason: str, actor: Actor) -> None:
    try:
        take(one, source, reason=reason, actor=actor)
    except Conflict:
        raise
    except DomainError as error:
        if error.field == "reason":
            raise
        raise DomainError(
            gettext("”%(title)s”: %(problem)s", title=one.found.title, problem=error.message), "chosen"
        ) from error


def _in_trail(counts: Mapping[Fate, int]) -> dict[str, list[str] | None]:
    numbers = {
        "calendar_new": counts.get(Fate.NEW, 0) + counts.get(Fate.REMOVED, 0),
        "calendar_updated": counts.get(Fate.UPDATE, 0) + counts.get(Fate.CHANGED, 0),
        "calendar_cancelled": counts.get(Fate.CANCELLED, 0),
    }
    return {name: ["", str(number)] for name, number in numbers.items() if number}


def throw_away(reading: CalendarReading) -> None:
    """Forget a file that nobody wants to take in; flushes."""
    db.session.delete(reading)
    db.session.flush()


def erase_old_readings(moment: datetime) -> None:
    """Forget files that were looked at some days ago, and what calendars said of activities that were thrown away."""
    ids = readings_before(moment - KEPT_FOR)
    if ids:
        db.session.execute(delete(CalendarReading).where(CalendarReading.id.in_(ids)))
    # Of an activity that was thrown away it is enough to know that it was.
    db.session.execute(update(ImportedEvent).where(ImportedEvent.event_id.is_(None)).values(said={}))
