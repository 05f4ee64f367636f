"""What is said before a change is saved, on values alone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from eventsapp.events.consequences import Consequences, is_told, lines, may_move_people, must_ask
from eventsapp.events.models import Admission, EventFormat, WaitingListRule
from tests.factories.event_facts import event_facts, occasion_facts

NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)
LONG_AFTER = datetime(2027, 10, 1, 8, tzinfo=UTC)
BEFORE = event_facts(occasions=(occasion_facts(id=1),))
MOVED = replace(BEFORE, venue="Stadshuset")


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"title_sv": "Ny titel"}, False),
        ({"capacity_total": 20}, False),
        ({"venue": "Stadshuset"}, True),
        ({"room": "Lilla salen"}, True),
        ({"address": "Storgatan 1"}, True),
        ({"municipality": "2482"}, True),
        ({"format": EventFormat.HYBRID}, True),
        ({"join_url": "https://video.example.se"}, False),
        ({"format": EventFormat.ONLINE, "join_url": "https://video.example.se"}, True),
        ({"occasions": (occasion_facts(id=1, label_sv="Dag 1"),)}, False),
        ({"occasions": (occasion_facts(id=1, starts="10:00"),)}, True),
        ({"occasions": (occasion_facts(id=1), occasion_facts(date(2026, 12, 2)))}, True),
        ({"occasions": ()}, True),
    ],
)
def test_whether_people_get_a_letter(facts: dict[str, Any], told: bool) -> None:
    assert is_told(BEFORE, replace(BEFORE, **facts), NOW) is told
    assert is_told(BEFORE, replace(BEFORE, **facts), LONG_AFTER) is (told and facts.get("occasions") == ())


def test_a_new_link_is_told_where_one_takes_part_by_it() -> None:
    online = replace(BEFORE, format=EventFormat.ONLINE)
    assert is_told(online, replace(online, join_url="https://video.example.se"), NOW)


@pytest.mark.parametrize(
    ("facts", "may_move"),
    [
        ({"venue": "Stadshuset"}, False),
        ({"capacity_total": 81}, True),
        ({"capacity_onsite": 81}, False),
        ({"waiting_list": WaitingListRule.AUTOMATIC}, True),
        ({"admission": Admission.APPROVAL}, True),
        ({"series": "demokratimorgon"}, True),
    ],
)
def test_whether_those_who_wait_may_move_up(facts: dict[str, Any], may_move: bool) -> None:
    assert may_move_people(BEFORE, replace(BEFORE, **facts)) is may_move


def test_all_that_follows_from_a_move_is_said() -> None:
    found = Consequences(
        letters=31, waiting_letters=12, applied_letters=1, unreachable=2, elsewhere=4, onsite=31
    )
    after = replace(MOVED, room_capacity=25)
    assert lines(BEFORE, after, found, NOW) == [
        "31 personer får ett brev var.",
        "12 på reservlistan får också ett brev var.",
        "1 som väntar på besked får också ett brev.",
        "2 har ingen e-postadress hos oss. De får inget brev, så hör av dig på något annat sätt.",
        "4 har en annan aktivitet samtidigt.",
        "Salen rymmer 25 men 31 är anmälda på plats.",
    ]
    assert must_ask(BEFORE, after, found, NOW)


def test_a_lowered_capacity_takes_nobody_s_place() -> None:
    found = Consequences(letters=25, onsite=25)
    after = replace(BEFORE, capacity_total=20)
    assert lines(BEFORE, after, found, NOW) == [
        (
            "Antalet platser är 20 men 25 är anmälda: ingen förlorar sin plats, och inga nya platser delas ut förrän "
            "färre än 20 är anmälda."
        )
    ]
    assert must_ask(BEFORE, after, found, NOW)
    assert not must_ask(BEFORE, replace(BEFORE, capacity_total=25), found, NOW)
    assert lines(BEFORE, replace(BEFORE, capacity_total=0), found, NOW) == [
        "Antalet platser är 0 men 25 är anmälda: ingen förlorar sin plats, och inga nya platser delas ut."
    ]


def test_each_way_of_taking_part_is_counted_apart_where_the_places_are() -> None:
    before = replace(BEFORE, format=EventFormat.HYBRID, separate_pools=True, capacity_onsite=50)
    after = replace(before, capacity_onsite=20, capacity_online=5)
    assert lines(before, after, Consequences(onsite=25, online=6), NOW) == [
        (
            "Antalet platser på plats är 20 men 25 är anmälda: ingen förlorar sin plats, och inga nya platser delas ut "
            "förrän färre än 20 är anmälda."
        ),
        (
            "Antalet platser digitalt är 5 men 6 är anmälda: ingen förlorar sin plats, och inga nya platser delas ut "
            "förrän färre än 5 är anmälda."
        ),
    ]


@pytest.mark.parametrize(
    ("rule", "number", "words"),
    [
        (WaitingListRule.OFFER, 1, "1 på reservlistan får ett erbjudande om en plats."),
        (WaitingListRule.OFFER, 5, "5 på reservlistan får var sitt erbjudande om en plats."),
        (WaitingListRule.AUTOMATIC, 5, "5 flyttas upp från reservlistan och får ett brev var."),
    ],
)
def test_those_who_move_up_are_counted(rule: WaitingListRule, number: int, words: str) -> None:
    found = Consequences(letters=80, onsite=80, moved_up=number)
    after = replace(BEFORE, capacity_total=85, waiting_list=rule)
    assert lines(BEFORE, after, found, NOW) == [words]
    assert must_ask(BEFORE, after, found, NOW)


def test_what_concerns_nobody_is_saved_at_once() -> None:
    assert not must_ask(BEFORE, MOVED, Consequences(), NOW)
    assert not must_ask(
        BEFORE, replace(BEFORE, title_sv="Ny titel"), Consequences(letters=31, onsite=31), NOW
    )
    # What was too small before, or is said of something online, is no news.
    assert not must_ask(
        replace(BEFORE, room_capacity=25),
        replace(BEFORE, room_capacity=25, title_sv="Ny titel"),
        Consequences(onsite=31),
        NOW,
    )
    online = replace(BEFORE, format=EventFormat.ONLINE)
    assert not must_ask(online, replace(online, room_capacity=25), Consequences(onsite=31), NOW)


def test_a_room_that_is_too_small_is_told_even_when_nothing_else_changes() -> None:
    assert must_ask(BEFORE, replace(BEFORE, room_capacity=25), Consequences(onsite=31), NOW)


def test_those_who_only_wait_are_told_too() -> None:
    found = Consequences(waiting_letters=1)
    assert lines(BEFORE, MOVED, found, NOW) == ["1 på reservlistan får också ett brev."]
    assert must_ask(BEFORE, MOVED, found, NOW)
