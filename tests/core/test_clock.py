"""Swedish wall-clock time."""

from datetime import UTC, date, datetime, time

import pytest

from eventsapp.core.clock import end_of_swedish_day, from_swedish, swedish_midnight, swedish_today


def test_winter_and_summer_are_one_and_two_hours_ahead() -> None:
    assert from_swedish(date(2026, 1, 15), time(9, 0)) == datetime(2026, 1, 15, 8, 0, tzinfo=UTC)
    assert from_swedish(date(2026, 7, 15), time(9, 0)) == datetime(2026, 7, 15, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_a_time_in_the_spring_gap_does_not_exist(minute: int) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        from_swedish(date(2026, 3, 29), time(2, minute))
    assert from_swedish(date(2026, 3, 29), time(3, minute)).hour == 1


def test_the_doubled_hour_of_autumn_is_the_first_one() -> None:
    assert from_swedish(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_ends_at_the_next_swedish_midnight() -> None:
    assert end_of_swedish_day(date(2026, 12, 8)) == datetime(2026, 12, 8, 23, 0, tzinfo=UTC)
    assert end_of_swedish_day(date(2026, 6, 8)) == datetime(2026, 6, 8, 22, 0, tzinfo=UTC)
    assert swedish_midnight(date(2026, 12, 9)) == end_of_swedish_day(date(2026, 12, 8))


def test_the_swedish_date_changes_before_the_one_in_utc() -> None:
    assert swedish_today(datetime(2026, 12, 8, 23, 30, tzinfo=UTC)) == date(2026, 12, 9)
