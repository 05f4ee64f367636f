"""Activities whose parallel items are ranked, and what people wish."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.places.models import PoolName
from eventsapp.places.operations import set_pools
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.models import Registration
from eventsapp.registrations.wishes import keep_wishes
from tests.factories.events import make_event
from tests.factories.registrations import make_registration

SEED = "5eed"


def make_item(event: Event, title: str, capacity: int | None = None, *, hour: int = 1) -> ProgrammeItem:
    """An item that is chosen, an hour long, with its pool; it begins so many hours after the activity."""
    assert event.first_starts_at is not None
    starts_at = event.first_starts_at + timedelta(hours=hour)
    item = ProgrammeItem(
        event_id=event.id,
        title_sv=title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        is_choice=True,
        capacity=capacity,
    )
    db.session.add(item)
    db.session.flush()
    set_pools("programme_item", item.id, {PoolName.ALL: capacity})
    return item


def make_ranking_event(*slots: Sequence[int | None], **facts: Any) -> tuple[Event, list[list[ProgrammeItem]]]:
    """An activity that ranks its items, and the items of each time: "1A" and "1B" of the first, with these places."""
    event = make_event(**{"items_are_ranked": True, "items_seed": SEED, **facts})
    items = [
        [
            make_item(event, f"{number}{chr(ord('A') + position)}", capacity, hour=number * 2)
            for position, capacity in enumerate(capacities)
        ]
        for number, capacities in enumerate(slots, 1)
    ]
    return event, items


def make_wisher(event: Event, *wishes: ProgrammeItem, **facts: Any) -> Registration:
    """One who comes and wishes these items, of each time the best first."""
    registration = make_registration(event, **facts)
    keep_wishes([registration.id], [item.id for item in wishes])
    return registration
