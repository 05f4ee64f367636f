"""When registration opens, and the last day to register, as whole days in a calendar."""

import uuid
from datetime import date

from flask_babel import gettext

from eventsapp.core.i18n import format_day, in_language
from eventsapp.events.models import Event, EventState, RegistrationMode
from eventsapp.events.words import when_in_words, where_in_words
from eventsapp.rendering.calendar import CalendarEntry, EntryStatus

_NAMES = uuid.UUID("6f0d3f6e-8a35-4c1e-9b0f-2d1c8a5b7e40")
"""Identities of these days are made of what an event keeps for ever: its number and the moment it was made."""


def deadline_entries(event: Event, *, language: str, page_url: str) -> list[CalendarEntry]:
    """The days that matter to those who want to register; cancelled with the event, none where nobody registers.

    `page_url` is the absolute address of the event's page. Kind, municipality, organiser and occasions must be loaded.
    """
    if event.registration_mode is RegistrationMode.NONE:
        return []
    with in_language(language):
        days = (
            ("opens", gettext("Anmälan öppnar: %(title)s", title=event.title), event.registration_opens_on),
            (
                "closes",
                gettext("Sista anmälningsdag: %(title)s", title=event.title),
                event.registration_closes_on,
            ),
        )
        return [_entry(event, name, summary, day, page_url) for name, summary, day in days if day is not None]


def _entry(event: Event, name: str, summary: str, day: date, page_url: str) -> CalendarEntry:
    hidden = event.state is EventState.DRAFT
    is_off = event.state in (EventState.DRAFT, EventState.CANCELLED)
    return CalendarEntry(
        uid=str(uuid.uuid5(_NAMES, f"{event.id} {event.created_at.isoformat()} {name}")),
        sequence=event.version,
        created_at=event.created_at,
        last_modified_at=event.changed_at,
        summary=summary,
        starts_on=day,
        ends_on=day,
        # The text of a draft is not public, and its page cannot be opened.
        description=None if hidden else _description(event, name, day),
        url=None if hidden else page_url,
        status=EntryStatus.CANCELLED if is_off else EntryStatus.CONFIRMED,
        transparent=True,
        categories=(event.kind.name,),
        organizer_name=event.organiser.name if event.organiser else None,
        organizer_email=event.contact_email,
    )


def _description(event: Event, name: str, day: date) -> str:
    if event.state is EventState.CANCELLED:
        return ""
    shown = format_day(day, weekday=False)
    first = (
        gettext("Anmälan öppnar %(day)s.", day=shown)
        if name == "opens"
        else gettext("Anmäl dig senast %(day)s kl. 23.59.", day=shown)
    )
    return "\n".join((first, when_in_words(event), where_in_words(event)))
