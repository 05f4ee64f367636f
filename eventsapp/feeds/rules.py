"""What a feed holds."""

from datetime import date, timedelta

from eventsapp.rendering.calendar import CalendarEntry

CANCELLED_STAY = timedelta(days=30)


def first_day_of_feed(today: date, days_back: int) -> date:
    """The earliest last day of an occasion that a feed still holds."""
    return today - timedelta(days=max(days_back, CANCELLED_STAY.days))


def belongs_in_feed(entry: CalendarEntry, last_day: date, today: date, days_back: int) -> bool:
    """Whether an occasion that ends on `last_day` is in the feed of `today`.

    What is over stays `days_back` days. What is cancelled stays 30 days after its date, so that every subscriber
    has fetched the cancellation; an entry that just vanished would stay in some calendars for ever.
    """
    stays = CANCELLED_STAY if entry.cancelled else timedelta(days=days_back)
    return last_day >= today - stays
