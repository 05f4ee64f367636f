"""Finding what came from which source."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.calendar_import.found import FoundCalendar
from eventsapp.calendar_import.models import CalendarReading, ImportedEvent, ImportedOccasion, PartnerCalendar
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.sealing import unseal
from eventsapp.events.models import Event, EventState, Occasion
from eventsapp.events.queries import EVERYTHING, ONE_EVENT

_AT_ONCE = 400
"""Both databases limit how many values a statement may have."""


def find_reading(reading_id: int, user_id: int, *, lock: bool = False) -> CalendarReading | None:
    """A file that this officer looks at, or None: others do not see it."""
    query = select(CalendarReading).where(
        CalendarReading.id == reading_id, CalendarReading.user_id == user_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def get_reading(reading_id: int, user_id: int, *, lock: bool = False) -> CalendarReading:
    """As `find_reading`; raises NotFound."""
    reading = find_reading(reading_id, user_id, lock=lock)
    if reading is None:
        raise NotFound
    return reading


def content_of(reading: CalendarReading) -> FoundCalendar:
    """What was understood of a file."""
    return FoundCalendar.from_json(json.loads(unseal(reading.sealed_content)))


def entries_of(source: str, uids: Sequence[str], *, lock: bool = False) -> dict[str, ImportedEvent]:
    """What came from these entries before, by UID, in order of id where it is locked."""
    found: dict[str, ImportedEvent] = {}
    for start in range(0, len(uids), _AT_ONCE):
        query = (
            select(ImportedEvent)
            .where(ImportedEvent.source == source, ImportedEvent.uid.in_(uids[start : start + _AT_ONCE]))
            .order_by(ImportedEvent.id)
        )
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        found |= {entry.uid: entry for entry in db.session.scalars(query)}
    return found


def events_by_id(event_ids: Sequence[int]) -> dict[int, Event]:
    """Events with everything loaded."""
    found: dict[int, Event] = {}
    for start in range(0, len(event_ids), _AT_ONCE):
        query = (
            select(Event)
            .where(Event.id.in_(event_ids[start : start + _AT_ONCE]))
            .options(*ONE_EVENT, *EVERYTHING)
        )
        found |= {event.id: event for event in db.session.scalars(query)}
    return found


def own_uids(uids: Sequence[str]) -> set[str]:
    """Those of the UIDs that are of our own occasions."""
    found: set[str] = set()
    for start in range(0, len(uids), _AT_ONCE):
        found.update(
            db.session.scalars(select(Occasion.uid).where(Occasion.uid.in_(uids[start : start + _AT_ONCE])))
        )
    return found


def occasions_of(entry_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """For each entry which occasion each of its times became."""
    found: dict[int, dict[str, int]] = {entry_id: {} for entry_id in entry_ids}
    for start in range(0, len(entry_ids), _AT_ONCE):
        rows = db.session.execute(
            select(
                ImportedOccasion.imported_id, ImportedOccasion.recurrence, ImportedOccasion.occasion_id
            ).where(ImportedOccasion.imported_id.in_(entry_ids[start : start + _AT_ONCE]))
        )
        for imported_id, recurrence, occasion_id in rows:
            found[imported_id][recurrence] = occasion_id
    return found


def forget_occasions(entry_id: int) -> None:
    db.session.execute(delete(ImportedOccasion).where(ImportedOccasion.imported_id == entry_id))


def partners() -> Sequence[PartnerCalendar]:
    """Every partner's calendar, by name."""
    return db.session.scalars(
        select(PartnerCalendar)
        .options(joinedload(PartnerCalendar.kind), joinedload(PartnerCalendar.responsible))
        .order_by(func.lower(PartnerCalendar.name), PartnerCalendar.id)
    ).all()


def get_partner(partner_id: int, *, lock: bool = False) -> PartnerCalendar:
    """One of them; raises NotFound."""
    query = (
        select(PartnerCalendar)
        .where(PartnerCalendar.id == partner_id)
        .options(selectinload(PartnerCalendar.kind), selectinload(PartnerCalendar.responsible))
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    partner = db.session.scalars(query).one_or_none()
    if partner is None:
        raise NotFound
    return partner


def partner_ids_to_fetch() -> list[int]:
    return list(
        db.session.scalars(
            select(PartnerCalendar.id)
            .where(PartnerCalendar.is_paused.is_(False))
            .order_by(PartnerCalendar.id)
        )
    )


def drafts_waiting() -> dict[str, int]:
    """How many drafts of each source nobody has published or thrown away."""
    rows = db.session.execute(
        select(ImportedEvent.source, func.count())
        .join(Event, Event.id == ImportedEvent.event_id)
        .where(Event.state == EventState.DRAFT)
        .group_by(ImportedEvent.source)
    )
    return {source: number for source, number in rows}  # noqa: C416 - rows are no pairs to the type checker


def drafts_of(source: str) -> Sequence[Event]:
    """The drafts of a source that wait to be looked at, by date."""
    return db.session.scalars(
        select(Event)
        .join(ImportedEvent, ImportedEvent.event_id == Event.id)
        .where(ImportedEvent.source == source, Event.state == EventState.DRAFT)
        .options(*ONE_EVENT)
        .order_by(Event.first_starts_at, Event.id)
    ).all()


def readings_before(moment: datetime) -> list[int]:
    return list(db.session.scalars(select(CalendarReading.id).where(CalendarReading.read_at < moment)))
