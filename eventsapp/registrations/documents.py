"""What participants get in their own calendars: the public entries, with how to join as the first line of the text.

Where the activity asks for it they say nothing of what it is about, since a calendar is seen by others: colleagues in a
shared one, whoever looks at a screen.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext

from eventsapp.core.i18n import format_span, in_language
from eventsapp.core.i18n import language as current_language
from eventsapp.events.documents import calendar_entries, numbered
from eventsapp.events.models import Event, EventFormat, EventState, Occasion
from eventsapp.events.words import address_in_words
from eventsapp.rendering.calendar import (
    AddLinks,
    CalendarEntry,
    EntryStatus,
    add_to_calendar_links,
    render_calendar,
)
from eventsapp.web.pages import site_url


@dataclass(frozen=True)
class SaveLinks:
    """Links that open a web calendar with one occasion filled in; `when` tells several occasions apart."""

    when: str
    links: AddLinks


def save_links(event: Event, now: datetime, *, language: str, page_url: str) -> list[SaveLinks]:
    """The links for each occasion that will take place and is not over; made of public facts only."""
    return _links(event, calendar_entries(event, language=language, page_url=page_url), now, language)


def own_save_links(event: Event, now: datetime, *, language: str, page_url: str) -> list[SaveLinks]:
    """The same for one who is registered, who may want the subject left out."""
    entries = calendar_entries(event, language=language, page_url=page_url)
    if event.neutral_in_calendars:
        with in_language(language):
            entries = [
                _neutral(entry, event, occasion)
                for entry, occasion in zip(entries, event.occasions, strict=True)
            ]
    return _links(event, entries, now, language)


def _links(event: Event, entries: list[CalendarEntry], now: datetime, language: str) -> list[SaveLinks]:
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
    """The event's occasions for one who is registered or waits, with how to join as the first line of the text.

    UID, number and times are those of the public entries, whatever is left out of the words.
    """
    with in_language(language):
        occasions = {occasion.uid: occasion for occasion in event.occasions}
        return [
            _for_participant(entry, occasions[entry.uid], event, own)
            for entry in calendar_entries(event, language=language, page_url=page_url)
        ]


def _for_participant(entry: CalendarEntry, occasion: Occasion, event: Event, own: OwnPart) -> CalendarEntry:
    if event.neutral_in_calendars:
        entry = _neutral(entry, event, occasion)
    if entry.cancelled:
        return entry
    waits = own.status is EntryStatus.TENTATIVE
    about = () if event.neutral_in_calendars else _about(occasion, own)
    first = [
        gettext("Anslut digitalt: %(url)s", url=own.join_url) if own.join_url else "",
        gettext("Du har ingen plats än.") if waits else gettext("Du är anmäld."),
        *about,
        gettext("Din anmälan: %(url)s", url=_own_page())
        if waits
        else gettext("Din biljett och din anmälan: %(url)s", url=_own_page()),
    ]
    lines = "\n".join(line for line in first if line)
    summary = "" if event.neutral_in_calendars else event.summary
    return replace(
        entry,
        description="\n\n".join(part for part in (lines, summary) if part),
        status=own.status if waits else entry.status,
        conference_url=own.join_url or None,
    )


def _about(occasion: Occasion, own: OwnPart) -> tuple[str, ...]:
    return (
        gettext("Dina val: %(items)s", items=", ".join(own.items)) if own.items else "",
        occasion.label,
    )


def _neutral(entry: CalendarEntry, event: Event, occasion: Occasion) -> CalendarEntry:
    """An entry that tells when and where, and neither what it is about nor who arranges it; its own page's address has the
    title in it, so the link goes to the list of what one is registered for."""
    return replace(
        entry,
        summary=numbered(event.kind.name, event, occasion),
        description=None,
        location=None if event.state is EventState.DRAFT else _neutral_place(event),
        url=_own_page(),
        categories=(),
        organizer_name=None,
        organizer_email=None,
        language=current_language(),
    )


def _neutral_place(event: Event) -> str:
    """Where one goes, without the names of house and room."""
    if event.format is EventFormat.ONLINE:
        return gettext("Digitalt")
    return address_in_words(event)


def _own_page() -> str:
    """Where one sees one's registrations and tickets, on a device that is let in; others are asked who they are.

    It has no token: whoever reads the calendar must not come further than the calendar.
    """
    return site_url("my_page.registrations", lang=current_language())


def calendar_filename(event: Event) -> str:
    """An ASCII name, which every mail program and browser can save."""
    return "aktivitet.ics" if event.neutral_in_calendars else f"{event.slug}.ics"
