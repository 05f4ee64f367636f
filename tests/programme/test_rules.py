"""What a programme item may say, without a database."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from eventsapp.core.errors import DomainError
from eventsapp.events.models import Event, Occasion
from eventsapp.programme.models import ProgrammeItem, Speaker
from eventsapp.programme.rules import (
    SpeakerFacts,
    choice_slots,
    clashing,
    days_to_follow,
    item_times,
    moved,
    occasion_days,
    require_told,
    speakers_as_lines,
    speakers_from_lines,
    stray_days,
)

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


def test_times_are_swedish_and_the_end_may_be_open() -> None:
    assert item_times(MONDAY, time(9), time(9, 30)) == (
        datetime(2026, 11, 23, 8, tzinfo=UTC),
        datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
    )
    assert item_times(MONDAY, time(9), None) == (datetime(2026, 11, 23, 8, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("day", "starts", "ends", "field"),
    [
        (MONDAY, time(9), time(9), "ends"),
        (MONDAY, time(9), time(8), "ends"),
        (date(2027, 3, 28), time(2, 15), None, "starts"),
        (date(2027, 3, 28), time(1), time(2, 15), "ends"),
    ],
)
def test_times_that_cannot_be(day: date, starts: time, ends: time | None, field: str) -> None:
    with pytest.raises(DomainError) as caught:
        item_times(day, starts, ends)
    assert caught.value.field == field


def test_speakers_are_one_a_line() -> None:
    text = "Karin Öberg, särskilt sakkunnig, Länsstyrelsen\n\n  Åsa Ahlström \n"
    found = speakers_from_lines(text)
    assert found == (
        SpeakerFacts("Karin Öberg", "särskilt sakkunnig, Länsstyrelsen"),
        SpeakerFacts("Åsa Ahlström"),
    )
    item = ProgrammeItem(speakers=[Speaker(name=one.name, description=one.description) for one in found])
    assert speakers_as_lines(item) == "Karin Öberg, särskilt sakkunnig, Länsstyrelsen\nÅsa Ahlström"


@pytest.mark.parametrize("text", [", utan namn", "x" * 201, "Karin, " + "x" * 401, "Namn\n" * 51])
def test_lines_that_are_no_speakers(text: str) -> None:
    with pytest.raises(DomainError) as caught:
        speakers_from_lines(text)
    assert caught.value.field == "speakers"


def test_the_days_of_an_event_are_those_of_its_current_occasions() -> None:
    nine = datetime(2026, 11, 23, 8, tzinfo=UTC)
    event = Event(
        occasions=[
            Occasion(starts_at=nine + timedelta(days=2), ends_at=nine + timedelta(days=2, hours=3)),
            Occasion(starts_at=nine, ends_at=nine + timedelta(days=1, hours=3)),
            Occasion(
                starts_at=nine + timedelta(days=9),
                ends_at=nine + timedelta(days=9, hours=1),
                cancelled_at=nine,
            ),
        ]
    )
    assert occasion_days(event) == [MONDAY, TUESDAY, WEDNESDAY]


@pytest.mark.parametrize(
    ("items", "days", "stray", "follow"),
    [
        ([MONDAY], [MONDAY], [], {}),
        ([MONDAY], [TUESDAY], [MONDAY], {MONDAY: TUESDAY}),
        ([MONDAY, TUESDAY], [TUESDAY, WEDNESDAY], [MONDAY], {MONDAY: WEDNESDAY}),
        ([MONDAY], [TUESDAY, WEDNESDAY], [MONDAY], {}),
        ([MONDAY, TUESDAY], [WEDNESDAY], [MONDAY, TUESDAY], {}),
        ([], [MONDAY], [], {}),
        ([MONDAY], [], [MONDAY], {}),
    ],
)
def test_a_programme_follows_only_where_it_is_plain(
    items: list[date], days: list[date], stray: list[date], follow: dict[date, date]
) -> None:
    assert stray_days(items, days) == stray
    assert days_to_follow(items, days) == follow


def test_moving_keeps_the_time_of_day_over_summer_time() -> None:
    before = datetime(2026, 10, 20, 7, tzinfo=UTC)
    assert moved(before, 14) == datetime(2026, 11, 3, 8, tzinfo=UTC)
    skipped = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)
    assert moved(skipped, 1) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def item(number: int, starts: int, ends: int | None, *, is_choice: bool = True) -> ProgrammeItem:
    return ProgrammeItem(
        id=number,
        starts_at=datetime(2026, 11, 25, starts, tzinfo=UTC),
        ends_at=None if ends is None else datetime(2026, 11, 25, ends, tzinfo=UTC),
        is_choice=is_choice,
    )


def test_items_that_are_chosen_and_begin_at_the_same_time_are_one_choice() -> None:
    items = [item(4, 13, 14), item(3, 10, 12), item(1, 9, 10, is_choice=False), item(2, 10, 11)]
    assert [(slot.starts_at.hour, [one.id for one in slot.items]) for slot in choice_slots(items)] == [
        (10, [2, 3]),
        (13, [4]),
    ]
    assert choice_slots([]) == []


def test_chosen_items_that_overlap_though_they_begin_at_different_times() -> None:
    items = [
        item(1, 9, 11),
        item(2, 9, 10),
        item(3, 10, 12),
        item(4, 12, 13),
        item(5, 10, 12, is_choice=False),
        item(6, 8, None),
    ]
    assert [(earlier.id, later.id) for earlier, later in clashing(items)] == [(1, 3)]


def test_what_people_chose_is_not_taken_from_the_choices_in_silence() -> None:
    require_told(0, False)
    require_told(3, True)
    with pytest.raises(DomainError) as caught:
        require_told(3, False)
    assert caught.value.field == "confirmed"
    assert caught.value.message.startswith("3 personer har valt programpunkten, och valen försvinner.")
