"""Several people signed up at once."""

import pytest
from sqlalchemy import func, select

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.events.models import Event, WaitingListRule
from eventsapp.places.operations import PoolFull
from eventsapp.places.queries import pools_of
from eventsapp.registrations import line_queries, queries
from eventsapp.registrations.groups import members_of, register_group
from eventsapp.registrations.models import Registration, RegistrationGroup, RegistrationStatus
from eventsapp.registrations.submission import GroupSubmission
from tests.factories.events import make_event
from tests.factories.registrations import make_registration, make_submission
from tests.registrations.steps import (
    cancel,
    letters_to,
    loaded,
    person,
    sign_up_group,
    statuses,
    step,
    trail_of,
)

CONFIRMED, WAITING = RegistrationStatus.CONFIRMED, RegistrationStatus.WAITING


def an_event(places: int, **facts) -> Event:
    values = {"waiting_list": WaitingListRule.OFFER, "allows_groups": True}
    event = make_event(capacity_total=places, **(values | facts))
    db.session.commit()
    return event


def group_of(event: Event, people: int, *, all_or_none: bool = True, **answers) -> GroupSubmission:
    members = tuple(make_submission(event, **answers) for _ in range(people))
    return GroupSubmission(members, all_or_none, members[0].nonce)


def test_each_has_a_registration_a_letter_and_a_row_in_the_trail(app) -> None:
    event = an_event(5)
    people = sign_up_group(event, 3)
    assert statuses(*people) == [CONFIRMED] * 3
    assert [letters_to(one) for one in people] == [["confirmed"]] * 3
    assert [trail_of(one) for one in people] == [["made"]] * 3
    assert [person(one).is_group_contact for one in people] == [True, False, False]
    assert pools_of("event", event.id)[0].taken == 3


def test_all_or_none_waits_whole_when_too_few_places_are_left(app) -> None:
    event = an_event(2)
    people = sign_up_group(event, 3)
    assert statuses(*people) == [WAITING] * 3
    assert [line_queries.waiting_number(person(one)) for one in people] == [1, 2, 3]
    assert len({person(one).waiting_order for one in people}) == 1
    assert pools_of("event", event.id)[0].taken == 0


def test_as_many_as_there_are_places_for_get_one_and_the_rest_wait(app) -> None:
    event = an_event(2)
    people = sign_up_group(event, 3, all_or_none=False)
    assert statuses(*people) == [CONFIRMED, CONFIRMED, WAITING]
    assert letters_to(people[2]) == ["waiting"]


@pytest.mark.parametrize("all_or_none", [True, False])
def test_without_a_waiting_list_a_group_that_does_not_fit_leaves_nothing(app, all_or_none: bool) -> None:
    event = an_event(2, waiting_list=WaitingListRule.NONE)
    with pytest.raises(PoolFull):
        register_group(loaded(event), group_of(event, 3, all_or_none=all_or_none), actor=Actor.anonymous())
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 0
    assert db.session.scalar(select(func.count()).select_from(RegistrationGroup)) == 0
    assert pools_of("event", event.id)[0].taken == 0


def test_the_same_form_twice_is_one_group(app) -> None:
    event = an_event(5)
    group = group_of(event, 3)
    for is_repeat in (False, True):
        with step():
            done = register_group(loaded(event), group, actor=Actor.anonymous())
            assert done.is_repeat is is_repeat
            assert done.receipt is not None
            assert [member.email for member in members_of(done.receipt)] == [
                one.email for one in group.members
            ]
    assert pools_of("event", event.id)[0].taken == 3


def test_one_who_is_registered_before_gets_the_letter_that_says_so(app) -> None:
    event = an_event(5)
    known = make_registration(event, email="asa@umea.example.se")
    group = group_of(event, 2)
    members = (group.members[0].with_email("asa@umea.example.se"), group.members[1])
    with step():
        done = register_group(
            loaded(event),
            GroupSubmission(members, all_or_none=True, nonce=group.nonce),
            actor=Actor.anonymous(),
        )
    assert done.receipt is not None and done.receipt.outcome is CONFIRMED
    assert letters_to(known) == ["already_registered"]
    new = queries.find_active(event.id, group.members[1].email)
    assert new is not None and new.is_group_contact
    assert pools_of("event", event.id)[0].taken == 2


def test_a_group_must_be_one_that_the_event_takes(app) -> None:
    event, closed = an_event(50), an_event(50, allows_groups=False)
    same = group_of(event, 2)
    twice = GroupSubmission((same.members[0], same.members[1].with_email(same.members[0].email.upper())))
    for target, group in ((closed, group_of(closed, 2)), (event, group_of(event, 21)), (event, twice)):
        with pytest.raises(DomainError):
            register_group(loaded(target), group, actor=Actor.anonymous())
        db.session.rollback()


def test_the_contact_who_leaves_passes_the_answering_on(app) -> None:
    event = an_event(2)
    contact, second, third = sign_up_group(event, 3)
    cancel(contact)
    assert [person(one).is_group_contact for one in (contact, second, third)] == [False, True, False]
    # The two who are left fit now.
    assert statuses(second, third) == [RegistrationStatus.OFFERED] * 2
