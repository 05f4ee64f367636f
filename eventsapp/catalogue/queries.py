"""The list, the archive and the page of an event; the number of statements does not depend on how many events there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel.dates import format_date
from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import defer, joinedload, selectinload

from eventsapp.catalogue.cards import Card, make_card, window_in_words
from eventsapp.catalogue.places_left import PlacesLeft, is_full, limited_by, places_left
from eventsapp.core.clock import swedish_midnight, to_swedish
from eventsapp.core.db import db
from eventsapp.core.i18n import language
from eventsapp.events.filter_choices import FilterChoices, find_choices
from eventsapp.events.filters import EventFilter, bygone, coming
from eventsapp.events.models import Event, EventKind
from eventsapp.events.queries import EVENT_FACTS, get_public_event
from eventsapp.events.rules import (
    RegistrationWindow,
    is_moved,
    lets_public_in,
    offers_waiting_list,
    registration_window,
    tells_places_left,
)
from eventsapp.places.queries import PoolCount, places_taken
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.queries import programme_of
from eventsapp.publications.models import Publication
from eventsapp.publications.queries import publications_of
from eventsapp.web.paging import Page

PAGE_SIZE = 20


@dataclass(frozen=True)
class Group:
    """Cards under one heading: a month, "Pågår nu", a year."""

    heading: str
    cards: list[Card]


@dataclass(frozen=True)
class Listing:
    """One page of a list, with what its filters offer. `kind_counts` disregards the chosen kinds, so that each count
    says what one gets by ticking it. `years` (latest first) and `year` are the archive's."""

    selection: EventFilter
    choices: FilterChoices
    kind_counts: dict[str, int]
    page: Page[Card]
    groups: list[Group]
    years: list[int]
    year: int | None = None

    @property
    def words(self) -> str:
        """The selection in words; "" when nothing is chosen."""
        return self.selection.in_words(self.choices.labels)


def find_coming(asked: EventFilter, page_number: int, now: datetime) -> Listing:
    """What is going on and what is coming, by month; what is open without a date comes last."""
    return _find(_Scope(coming(now), lambda card: _coming_heading(card, now)), asked, page_number, now)


def find_bygone(asked: EventFilter, year: int | None, page_number: int, now: datetime) -> Listing:
    """What is over, latest first, of all years or of one."""
    return _find(_Scope(bygone(now), _year_heading, latest_first=True, year=year), asked, page_number, now)


@dataclass(frozen=True)
class _Scope:
    condition: ColumnElement[bool]
    heading: Callable[[Card], str]
    latest_first: bool = False
    year: int | None = None

    @property
    def narrowed(self) -> ColumnElement[bool]:
        if self.year is None:
            return self.condition
        first, after = (swedish_midnight(date(year, 1, 1)) for year in (self.year, self.year + 1))
        return and_(self.condition, Event.first_starts_at >= first, Event.first_starts_at < after)


def _find(scope: _Scope, asked: EventFilter, page_number: int, now: datetime) -> Listing:
    choices = find_choices(scope.condition, asked)
    selection = asked.only_known(choices.labels)
    counts, years = _counts(scope, selection)
    total = sum(count for code, count in counts.items() if code in (selection.typ or counts))
    page = Page[Card]([], page_number, PAGE_SIZE, total)
    number = min(page_number, page.last_number)
    cards = _cards(scope, selection, number, now)
    return Listing(
        selection=selection,
        choices=choices,
        kind_counts=counts,
        page=Page(cards, number, PAGE_SIZE, total),
        groups=[Group(heading, list(under)) for heading, under in groupby(cards, scope.heading)],
        years=years,
        year=scope.year,
    )


def _counts(scope: _Scope, selection: EventFilter) -> tuple[dict[str, int], list[int]]:
    """How many events each kind has in the selection, and which years the whole selection spans."""
    in_year = func.count(case((scope.narrowed, 1)))
    rows = db.session.execute(
        select(
            EventKind.code,
            in_year.label("number"),
            func.min(Event.first_starts_at).label("earliest"),
            func.max(Event.first_starts_at).label("latest"),
        )
        .select_from(Event)
        .join(Event.kind)
        .where(scope.condition, *selection.conditions(leave_out="typ"))
        .group_by(EventKind.code)
    ).all()
    moments = [moment for row in rows for moment in (row.earliest, row.latest) if moment is not None]
    if not moments:
        return {row.code: row.number for row in rows}, []
    first, last = to_swedish(min(moments)).year, to_swedish(max(moments)).year
    return {row.code: row.number for row in rows}, list(range(last, first - 1, -1))


def _cards(scope: _Scope, selection: EventFilter, number: int, now: datetime) -> list[Card]:
    start = Event.first_starts_at.desc() if scope.latest_first else Event.first_starts_at.asc()
    events = db.session.scalars(
        select(Event)
        .where(scope.narrowed, *selection.conditions())
        .order_by(start.nulls_last(), Event.sort_key, Event.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
        .options(
            joinedload(Event.kind, innerjoin=True),
            joinedload(Event.municipality),
            selectinload(Event.occasions),
            defer(Event.body_sv),
            defer(Event.body_en),
            defer(Event.search_text),
        )
    ).all()
    pools = _pools_of(events)
    return [make_card(event, pools[event.id], now) for event in events]


def _pools_of(events: Sequence[Event]) -> dict[int, list[PoolCount]]:
    """The pools of events, with no more left in any than their series has: event id → its pools."""
    pools = places_taken("event", [event.id for event in events])
    series_ids = sorted({event.series_id for event in events if event.series_id is not None})
    shared = places_taken("series", series_ids) if series_ids else {}
    return {event.id: limited_by(pools[event.id], shared.get(event.series_id or 0, [])) for event in events}


def _coming_heading(card: Card, now: datetime) -> str:
    if card.days is None or card.event.first_starts_at is None:
        return gettext("När som helst")
    if card.event.first_starts_at <= now:
        return gettext("Pågår nu")
    month = format_date(card.days[0], "LLLL y", locale=language())
    return month[0].upper() + month[1:]


def _year_heading(card: Card) -> str:
    if card.event.first_starts_at is None:
        return gettext("Utan datum")
    return str(to_swedish(card.event.first_starts_at).year)


@dataclass(frozen=True)
class EventPage:
    """Everything that the page of one event shows at a moment."""

    event: Event
    pools: list[PoolCount]
    programme: list[ProgrammeItem]
    publications: Sequence[Publication]
    now: datetime

    @property
    def window(self) -> RegistrationWindow:
        return registration_window(self.event, self.now)

    @property
    def state_in_words(self) -> str:
        return window_in_words(self.event, self.window, self.pools, self.now)

    @property
    def is_moved(self) -> bool:
        return is_moved(self.event, self.now)

    @property
    def is_full(self) -> bool:
        return tells_places_left(self.event) and is_full(self.pools)

    @property
    def places(self) -> list[PlacesLeft]:
        """A meter for each way of taking part; none where places are not given as people sign up."""
        if not tells_places_left(self.event):
            return []
        return places_left(self.pools, waits=self.may_wait)

    @property
    def may_wait(self) -> bool:
        """Whether one may stand on the waiting list now where it is full."""
        return self.window is RegistrationWindow.OPEN and offers_waiting_list(self.event)

    @property
    def lets_public_in(self) -> bool:
        return lets_public_in(self.event)


def get_event_page(slug: str, now: datetime) -> EventPage:
    """The public event at an address with all that its page shows; raises NotFound."""
    event = get_public_event(slug, selectinload(Event.links), *EVENT_FACTS)
    pools = _pools_of([event])[event.id]
    return EventPage(event, pools, programme_of(event.id), publications_of(event.id), now)
