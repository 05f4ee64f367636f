"""The public calendar as plain data."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext

from eventsapp.catalogue.months import deadlines_between, is_cancelled, last_change, occasions_between
from eventsapp.core.clock import swedish_midnight, to_swedish
from eventsapp.core.free_days import free_days
from eventsapp.events.filter_choices import find_choices
from eventsapp.events.filters import EventFilter
from eventsapp.events.models import PUBLIC_STATES, Event, Occasion
from eventsapp.web.pages import site_url


@dataclass(frozen=True)
class CalendarData:
    """`values` can be written as JSON; they may have become others at `changed_at` at the latest."""

    values: dict[str, object]
    changed_at: datetime


def calendar_data(selection: EventFilter, first: date, last: date) -> CalendarData:
    """What happens from `first` to `last`, with the holidays; raises UnknownFilter for a value that nobody knows.

    Times are Swedish with their offset; `end` of whole days is the day after the last one, as in RFC 5545.
    """
    selection.require_known(find_choices(Event.state.in_(PUBLIC_STATES), selection).labels)
    pages_address = site_url("catalogue.event", slug="-").removesuffix("-")
    events = [
        *(_occasion(occasion, pages_address) for occasion in occasions_between(selection, first, last)),
        *(_deadline(event, pages_address) for event in deadlines_between(selection, first, last)),
    ]
    free = [
        {"day": day.isoformat(), "name": found.name, "kind": found.kind.value}
        for day, found in free_days(first, last).items()
    ]
    return CalendarData({"events": events, "free": free}, last_change() or swedish_midnight(first))


def _occasion(occasion: Occasion, pages_address: str) -> dict[str, object]:
    event = occasion.event
    start, end = (
        (occasion.first_day.isoformat(), (occasion.last_day + timedelta(days=1)).isoformat())
        if occasion.all_day
        else (to_swedish(occasion.starts_at).isoformat(), to_swedish(occasion.ends_at).isoformat())
    )
    cancelled = is_cancelled(occasion)
    return {
        "id": occasion.uid,
        "title": gettext("Inställt: %(title)s", title=event.title) if cancelled else event.title,
        "start": start,
        "end": end,
        "allDay": occasion.all_day,
        "url": pages_address + event.slug,
        "kind": event.kind.name,
        "colour": event.kind.colour,
        "cancelled": cancelled,
    }


def _deadline(event: Event, pages_address: str) -> dict[str, object]:
    day = event.registration_closes_on
    assert day is not None, "asked for by its day"
    return {
        "id": f"last-day-{event.slug}",
        "title": gettext("Sista anmälningsdag: %(title)s", title=event.title),
        "start": day.isoformat(),
        "end": (day + timedelta(days=1)).isoformat(),
        "allDay": True,
        "url": pages_address + event.slug,
        "kind": event.kind.name,
        "colour": event.kind.colour,
        "cancelled": False,
    }
