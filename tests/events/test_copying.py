"""The dates of a copy, without a database."""

from datetime import date

import pytest

from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import format_span
from eventsapp.events.copying import CopyChoice, CopyDates, copied_facts, days_to_move
from eventsapp.events.facts import EventFacts
from tests.factories.event_facts import event_facts, occasion_facts


def spans(facts: EventFacts) -> list[str]:
    return [format_span(one.starts_at, one.ends_at, all_day=one.all_day) for one in facts.occasions]


@pytest.mark.usefixtures("app")
def test_moved_days_keep_their_times_over_summer_time() -> None:
    facts = event_facts(
        occasions=(
            occasion_facts(date(2026, 10, 20), id=7),
            occasion_facts(date(2026, 10, 21), last_day=date(2026, 10, 22), all_day=True, id=8),
        ),
        registration_opens_on=date(2026, 9, 1),
        registration_closes_on=date(2026, 10, 13),
    )
    copy = copied_facts(facts, CopyChoice(CopyDates.MOVE, date(2026, 11, 3)))
    assert spans(copy) == [
        "tisdag 3 november 2026, kl.\u00a009.00–15.30",
        "4–5 november 2026",
    ]
    assert (copy.registration_opens_on, copy.registration_closes_on) == (
        date(2026, 9, 15),
        date(2026, 10, 27),
    )
    assert [occasion.id for occasion in copy.occasions] == [None, None]


def test_days_can_be_kept_or_left_out() -> None:
    facts = event_facts()
    kept = copied_facts(facts, CopyChoice(CopyDates.KEEP))
    assert kept == facts
    without = copied_facts(facts, CopyChoice(CopyDates.NONE))
    assert (without.occasions, without.registration_closes_on) == ((), None)
    assert without.title_sv == facts.title_sv


@pytest.mark.parametrize("first_day", [None, date(1989, 1, 1), date(2101, 1, 1), date(9999, 12, 31)])
def test_moving_needs_a_sensible_day(first_day: date | None) -> None:
    with pytest.raises(DomainError) as caught:
        days_to_move(event_facts(), CopyChoice(CopyDates.MOVE, first_day))
    assert caught.value.field == "first_day"


def test_a_time_that_summer_time_skips_is_refused() -> None:
    facts = event_facts(
        occasions=(occasion_facts(date(2026, 11, 1), "02:30", "04:00"),), registration_closes_on=None
    )
    with pytest.raises(DomainError) as caught:
        copied_facts(facts, CopyChoice(CopyDates.MOVE, date(2027, 3, 28)))
    assert caught.value.field == "first_day"


def test_what_has_no_date_needs_none() -> None:
    facts = event_facts(occasions=(), registration_closes_on=None)
    assert days_to_move(facts, CopyChoice(CopyDates.MOVE)) == 0
    assert copied_facts(facts, CopyChoice(CopyDates.MOVE)) == facts
