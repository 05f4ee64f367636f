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


def personal_calendar(event: Event, *, language: str, page_url: str, join_url: str = "") -> bytes:
    """The event's occasions as a file for one who is registered.

    UID, title and times are those of the public feed, so that a calendar that has both knows them to be the same.
    `join_url` is given only for one who may see it. What the event in letters needs must be loaded.
    """
    with in_language(language):
        occasions = {occasion.uid: occasion for occasion in event.occasions}
        entries = [
            _for_participant(entry, occasions[entry.uid], event, join_url)
            for entry in calendar_entries(event, language=language, page_url=page_url)
        ]
        return render_calendar(entries, name=None, refresh_hours=None, language=language)


def _for_participant(entry: CalendarEntry, occasion: Occasion, event: Event, join_url: str) -> CalendarEntry:
    if entry.cancelled:
        return entry
    first = [
        gettext("Anslut digitalt: %(url)s", url=join_url) if join_url else "",
        gettext("Du är anmäld."),
        occasion.label,
    ]
    lines = "\n".join(line for line in first if line)
    return replace(entry, description="\n\n".join(part for part in (lines, event.summary) if part))


def calendar_filename(event: Event) -> str:
    """An ASCII name, which every mail program and browser can save."""
    return f"{event.slug}.ics"
