"""A new date that is made of a waiting list: a copy of the activity, published, with its places offered to those who wait."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import gettext

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.errors import DomainError
from eventsapp.desk.operations import copy_activity
from eventsapp.events.copying import CopyChoice, CopyDates
from eventsapp.events.facts import EventFacts, facts_of
from eventsapp.events.life_cycle import publish
from eventsapp.events.models import Event
from eventsapp.events.operations import update_event
from eventsapp.events.queries import get_event_to_change
from eventsapp.registrations.models import Registration
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.registrations.seats import lock_seats
from eventsapp.waiting_list.placing import offer_other_date


@dataclass(frozen=True)
class NewDate:
    """When the new date begins, and how many places it has of each kind (None is unlimited)."""

    first_day: date
    places: int | None = None
    onsite: int | None = None
    online: int | None = None


def make_new_date(
    original: Event,
    new: NewDate,
    people: list[Registration],
    *,
    responsible_id: int | None,
    actor: Actor,
) -> tuple[Event, list[Registration]]:
    """Copy an activity to another day, publish it, and offer its places to these people in their order; answers the new
    activity and the offers. It is one transaction, so that nobody else can take a place before them.

    `original` has everything loaded. Raises DomainError at "first_day", and SeveralProblems where the copy could not be
    published.
    """
    if new.first_day <= swedish_today(now()):
        raise DomainError(gettext("Välj en dag som inte har kommit än."), "first_day")
    waits_for = get_event_in_letters(original.id)
    # Events come before pools: the copy may share its places with the original.
    lock_seats(waits_for)
    copy = copy_activity(
        original,
        CopyChoice(CopyDates.MOVE, new.first_day),
        responsible_id=responsible_id,
        actor=actor,
    )
    copy = get_event_to_change(copy.id)
    update_event(copy, _open_now(facts_of(copy), new), actor=actor)
    publish(copy, actor=actor)
    offered = offer_other_date(waits_for, get_event_in_letters(copy.id), people, actor=actor)
    return copy, offered


def _open_now(facts: EventFacts, new: NewDate) -> EventFacts:
    """The facts of the copy with its places, open for sign-up from today until at least tomorrow."""
    today = swedish_today(now())
    opens, closes = facts.registration_opens_on, facts.registration_closes_on
    last = min(new.first_day, today + timedelta(days=1))
    return replace(
        facts,
        capacity_total=new.places,
        capacity_onsite=new.onsite,
        capacity_online=new.online,
        registration_opens_on=None if opens is None or opens > today else opens,
        registration_closes_on=None if closes is None else max(closes, last),
    )
