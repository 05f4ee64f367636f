"""The staff's list of activities: what one asks for in the address, and what the list shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from eventsapp.accounts.models import Reach, User
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.core.text import clean_line, like_pattern, search_words
from eventsapp.desk.queries import ComingEvent, with_numbers
from eventsapp.events.models import Event, EventKind, EventState
from eventsapp.events.queries import visible_to
from eventsapp.web.paging import PAGE_SIZE, Page

SORTS = ("datum", "-datum", "titel", "-titel", "andrad", "-andrad")


class Whose(StrEnum):
    """Whose activities are listed, as the address says it."""

    MINE = "mina"
    TEAM = "arbetslaget"
    ALL = "alla"

    @property
    def label(self) -> str:
        return {
            "mina": gettext("Mina aktiviteter"),
            "arbetslaget": gettext("Arbetslagets aktiviteter"),
            "alla": gettext("Allas aktiviteter"),
        }[self.value]


class Period(StrEnum):
    """When the activities are. Those without a date are among the coming ones until they are completed."""

    COMING = "kommande"
    PAST = "tidigare"
    DRAFTS = "utkast"
    ANY = "alla"

    @property
    def label(self) -> str:
        return {
            "kommande": gettext("Kommande"),
            "tidigare": gettext("Tidigare"),
            "utkast": gettext("Utkast"),
            "alla": gettext("Alla datum"),
        }[self.value]

    def condition(self, now: datetime) -> ColumnElement[bool]:
        over = Event.last_ends_at < now
        if self is Period.COMING:
            return and_(or_(Event.last_ends_at.is_(None), ~over), Event.state != EventState.COMPLETED)
        if self is Period.PAST:
            return and_(or_(over, Event.state == EventState.COMPLETED), Event.state != EventState.DRAFT)
        if self is Period.DRAFTS:
            return Event.state == EventState.DRAFT
        return Event.id.is_not(None)


@dataclass(frozen=True)
class ActivityView:
    """What of the list one looks at; anything in the address that is not a choice of ours is left aside."""

    query: str
    state: EventState | None
    kind: str
    whose: Whose
    period: Period
    sort: str

    @classmethod
    def from_args(cls, args: Mapping[str, str], user: User) -> "ActivityView":
        """Read the address; without a choice it is what is coming of the widest that the user looks after."""
        state, whose, period = args.get("status", ""), args.get("vems", ""), args.get("nar", "")
        chosen = Period(period) if period in set(Period) else Period.COMING
        sort = args.get("sortera", "")
        return cls(
            query=clean_line(args.get("q", ""))[:200],
            state=EventState(state) if state in set(EventState) else None,
            kind=args.get("typ", "")[:80],
            whose=Whose(whose) if whose in set(Whose) else _usual(user),
            period=chosen,
            sort=sort if sort in SORTS else "-datum" if chosen is Period.PAST else "datum",
        )


def _usual(user: User) -> Whose:
    return Whose.ALL if user.role is Role.ADMINISTRATOR or user.reach is Reach.ALL else Whose.TEAM


def whose_choices(user: User) -> list[tuple[str, str]]:
    """The choices of whose activities, without those that show nobody more."""
    choices = [Whose.MINE]
    if user.team_id is not None and user.reach is not Reach.OWN:
        choices.append(Whose.TEAM)
    if _usual(user) is Whose.ALL:
        choices.append(Whose.ALL)
    return [(one.value, one.label) for one in choices] if len(choices) > 1 else []


def kind_choices() -> list[tuple[str, str]]:
    """The kinds to filter by."""
    rows = db.session.scalars(select(EventKind).order_by(EventKind.position, EventKind.sort_key))
    return [(row.code, row.name) for row in rows]


def activities_page(user: User, view: ActivityView, now: datetime, number: int) -> Page[ComingEvent]:
    """One page of activities within the user's reach, with the places taken; at most six statements."""
    condition = and_(visible_to(user), *_conditions(user, view, now))
    total = db.session.scalar(select(func.count()).select_from(Event).where(condition)) or 0
    number = min(number, max(1, -(-total // PAGE_SIZE)))
    statement = (
        select(Event)
        .where(condition)
        .options(
            joinedload(Event.kind),
            joinedload(Event.municipality),
            joinedload(Event.responsible),
            selectinload(Event.occasions),
        )
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    events = list(db.session.scalars(_ordered(statement, view.sort)))
    return Page(with_numbers(events), number, PAGE_SIZE, total)


def _conditions(user: User, view: ActivityView, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Event.search_text.like(like_pattern(word), escape="\\") for word in search_words(view.query)
    ]
    found.append(view.period.condition(now))
    if view.state is not None:
        found.append(Event.state == view.state)
    if view.kind:
        found.append(Event.kind_id.in_(select(EventKind.id).where(EventKind.code == view.kind)))
    if view.whose is Whose.MINE:
        found.append(Event.responsible_id == user.id)
    elif view.whose is Whose.TEAM and user.team_id is not None:
        found.append(or_(Event.team_id == user.team_id, Event.responsible_id == user.id))
    return found


def _ordered(statement: Select[Event], sort: str) -> Select[Event]:
    if sort.endswith("titel"):
        first: InstrumentedAttribute[str] | InstrumentedAttribute[datetime] = Event.sort_key
    elif sort.endswith("andrad"):
        first = Event.changed_at
    else:
        # The databases differ in where they put those without a date; here they come last.
        statement = statement.order_by(Event.first_starts_at.is_(None))
        first = Event.first_starts_at  # type: ignore[assignment]  # the others are sorted out above
    if sort.startswith("-"):
        return statement.order_by(first.desc(), Event.id.desc())
    return statement.order_by(first, Event.id)
