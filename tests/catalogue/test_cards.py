"""What a card says, decided on values alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from eventsapp.catalogue.cards import Card, make_card, next_occasions
from eventsapp.catalogue.places_left import (
    PlacesLeft,
    is_full,
    limited_by,
    places_in_words,
    places_left,
)
from eventsapp.core.clock import from_swedish
from eventsapp.core.i18n import NBSP
from eventsapp.events.models import (
    Admission,
    Event,
    EventFormat,
    EventKind,
    EventState,
    Occasion,
    RegistrationMode,
    WaitingListRule,
)
from eventsapp.organisations.models import Municipality
from eventsapp.places.models import PoolName
from eventsapp.places.queries import PoolCount
from tests.factories.events import make_occasion

NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)
DAY = date(2026, 11, 25)


def event(*occasions: Occasion, neuter: bool = False, **facts: Any) -> Event:
    """An event in memory, that no database knows."""
    shown = list(occasions or (occasion(DAY),))
    current = [one for one in shown if one.cancelled_at is None] or shown
    values: dict[str, Any] = {
        "title_sv": "Dagen",
        "kind": EventKind(code="utbildningsdag", name_sv="Utbildningsdag", is_neuter=neuter),
        "state": EventState.PUBLISHED,
        "format": EventFormat.ONSITE,
        "venue": "Folkets hus",
        "room": "Sal 1",
        "address": "Skolgatan 59",
        "municipality": Municipality(name="Umeå"),
        "registration_mode": RegistrationMode.REQUIRED,
        "first_starts_at": min(one.starts_at for one in current),
        "last_ends_at": max(one.ends_at for one in current),
    }
    return Event(occasions=shown, **(values | facts))


def occasion(day: date, starts: str = "09.00", ends: str = "15.30", **facts: Any) -> Occasion:
    return make_occasion(day, starts, ends, **({"all_day": False} | facts))


def pool(capacity: int | None, taken: int = 0, name: PoolName = PoolName.ALL, **facts: Any) -> PoolCount:
    return PoolCount(1, name, capacity, taken, **facts)


def card(shown: Event, *pools: PoolCount, now: datetime = NOW) -> Card:
    return make_card(shown, pools, now)


def test_a_card_with_everything():
    made = card(event(registration_closes_on=date(2026, 11, 18)), pool(80, 58))
    assert made.days == (DAY, DAY)
    assert made.when == f"kl.{NBSP}09.00–15.30"
    assert made.where == "Folkets hus, Umeå"
    assert made.last_day == "sista anmälningsdag 18 november"
    assert made.words == "22 platser kvar"
    assert (made.taken, made.capacity) == (58, 80)
    assert not made.is_moved


def test_a_year_that_the_list_does_not_say_is_said():
    next_year = card(event(occasion(date(2027, 2, 3)), registration_closes_on=date(2027, 1, 20)), pool(10))
    assert next_year.last_day == "sista anmälningsdag 20 januari"
    undated = event(first_starts_at=None, registration_closes_on=date(2027, 1, 20))
    assert card(undated, pool(10)).last_day == "sista anmälningsdag 20 januari 2027"


@pytest.mark.parametrize(
    ("facts", "pools", "words", "meter"),
    [
        ({}, [pool(80, 79)], "1 plats kvar", (79, 80)),
        ({}, [pool(80, 80)], "Fullt", (80, 80)),
        ({}, [pool(80, 83)], "Fullt", (83, 80)),
        (
            {"waiting_list": WaitingListRule.AUTOMATIC},
            [pool(80, 80)],
            "Fullt – du kan ställa dig på reservlistan",
            (80, 80),
        ),
        ({"waiting_list": WaitingListRule.NONE}, [pool(80, 80)], "Fullt", (80, 80)),
        ({"admission": Admission.INVITATION}, [pool(80, 8)], "Bara inbjudna", (0, None)),
        ({"admission": Admission.NETWORK}, [pool(80, 8)], "Bara medlemmar i ett nätverk", (0, None)),
        (
            {"admission": Admission.ALLOCATION, "waiting_list": WaitingListRule.OFFER},
            [pool(80, 80)],
            "Platserna fördelas efter sista anmälningsdagen",
            (0, None),
        ),
        ({"admission": Admission.APPROVAL}, [pool(80, 8)], "72 platser kvar", (8, 80)),
        ({}, [pool(None, 12)], "Obegränsat", (0, None)),
        ({}, [], "Obegränsat", (0, None)),
        (
            {},
            [pool(10, 4, PoolName.ONSITE), pool(30, 10, PoolName.ONLINE)],
            "6 kvar på plats, 20 kvar digitalt",
            (14, 40),
        ),
        (
            {},
            [pool(10, 10, PoolName.ONSITE), pool(None, 10, PoolName.ONLINE)],
            "fullt på plats, obegränsat digitalt",
            (0, None),
        ),
        ({}, [pool(10, 10, PoolName.ONSITE), pool(5, 5, PoolName.ONLINE)], "Fullt", (15, 15)),
        ({}, [pool(10, 3), pool(5, 5, PoolName.ONLINE, is_retired=True)], "7 platser kvar", (3, 10)),
        ({"registration_opens_on": date(2027, 3, 3)}, [pool(80)], "Anmälan öppnar 3 mars 2027", (0, None)),
        ({"registration_opens_on": date(2026, 10, 2)}, [pool(80)], "Anmälan öppnar 2 oktober", (0, None)),
        ({"registration_closes_on": date(2026, 9, 30)}, [pool(80)], "Anmälan är stängd", (0, None)),
        ({"registration_mode": RegistrationMode.NONE}, [], "Ingen anmälan behövs", (0, None)),
        ({"registration_mode": RegistrationMode.ELSEWHERE}, [], "Anmälan på en annan webbplats", (0, None)),
        ({"state": EventState.SAVE_THE_DATE}, [pool(80)], "Boka datumet", (0, None)),
        ({"state": EventState.CANCELLED}, [pool(80, 4)], "Inställd", (0, None)),
        ({"state": EventState.CANCELLED, "neuter": True}, [pool(80, 4)], "Inställt", (0, None)),
        ({"state": EventState.COMPLETED}, [pool(80, 4)], "Genomförd", (0, None)),
        ({"state": EventState.COMPLETED, "neuter": True}, [pool(80, 4)], "Genomfört", (0, None)),
    ],
)
def test_whether_one_can_sign_up_in_words(
    facts: dict[str, Any], pools: list[PoolCount], words: str, meter: tuple[int, int | None]
):
    made = card(event(**facts), *pools)
    assert (made.words, (made.taken, made.capacity)) == (words, meter)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"admission": Admission.FIRST_COME}, ""),
        ({"admission": Admission.APPROVAL}, "anmälan godkänns av arrangören"),
        ({"admission": Admission.CODE}, "anmälan kräver en kod"),
        ({"admission": Admission.INVITATION}, ""),
        (
            {"admission": Admission.INVITATION, "registration_opens_on": date(2026, 10, 2)},
            "bara inbjudna",
        ),
        ({"admission": Admission.APPROVAL, "registration_mode": RegistrationMode.NONE}, ""),
        ({"admission": Admission.APPROVAL, "state": EventState.CANCELLED}, ""),
    ],
)
def test_how_one_gets_in_is_said_once(facts: dict[str, Any], words: str):
    assert card(event(**facts), pool(80)).admission == words


def test_the_last_day_is_said_only_while_one_can_sign_up():
    assert card(event(registration_closes_on=date(2026, 9, 30)), pool(80)).last_day == ""
    assert card(event(registration_closes_on=date(2026, 10, 1)), pool(80)).last_day != ""


def test_one_that_has_begun_and_one_that_is_over():
    shown = event(occasion(date(2026, 10, 1), "09.00", "12.00"))
    assert card(shown, pool(80)).words == "Har börjat"
    assert card(shown, pool(80), now=from_swedish_noon()).words == "Genomförd"


def from_swedish_noon() -> datetime:
    return from_swedish(date(2026, 10, 1), datetime(2026, 1, 1, 12).time())


def test_the_next_occasion_is_shown_with_those_right_after_it():
    days = [date(2026, 9, 3), date(2026, 12, 3), date(2026, 12, 4), date(2026, 12, 10)]
    course = event(*(occasion(day) for day in days))
    assert [one.first_day for one in next_occasions(course, NOW)] == days[1:3]
    made = card(course, pool(80))
    assert made.days == (days[1], days[2])
    assert made.when == "4 tillfällen"
    assert card(course, pool(80), now=datetime(2026, 12, 31, tzinfo=UTC)).days == (days[0], days[0])


def test_cancelled_occasions_are_passed_over():
    course = event(occasion(DAY, cancelled_at=NOW), occasion(DAY + timedelta(days=7)))
    made = card(course, pool(80))
    assert made.days == (DAY + timedelta(days=7), DAY + timedelta(days=7))
    assert made.when == f"kl.{NBSP}09.00–15.30"
    gone = event(occasion(DAY, cancelled_at=NOW), state=EventState.CANCELLED)
    assert card(gone).days == (DAY, DAY)


def test_a_conference_over_two_days_shows_no_time():
    assert card(event(occasion(DAY), occasion(DAY + timedelta(days=1), "09.00", "12.00"))).when == ""
    assert card(event(occasion(DAY, all_day=True))).when == ""


def test_open_without_a_date():
    course = Event(
        kind=EventKind(code="webbutbildning", is_neuter=False),
        state=EventState.PUBLISHED,
        format=EventFormat.ONLINE,
        registration_mode=RegistrationMode.REQUIRED,
        occasions=[],
        municipality=None,
    )
    made = card(course, pool(None))
    assert (made.days, made.when, made.where, made.words) == (None, "", "Digitalt", "Obegränsat")


def test_moved_is_said_for_a_while():
    assert card(event(moved_at=NOW - timedelta(days=3))).is_moved
    assert not card(event(moved_at=NOW - timedelta(days=300))).is_moved


def test_meters_of_the_event_page():
    assert places_left([pool(80, 58)]) == [PlacesLeft("", "22 av 80 platser kvar", 58, 80)]
    assert places_left([pool(1, 0)]) == [PlacesLeft("", "1 av 1 plats kvar", 0, 1)]
    assert places_left([pool(10, 10, PoolName.ONSITE), pool(None, 3, PoolName.ONLINE)]) == [
        PlacesLeft("På plats", "Fullt", 10, 10),
        PlacesLeft("Digitalt", "Obegränsat antal platser", 3, None),
    ]
    assert places_left([pool(None), pool(5, 2, PoolName.ONLINE, is_retired=True)]) == [
        PlacesLeft("", "Obegränsat antal platser", 0, None)
    ]


def test_full_means_that_there_is_no_place_of_any_kind():
    assert is_full([pool(2, 2)])
    assert not is_full([])
    assert not is_full([pool(2, 2, PoolName.ONSITE), pool(2, 1, PoolName.ONLINE)])
    assert is_full([pool(2, 2), pool(9, 1, PoolName.ONLINE, is_retired=True)])
    assert places_in_words([pool(2, 2)]) == "Fullt"


def test_a_date_has_no_more_places_left_than_its_series():
    shared = pool(40, 37)
    assert limited_by([pool(80, 20)], []) == [pool(80, 20)]
    assert limited_by([pool(80, 20)], [pool(40, 37, is_retired=True)]) == [pool(80, 20)]
    assert limited_by([pool(80, 20)], [pool(None, 37)]) == [pool(80, 20)]
    assert places_in_words(limited_by([pool(80, 20)], [shared])) == "3 platser kvar"
    assert places_left(limited_by([pool(80, 20)], [shared])) == [
        PlacesLeft("", "3 av 80 platser kvar", 77, 80)
    ]
    assert limited_by([pool(80, 79)], [shared]) == [pool(80, 79)]
    assert limited_by([pool(None, 5)], [shared]) == [pool(40, 37)]
    assert is_full(limited_by([pool(80, 20)], [pool(40, 41)]))
