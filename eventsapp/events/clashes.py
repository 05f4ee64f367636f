"""What one who plans should know of the chosen days: holidays, and what else the same people are asked to come to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager

from eventsapp.accounts.models import User
from eventsapp.core.db import db
from eventsapp.core.free_days import FreeDay, free_days
from eventsapp.events.filters import on_days
from eventsapp.events.models import (
    PUBLIC_STATES,
    Event,
    EventFormat,
    EventState,
    Occasion,
    event_target_groups,
)
from eventsapp.events.queries import visible_to
from eventsapp.events.rules import current_occasions
from eventsapp.organisations.models import Municipality

NEAR = timedelta(days=3)
_MOST_OCCASIONS = 20
_LONGEST_IN_DAYS = 31
_MOST_SHOWN = 10
_PLANNED = (EventState.DRAFT, EventState.SAVE_THE_DATE, EventState.PUBLISHED)


@dataclass(frozen=True)
class Clashes:
    """`free` are holidays and bridge days among the event's own days; `near` are occasions of other events, in order of time."""

    free: list[tuple[date, FreeDay]]
    near: list[Occasion]

    def __bool__(self) -> bool:
        return bool(self.free or self.near)


def clashes_of(event: Event, user: User, now: datetime) -> Clashes:
    """What the coming days of an event clash with; one statement, and none for an event that is over or has no date.

    Near is another event's occasion within three days for a common target group, where one of the two is online or both
    are in the same county. Of drafts only those are told that the user may see. The event's occasions and municipality must
    be loaded.
    """
    if event.state not in _PLANNED:
        return Clashes([], [])
    ahead = [one for one in current_occasions(event) if one.ends_at > now][:_MOST_OCCASIONS]
    if not ahead:
        return Clashes([], [])
    free: dict[date, FreeDay] = {}
    for occasion in ahead:
        last = min(occasion.last_day, occasion.first_day + timedelta(days=_LONGEST_IN_DAYS))
        free |= free_days(occasion.first_day, last)
    return Clashes(sorted(free.items()), _near(event, ahead, user))


def _near(event: Event, ahead: list[Occasion], user: User) -> list[Occasion]:
    own_groups = select(event_target_groups.c.target_group_id).where(
        event_target_groups.c.event_id == event.id
    )
    same_people = select(event_target_groups.c.event_id).where(
        event_target_groups.c.target_group_id.in_(own_groups)
    )
    conditions: list[ColumnElement[bool]] = [
        Event.id != event.id,
        Event.state.in_(_PLANNED),
        or_(Event.state.in_(PUBLIC_STATES), visible_to(user)),
        Event.id.in_(same_people),
        Occasion.cancelled_at.is_(None),
        or_(*(on_days(one.first_day - NEAR, one.last_day + NEAR) for one in ahead)),
    ]
    if event.format is EventFormat.ONSITE:
        county = event.municipality.county_code if event.municipality else None
        towns = select(Municipality.code).where(Municipality.county_code == county)
        conditions.append(or_(Event.format != EventFormat.ONSITE, Event.municipality_code.in_(towns)))
    return list(
        db.session.scalars(
            select(Occasion)
            .join(Occasion.event)
            .where(*conditions)
            .order_by(Occasion.starts_at, Occasion.id)
            .limit(_MOST_SHOWN)
            .options(contains_eager(Occasion.event))
        )
    )
