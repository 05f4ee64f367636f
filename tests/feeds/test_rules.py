"""Which days a feed holds."""

from datetime import UTC, date, datetime, timedelta

import pytest

from eventsapp.feeds.documents import calendar_name
from eventsapp.feeds.rules import belongs_in_feed, first_day_of_feed
from eventsapp.rendering.calendar import CalendarEntry, EntryStatus

TODAY = date(2026, 10, 1)


def entry(status: EntryStatus) -> CalendarEntry:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return CalendarEntry(
        uid="x",
        sequence=0,
        created_at=moment,
        last_modified_at=moment,
        summary="x",
        starts_on=TODAY,
        ends_on=TODAY,
        status=status,
    )


@pytest.mark.parametrize(
    ("status", "days_ago", "days_back", "belongs"),
    [
        (EntryStatus.CONFIRMED, -1000, 60, True),
        (EntryStatus.CONFIRMED, 60, 60, True),
        (EntryStatus.CONFIRMED, 61, 60, False),
        (EntryStatus.TENTATIVE, 0, 0, True),
        (EntryStatus.CONFIRMED, 1, 0, False),
        (EntryStatus.CANCELLED, 30, 60, True),
        (EntryStatus.CANCELLED, 31, 60, False),
        (EntryStatus.CANCELLED, 30, 0, True),
    ],
)
def test_the_window_of_days(status: EntryStatus, days_ago: int, days_back: int, belongs: bool):
    last_day = TODAY - timedelta(days=days_ago)
    assert belongs_in_feed(entry(status), last_day, TODAY, days_back) is belongs
    if belongs:
        assert last_day >= first_day_of_feed(TODAY, days_back)


def test_the_name_of_a_calendar():
    assert calendar_name("Kurser", "") == "Kurser"
    assert calendar_name("Kurser", "Konferens, Umeå") == "Kurser – Konferens, Umeå"
