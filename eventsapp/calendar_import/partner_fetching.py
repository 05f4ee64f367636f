"""Fetching a partner's calendar and making drafts of what is new in it."""

import logging
from collections import Counter

from eventsapp.calendar_import.fetching import Fetched, Fetcher, FetchFailed
from eventsapp.calendar_import.found import FoundCalendar
from eventsapp.calendar_import.models import FetchOutcome, PartnerCalendar
from eventsapp.calendar_import.partner_operations import address_of, defaults_of
from eventsapp.calendar_import.planning import AUTOMATIC, Fate, plan
from eventsapp.calendar_import.problems import UnreadableFile
from eventsapp.calendar_import.queries import get_partner
from eventsapp.calendar_import.reading import read_calendar
from eventsapp.calendar_import.recurrence import Window
from eventsapp.calendar_import.taking_in import lock_events, take
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound

log = logging.getLogger(__name__)
BROKEN = "broken"
"""What `figures` calls activities that could not be read or taken in."""


def fetch_calendar(
    address: str, *, etag: str = "", last_modified: str = ""
) -> tuple[FoundCalendar | None, Fetched]:
    """What the calendar at an address says, None where nothing has changed since the stamps. Takes up to half a minute, so no
    transaction may be open. Raises FetchFailed, also for what is no calendar."""
    fetched = Fetcher.of_app().fetch(address, etag=etag, last_modified=last_modified)
    if fetched.content is None:
        return None, fetched
    try:
        return read_calendar(fetched.content, Window.around(now())), fetched
    except UnreadableFile:
        raise FetchFailed(FetchOutcome.NOT_A_CALENDAR) from None


def note_fetch(
    partner: PartnerCalendar, outcome: FetchOutcome, figures: dict[str, int] | None = None
) -> None:
    """Say when a calendar was fetched and how it went; flushes."""
    partner.fetched_at, partner.outcome = now(), outcome
    if figures is not None:
        partner.figures = figures
    if outcome not in (FetchOutcome.FETCHED, FetchOutcome.UNCHANGED):
        partner.figures, partner.etag, partner.last_modified = {}, "", ""
    db.session.flush()


def fetch_partner(partner_id: int) -> None:
    """Fetch one calendar, make drafts of what is new and update those that nobody has touched, with a commit for each."""
    partner = get_partner(partner_id)
    address, stamps = address_of(partner), {"etag": partner.etag, "last_modified": partner.last_modified}
    db.session.rollback()
    try:
        found, fetched = fetch_calendar(address, **stamps)
    except FetchFailed as error:
        note_fetch(get_partner(partner_id, lock=True), error.outcome)
        db.session.commit()
        return
    if found is None:
        note_fetch(get_partner(partner_id, lock=True), FetchOutcome.UNCHANGED)
        db.session.commit()
        return
    figures = _take_in(partner_id, found)
    partner = get_partner(partner_id, lock=True)
    partner.etag, partner.last_modified = fetched.etag, fetched.last_modified
    if figures.get(BROKEN):
        # What could not be taken in is tried again, even where nothing changes there.
        partner.etag, partner.last_modified = "", ""
    note_fetch(partner, FetchOutcome.FETCHED, figures)
    db.session.commit()


def figures_of(found: FoundCalendar, fates: Counter[str]) -> dict[str, int]:
    """What a fetch led to, as it is kept with the calendar."""
    counted = {name: number for name, number in fates.items() if number}
    broken = counted.pop(BROKEN, 0) + len(found.left_out)
    return counted | ({BROKEN: broken} if broken else {})


def _take_in(partner_id: int, found: FoundCalendar) -> dict[str, int]:
    fates: Counter[str] = Counter()
    for number in range(len(found.events)):
        fates[_take_one(partner_id, found, number)] += 1
    return figures_of(found, fates)


def _take_one(partner_id: int, found: FoundCalendar, number: int) -> str:
    """Take one activity in, in a transaction of its own; answers its fate, or BROKEN."""
    alone = FoundCalendar(found.name, (found.events[number],), (), 0, found.since)
    try:
        partner = get_partner(partner_id)
        source, defaults = partner.source, defaults_of(partner)
        lock_events(plan(alone, source, defaults, None))
        one = plan(alone, source, defaults, None, lock=True)[0]
        if one.fate in AUTOMATIC and one.is_chosen_beforehand:
            take(one, source, reason="", actor=Actor.system())
        db.session.commit()
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        log.info("an activity of partner calendar %d was not taken in: %s", partner_id, type(error).__name__)
        return BROKEN
    return Fate.CHANGED.value if one.fate is Fate.NEW and one.found.is_private else one.fate.value
