"""The facts of a copy: everything of the original, with its dates kept, moved or left out."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from flask_babel import gettext

from eventsapp.core.clock import to_swedish
from eventsapp.core.errors import DomainError
from eventsapp.events.checks import FIRST_YEAR, LAST_YEAR, When, first_day_of, occasion_times
from eventsapp.events.facts import EventFacts, OccasionFacts


class CopyDates(StrEnum):
    """What becomes of the dates."""

    MOVE = "move"
    KEEP = "keep"
    NONE = "none"

    @property
    def label(self) -> str:
        return {
            "move": gettext("Flytta alla tillfällen till nya datum"),
            "keep": gettext("Behåll datumen"),
            "none": gettext("Ta inte med några datum"),
        }[self.value]


@dataclass(frozen=True)
class CopyChoice:
    """How to copy. `first_day` is the day of the copy's first occasion, for MOVE."""

    dates: CopyDates
    first_day: date | None = None


def days_to_move(facts: EventFacts, choice: CopyChoice) -> int:
    """How many days later everything is in the copy. Raises DomainError at "first_day" when MOVE lacks its day."""
    first_day = first_day_of(facts.occasions)
    if choice.dates is not CopyDates.MOVE or first_day is None:
        return 0
    if choice.first_day is None:
        raise DomainError(gettext("Fyll i vilken dag det första tillfället är."), "first_day")
    if not FIRST_YEAR <= choice.first_day.year <= LAST_YEAR:
        raise DomainError(
            gettext("Skriv ett år mellan %(first)s och %(last)s.", first=FIRST_YEAR, last=LAST_YEAR),
            "first_day",
        )
    return (choice.first_day - first_day).days


def copied_facts(facts: EventFacts, choice: CopyChoice) -> EventFacts:
    """The facts of a copy. Days move as calendar days, so that nine o'clock stays nine o'clock over summer time.

    Raises DomainError at "first_day" when a time would fall into the hour that summer time skips.
    """
    if choice.dates is CopyDates.NONE:
        return replace(facts, occasions=(), registration_opens_on=None, registration_closes_on=None)
    days = timedelta(days=days_to_move(facts, choice))
    return replace(
        facts,
        occasions=tuple(_moved(occasion, days) for occasion in facts.occasions),
        registration_opens_on=facts.registration_opens_on and facts.registration_opens_on + days,
        registration_closes_on=facts.registration_closes_on and facts.registration_closes_on + days,
    )


def _moved(occasion: OccasionFacts, days: timedelta) -> OccasionFacts:
    starts, ends = to_swedish(occasion.starts_at), to_swedish(occasion.ends_at)
    try:
        starts_at, ends_at = occasion_times(
            When(
                first_day=starts.date() + days,
                starts=starts.time(),
                last_day=occasion.last_day + days,
                ends=ends.time(),
                all_day=occasion.all_day,
            )
        )
    except (DomainError, OverflowError) as error:
        message = error.message if isinstance(error, DomainError) else gettext("Välj en annan dag.")
        raise DomainError(message, "first_day") from error
    return replace(occasion, id=None, starts_at=starts_at, ends_at=ends_at)
