"""What can be chosen in the editor: lists, places and people, with what the event has already."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import ngettext
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.accounts.queries import active_users
from eventsapp.core.db import db
from eventsapp.core.permissions import Permission, Role
from eventsapp.events.models import Event, EventKind, NamedRow, Series, TargetGroup, Topic
from eventsapp.organisations.models import County, Municipality

Choices = list[tuple[str, str]]
Named = TypeVar("Named", EventKind, Series, TargetGroup, Topic)


@dataclass(frozen=True, kw_only=True)
class EditorChoices:
    """Value and label of everything that can be chosen."""

    kinds: Choices
    series: Choices
    topics: Choices
    target_groups: Choices
    municipalities: list[tuple[str, str, str]]
    """County, code and name, one county after the other."""
    counties: Choices
    responsible: Choices


def editor_choices(user: User, event: Event | None, *, home_county: str) -> EditorChoices:
    """The choices for a user who edits an event, or makes a new one; seven statements.

    What is retired can be kept by an event that has it. The home county's places come first.
    """
    counties = sorted(
        db.session.scalars(select(County).order_by(County.sort_key)), key=lambda one: one.code != home_county
    )
    places = {county.code: list[Municipality]() for county in counties}
    for municipality in db.session.scalars(select(Municipality).order_by(Municipality.sort_key)):
        places[municipality.county_code].append(municipality)
    return EditorChoices(
        kinds=_choices(kinds_on_offer(event)),
        series=[
            (one.code, _series_label(one))
            for one in _offered(Series, [event.series] if event and event.series else [])
        ],
        topics=_choices(_offered(Topic, event.topics if event else [])),
        target_groups=_choices(_offered(TargetGroup, event.target_groups if event else [])),
        municipalities=[
            (county.name, one.code, one.name) for county in counties for one in places[county.code]
        ],
        counties=[(county.code, county.name) for county in counties],
        responsible=_people(user, event),
    )


def kinds_on_offer(event: Event | None = None) -> list[EventKind]:
    """The kinds that an event can have, in the order that staff gave them."""
    kinds = _offered(EventKind, [event.kind] if event else [])
    return sorted(kinds, key=lambda kind: (kind.position, kind.sort_key))


def _offered(model: type[Named], kept: Iterable[Named]) -> list[Named]:
    """The rows of a list that are not retired, and those that the event has all the same."""
    kept_ids = {row.id for row in kept}
    rows = db.session.scalars(select(model).order_by(model.sort_key))
    return [row for row in rows if not row.is_retired or row.id in kept_ids]


def _series_label(series: Series) -> str:
    """The name, and how many places its dates share, so that one sees it when one chooses."""
    if series.shared_capacity is None:
        return series.name
    return ngettext(
        "%(name)s (delar på %(num)s plats)",
        "%(name)s (delar på %(num)s platser)",
        series.shared_capacity,
        name=series.name,
    )


def _choices(rows: Iterable[NamedRow]) -> Choices:
    return [(row.code, row.name) for row in rows]


def _people(user: User, event: Event | None) -> Choices:
    """Administrators may hand an event to anyone who can edit; officers to themselves and to their team."""
    present = event.responsible if event else None
    people = [one for one in active_users() if one is present or _may_hand_over(user, one)]
    if present is not None and present not in people:
        people.append(present)
    return [(str(one.id), one.name) for one in people]


def _may_hand_over(user: User, other: User) -> bool:
    if not other.may(Permission.EDIT_EVENTS):
        return False
    in_team = user.team_id is not None and other.team_id == user.team_id
    return user.role is Role.ADMINISTRATOR or other.id == user.id or in_team
