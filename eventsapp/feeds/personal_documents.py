"""A person's own calendar: what their address is registered for or waits for, as far as they may see it now."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import gettext

from eventsapp.core.i18n import in_language
from eventsapp.feeds.personal_queries import OwnRegistration, own_registrations
from eventsapp.feeds.rules import belongs_in_feed
from eventsapp.registrations.documents import OwnPart, personal_entries
from eventsapp.registrations.models import RegistrationStatus
from eventsapp.registrations.rules import sees_join_link
from eventsapp.rendering.calendar import CalendarEntry, EntryStatus
from eventsapp.web.pages import site_url

_STEPS = {EntryStatus.TENTATIVE: 0, EntryStatus.CONFIRMED: 1, EntryStatus.CANCELLED: 2}
"""To get a place is news of an entry whose occasion has not changed, so it raises the number (RFC 5546 section 2.1.4), and
what was called off may come back, so each version of the occasion has room for all three."""


@dataclass(frozen=True)
class PersonalFeed:
    """The content of a person's calendar on one day."""

    name: str
    entries: list[CalendarEntry]


def personal_feed(
    email_key: str, *, language: str, site_name: str, now: datetime, today: date, days_back: int
) -> PersonalFeed:
    """The calendar of an address; three statements however much it is. What one has left oneself is not in it."""
    entries: list[CalendarEntry] = []
    for own in own_registrations(email_key):
        last_days = {occasion.uid: occasion.last_day for occasion in own.event.occasions}
        entries += [
            entry
            for entry in _entries(own, language, now)
            if belongs_in_feed(entry, last_days[entry.uid], today, days_back)
        ]
    with in_language(language):
        name = gettext("Mina anmälningar – %(site)s", site=site_name)
    return PersonalFeed(name, entries)


def _entries(own: OwnRegistration, language: str, now: datetime) -> list[CalendarEntry]:
    registration, event = own.registration, own.event
    has_place = registration.status is RegistrationStatus.CONFIRMED
    part = OwnPart(
        status=EntryStatus.CONFIRMED if has_place else EntryStatus.TENTATIVE,
        join_url=event.join_url if sees_join_link(registration, event, now) else "",
        items=own.items if has_place else (),
    )
    page_url = site_url("catalogue.event", lang=language, slug=event.slug)
    return [
        replace(
            entry,
            sequence=entry.sequence * len(_STEPS) + _STEPS[entry.status],
            last_modified_at=max(entry.last_modified_at, registration.changed_at),
        )
        for entry in personal_entries(event, part, language=language, page_url=page_url)
    ]
