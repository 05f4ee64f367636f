"""So many of each group, until a day."""

from datetime import timedelta

import pytest

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.events.models import Event, WaitingListRule
from eventsapp.places.models import QuotaBy
from eventsapp.places.operations import PoolFull
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.models import Profession, Registration, RegistrationStatus
from eventsapp.registrations.operations import register
from eventsapp.waiting_list.quotas import QuotaFacts, quotas_of, set_quotas
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_municipality, make_organiser
from tests.factories.registrations import make_submission
from tests.registrations.steps import STAFF, cancel, loaded, person, sign_up, statuses, step

CONFIRMED, WAITING = RegistrationStatus.CONFIRMED, RegistrationStatus.WAITING
UMEA, LULEA = "Umeå kommun", "Luleå kommun"


@pytest.fixture(autouse=True)
def _municipalities(app) -> None:
    for code, name in (("2480", UMEA), ("2580", LULEA)):
        make_municipality(code)
        make_organiser(f"kommun-{code}", name_sv=name, official_name=name, municipality_code=code)
    db.session.commit()


def an_event(*quotas: QuotaFacts, **facts) -> Event:
    values = {"capacity_total": 10, "waiting_list": WaitingListRule.AUTOMATIC}
    event = make_event(**(values | facts))
    with step():
        set_quotas(loaded(event), list(quotas), actor=STAFF)
    return event


def each(capacity: int, **facts) -> QuotaFacts:
    return QuotaFacts(by=QuotaBy.MUNICIPALITY, capacity=capacity, **facts)


def comes(event: Event, organisation: str = UMEA, **answers) -> Registration:
    found = sign_up(event, organisation=organisation, **answers).registration
    assert found is not None
    return found


def test_so_many_of_each_group_and_no_more(app) -> None:
    event = an_event(each(2))
    people = [comes(event) for _ in range(3)]
    other = comes(event, LULEA)
    stranger = comes(event, "Kvinnojouren Iris")
    assert statuses(*people, other, stranger) == [CONFIRMED, CONFIRMED, WAITING, CONFIRMED, CONFIRMED]
    cancel(other)
    assert statuses(people[2]) == [WAITING]
    cancel(people[0])
    assert statuses(people[2]) == [CONFIRMED]


def test_a_rule_for_one_group_goes_before_that_for_each(app) -> None:
    event = an_event(each(1), each(2, key="2480"))
    people = [comes(event) for _ in range(3)]
    others = [comes(event, LULEA) for _ in range(2)]
    assert statuses(*people, *others) == [CONFIRMED, CONFIRMED, WAITING, CONFIRMED, WAITING]


@pytest.mark.parametrize("by", [QuotaBy.COUNTY, QuotaBy.ORGANISATION, QuotaBy.PROFESSION])
def test_every_kind_of_group_is_counted(app, by: QuotaBy) -> None:
    event = an_event(QuotaFacts(by=by, capacity=1))
    people = [comes(event, profession=Profession.SCHOOL) for _ in range(2)]
    other = comes(event, LULEA, profession=Profession.JUSTICE)
    assert statuses(*people, other) == [CONFIRMED, WAITING, CONFIRMED]


def test_without_a_list_a_full_quota_is_full(app) -> None:
    event = an_event(each(1), waiting_list=WaitingListRule.NONE)
    comes(event)
    with pytest.raises(PoolFull):
        register(loaded(event), make_submission(event, organisation=UMEA), actor=Actor.anonymous())


def test_from_the_day_it_is_unlocked_the_places_are_free_for_all(app, frozen_now: FrozenClock) -> None:
    event = an_event(each(1, unlocks_at=now() + timedelta(days=1)))
    people = [comes(event) for _ in range(2)]
    assert statuses(*people) == [CONFIRMED, WAITING]
    frozen_now.advance(days=1)
    third = comes(event)
    assert statuses(*people, third) == [CONFIRMED, CONFIRMED, CONFIRMED]


def test_those_who_are_in_count_against_a_new_quota_and_keep_their_places(app) -> None:
    event = an_event()
    people = [comes(event) for _ in range(3)]
    db.session.commit()
    set_quotas(loaded(event), [each(2)], actor=STAFF)
    db.session.commit()
    assert statuses(*people) == [CONFIRMED] * 3
    done = register(loaded(event), make_submission(event, organisation=UMEA), actor=Actor.anonymous())
    db.session.commit()
    assert done.receipt is not None and done.receipt.outcome is WAITING


def test_a_larger_quota_lets_those_by_whom_it_stopped(app) -> None:
    event = an_event(each(1))
    people = [comes(event) for _ in range(3)]
    with step():
        set_quotas(loaded(event), [each(2)], actor=STAFF)
    assert statuses(*people) == [CONFIRMED, CONFIRMED, WAITING]
    assert [quota.capacity for quota in quotas_of(event.id)] == [2]


def test_the_trail_says_what_the_quotas_were_and_are(app) -> None:
    event = an_event(each(2))
    with step():
        set_quotas(loaded(event), [each(2)], actor=STAFF)
    (entry,) = db.session.query(AuditEntry).filter_by(action="event.quotas_changed")
    assert entry.changes == {"quotas": ["", "Kommun (varje): 2"]}


def test_two_rules_about_one_group_are_refused(app) -> None:
    event = an_event()
    with pytest.raises(DomainError):
        set_quotas(loaded(event), [each(1), each(2)], actor=STAFF)


def test_one_who_changes_workplace_counts_for_the_new_one(app) -> None:
    event = an_event(each(1), waiting_list=WaitingListRule.OFFER)
    one, other = comes(event), comes(event, "Kvinnojouren Iris")
    waits = comes(event)
    with step():
        change_registration(
            person(one), make_submission(event, organisation=LULEA), actor=Actor.participant(one.id)
        )
    assert statuses(one, waits) == [CONFIRMED, RegistrationStatus.OFFERED]
    with pytest.raises(PoolFull) as full, step():
        change_registration(
            person(other), make_submission(event, organisation=LULEA), actor=Actor.participant(other.id)
        )
    assert full.value.field == "organisation"
    db.session.rollback()
    assert person(other).organisation_name == "Kvinnojouren Iris"
