"""Days when hardly anybody in Sweden works: what planners avoid, and calendars shade."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from flask_babel import gettext
from holidays.constants import DE_FACTO, PUBLIC
from holidays.countries import Sweden

from eventsapp.core.i18n import language

FIRST_YEAR, LAST_YEAR = 1953, 2100
"""The years for which the package knows Swedish holidays; at the ends of them only the weekends are free."""
_LANGUAGES = {"sv": "sv", "en": "en_US"}


class FreeDayKind(StrEnum):
    HOLIDAY = "holiday"
    """A public holiday, or one of the three eves that the law treats as a Sunday (semesterlagen, section 3a)."""
    BRIDGE = "bridge"
    """A single working day between two free ones, which many take off (klämdag)."""


@dataclass(frozen=True)
class FreeDay:
    name: str
    kind: FreeDayKind


def free_days(first: date, last: date) -> dict[date, FreeDay]:
    """The holidays and bridge days from `first` to `last`, by date, in the language of the page; no weekends."""
    found: dict[date, FreeDay] = {}
    day = first
    while day <= last:
        if name := _holidays(day.year, language()).get(day):
            found[day] = FreeDay(name, FreeDayKind.HOLIDAY)
        elif is_bridge_day(day):
            found[day] = FreeDay(gettext("Klämdag"), FreeDayKind.BRIDGE)
        day += timedelta(days=1)
    return found


def is_free(day: date) -> bool:
    """Whether it is a Saturday, a Sunday or a holiday."""
    return day.weekday() >= 5 or day in _holidays(day.year, "sv")


def is_bridge_day(day: date) -> bool:
    """Whether it is a working day between two free ones."""
    one = timedelta(days=1)
    return not is_free(day) and is_free(day - one) and is_free(day + one)


@lru_cache(maxsize=64)
def _holidays(year: int, code: str) -> dict[date, str]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    return dict(
        Sweden(years=year, categories=(PUBLIC, DE_FACTO), language=_LANGUAGES[code], include_sundays=False)
    )
