"""What goes with a letter for the calendar of the one who gets it, made of the same entries as the feeds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask import current_app
from flask_babel import gettext

from eventsapp.config import Settings
from eventsapp.core.i18n import in_language
from eventsapp.events.models import Event
from eventsapp.events.rules import current_occasions
from eventsapp.outbox.message import sendable_address
from eventsapp.outbox.operations import Attachment
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.calendar_invitations import Plan
from eventsapp.registrations.documents import OwnPart, calendar_filename, personal_entries
from eventsapp.registrations.models import Registration
from eventsapp.rendering.calendar import (
    CALENDAR_TYPE,
    CalendarEntry,
    Invitation,
    InvitationMethod,
    render_calendar,
    render_invitation,
)
from eventsapp.web.pages import site_url


def invites_from() -> str:
    """The address that invitations come from, and that calendars answer to."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.invites_from


class CalendarFiles:
    """Makes what goes with the letters about one event; what is the same for many is made once."""

    def __init__(self, event: Event, made_at: datetime) -> None:
        self._event = event
        self._made_at = made_at
        self._entries: dict[tuple[str, str, tuple[str, ...]], dict[str, CalendarEntry]] = {}

    def of(
        self, registration: Registration, plan: Plan, *, join_url: str, items: Sequence[ProgrammeItem]
    ) -> tuple[Attachment, ...]:
        """The invitation that a plan says, and a file for each other occasion that will take place.

        `join_url` is given only for one who may see it, and `items` are what they have chosen.
        """
        if plan.method is None and not plan.has_files:
            return ()
        entries = self._entries_for(registration.language, join_url, items)
        files = []
        if plan.method is not None:
            files.append(_invitation(self._event, registration, plan, entries[plan.uid], self._made_at))
        if plan.has_files:
            files += _files(self._event, plan, entries, registration.language)
        return tuple(files)

    def _entries_for(
        self, language: str, join_url: str, items: Sequence[ProgrammeItem]
    ) -> dict[str, CalendarEntry]:
        with in_language(language):
            titles = tuple(item.title for item in items)
        key = (language, join_url, titles)
        if key not in self._entries:
            page_url = site_url("catalogue.event", lang=language, slug=self._event.slug)
            own = OwnPart(join_url=join_url, items=titles)
            found = personal_entries(self._event, own, language=language, page_url=page_url)
            self._entries[key] = {entry.uid: entry for entry in found}
        return self._entries[key]


def _invitation(
    event: Event, registration: Registration, plan: Plan, entry: CalendarEntry, made_at: datetime
) -> Attachment:
    assert plan.method is not None
    settings: Settings = current_app.config["SETTINGS"]
    if plan.method is InvitationMethod.CANCEL and not entry.cancelled:
        with in_language(registration.language):
            entry = replace(entry, description=gettext("Du är inte längre anmäld."), conference_url=None)
    invitation = Invitation(
        method=plan.method,
        sequence=plan.sequence,
        made_at=made_at,
        organizer_name=settings.site_organisation,
        organizer_email=settings.invites_from,
        attendee_email=sendable_address(registration.email),
    )
    return Attachment(
        calendar_filename(event),
        f"{CALENDAR_TYPE}; method={plan.method}",
        render_invitation(entry, invitation, language=registration.language),
    )


def _files(event: Event, plan: Plan, entries: dict[str, CalendarEntry], language: str) -> list[Attachment]:
    """A file for each occasion: one with all of them opens as a new calendar in some programs."""
    stem = calendar_filename(event).removesuffix(".ics")
    return [
        Attachment(
            f"{stem}-{number}.ics",
            CALENDAR_TYPE,
            render_calendar([entries[occasion.uid]], name=None, refresh_hours=None, language=language),
        )
        for number, occasion in enumerate(current_occasions(event), start=1)
        if occasion.uid != plan.uid
    ]
