"""From draft to published, cancelled or completed; each step is one row in the trail."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext

from eventsapp.audit.operations import record
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import in_language
from eventsapp.events.calendar_versions import raise_versions, was_public
from eventsapp.events.checks import (
    require_can_cancel,
    require_can_publish,
    require_can_save_the_date,
    require_can_unpublish,
    require_showable,
)
from eventsapp.events.facts import facts_of
from eventsapp.events.models import Event, EventState
from eventsapp.events.signals import capacity_changed, event_cancelled

MAX_REASON = 2000


def publish(event: Event, *, actor: Actor) -> None:
    """Show an event to the public. Raises SeveralProblems when something is missing; the event comes from
    `get_event_to_change`, as for every verb here."""
    require_can_publish(event)
    require_showable(facts_of(event), EventState.PUBLISHED)
    _go_to(event, EventState.PUBLISHED, "event.published", actor)
    # Some may have waited since before it was made a draft, or while it was only a date.
    capacity_changed.send(event)
    db.session.flush()


def save_the_date(event: Event, *, actor: Actor) -> None:
    """Show the public that something is coming, before the rest is settled. Raises SeveralProblems."""
    require_can_save_the_date(event)
    require_showable(facts_of(event), EventState.SAVE_THE_DATE)
    _go_to(event, EventState.SAVE_THE_DATE, "event.save_the_date", actor)


def unpublish(event: Event, *, registered: int, actor: Actor) -> None:
    """Make an event that nobody has signed up for a draft again; those who subscribe see it cancelled.

    `registered` is counted after the event was locked. Raises DomainError when there is anybody.
    """
    require_can_unpublish(event, registered)
    _go_to(event, EventState.DRAFT, "event.unpublished", actor)


def cancel_event(
    event: Event, reason: str, *, actor: Actor, message: Mapping[str, str] | None = None
) -> None:
    """Cancel an event, with a reason that goes on its page and into letters; sends `event_cancelled`.

    `message` has the officer's own words for the letters, by language; where it has none they are as usual.

    Raises DomainError, at "reason" when there is none.
    """
    moment = now()
    require_can_cancel(event, moment)
    if not reason:
        raise DomainError(gettext("Skriv varför aktiviteten ställs in."), "reason")
    if len(reason) > MAX_REASON:
        raise DomainError(gettext("Skriv högst %(max)d tecken.", max=MAX_REASON), "reason")
    event.cancelled_at, event.cancel_reason = moment, reason
    _go_to(event, EventState.CANCELLED, "event.cancelled", actor, {"cancel_reason": ["", reason]})
    event_cancelled.send(event, actor=actor, message=dict(message or {}))
    db.session.flush()


def complete_event(event: Event, *, actor: Actor) -> None:
    """Put a published event that is over among those that took place. Calendars show the same as before."""
    before = _label(event.state)
    event.state = EventState.COMPLETED
    record(
        "event.completed",
        "event",
        event.id,
        actor=actor,
        event_id=event.id,
        changes={"state": [before, _label(EventState.COMPLETED)]},
    )
    db.session.flush()


def _go_to(
    event: Event,
    state: EventState,
    action: str,
    actor: Actor,
    further: dict[str, list[str] | None] | None = None,
) -> None:
    moment = now()
    before = _label(event.state)
    if was_public(event):
        raise_versions(event.occasions, moment)
    elif state is not EventState.DRAFT:
        _show_first_time(event, moment)
    event.state = state
    event.changed_at = moment
    changes: dict[str, list[str] | None] = {"state": [before, _label(state)]}
    record(action, "event", event.id, actor=actor, event_id=event.id, changes=changes | (further or {}))
    db.session.flush()


def _show_first_time(event: Event, moment: datetime) -> None:
    """From now on calendars may have it; for them it begins now, in its first version."""
    event.published_at = moment
    for occasion in event.occasions:
        occasion.changed_at = moment


def _label(state: EventState) -> str:
    with in_language("sv"):
        return state.label
