"""Holidays and bridge days."""

from datetime import date, timedelta

import pytest
from flask import Flask

from eventsapp.core.free_days import FreeDayKind, free_days, is_bridge_day, is_free
from eventsapp.core.i18n import in_language


@pytest.mark.parametrize(
    ("day", "free"),
    [
        (date(2026, 11, 23), False),
        (date(2026, 11, 22), True),
        (date(2027, 3, 26), True),
        (date(2027, 6, 25), True),
        (date(2026, 12, 24), True),
        (date(2026, 12, 31), True),
        (date(2027, 4, 30), False),
    ],
)
def test_what_is_free(day: date, free: bool) -> None:
    """Good Friday, Midsummer Eve, Christmas Eve and New Year's Eve are; Walpurgis Eve is not."""
    assert is_free(day) is free


def test_a_single_working_day_between_free_ones_is_a_bridge() -> None:
    first = date(2026, 1, 1)
    found = [day for number in range(730) if is_bridge_day(day := first + timedelta(days=number))]
    assert found == [date(2026, 1, 2), date(2026, 1, 5), date(2026, 5, 15), date(2027, 5, 7)]


def test_they_have_names_in_both_languages(app: Flask) -> None:
    first, last = date(2026, 5, 13), date(2026, 5, 16)
    with app.test_request_context():
        with in_language("sv"):
            swedish = {day: (free.name, free.kind) for day, free in free_days(first, last).items()}
        with in_language("en"):
            english = [free.name for free in free_days(first, last).values()]
    assert swedish == {
        date(2026, 5, 14): ("Kristi himmelsfärdsdag", FreeDayKind.HOLIDAY),
        date(2026, 5, 15): ("Klämdag", FreeDayKind.BRIDGE),
    }
    assert english == ["Ascension Day", "Bridge day"]


def test_years_beyond_the_package_have_no_holidays() -> None:
    assert not is_free(date(2101, 1, 6))
