"""A month of the public calendar; the number of statements does not depend on how much happens in it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from babel.dates import format_date
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, load_only

from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.core.free_days import FreeDay, free_days
from eventsapp.core.i18n import format_clock, format_day, format_day_range, language
from eventsapp.events.filter_choices import FilterChoices, find_choices
from eventsapp.events.filters import EventFilter, on_days
from eventsapp.events.models import PUBLIC_STATES, Event, EventKind, EventState, Occasion, RegistrationMode

FIRST_YEAR, LAST_YEAR = 2000, 2099
LONGEST_IN_DAYS = 7
"""What lasts longer, as a campaign of a month, is named above the table and not in every day of it."""
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_WEEK = timedelta(days=7)


class Month(NamedTuple):
    """A month of a year; months are ordered as they come."""

    year: int
    number: int

    @classmethod
    def from_text(cls, text: str, today: date) -> "Month":
        """The month that "2026-11" names; that of `today` for anything else."""
        match = _MONTH.fullmatch(text)
        if match:
            month = cls(int(match[1]), int(match[2]))
            if FIRST_YEAR <= month.year <= LAST_YEAR and 1 <= month.number <= 12:
                return month
        return cls(today.year, today.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.after(1).first_day - timedelta(days=1)

    def after(self, months: int) -> "Month":
        """The month so many months later, or earlier when it is negative."""
        years, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, number + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def name(self) -> str:
        """ "November"."""
        name = format_date(self.first_day, "LLLL", locale=language())
        return name[0].upper() + name[1:]

    @property
    def heading(self) -> str:
        """ "November 2026"."""
        return f"{self.name} {self.year}"

    @property
    def is_shown(self) -> bool:
        """Whether the calendar reaches it."""
        return FIRST_YEAR <= self.year <= LAST_YEAR


@dataclass(frozen=True)
class Happening:
    """What a day holds: an occasion, or the last day to register for an event."""

    event: Event
    clock: str = ""
    """When it begins, on its first day; "" for what covers the whole day."""
    part: str = ""
    """ "dag 2 av 3" of what lasts several days."""
    is_cancelled: bool = False
    is_deadline: bool = False


@dataclass(frozen=True)
class CalendarDay:
    day: date
    in_month: bool
    is_today: bool
    free: FreeDay | None
    happenings: list[Happening]

    @property
    def words(self) -> str:
        """ "onsdag 25 november"."""
        return format_day(self.day, year=False)

    @property
    def weekday(self) -> str:
        """ "mån", "tors", "Mon": as it stands above a column."""
        return format_date(self.day, "EEE", locale=language()).rstrip(".")


@dataclass(frozen=True)
class CalendarWeek:
    """A week from Monday to Sunday with its number (ISO 8601)."""

    number: int
    days: list[CalendarDay]


@dataclass(frozen=True)
class Ongoing:
    """What lasts longer than a week, with its days in words."""

    event: Event
    when: str


@dataclass(frozen=True)
class MonthPage:
    """A month with what its filters offer, as `catalogue/_filters.html` asks for them."""

    month: Month
    weeks: list[CalendarWeek]
    ongoing: list[Ongoing]
    selection: EventFilter
    choices: FilterChoices
    kind_counts: dict[str, int]
    number: int
    """How many events there are in the month."""

    @property
    def words(self) -> str:
        return self.selection.in_words(self.choices.labels)

    @property
    def month_days(self) -> list[CalendarDay]:
        """The days of the month that hold something, for narrow pages."""
        return [day for week in self.weeks for day in week.days if day.in_month and day.happenings]


def find_month(asked: EventFilter, month: Month, now: datetime) -> MonthPage:
    """What happens in a month, and in the days of other months that share a week with it."""
    first = month.first_day - timedelta(days=month.first_day.weekday())
    last = month.last_day + timedelta(days=6 - month.last_day.weekday())
    choices = find_choices(Event.state.in_(PUBLIC_STATES), asked)
    selection = asked.only_known(choices.labels)
    occasions = occasions_between(selection, first, last)
    days, ongoing = _by_day(occasions, first, last)
    for event in deadlines_between(selection, first, last):
        if event.registration_closes_on is not None:
            days[event.registration_closes_on].append(Happening(event, is_deadline=True))
    counts = _kind_counts(selection, month)
    shown = {code: number for code, number in counts.items() if not selection.typ or code in selection.typ}
    return MonthPage(
        month=month,
        weeks=_weeks(first, last, month, days, swedish_today(now)),
        ongoing=ongoing,
        selection=selection,
        choices=choices,
        kind_counts=counts,
        number=sum(shown.values()),
    )


def occasions_between(selection: EventFilter, first: date, last: date) -> Sequence[Occasion]:
    """The public occasions of a selection that touch the days from `first` to `last`, in order of time, with their events."""
    return (
        db.session.scalars(
            select(Occasion)
            .join(Occasion.event)
            .where(
                Event.state.in_(PUBLIC_STATES),
                on_days(first, last),
                *selection.conditions(),
            )
            .order_by(Occasion.starts_at, Event.sort_key, Occasion.id)
            .options(
                contains_eager(Occasion.event).options(
                    load_only(*_SHOWN), joinedload(Event.kind, innerjoin=True)
                )
            )
        )
        .unique()
        .all()
    )


def deadlines_between(selection: EventFilter, first: date, last: date) -> Sequence[Event]:
    """The published events of a selection whose last day to register is from `first` to `last`."""
    return db.session.scalars(
        select(Event)
        .where(
            Event.state == EventState.PUBLISHED,
            Event.registration_mode == RegistrationMode.REQUIRED,
            Event.registration_closes_on.between(first, last),
            *selection.conditions(),
        )
        .order_by(Event.registration_closes_on, Event.sort_key, Event.id)
        .options(load_only(*_SHOWN), joinedload(Event.kind, innerjoin=True))
    ).all()


_SHOWN = (Event.slug, Event.state, Event.title_sv, Event.title_en, Event.registration_closes_on)


def last_change() -> datetime | None:
    """When any event was changed last; one that left a selection changes it as much as one that came in."""
    return db.session.scalar(select(func.max(Event.changed_at)))


def is_cancelled(occasion: Occasion) -> bool:
    """Whether an occasion is called off, alone or with its event."""
    return occasion.cancelled_at is not None or occasion.event.state is EventState.CANCELLED


def _by_day(
    occasions: Sequence[Occasion], first: date, last: date
) -> tuple[dict[date, list[Happening]], list[Ongoing]]:
    days: dict[date, list[Happening]] = defaultdict(list)
    ongoing = []
    for occasion in occasions:
        length = (occasion.last_day - occasion.first_day).days + 1
        if length > LONGEST_IN_DAYS:
            ongoing.append(
                Ongoing(
                    occasion.event, format_day_range(occasion.first_day, occasion.last_day, weekday=False)
                )
            )
            continue
        for number in range(length):
            day = occasion.first_day + timedelta(days=number)
            if first <= day <= last:
                days[day].append(_happening(occasion, number, length))
    return days, ongoing


def _happening(occasion: Occasion, number: int, length: int) -> Happening:
    return Happening(
        occasion.event,
        clock=format_clock(occasion.starts_at) if number == 0 and not occasion.all_day else "",
        part=gettext("dag %(number)d av %(total)d", number=number + 1, total=length) if length > 1 else "",
        is_cancelled=is_cancelled(occasion),
    )


def _weeks(
    first: date, last: date, month: Month, days: dict[date, list[Happening]], today: date
) -> list[CalendarWeek]:
    free = free_days(first, last)
    weeks = []
    monday = first
    while monday <= last:
        weeks.append(
            CalendarWeek(
                monday.isocalendar().week,
                [
                    CalendarDay(
                        day=day,
                        in_month=(day.year, day.month) == month,
                        is_today=day == today,
                        free=free.get(day),
                        happenings=days[day],
                    )
                    for day in (monday + timedelta(days=number) for number in range(7))
                ],
            )
        )
        monday += _WEEK
    return weeks


def _kind_counts(selection: EventFilter, month: Month) -> dict[str, int]:
    """How many events each kind has in a month, whatever kinds are chosen."""
    shown = select(Occasion.event_id).where(on_days(month.first_day, month.last_day))
    rows = db.session.execute(
        select(EventKind.code, func.count(Event.id).label("number"))
        .select_from(Event)
        .join(Event.kind)
        .where(Event.state.in_(PUBLIC_STATES), Event.id.in_(shown), *selection.conditions(leave_out="typ"))
        .group_by(EventKind.code)
    )
    return {row.code: row.number for row in rows}
