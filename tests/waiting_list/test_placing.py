"""What staff do with those who have applied, wait or have gone."""

import pytest

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.events.models import Admission, Event, WaitingListRule
from eventsapp.outbox.models import Letter
from eventsapp.places.queries import pools_of
from eventsapp.registrations import line_queries, queries
from eventsapp.registrations.models import OfferOutcome, Registration, RegistrationStatus
from eventsapp.registrations.waiting_list import OfferGone, accept_offer, decline_offer
from eventsapp.waiting_list.placing import (
    give_places,
    move_in_line,
    offer_other_date,
    offer_places,
    put_on_list,
    refuse,
)
from tests.factories.events import make_event
from tests.factories.registrations import make_registration
from tests.registrations.steps import (
    STAFF,
    accept,
    cancel,
    change_event,
    decline,
    letters_to,
    loaded,
    make_choice,
    person,
    sign_up,
    sign_up_group,
    statuses,
    step,
    trail_of,
)

CONFIRMED, APPLIED = RegistrationStatus.CONFIRMED, RegistrationStatus.APPLIED
WAITING, OFFERED = RegistrationStatus.WAITING, RegistrationStatus.OFFERED
CANCELLED, REFUSED = RegistrationStatus.CANCELLED, RegistrationStatus.REFUSED


def an_event(places: int = 2, **facts) -> Event:
    event = make_event(capacity_total=places, **({"waiting_list": WaitingListRule.OFFER} | facts))
    db.session.commit()
    return event


def people(event: Event, number: int, status: RegistrationStatus, **facts) -> list[Registration]:
    made = [make_registration(event, status=status, **facts) for _ in range(number)]
    db.session.commit()
    return made


def give(event: Event, *who: Registration, reason: str = "", overbook: bool = False) -> list[int]:
    with step(*([event.id] if overbook else [])):
        given = give_places(
            loaded(event), [person(one) for one in who], actor=STAFF, reason=reason, overbook=overbook
        )
        return [one.id for one in given]


def test_one_who_applies_has_no_place_until_it_is_given(app) -> None:
    event = an_event(admission=Admission.APPROVAL)
    done = sign_up(event)
    assert done.receipt is not None and done.registration is not None
    assert done.receipt.outcome is APPLIED
    assert letters_to(done.registration) == ["applied"]
    assert pools_of("event", event.id)[0].taken == 0
    assert give(event, done.registration) == [done.registration.id]
    assert letters_to(done.registration) == ["applied", "confirmed"]
    assert trail_of(done.registration) == ["applied", "given_place"]


def test_places_are_given_in_the_order_they_are_asked_for_while_there_are_any(app) -> None:
    event = an_event(admission=Admission.APPROVAL)
    first, second, third = people(event, 3, APPLIED)
    assert give(event, third, first, second) == [third.id, first.id]
    assert statuses(first, second, third) == [CONFIRMED, APPLIED, CONFIRMED]


def test_a_place_above_the_number_is_given_only_when_asked_for_and_noted(app) -> None:
    event = an_event(places=0, admission=Admission.APPROVAL)
    (one,) = people(event, 1, APPLIED)
    assert give(event, one) == []
    assert give(event, one, overbook=True) == [one.id]
    assert trail_of(one) == ["overbooked", "given_place"]


def test_giving_a_place_twice_is_once(app) -> None:
    event = an_event(admission=Admission.APPROVAL)
    (one,) = people(event, 1, APPLIED)
    give(event, one)
    assert give(event, one) == []
    assert letters_to(one) == ["confirmed"]


def test_one_with_an_offer_is_given_the_place_that_is_held(app) -> None:
    event = an_event(places=1)
    (one,) = people(event, 1, OFFERED)
    change_event(event, event.id, capacity_total=0)
    with step(event.id):
        give_places(loaded(event), [person(one)], actor=STAFF)
    assert statuses(one) == [CONFIRMED]
    offer = line_queries.find_last_offer(one.id)
    assert offer is not None and offer.outcome is OfferOutcome.ACCEPTED


def test_one_who_is_given_a_place_gets_the_items_that_have_room(app) -> None:
    event = an_event(places=1, admission=Admission.APPROVAL)
    full, roomy = make_choice(event, 0), make_choice(event, 2, hour=3)
    one = sign_up(event, items=(full, roomy)).registration
    assert one is not None
    give(event, one)
    assert queries.chosen_items([one.id]) == {one.id: (roomy,)}


def test_one_who_is_offered_a_place_by_staff_gets_the_items_with_it(app) -> None:
    event = an_event(places=1)
    (leaving,) = people(event, 1, CONFIRMED)
    full, roomy = make_choice(event, 0), make_choice(event, 1, hour=3)
    one = sign_up(event, items=(full, roomy)).registration
    assert one is not None
    with step(event.id):
        event.waiting_list = WaitingListRule.NONE
    cancel(leaving)
    with step():
        offer_places(loaded(event), [person(one)], actor=STAFF)
    accept(one)
    assert queries.chosen_items([one.id]) == {one.id: (roomy,)}


def test_taking_somebody_before_others_needs_a_reason_which_the_trail_keeps(app) -> None:
    event = an_event(places=1)
    (leaving,) = people(event, 1, CONFIRMED)
    _, second = people(event, 2, WAITING)
    with pytest.raises(DomainError) as missing:
        give(event, second)
    assert missing.value.field == "reason"
    db.session.rollback()
    assert give(event, second, reason="Ska tala på dagen", overbook=True) == [second.id]
    kept = [entry.changes for entry in db.session.query(AuditEntry).filter_by(subject_id=second.id)]
    assert {"waiting_reason": ["", "Ska tala på dagen"]} in kept
    assert statuses(leaving) == [CONFIRMED]


@pytest.mark.parametrize(
    "gone", [CANCELLED, RegistrationStatus.DECLINED, RegistrationStatus.EXPIRED, REFUSED]
)
def test_one_who_has_gone_can_be_given_a_place_again_if_there_is_one(app, gone: RegistrationStatus) -> None:
    event = an_event(places=1)
    (one,) = people(event, 1, gone, email="asa@umea.example.se")
    assert give(event, one) == [one.id]
    assert statuses(one) == [CONFIRMED]
    cancel(one)
    people(event, 1, CONFIRMED, email="asa@umea.example.se")
    assert give(event, one, overbook=True) == []
    assert statuses(one) == [CANCELLED]


def test_refusing_says_why_and_frees_what_was_held(app) -> None:
    event = an_event(places=1)
    (offered,) = people(event, 1, OFFERED)
    (waits,) = people(event, 1, WAITING)
    (applied,) = people(event, 1, APPLIED)
    with step():
        refuse(loaded(event), [person(offered), person(applied)], "Dagen är för socialtjänsten.", actor=STAFF)
    assert statuses(offered, waits, applied) == [REFUSED, OFFERED, REFUSED]
    letter = db.session.query(Letter).filter_by(subject_id=applied.id).one()
    assert letter.kind == "refused" and "Dagen är för socialtjänsten." in letter.body_text
    with pytest.raises(OfferGone):
        accept_offer(person(offered), actor=Actor.participant(offered.id))


def test_applicants_who_are_put_on_the_list_stand_in_that_order_with_their_group(app) -> None:
    event = an_event(places=1, admission=Admission.APPROVAL)
    (leaving,) = people(event, 1, CONFIRMED)
    group = sign_up_group(event, 2)
    (single,) = people(event, 1, APPLIED)
    with step():
        put_on_list(loaded(event), [person(group[0]), person(single), person(group[1])], actor=STAFF)
    assert statuses(*group, single) == [WAITING] * 3
    assert person(group[0]).waiting_order == person(group[1]).waiting_order
    cancel(leaving)
    assert statuses(*group, single) == [WAITING, WAITING, OFFERED]
    change_event(event, capacity_total=3)
    assert statuses(*group) == [OFFERED, OFFERED]


def test_moving_in_the_line_needs_a_reason_and_a_number_that_is_there(app) -> None:
    event = an_event(places=0)
    first, second, third = people(event, 3, WAITING)
    for number, reason, field in ((1, " ", "reason"), (0, "Därför", "number"), (4, "Därför", "number")):
        with pytest.raises(DomainError) as wrong:
            move_in_line(loaded(event), person(third), number, reason, actor=STAFF)
        assert wrong.value.field == field
        db.session.rollback()
    with step():
        move_in_line(loaded(event), person(third), 1, "Bor längst bort", actor=STAFF)
    assert [line_queries.waiting_number(person(one)) for one in (third, first, second)] == [1, 2, 3]
    with step():
        move_in_line(loaded(event), person(third), 3, "Ångrade sig", actor=STAFF)
    assert [line_queries.waiting_number(person(one)) for one in (first, second, third)] == [1, 2, 3]
    change_event(event, capacity_total=1)
    assert statuses(first, second, third) == [OFFERED, WAITING, WAITING]


def test_a_group_moves_in_the_line_together_and_nobody_is_put_inside_one(app) -> None:
    event = an_event(places=0)
    group = sign_up_group(event, 2)
    first, second = people(event, 2, WAITING)
    with step():
        move_in_line(loaded(event), person(second), 2, "Därför", actor=STAFF)
    assert [line_queries.waiting_number(person(one)) for one in (*group, second, first)] == [1, 2, 3, 4]
    with step():
        move_in_line(loaded(event), person(group[1]), 4, "Därför", actor=STAFF)
    assert {line_queries.waiting_number(person(one)) for one in group} == {3, 4}


def test_another_date_is_offered_accepted_and_ends_the_waiting(app) -> None:
    event, other = an_event(places=0), an_event(places=1)
    first, second = people(event, 2, WAITING)
    with step():
        (copy,) = offer_other_date(loaded(event), loaded(other), [person(first), person(second)], actor=STAFF)
    assert statuses(first, second, copy) == [WAITING, WAITING, OFFERED]
    assert letters_to(copy) == ["other_date_offered"]
    accept(copy)
    assert statuses(first, second, copy) == [CANCELLED, WAITING, CONFIRMED]
    assert trail_of(first) == ["took_other_date"]
    assert line_queries.waiting_number(person(second)) == 1


def test_a_no_to_another_date_leaves_one_where_one_stood(app) -> None:
    event, other = an_event(places=0), an_event(places=1)
    (first,) = people(event, 1, WAITING)
    with step():
        (copy,) = offer_other_date(loaded(event), loaded(other), [person(first)], actor=STAFF)
    decline(copy)
    assert statuses(first, copy) == [WAITING, RegistrationStatus.DECLINED]
    assert line_queries.waiting_number(person(first)) == 1


def test_those_who_wait_for_the_other_date_itself_come_first(app) -> None:
    event, other = an_event(places=0), an_event(places=1)
    (first,) = people(event, 1, WAITING)
    (waits_there,) = people(other, 1, WAITING)
    with step():
        assert offer_other_date(loaded(event), loaded(other), [person(first)], actor=STAFF) == []
    assert statuses(first, waits_there) == [WAITING, OFFERED]


def test_one_who_has_got_an_offer_of_their_own_date_meanwhile_frees_it_by_taking_the_other(app) -> None:
    event, other = an_event(places=1), an_event(places=1)
    (leaving,) = people(event, 1, CONFIRMED)
    first, second = people(event, 2, WAITING)
    with step():
        (copy,) = offer_other_date(loaded(event), loaded(other), [person(first)], actor=STAFF)
    cancel(leaving)
    assert statuses(first, second, copy) == [OFFERED, WAITING, OFFERED]
    accept(copy)
    assert statuses(first, second, copy) == [CANCELLED, OFFERED, CONFIRMED]


def test_an_offer_of_another_date_is_not_made_twice_or_to_one_who_comes_there(app) -> None:
    event, other = an_event(places=0), an_event(places=5)
    (first,) = people(event, 1, WAITING, email="asa@umea.example.se")
    people(other, 1, CONFIRMED, email="asa@umea.example.se")
    with step():
        assert offer_other_date(loaded(event), loaded(other), [person(first)], actor=STAFF) == []


def test_offering_chosen_people_a_place_keeps_to_what_is_free(app) -> None:
    event = an_event(places=1)
    (leaving,) = people(event, 1, CONFIRMED)
    first, second = people(event, 2, WAITING)
    with step():
        assert offer_places(loaded(event), [person(first)], actor=STAFF) == []
    cancel(leaving)
    assert statuses(first, second) == [OFFERED, WAITING]
    with pytest.raises(Conflict), step():
        decline_offer(person(second), actor=Actor.participant(second.id))
