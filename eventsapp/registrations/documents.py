"""A participant's calendar file: the public entries, with how to join as the first line of the text."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext

from eventsapp.core.i18n import format_span, in_language
from eventsapp.events.documents import calendar_entries
from eventsapp.events.models import Event, Occasion
from eventsapp.rendering.calendar import (
    AddLinks,
    CalendarEntry,
    EntryStatus,
    add_to_calendar_links,
    render_calendar,
)

CALENDAR_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class SaveLinks:
    """Links that open a web calendar with one occasion filled in; `when` tells several occasions apart."""

    when: str
    links: AddLinks


def save_links(event: Event, now: datetime, *, language: str, page_url: str) -> list[SaveLinks]:
    """The links for each occasion that will take place and is not over; made of public facts only."""
    entries = calendar_entries(event, language=language, page_url=page_url)
    return [
        SaveLinks(
            format_span(occasion.starts_at, occasion.ends_at, all_day=occasion.all_day),
            add_to_calendar_links(entry, language=language),
        )
        for entry, occasion in zip(entries, event.occasions, strict=True)
        if not entry.cancelled and occasion.ends_at > now
    ]


@dataclass(frozen=True)
class OwnPart:
    """What of an event is a person's own. `status` is tentative for one who waits; `join_url` is given only for one who may
    see it, and `items` are the titles of what they have chosen."""

    status: EntryStatus = EntryStatus.CONFIRMED
    join_url: str = ""
    items: tuple[str, ...] = ()


def personal_calendar(event: Event, *, language: str, page_url: str, join_url: str = "") -> bytes:
    """The event's occasions as a file for one who is registered.

    UID, title and times are those of the public feed, so that a calendar that has both knows them to be the same.
    `join_url` is given only for one who may see it. What the event in letters needs must be loaded.
    """
    entries = personal_entries(event, OwnPart(join_url=join_url), language=language, page_url=page_url)
    return render_calendar(entries, name=None, refresh_hours=None, language=language)


def personal_entries(event: Event, own: OwnPart, *, language: str, page_url: str) -> list[CalendarEntry]:
    """The event's occasions for one who is registered or waits, with how to join as the first line of the text."""
    with in_language(language):
        occasions = {occasion.uid: occasion for occasion in event.occasions}
        return [
            _for_participant(entry, occasions[entry.uid], event, own)
            for entry in calendar_entries(event, language=language, page_url=page_url)
        ]


def _for_participant(entry: CalendarEntry, occasion: Occasion, event: Event, own: OwnPart) -> CalendarEntry:
    if entry.cancelled:
        return entry
    waits = own.status is EntryStatus.TENTATIVE
    first = [
        gettext("Anslut digitalt: %(url)s", url=own.join_url) if own.join_url else "",
        gettext("Du har ingen plats än.") if waits else gettext("Du är anmäld."),
        gettext("Dina val: %(items)s", items=", ".join(own.items)) if own.items else "",
        occasion.label,
    ]
    lines = "\n".join(line for line in first if line)
    return replace(
        entry,
        description="\n\n".join(part for part in (lines, event.summary) if part),
        status=own.status if waits else entry.status,
        conference_url=own.join_url or None,
    )


def calendar_filename(event: Event) -> str:
    """An ASCII name, which every mail program and browser can save."""
    return f"{event.slug}.ics"
