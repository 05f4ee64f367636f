"""How items are given out is chosen before anybody has chosen or ranked, and comes along to a copy."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.assignment.settings import Way, copy_way, set_way, way_of
from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.desk.operations import copy_activity
from eventsapp.events.copying import CopyChoice, CopyDates
from eventsapp.events.models import Event
from eventsapp.events.queries import EVERYTHING, get_event, get_event_to_change
from eventsapp.registrations.models import ChosenItem
from tests.factories.events import make_event
from tests.factories.ranked import make_item, make_ranking_event, make_wisher
from tests.factories.registrations import make_registration

pytestmark = pytest.mark.usefixtures("app")

STAFF = Actor.user(7, "Karin Öberg")
RANKED = Way(is_ranked=True)


def locked(event: Event) -> Event:
    db.session.commit()
    return get_event_to_change(event.id)


def test_the_seed_is_made_once() -> None:
    event = locked(make_event())
    at = now() + timedelta(minutes=30)
    assert set_way(event, RANKED, actor=STAFF)
    seed = event.items_seed
    assert len(seed) == 32
    assert set_way(event, Way(is_ranked=True, assign_at=at), actor=STAFF)
    assert not set_way(event, Way(is_ranked=True, assign_at=at), actor=STAFF)
    assert set_way(event, Way(), actor=STAFF)
    assert set_way(event, RANKED, actor=STAFF)
    assert event.items_seed == seed
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.event_id == event.id)).all()
    assert actions == ["items.way_changed"] * 4


def test_nobody_loses_what_they_have_chosen_or_ranked() -> None:
    choosing = make_event()
    item = make_item(choosing, "Att fråga", 5)
    db.session.add(ChosenItem(registration_id=make_registration(choosing).id, item_id=item.id))
    with pytest.raises(Conflict, match="1 person har redan valt"):
        set_way(locked(choosing), RANKED, actor=STAFF)
    ranking, [[a]] = make_ranking_event([5])
    make_wisher(ranking, a)
    make_wisher(ranking, a)
    with pytest.raises(Conflict, match="2 personer har redan rangordnat"):
        set_way(locked(ranking), Way(), actor=STAFF)
    # When it is done by itself may change at any time.
    assert set_way(locked(ranking), Way(is_ranked=True, assign_at=now() + timedelta(minutes=30)), actor=STAFF)


def test_what_is_given_out_stays_so() -> None:
    event, _ = make_ranking_event([5], items_assigned_at=now())
    with pytest.raises(Conflict):
        set_way(locked(event), Way(), actor=STAFF)


def test_the_time_is_to_come_and_before_the_start() -> None:
    event = locked(make_event())
    assert event.first_starts_at is not None
    for at in (now() - timedelta(hours=1), event.first_starts_at):
        with pytest.raises(DomainError) as error:
            set_way(event, Way(is_ranked=True, assign_at=at), actor=STAFF)
        assert error.value.field == "day"
    assert way_of(event) == Way()


def test_a_copy_ranks_anew() -> None:
    at = now() + timedelta(days=2)
    original, _ = make_ranking_event([5], assign_items_at=at, items_assigned_at=now())
    copy = make_event()
    copy_way(original, copy, days=7)
    assert (copy.ranks_items, copy.assign_items_at) == (True, at + timedelta(days=7))
    assert copy.items_seed not in ("", original.items_seed)
    past = make_event()
    copy_way(original, past, days=-30)
    assert (past.ranks_items, past.assign_items_at) == (True, None)
    kept = copy_activity(
        get_event(original.id, *EVERYTHING), CopyChoice(CopyDates.KEEP), responsible_id=None, actor=STAFF
    )
    assert (kept.ranks_items, kept.assign_items_at, kept.items_assigned_at) == (True, at, None)
    plain = make_event()
    copy_way(make_event(), plain, days=7)
    assert way_of(plain) == Way()
