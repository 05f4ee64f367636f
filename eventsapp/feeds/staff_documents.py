"""A calendar of staff as plain values: their activities, with the numbers and never a name of who takes part."""

from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext, ngettext

from eventsapp.accounts.models import CalendarScope, StaffCalendar
from eventsapp.core.i18n import in_language
from eventsapp.events.documents import calendar_entries, numbered
from eventsapp.events.models import Event, EventState, Occasion, RegistrationMode
from eventsapp.events.words import where_in_words
from eventsapp.feeds.rules import belongs_in_feed, first_day_of_feed
from eventsapp.feeds.staff_queries import StaffEvent, staff_events
from eventsapp.places.models import PoolName
from eventsapp.places.queries import PoolCount
from eventsapp.rendering.calendar import CalendarEntry, EntryStatus
from eventsapp.waiting_list.queries import Queues
from eventsapp.web.pages import site_url

_STEPS = {EntryStatus.TENTATIVE: 0, EntryStatus.CONFIRMED: 1, EntryStatus.CANCELLED: 2}
"""A draft is tentative here and cancelled in public, so the number needs room for the status (RFC 5546 section 2.1.4)."""


@dataclass(frozen=True)
class StaffFeed:
    """The content of a calendar of staff on one day."""

    name: str
    entries: list[CalendarEntry]


def staff_feed(calendar: StaffCalendar, *, site_name: str, today: date, days_back: int) -> StaffFeed:
    """What its owner looks after, as it is now; the number of statements does not depend on how much that is."""
    with in_language(calendar.language):
        entries = []
        first_day = first_day_of_feed(today, days_back)
        for found in staff_events(calendar.user, calendar.scope, first_day=first_day):
            occasions = {occasion.uid: occasion for occasion in found.event.occasions}
            entries += [
                entry
                for entry in _entries(found, occasions, calendar)
                if belongs_in_feed(entry, occasions[entry.uid].last_day, today, days_back)
            ]
        return StaffFeed(calendar_name(calendar, site_name), entries)


def calendar_name(calendar: StaffCalendar, site_name: str) -> str:
    """ "Mina aktiviteter – Kurser och konferenser"."""
    team = calendar.user.team
    if calendar.scope is CalendarScope.TEAM and team is not None:
        return f"{team.name} – {site_name}"
    return gettext("Mina aktiviteter – %(site)s", site=site_name)


def _entries(
    found: StaffEvent, occasions: dict[str, Occasion], calendar: StaffCalendar
) -> list[CalendarEntry]:
    url = site_url("desk.event", lang=calendar.language, event_id=found.event.id)
    return [
        replace(_for_staff(entry, found, occasions[entry.uid], calendar.scope), url=url)
        for entry in calendar_entries(found.event, language=calendar.language, page_url=url)
    ]


def _for_staff(
    entry: CalendarEntry, found: StaffEvent, occasion: Occasion, scope: CalendarScope
) -> CalendarEntry:
    event = found.event
    is_draft = event.state is EventState.DRAFT
    status = EntryStatus.TENTATIVE if is_draft and occasion.cancelled_at is None else entry.status
    title = numbered(event.title, event, occasion)
    return replace(
        entry,
        summary=gettext("Utkast: %(title)s", title=title) if is_draft else title,
        description="\n".join(line for line in _lines(found, occasion, scope) if line),
        location=where_in_words(event),
        status=status,
        sequence=entry.sequence * len(_STEPS) + _STEPS[status],
        last_modified_at=max(entry.last_modified_at, found.changed_at or entry.last_modified_at),
    )


def _lines(found: StaffEvent, occasion: Occasion, scope: CalendarScope) -> list[str]:
    event = found.event
    by_team = scope is CalendarScope.TEAM and event.responsible is not None
    return [
        occasion.label,
        *_numbers(event, found.pools, found.queues),
        gettext("Ansvarig: %(name)s", name=event.responsible.name) if by_team and event.responsible else "",
    ]


def _numbers(event: Event, pools: list[PoolCount], queues: Queues) -> list[str]:
    if event.registration_mode is not RegistrationMode.REQUIRED:
        return [event.registration_mode.label]
    return [
        *(_pool_in_words(pool) for pool in pools),
        gettext("På reservlistan: %(number)d", number=queues.waiting) if queues.waiting else "",
        gettext("Har fått ett erbjudande: %(number)d", number=queues.offered) if queues.offered else "",
        gettext("Väntar på besked: %(number)d", number=queues.applied) if queues.applied else "",
    ]


def _pool_in_words(pool: PoolCount) -> str:
    way = {
        PoolName.ALL: gettext("Anmälda"),
        PoolName.ONSITE: gettext("På plats"),
        PoolName.ONLINE: gettext("Digitalt"),
    }[pool.name]
    if pool.capacity is None:
        return gettext("%(way)s: %(taken)d, inget tak", way=way, taken=pool.taken)
    return ngettext(
        "%(way)s: %(taken)d av %(num)d plats",
        "%(way)s: %(taken)d av %(num)d platser",
        pool.capacity,
        way=way,
        taken=pool.taken,
    )
