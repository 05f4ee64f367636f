"""How the items that participants choose are given out: first come, or by what they have ranked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

from eventsapp.assignment.queries import choosing_count, ranking_count
from eventsapp.audit.operations import record
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.i18n import format_moment, in_language
from eventsapp.core.lots import new_seed
from eventsapp.events.models import Event
from eventsapp.programme.rules import moved


@dataclass(frozen=True)
class Way:
    """Whether people rank what goes on at the same time, and when it is given out by itself, if so."""

    is_ranked: bool = False
    assign_at: datetime | None = None


def way_of(event: Event) -> Way:
    """How an event gives out its items now."""
    return Way(event.items_are_ranked, event.assign_items_at)


def set_way(event: Event, way: Way, *, actor: Actor) -> bool:
    """Let an event from `get_event_to_change` give out its items in this way; flushes. Answers whether anything changed.

    Raises Conflict when items have been given out, or when people have chosen or ranked in the other way, and DomainError
    at "day" for a time that cannot be.
    """
    if event.items_assigned_at is not None:
        raise Conflict(gettext("Platserna är redan fördelade."))
    before = way_of(event)
    if way == before:
        return False
    if way.is_ranked != before.is_ranked:
        _require_nobody_has_chosen(event)
    if way.assign_at is not None:
        _require_possible(event, way.assign_at)
    words = _told(event)
    event.items_are_ranked = way.is_ranked
    event.assign_items_at = way.assign_at
    event.items_seed = event.items_seed or (new_seed() if way.is_ranked else "")
    after = _told(event)
    changes: dict[str, list[str] | None] = {
        name: [words[name], after[name]] for name in words if words[name] != after[name]
    }
    record("items.way_changed", "event", event.id, actor=actor, event_id=event.id, changes=changes)
    db.session.flush()
    return True


def copy_way(original: Event, copy: Event, *, days: int) -> None:
    """Let a copy give out its items in the way of the original, some days later; the time goes where it has passed."""
    if not original.items_are_ranked:
        return
    copy.items_are_ranked, copy.items_seed = True, new_seed()
    at = moved(original.assign_items_at, days) if original.assign_items_at is not None else None
    copy.assign_items_at = at if at is not None and at > now() else None
    db.session.flush()


def _require_nobody_has_chosen(event: Event) -> None:
    chosen, ranked = choosing_count(event.id), ranking_count(event.id)
    if chosen:
        raise Conflict(
            ngettext(
                "%(num)s person har redan valt, så det går inte att byta.",
                "%(num)s personer har redan valt, så det går inte att byta.",
                chosen,
            ),
            "way",
        )
    if ranked:
        raise Conflict(
            ngettext(
                "%(num)s person har redan rangordnat, så det går inte att byta. Fördela platserna i stället.",
                "%(num)s personer har redan rangordnat, så det går inte att byta. Fördela platserna i stället.",
                ranked,
            ),
            "way",
        )


def _require_possible(event: Event, assign_at: datetime) -> None:
    if assign_at <= now() + timedelta(minutes=1):
        raise DomainError(gettext("Välj en tid som inte har varit."), "day")
    if event.first_starts_at is not None and assign_at >= event.first_starts_at:
        raise DomainError(gettext("Välj en tid innan aktiviteten börjar."), "day")


def _told(event: Event) -> dict[str, str]:
    with in_language("sv"):
        return {
            "items_way": gettext("deltagarna rangordnar")
            if event.items_are_ranked
            else gettext("först till kvarn"),
            "assign_items_at": format_moment(event.assign_items_at) if event.assign_items_at else "",
        }
