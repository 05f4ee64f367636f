"""When registration opens and closes, as a feed of its own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

from eventsapp.core.db import db
from eventsapp.events.models import EventState, RegistrationMode
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion
from tests.feeds.readers import by_icalendar
from tests.page_client import PageClient


def test_the_days_of_registration_are_a_feed_of_their_own(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    event = make_event(
        title="Att upptäcka våld",
        occasions=[make_occasion(date(2026, 11, 25))],
        registration_opens_on=date(2026, 10, 5),
        registration_closes_on=date(2026, 11, 18),
    )
    make_event(
        title="Utan anmälan",
        registration_mode=RegistrationMode.NONE,
        registration_closes_on=date(2026, 11, 1),
    )
    make_event(title="Någon annanstans", municipality="2580", registration_closes_on=date(2026, 11, 1))
    address = "/kalender/anmalan.ics?lan=24"
    first = by_icalendar(client.get(address).data)
    assert {(entry.summary, entry.starts, entry.ends) for entry in first.values()} == {
        ("Anmälan öppnar: Att upptäcka våld", date(2026, 10, 5), date(2026, 10, 6)),
        ("Sista anmälningsdag: Att upptäcka våld", date(2026, 11, 18), date(2026, 11, 19)),
    }
    event.registration_closes_on = date(2026, 11, 19)
    later = by_icalendar(client.get(address).data)
    assert later.keys() == first.keys(), "the same entries for ever"
    (moved,) = [uid for uid in first if first[uid].starts != later[uid].starts]
    assert later[moved].starts == date(2026, 11, 19)
    assert later[moved].sequence > first[moved].sequence
    event.state = EventState.CANCELLED
    assert {entry.status for entry in by_icalendar(client.get(address).data).values()} == {"CANCELLED"}


def test_the_days_of_registration_cost_the_same_for_one_and_for_many(
    client: PageClient, frozen_now: FrozenClock, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    costs = []
    for _ in range(2):
        for _ in range(3):
            make_event(registration_closes_on=date(2026, 11, 18))
        db.session.commit()
        with queries() as sent:
            assert client.get("/kalender/anmalan.ics").status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 4
