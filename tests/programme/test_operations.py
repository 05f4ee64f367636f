"""Changing a programme, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from eventsapp.audit.queries import history_of_event
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.events.facts import facts_of
from eventsapp.events.life_cycle import publish
from eventsapp.events.models import Event
from eventsapp.events.operations import create_event, delete_draft, update_event
from eventsapp.events.queries import get_event_to_change
from eventsapp.places.models import Pool
from eventsapp.places.queries import pools_of
from eventsapp.programme.models import ProgrammeItem, Speaker
from eventsapp.programme.operations import add_item, change_item, copy_programme, follow_event, remove_item
from eventsapp.programme.queries import choices_of, get_item, programme_of
from eventsapp.programme.rules import ItemFacts, SpeakerFacts
from eventsapp.programme.signals import choice_changed
from tests.conftest import FrozenClock
from tests.factories.event_facts import event_facts, occasion_facts

pytestmark = pytest.mark.usefixtures("app")

OFFICER = Actor.user(7, "Karin Öberg")
NINE = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture
def event(frozen_now: FrozenClock) -> Event:
    event = create_event(event_facts(), actor=OFFICER)
    publish(reread(event), actor=OFFICER)
    return reread(event)


def reread(event: Event) -> Event:
    db.session.commit()
    return get_event_to_change(event.id)


def item_facts(**facts: Any) -> ItemFacts:
    values: dict[str, Any] = {
        "starts_at": NINE,
        "ends_at": NINE + timedelta(minutes=30),
        "title_sv": "Välkomna",
        "speakers": (SpeakerFacts("Karin Öberg", "särskilt sakkunnig"),),
    }
    return ItemFacts(**(values | facts))


def test_an_item_is_added_told_and_found(event: Event, frozen_now: FrozenClock) -> None:
    version, moment = event.version, frozen_now.advance(minutes=5)
    item = add_item(event, item_facts(room="Stora salen"), actor=OFFICER)
    event = reread(event)
    (found,) = programme_of(event.id)
    assert (found.id, found.title_sv, [one.name for one in found.speakers]) == (
        item.id,
        "Välkomna",
        ["Karin Öberg"],
    )
    assert "karin öberg" in event.search_text and "folkets hus" in event.search_text
    assert event.changed_at == moment
    # What an open editor shows has not changed, and neither has what calendars show.
    assert (event.version, [one.sequence for one in event.occasions]) == (version, [0])
    entry = history_of_event(event.id)[0]
    assert (entry.action, entry.changes) == (
        "programme.item_added",
        {
            "item_title": ["", "Välkomna"],
            "item_time": ["", "onsdag 25 november 2026 09.00–09.30"],
            "room": ["", "Stora salen"],
            "speakers": ["", "Karin Öberg, särskilt sakkunnig"],
        },
    )


def test_the_programme_is_in_order_of_time_in_two_statements(event: Event, queries: Any) -> None:
    for hours in (3, 1, 2):
        add_item(event, item_facts(starts_at=NINE + timedelta(hours=hours), ends_at=None), actor=OFFICER)
    event = reread(event)
    with queries() as statements:
        items = programme_of(event.id)
        assert [len(item.speakers) for item in items] == [1, 1, 1]
    assert [item.starts_at for item in items] == [NINE + timedelta(hours=hours) for hours in (1, 2, 3)]
    assert len(statements) == 2


def test_a_change_is_told_and_one_that_is_none_is_not(event: Event) -> None:
    item = add_item(event, item_facts(), actor=OFFICER)
    entries = len(history_of_event(event.id))
    assert not change_item(event, item, item_facts(), actor=OFFICER)
    assert len(history_of_event(event.id)) == entries
    assert change_item(event, item, item_facts(speakers=(SpeakerFacts("Åsa Ahlström"),)), actor=OFFICER)
    event = reread(event)
    assert history_of_event(event.id)[0].changes == {
        "speakers": ["Karin Öberg, särskilt sakkunnig", "Åsa Ahlström"]
    }
    assert "åsa ahlström" in event.search_text
    assert "karin öberg" not in event.search_text
    assert db.session.scalar(select(func.count(Speaker.id))) == 1


def test_a_removed_item_is_gone_with_its_speakers(event: Event) -> None:
    item = add_item(event, item_facts(), actor=OFFICER)
    remove_item(event, item, actor=OFFICER)
    event = reread(event)
    assert programme_of(event.id) == []
    assert db.session.scalar(select(func.count(Speaker.id))) == 0
    assert "karin öberg" not in event.search_text
    assert history_of_event(event.id)[0].action == "programme.item_removed"


def test_an_item_belongs_to_its_event(event: Event) -> None:
    item = add_item(event, item_facts(), actor=OFFICER)
    other = create_event(event_facts(), actor=OFFICER)
    with pytest.raises(NotFound):
        get_item(other.id, item.id)


def test_the_programme_goes_along_when_the_event_moves(event: Event) -> None:
    add_item(event, item_facts(), actor=OFFICER)
    (row,) = facts_of(event).occasions
    there = occasion_facts(date(2026, 12, 2), id=row.id)
    update_event(reread(event), replace(facts_of(event), occasions=(there,)), actor=OFFICER)
    event = reread(event)
    (item,) = programme_of(event.id)
    assert (item.starts_at, item.ends_at) == (NINE + timedelta(days=7), NINE + timedelta(days=7, minutes=30))
    assert {entry.action for entry in history_of_event(event.id)} >= {"programme.moved", "event.changed"}
    assert follow_event(event, actor=OFFICER) == 0


def test_a_copy_gets_the_programme_on_its_own_days(event: Event) -> None:
    add_item(event, item_facts(text_en="Welcome", title_en="Welcome"), actor=OFFICER)
    copy = create_event(event_facts(title_sv="Kopia"), actor=OFFICER)
    copy_programme(event.id, copy, days=7)
    copy = reread(copy)
    (item,) = programme_of(copy.id)
    assert (item.starts_at, item.title_en, [one.name for one in item.speakers]) == (
        NINE + timedelta(days=7),
        "Welcome",
        ["Karin Öberg"],
    )
    assert "karin öberg" in copy.search_text
    assert len(programme_of(event.id)) == 1


def test_a_deleted_draft_takes_its_programme_with_it(frozen_now: FrozenClock) -> None:
    draft = reread(create_event(event_facts(), actor=OFFICER))
    add_item(draft, item_facts(), actor=OFFICER)
    delete_draft(reread(draft), actor=OFFICER)
    db.session.commit()
    assert db.session.scalar(select(func.count(ProgrammeItem.id))) == 0
    assert db.session.scalar(select(func.count(Speaker.id))) == 0


def test_a_choice_has_a_pool_that_follows_it(event: Event) -> None:
    heard: list[dict[str, Any]] = []

    def listener(event_id: int, **words: Any) -> None:
        heard.append({"event_id": event_id} | words)

    def told(**words: Any) -> list[dict[str, Any]]:
        return [{"event_id": event.id, "item_id": item_id} | words]

    def pools() -> list[tuple[int | None, bool]]:
        found = db.session.scalars(select(Pool).where(Pool.subject_kind == "programme_item"))
        return [(pool.capacity, pool.is_retired) for pool in found]

    with choice_changed.connected_to(listener):
        item = add_item(event, item_facts(), actor=OFFICER)
        item_id = item.id
        assert (heard, pools()) == ([], [])
        change_item(event, item, item_facts(is_choice=True, capacity=20), actor=OFFICER)
        assert (heard, pools()) == (told(is_choice=True, capacity=20, is_moved=False), [(20, False)])
        assert history_of_event(event.id)[0].changes == {
            "item_is_choice": ["", "ja"],
            "item_capacity": ["", "20"],
        }
        heard.clear()
        change_item(event, item, item_facts(title_sv="Inledning", is_choice=True, capacity=20), actor=OFFICER)
        assert heard == []
        change_item(event, item, item_facts(is_choice=True), actor=OFFICER)
        assert (heard, pools()) == (told(is_choice=True, capacity=None, is_moved=False), [(None, False)])
        heard.clear()
        assert [one.id for one in choices_of(event.id)] == [item_id]
        later = item.starts_at + timedelta(minutes=30)
        change_item(event, item, item_facts(starts_at=later, ends_at=None, is_choice=True), actor=OFFICER)
        assert heard == told(is_choice=True, capacity=None, is_moved=True)
        heard.clear()
        remove_item(event, item, actor=OFFICER)
        assert (heard, pools()) == (told(is_choice=False, capacity=None), [(None, True)])
        assert choices_of(event.id) == []


def test_an_item_that_is_not_chosen_has_no_number_of_places(event: Event) -> None:
    item = add_item(event, item_facts(capacity=20), actor=OFFICER)
    assert (item.is_choice, item.capacity) == (False, None)


def test_a_copy_has_the_choices_of_the_original_with_pools_of_its_own(event: Event) -> None:
    original = add_item(event, item_facts(is_choice=True, capacity=20), actor=OFFICER)
    copy = reread(create_event(event_facts(), actor=OFFICER))
    copy_programme(event.id, copy, days=0)
    (item,) = choices_of(copy.id)
    assert (item.id != original.id, item.capacity) == (True, 20)
    assert [pool.capacity for pool in pools_of("programme_item", item.id)] == [20]


def test_choices_are_read_in_one_statement(event: Event, queries: Any) -> None:
    for number in range(3):
        add_item(event, item_facts(title_sv=f"Val {number}", is_choice=True), actor=OFFICER)
    event_id = event.id
    db.session.commit()
    with queries() as statements:
        assert [item.title_sv for item in choices_of(event_id)] == ["Val 0", "Val 1", "Val 2"]
    assert len(statements) == 1
