"""A programme as calendars show it: one entry for each item."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from eventsapp.core.i18n import in_language
from eventsapp.events.models import Event, EventState
from eventsapp.events.words import place_in_words, where_in_words
from eventsapp.programme.models import ProgrammeItem, RemovedItem
from eventsapp.programme.rules import day_of, occasion_days
from eventsapp.rendering.calendar import CalendarEntry, EntryStatus

_NO_END = timedelta(minutes=30)


def programme_entries(
    event: Event,
    items: Sequence[ProgrammeItem],
    removed: Sequence[RemovedItem],
    *,
    language: str,
    page_url: str,
) -> list[CalendarEntry]:
    """An entry for each item of a programme in order of time, and for those that were removed, which are cancelled.

    An item without an end lasts until the next one of its day begins, the last one half an hour. Municipality,
    organiser and occasions of the event must be loaded, and the speakers of the items.
    """
    with in_language(language):
        return [
            *(_entry(event, item, _end(item, items), page_url) for item in items),
            *(_cancelled(event, item) for item in removed),
        ]


def _entry(event: Event, item: ProgrammeItem, ends_at: datetime, page_url: str) -> CalendarEntry:
    hidden = event.state is EventState.DRAFT
    return CalendarEntry(
        uid=item.uid,
        # What happens to the whole event happens to each item; both numbers only rise, and so does their sum.
        sequence=item.sequence + max((occasion.sequence for occasion in event.occasions), default=0),
        created_at=event.created_at,
        last_modified_at=_changed_at(event, item.changed_at),
        summary=item.title,
        starts_at=item.starts_at,
        ends_at=ends_at,
        description=None if hidden else _description(event, item),
        location=None if hidden else _location(event, item),
        url=None if hidden else page_url,
        status=_status(event, day_of(item)),
        organizer_name=event.organiser.name if event.organiser else None,
        organizer_email=event.contact_email,
    )


def _cancelled(event: Event, item: RemovedItem) -> CalendarEntry:
    return CalendarEntry(
        uid=item.uid,
        sequence=item.sequence + max((occasion.sequence for occasion in event.occasions), default=0),
        created_at=event.created_at,
        last_modified_at=_changed_at(event, item.changed_at),
        summary=item.title,
        starts_at=item.starts_at,
        ends_at=item.ends_at or item.starts_at + _NO_END,
        status=EntryStatus.CANCELLED,
    )


def _status(event: Event, day: date) -> EntryStatus:
    """One day of several may be called off by itself."""
    is_off = day not in occasion_days(event) and any(
        one.cancelled_at is not None and one.first_day <= day <= one.last_day for one in event.occasions
    )
    if is_off or event.state in (EventState.CANCELLED, EventState.DRAFT):
        return EntryStatus.CANCELLED
    return EntryStatus.TENTATIVE if event.state is EventState.SAVE_THE_DATE else EntryStatus.CONFIRMED


def _changed_at(event: Event, changed_at: datetime | None) -> datetime:
    moments = [occasion.changed_at for occasion in event.occasions]
    return max([changed_at or event.created_at, *moments])


def _end(item: ProgrammeItem, items: Sequence[ProgrammeItem]) -> datetime:
    if item.ends_at is not None:
        return item.ends_at
    later = [
        other.starts_at
        for other in items
        if day_of(other) == day_of(item) and other.starts_at > item.starts_at
    ]
    return min(later, default=item.starts_at + _NO_END)


def _description(event: Event, item: ProgrammeItem) -> str:
    speakers = "\n".join(
        ", ".join(part for part in (speaker.name, speaker.description) if part) for speaker in item.speakers
    )
    return "\n\n".join(part for part in (event.title, speakers, item.text) if part)


def _location(event: Event, item: ProgrammeItem) -> str:
    place = place_in_words(event) or where_in_words(event)
    return f"{item.room}, {place}" if item.room and item.room not in place else place
