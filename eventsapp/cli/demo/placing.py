"""Which day a demonstration activity falls on: sensible Swedish weekdays, whatever today is."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def day_in_weeks(today: date, weeks: int, weekday: str) -> date:
    """The weekday of the calendar week that is `weeks` after this one (negative is before)."""
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(weeks=weeks, days=WEEKDAYS.index(weekday))


def next_iso_week(today: date, week: int, *, notice_days: int = 14) -> date:
    """The Monday of the next ISO week `week` that is at least `notice_days` away."""
    for year in (today.year, today.year + 1, today.year + 2):
        monday = date.fromisocalendar(year, week, 1)
        if monday >= today + timedelta(days=notice_days):
            return monday
    raise ValueError(f"week {week} was not found")


def shift_to_working_days(days: Iterable[date], *, forward: bool = True) -> int:
    """How many days, in whole weeks, all `days` must move so that none of them is a holiday or in a quiet period."""
    wanted = list(days)
    step = timedelta(weeks=1 if forward else -1)
    for weeks in range(60):
        if not any(is_quiet(day + weeks * step) for day in wanted):
            return (weeks * step).days
    raise ValueError("no working days within a year")


def is_quiet(day: date) -> bool:
    """Whether nobody arranges a course on this day: public holidays, the days between, Christmas and high summer."""
    return (
        day in _holidays(day.year)
        or _in_christmas(day)
        or date(day.year, 6, 19) <= day <= date(day.year, 8, 15)
    )


def _in_christmas(day: date) -> bool:
    return (day.month, day.day) >= (12, 19) or (day.month, day.day) <= (1, 7)


@cache
def _holidays(year: int) -> frozenset[date]:
    easter = easter_sunday(year)
    moving = (
        -3,
        -2,
        0,
        1,
        39,
        40,
        49,
    )  # Maundy Thursday to Easter Monday, Ascension with its bridge day, Whitsun.
    fixed = ((4, 30), (5, 1), (6, 6))
    return frozenset(
        [easter + timedelta(days=days) for days in moving] + [date(year, month, day) for month, day in fixed]
    )


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the anonymous algorithm, Nature, 20 April 1876)."""
    a = year % 19
    b, c = divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * j) // 433
    month = (h + j - 7 * m + 90) // 25
    day = (h + j - 7 * m + 33 * month + 19) % 32
    return date(year, month, day)
