"""What the list says about an event: when, where, and whether there is a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext, ngettext

from eventsapp.catalogue.places_left import current_pools, places_in_words
from eventsapp.core.clock import swedish_today
from eventsapp.core.i18n import format_clock_range, format_day
from eventsapp.events.models import Event, EventState, Occasion
from eventsapp.events.rules import (
    RegistrationWindow,
    current_occasions,
    has_ended,
    is_moved,
    offers_waiting_list,
    registration_window,
    tells_places_left,
)
from eventsapp.events.words import admission_in_words, where_in_words
from eventsapp.places.queries import PoolCount


@dataclass(frozen=True)
class Card:
    """An event in the list. `days` are those of its next occasion, None for one that is open without a date;
    `capacity` is None where there is no meter to draw."""

    event: Event
    days: tuple[date, date] | None
    when: str
    where: str
    last_day: str
    is_moved: bool
    words: str
    admission: str = ""
    """How one gets in, where `words` does not say it already."""
    taken: int = 0
    capacity: int | None = None


def make_card(event: Event, pools: Sequence[PoolCount], now: datetime) -> Card:
    """The card of an event with kind, municipality and occasions loaded."""
    window = registration_window(event, now)
    shown = next_occasions(event, now)
    current = current_pools(pools) if window is RegistrationWindow.OPEN else []
    limited = [pool for pool in current if pool.capacity is not None]
    draws_meter = len(limited) == len(current) > 0 and tells_places_left(event)
    return Card(
        event=event,
        days=(shown[0].first_day, max(occasion.last_day for occasion in shown)) if shown else None,
        when=_when(event, shown),
        where=where_in_words(event, short=True),
        last_day=_last_day(event, window, now),
        is_moved=is_moved(event, now),
        words=window_in_words(event, window, pools, now),
        admission=_admission(event, window),
        taken=sum(pool.taken for pool in limited) if draws_meter else 0,
        capacity=sum(pool.capacity or 0 for pool in limited) if draws_meter else None,
    )


def next_occasions(event: Event, now: datetime) -> list[Occasion]:
    """The next occasion that is not over, with those on the days right after it; the first ones when all are over."""
    occasions = current_occasions(event) or list(event.occasions)
    ahead = [occasion for occasion in occasions if occasion.ends_at > now] or occasions
    run = ahead[:1]
    for occasion in ahead[1:]:
        if occasion.first_day > run[-1].last_day + timedelta(days=1):
            break
        run.append(occasion)
    return run


def window_in_words(
    event: Event, window: RegistrationWindow, pools: Sequence[PoolCount], now: datetime
) -> str:
    """ "22 platser kvar", "Anmälan öppnar 3 mars 2027", "Inställt": whether one can sign up, in a few words."""
    neuter = event.kind.is_neuter
    if window is RegistrationWindow.OPEN:
        if not tells_places_left(event):
            return admission_in_words(event)
        return places_in_words(pools, waits=offers_waiting_list(event))
    if window is RegistrationWindow.NOT_YET and event.registration_opens_on is not None:
        return gettext("Anmälan öppnar %(day)s", day=_short_day(event.registration_opens_on, event, now))
    if window is RegistrationWindow.CANCELLED:
        return gettext("Inställt") if neuter else gettext("Inställd")
    if window is RegistrationWindow.STARTED:
        if event.state is EventState.COMPLETED or has_ended(event, now):
            return gettext("Genomfört") if neuter else gettext("Genomförd")
        return gettext("Har börjat")
    return {
        RegistrationWindow.CLOSED: gettext("Anmälan är stängd"),
        RegistrationWindow.NOT_NEEDED: gettext("Ingen anmälan behövs"),
        RegistrationWindow.ELSEWHERE: gettext("Anmälan på en annan webbplats"),
        RegistrationWindow.SAVE_THE_DATE: gettext("Boka datumet"),
    }.get(window, "")


def _when(event: Event, shown: Sequence[Occasion]) -> str:
    """The time of the day that the date block shows, or how many occasions there are."""
    total = len(current_occasions(event))
    if total > len(shown):
        return ngettext("%(num)d tillfälle", "%(num)d tillfällen", total)
    if len(shown) == 1 and not shown[0].all_day and shown[0].first_day == shown[0].last_day:
        return format_clock_range(shown[0].starts_at, shown[0].ends_at)
    return ""


def _admission(event: Event, window: RegistrationWindow) -> str:
    if window not in (RegistrationWindow.OPEN, RegistrationWindow.NOT_YET):
        return ""
    if window is RegistrationWindow.OPEN and not tells_places_left(event):
        return ""
    words = admission_in_words(event)
    return words[:1].lower() + words[1:]


def _last_day(event: Event, window: RegistrationWindow, now: datetime) -> str:
    if window is not RegistrationWindow.OPEN or event.registration_closes_on is None:
        return ""
    return gettext("sista anmälningsdag %(day)s", day=_short_day(event.registration_closes_on, event, now))


def _short_day(day: date, event: Event, now: datetime) -> str:
    """ "18 november", with the year when it is neither this year's nor that of the event, which the list says."""
    years = {swedish_today(now).year}
    if event.first_starts_at is not None:
        years.add(swedish_today(event.first_starts_at).year)
    return format_day(day, weekday=False, year=day.year not in years)
