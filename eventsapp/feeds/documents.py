"""A feed as plain values: which entries, under what name, changed when."""

from dataclasses import dataclass
from datetime import date, datetime

from eventsapp.core.clock import swedish_midnight
from eventsapp.events.documents import calendar_entries
from eventsapp.events.filters import EventFilter
from eventsapp.feeds.queries import Selection, events_for_feed
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
    # The window of days moves at Swedish midnight, and the feed with it.
    moments = [swedish_midnight(today), *(entry.last_modified_at for entry in entries)]
    if read.changed_at is not None:
        moments.append(read.changed_at)
    return Feed(calendar_name(maker.site_name, selection.in_words(read.labels)), entries, max(moments))


def calendar_name(site_name: str, selection_words: str) -> str:
    """ "Kurser och konferenser – Utbildningsdag, Västerbottens län"."""
    return f"{site_name} – {selection_words}" if selection_words else site_name
