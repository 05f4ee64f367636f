"""What facts must be like, without a database."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from eventsapp.core.errors import DomainError
from eventsapp.events.checks import (
    SeveralProblems,
    When,
    missing,
    occasion_times,
    problems_in,
    require_consistent,
    require_showable,
)
from eventsapp.events.facts import OccasionFacts
from eventsapp.events.models import (
    Admission,
    Event,
    EventFormat,
    EventState,
    RegistrationMode,
    WaitingListRule,
)
from eventsapp.events.rules import capacities, largest_at_screen
from tests.factories.event_facts import event_facts, occasion_facts

DAY = date(2026, 11, 25)


def fields_of(error: DomainError) -> list[str | None]:
    return [problem.field for problem in problems_in(error)]


@pytest.mark.parametrize(
    ("when", "starts_at", "ends_at"),
    [
        (
            When(first_day=DAY, starts=time(9), ends=time(15, 30)),
            datetime(2026, 11, 25, 8, tzinfo=UTC),
            datetime(2026, 11, 25, 14, 30, tzinfo=UTC),
        ),
        (
            When(first_day=date(2026, 7, 1), starts=time(22), last_day=date(2026, 7, 2), ends=time(1)),
            datetime(2026, 7, 1, 20, tzinfo=UTC),
            datetime(2026, 7, 1, 23, tzinfo=UTC),
        ),
        (
            When(first_day=date(2026, 10, 24), last_day=date(2026, 10, 25), all_day=True),
            datetime(2026, 10, 23, 22, tzinfo=UTC),
            datetime(2026, 10, 25, 23, tzinfo=UTC),
        ),
    ],
)
def test_swedish_times_become_moments(when: When, starts_at: datetime, ends_at: datetime) -> None:
    assert occasion_times(when) == (starts_at, ends_at)


@pytest.mark.parametrize(
    ("when", "field"),
    [
        (When(first_day=None), "first_day"),
        (When(first_day=DAY, last_day=date(2026, 11, 24), all_day=True), "last_day"),
        (When(first_day=DAY, ends=time(9)), "starts"),
        (When(first_day=DAY, starts=time(9)), "ends"),
        (When(first_day=DAY, starts=time(9), ends=time(9)), "ends"),
        (When(first_day=DAY, starts=time(15), ends=time(9)), "ends"),
        (When(first_day=date(2027, 3, 28), starts=time(2, 30), ends=time(9)), "starts"),
        (When(first_day=date(2027, 3, 28), starts=time(1), ends=time(2)), "ends"),
    ],
)
def test_times_that_cannot_be(when: When, field: str) -> None:
    with pytest.raises(DomainError) as caught:
        occasion_times(when)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title_sv": ""}, "title_sv"),
        ({"capacity_total": -1}, "capacity_total"),
        ({"capacity_onsite": -1}, "capacity_onsite"),
        ({"capacity_online": -1}, "capacity_online"),
        ({"occasions": (occasion_facts(), occasion_facts())}, "occasions"),
        ({"registration_closes_on": date(2026, 11, 26)}, "registration_closes_on"),
        (
            {"registration_opens_on": date(2026, 11, 26), "registration_closes_on": None},
            "registration_opens_on",
        ),
        ({"registration_opens_on": date(2026, 11, 19)}, "registration_opens_on"),
        ({"room_capacity": -1}, "room_capacity"),
        ({"admission": Admission.CODE, "admission_code": "abc"}, "admission_code"),
        ({"admission": Admission.CODE, "admission_code": "a" * 41}, "admission_code"),
        ({"admission": Admission.CODE, "admission_code": "höst\n2026"}, "admission_code"),
        ({"offer_hours": 0}, "offer_hours"),
        ({"offer_hours": 337}, "offer_hours"),
        ({"shared_screen_max": 1}, "shared_screen_max"),
        ({"shared_screen_max": 501}, "shared_screen_max"),
        (
            {
                "occasions": (
                    OccasionFacts(
                        starts_at=datetime(9998, 1, 1, tzinfo=UTC), ends_at=datetime(9999, 1, 1, tzinfo=UTC)
                    ),
                )
            },
            "occasions",
        ),
    ],
)
def test_facts_that_contradict_each_other(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(SeveralProblems) as caught:
        require_consistent(event_facts(**facts))
    assert fields_of(caught.value) == [field]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"registration_closes_on": DAY},
        {"registration_opens_on": date(2026, 11, 18)},
        {"registration_closes_on": date(2027, 1, 1), "registration_mode": RegistrationMode.NONE},
        {"registration_closes_on": date(2027, 1, 1), "occasions": ()},
        {"capacity_total": 0},
        {"admission": Admission.CODE, "admission_code": "höst"},
        {"admission": Admission.CODE, "admission_code": "a" * 40},
        {"admission_code": "x"},
        {"offer_hours": 1},
        {"shared_screen_max": 2},
        {"shared_screen_max": 500},
        {"offer_hours": 336},
        {"offer_hours": 0, "waiting_list": WaitingListRule.AUTOMATIC},
        {"offer_hours": 0, "registration_mode": RegistrationMode.NONE},
    ],
)
def test_facts_that_hold_together(facts: dict[str, Any]) -> None:
    require_consistent(event_facts(**facts))


EMPTY = {
    "summary_sv": "",
    "organiser": "",
    "contact_email": "",
    "occasions": (),
    "registration_closes_on": None,
}
NOWHERE = {"venue": "", "address": "", "municipality": None}


@pytest.mark.parametrize(
    ("facts", "state", "fields"),
    [
        (EMPTY | NOWHERE, EventState.DRAFT, []),
        (EMPTY | NOWHERE, EventState.SAVE_THE_DATE, ["organiser", "contact_email", "occasions"]),
        (
            EMPTY | NOWHERE,
            EventState.PUBLISHED,
            ["organiser", "contact_email", "occasions", "summary_sv", "venue"],
        ),
        (NOWHERE | {"format": EventFormat.ONLINE}, EventState.PUBLISHED, []),
        (NOWHERE | {"format": EventFormat.HYBRID}, EventState.PUBLISHED, ["venue"]),
        (NOWHERE | {"municipality": "2480"}, EventState.PUBLISHED, []),
        (
            {"kind": "webbutbildning", "occasions": (), "registration_closes_on": None},
            EventState.PUBLISHED,
            [],
        ),
        (
            {"kind": "webbstod", "occasions": (), "registration_closes_on": None},
            EventState.SAVE_THE_DATE,
            ["occasions"],
        ),
        ({"registration_mode": RegistrationMode.ELSEWHERE}, EventState.PUBLISHED, ["registration_url"]),
        ({"admission": Admission.CODE}, EventState.PUBLISHED, ["admission_code"]),
        ({"admission": Admission.CODE}, EventState.SAVE_THE_DATE, []),
        (
            {"admission": Admission.CODE, "registration_mode": RegistrationMode.NONE},
            EventState.PUBLISHED,
            [],
        ),
        (
            {"admission": Admission.ALLOCATION, "registration_closes_on": None},
            EventState.PUBLISHED,
            ["registration_closes_on"],
        ),
        ({"admission": Admission.ALLOCATION}, EventState.PUBLISHED, []),
    ],
)
def test_what_the_public_needs(facts: dict[str, Any], state: EventState, fields: list[str]) -> None:
    assert [problem.field for problem in missing(event_facts(**facts), state)] == fields


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(SeveralProblems) as caught:
        require_showable(event_facts(summary_sv="", organiser=""), EventState.PUBLISHED)
    assert fields_of(caught.value) == ["organiser", "summary_sv"]


@pytest.mark.parametrize(
    ("form", "separate", "expected"),
    [
        (EventFormat.ONSITE, False, {"all": 100}),
        (EventFormat.ONSITE, True, {"all": 100}),
        (EventFormat.HYBRID, False, {"all": 100}),
        (EventFormat.HYBRID, True, {"onsite": 80, "online": None}),
    ],
)
def test_capacities(form: EventFormat, separate: bool, expected: dict[str, int | None]) -> None:
    event = Event(
        format=form, separate_pools=separate, capacity_total=100, capacity_onsite=80, capacity_online=None
    )
    assert capacities(event) == expected


@pytest.mark.parametrize(
    ("form", "most", "expected"),
    [
        (EventFormat.ONLINE, 30, 30),
        (EventFormat.HYBRID, 30, 30),
        (EventFormat.ONSITE, 30, 1),
        (EventFormat.ONLINE, None, 1),
    ],
)
def test_several_share_a_screen_only_where_there_is_one(
    form: EventFormat, most: int | None, expected: int
) -> None:
    assert largest_at_screen(Event(format=form, shared_screen_max=most)) == expected
