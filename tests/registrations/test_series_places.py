"""Places that the dates of a series share."""

from eventsapp.core.db import db
from eventsapp.events.models import Event, Series, WaitingListRule
from eventsapp.events.signals import series_capacity_changed
from eventsapp.places.queries import pools_of
from eventsapp.registrations.models import Registration, RegistrationStatus
from tests.factories.events import make_event, make_series
from tests.factories.registrations import make_registration
from tests.registrations.steps import cancel, change_event, sign_up, statuses, step

CONFIRMED, WAITING, OFFERED = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
)


def shared(series: Series, capacity: int | None) -> None:
    """Give the series so many places of its own, as its page does."""
    with step():
        series.shared_capacity = capacity
        db.session.flush()
        series_capacity_changed.send(series.id, capacity=capacity)


def dates(number: int, capacity: int | None, *, each: int = 5) -> tuple[Series, list[Event]]:
    series = make_series()
    events = [
        make_event(series_id=series.id, capacity_total=each, waiting_list=WaitingListRule.OFFER)
        for _ in range(number)
    ]
    db.session.commit()
    shared(series, capacity)
    return series, events


def comes(event: Event) -> Registration:
    found = sign_up(event).registration
    assert found is not None
    return found


def in_series(series: Series) -> int:
    return sum(pool.taken for pool in pools_of("series", series.id))


def test_everybody_on_every_date_counts_against_the_whole(app) -> None:
    series, (first, second) = dates(2, 2)
    people = [comes(first), comes(second), comes(first)]
    assert statuses(*people) == [CONFIRMED, CONFIRMED, WAITING]
    assert in_series(series) == 2


def test_a_place_that_comes_free_on_one_date_goes_to_one_who_waits_for_another(app) -> None:
    _, (first, second) = dates(2, 1)
    one, other = comes(first), comes(second)
    cancel(one)
    assert statuses(other) == [OFFERED]


def test_those_who_wait_for_the_date_itself_come_first(app) -> None:
    _, (first, second) = dates(2, 1)
    one = comes(first)
    elsewhere, here = comes(second), comes(first)
    cancel(one)
    assert statuses(here, elsewhere) == [OFFERED, WAITING]


def test_more_places_for_the_series_move_the_lists_of_all_its_dates(app) -> None:
    series, (first, second) = dates(2, 0)
    people = [comes(first), comes(second)]
    shared(series, 2)
    assert statuses(*people) == [OFFERED, OFFERED]
    assert in_series(series) == 2


def test_those_who_are_in_count_when_the_dates_begin_to_share_and_nobody_after_they_cease(app) -> None:
    series, (first, second) = dates(2, None)
    people = [comes(first), comes(second)]
    waits = make_registration(first, status=WAITING)
    db.session.commit()
    shared(series, 2)
    assert in_series(series) == 2
    late = comes(first)
    assert statuses(*people, late) == [CONFIRMED, CONFIRMED, WAITING]
    shared(series, None)
    assert statuses(waits, late) == [OFFERED, OFFERED]


def test_a_date_that_leaves_the_series_frees_its_places_for_the_others(app) -> None:
    series, (first, second) = dates(2, 1)
    one, waits = comes(first), comes(second)
    change_event(first, series_id=None)
    assert statuses(one, waits) == [CONFIRMED, OFFERED]
    assert in_series(series) == 1


def test_a_date_that_comes_into_the_series_counts_and_loses_nobody(app) -> None:
    series, (first,) = dates(1, 1)
    alone = make_event(capacity_total=5, waiting_list=WaitingListRule.OFFER)
    one = comes(alone)
    change_event(alone, series_id=series.id)
    assert in_series(series) == 1
    waits = comes(first)
    assert statuses(one, waits) == [CONFIRMED, WAITING]
    cancel(one)
    assert statuses(waits) == [OFFERED]
