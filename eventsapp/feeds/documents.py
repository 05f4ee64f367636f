"""A feed as plain values: which entries, under what name, changed when."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from eventsapp.core.clock import swedish_midnight
from eventsapp.core.i18n import in_language
from eventsapp.events.deadlines import deadline_entries
from eventsapp.events.documents import calendar_entries
from eventsapp.events.filters import EventFilter
from eventsapp.feeds.queries import Selection, events_for_feed, events_with_deadlines
from eventsapp.feeds.rules import belongs_in_feed, first_day_of_feed
from eventsapp.rendering.calendar import CalendarEntry


@dataclass(frozen=True)
class FeedMaker:
    """What all feeds of a site have in common. An event's page is at `pages_address` followed by its slug."""

    site_name: str
    days_back: int
    language: str
    pages_address: str


@dataclass(frozen=True)
class Feed:
    """The content of a feed on one day. `changed_at` is the latest moment at which it may have become another."""

    name: str
    entries: list[CalendarEntry]
    changed_at: datetime


def make_feed(selection: EventFilter, read: Selection, today: date, maker: FeedMaker) -> Feed:
    """The feed of a selection, whose names and newest change are in `read`."""
    entries = [
        entry
        for event in events_for_feed(selection, first_day=first_day_of_feed(today, maker.days_back))
        for entry, occasion in zip(
            calendar_entries(event, language=maker.language, page_url=maker.pages_address + event.slug),
            event.occasions,
            strict=True,
        )
        if belongs_in_feed(entry, occasion.last_day, today, maker.days_back)
    ]
    name = calendar_name(maker.site_name, selection.in_words(read.labels))
    return Feed(name, entries, _changed_at(entries, read, today))


def make_deadlines(selection: EventFilter, read: Selection, today: date, maker: FeedMaker) -> Feed:
    """When registration opens and closes for what is selected, as a feed by itself."""
    entries = [
        entry
        for event in events_with_deadlines(selection, first_day=first_day_of_feed(today, maker.days_back))
        for entry in deadline_entries(
            event, language=maker.language, page_url=maker.pages_address + event.slug
        )
        if entry.ends_on is not None and belongs_in_feed(entry, entry.ends_on, today, maker.days_back)
    ]
    name = calendar_name(maker.site_name, selection.in_words(read.labels))
    with in_language(maker.language):
        name = gettext("Sista anmälningsdagar – %(calendar)s", calendar=name)
    return Feed(name, entries, _changed_at(entries, read, today))


def _changed_at(entries: list[CalendarEntry], read: Selection, today: date) -> datetime:
    # The window of days moves at Swedish midnight, and the feed with it.
    moments = [swedish_midnight(today), *(entry.last_modified_at for entry in entries)]
    if read.changed_at is not None:
        moments.append(read.changed_at)
    return max(moments)


def calendar_name(site_name: str, selection_words: str) -> str:
    """ "Kurser och konferenser – Utbildningsdag, Västerbottens län"."""
    return f"{site_name} – {selection_words}" if selection_words else site_name
