"""The rules that put demonstration activities on sensible days."""

from datetime import date, timedelta

import pytest

from eventsapp.cli.demo.placing import (
    day_in_weeks,
    easter_sunday,
    is_quiet,
    next_iso_week,
    shift_to_working_days,
)


@pytest.mark.parametrize(
    "easter",
    [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)],
)
def test_easter(easter: date) -> None:
    assert easter_sunday(easter.year) == easter


@pytest.mark.parametrize(
    ("day", "quiet"),
    [
        (date(2026, 12, 18), False),
        (date(2026, 12, 23), True),
        (date(2027, 1, 5), True),
        (date(2027, 1, 8), False),
        (date(2027, 3, 25), True),
        (date(2027, 3, 29), True),
        (date(2027, 3, 30), False),
        (date(2027, 5, 6), True),
        (date(2027, 5, 7), True),
        (date(2027, 7, 14), True),
        (date(2027, 8, 16), False),
    ],
)
def test_quiet_days(day: date, quiet: bool) -> None:
    assert is_quiet(day) is quiet


def test_a_weekday_some_weeks_ahead() -> None:
    wednesday = date(2026, 11, 25)
    assert day_in_weeks(wednesday, 3, "wed") == date(2026, 12, 16)
    assert day_in_weeks(wednesday, 1, "mon") == date(2026, 11, 30)
    assert day_in_weeks(wednesday, -3, "tue") == date(2026, 11, 3)


def test_the_next_week_of_that_number() -> None:
    assert next_iso_week(date(2026, 11, 23), 47) == date(2027, 11, 22)
    assert next_iso_week(date(2026, 11, 2), 47) == date(2026, 11, 16)
    assert next_iso_week(date(2026, 11, 3), 47) == date(2027, 11, 22)


def test_days_move_together_past_a_holiday() -> None:
    assert shift_to_working_days([date(2026, 12, 16)]) == 0
    assert shift_to_working_days([date(2026, 12, 24), date(2026, 12, 25)]) == 21
    assert shift_to_working_days([date(2027, 1, 4)], forward=False) == -21


def test_every_day_of_a_decade_finds_working_days() -> None:
    day = date(2025, 1, 1)
    while day < date(2035, 1, 1):
        moved = day + timedelta(days=shift_to_working_days([day]))
        assert moved.weekday() == day.weekday()
        assert not is_quiet(moved)
        day += timedelta(days=1)
