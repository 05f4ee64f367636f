"""A conference whose parallel seminars are ranked, with what made-up people wish; nothing is given out yet."""

import random
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from eventsapp.assignment.settings import Way, set_way
from eventsapp.cli.demo.coming import Placed
from eventsapp.core.actor import Actor
from eventsapp.core.clock import end_of_swedish_day
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.events.queries import get_event_to_change
from eventsapp.places.models import PoolName
from eventsapp.places.operations import set_pools
from eventsapp.programme.queries import choices_of
from eventsapp.programme.rules import MOST_WISHES, Slot, choice_slots
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.wish_models import ItemWish

CONFERENCE = "regional-konferens-mr"
SEED = 13
RANKED = 0.85
TAKES_OTHER = 0.6
HOURS_AFTER_LAST_DAY = 12
"""Noon of the day after the last one to register."""


def load_ranking(placed: list[Placed]) -> None:
    """Let the conference rank its seminars, and most of those who come have done so; flushes."""
    found = next(one.event for one in placed if one.text.key == CONFERENCE)
    event = get_event_to_change(found.id)
    items = choices_of(event.id)
    for item in items:
        set_pools("programme_item", item.id, {PoolName.ALL: item.capacity})
    set_way(event, Way(is_ranked=True, assign_at=_when(event)), actor=Actor.system())
    _let_people_rank(event, choice_slots(items))


def _when(event: Event) -> datetime:
    assert event.registration_closes_on is not None
    return end_of_swedish_day(event.registration_closes_on) + timedelta(hours=HOURS_AFTER_LAST_DAY)


def _let_people_rank(event: Event, slots: list[Slot]) -> None:
    chance = random.Random(SEED)  # noqa: S311 (made-up people, not secrets)
    ids = list(
        db.session.scalars(
            select(Registration.id)
            .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
            .order_by(Registration.id)
        )
    )
    ranking = [one for one in ids if chance.random() < RANKED]
    rows = [
        {"registration_id": one, "item_id": item_id, "rank": rank}
        for one in ranking
        for rank, item_id in enumerate(_wishes(slots, chance), 1)
    ]
    db.session.execute(insert(ItemWish), rows)
    flexible = [one for one in ranking if chance.random() < TAKES_OTHER]
    db.session.execute(
        update(Registration).where(Registration.id.in_(flexible)).values(takes_other_item=True)
    )


def _wishes(slots: list[Slot], chance: random.Random) -> list[int]:
    """The items of one person. The smallest room has the talk that most people want to hear."""
    wishes = []
    for slot in slots:
        order = sorted(slot.items, key=lambda item: (item.capacity or 0) * chance.random())
        wishes += [item.id for item in order[: chance.randint(1, MOST_WISHES)]]
    return wishes
