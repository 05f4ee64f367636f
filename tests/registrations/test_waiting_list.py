"""The waiting list in a real database: everything that frees a place moves it, in the same transaction."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.events.life_cycle import cancel_event
from eventsapp.events.models import Event, EventFormat, EventState, WaitingListRule
from eventsapp.events.queries import get_event_to_change
from eventsapp.events.signals import capacity_changed
from eventsapp.outbox.models import Letter
from eventsapp.places.models import Place, QuotaBy
from eventsapp.places.operations import PoolFull
from eventsapp.places.queries import pools_of
from eventsapp.registrations import line_queries, queries
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.models import (
    AttendanceMode,
    ChosenItem,
    OfferOutcome,
    PlaceOffer,
    Registration,
    RegistrationStatus,
)
from eventsapp.registrations.operations import cancel_registration, register, register_by_staff
from eventsapp.registrations.waiting_list import OfferGone, accept_offer, decline_offer, fill_free_places
from eventsapp.waiting_list.placing import withdraw_offer
from eventsapp.waiting_list.quotas import QuotaFacts, set_quotas
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_municipality, make_occasion, make_organiser
from tests.factories.registrations import make_registration, make_submission
from tests.page_client import PageClient
from tests.registrations.steps import (
    STAFF,
    accept,
    cancel,
    change_event,
    check,
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

CONFIRMED = RegistrationStatus.CONFIRMED
WAITING = RegistrationStatus.WAITING
OFFERED = RegistrationStatus.OFFERED
CANCELLED = RegistrationStatus.CANCELLED
DECLINED = RegistrationStatus.DECLINED
EXPIRED = RegistrationStatus.EXPIRED
Statements = Callable[[], AbstractContextManager[list[str]]]
RunJob = Callable[[str], None]


def full_event(
    rule: WaitingListRule = WaitingListRule.OFFER, places: int = 1, **facts
) -> tuple[Event, list[Registration]]:
    """An event whose every place is taken, and those who have them."""
    event = make_event(capacity_total=places, waiting_list=rule, **facts)
    people = [make_registration(event) for _ in range(places)]
    db.session.commit()
    return event, people


def wait_for(event: Event, number: int = 1, **facts) -> list[Registration]:
    """People on the waiting list, in its order."""
    people = [make_registration(event, status=WAITING, **facts) for _ in range(number)]
    db.session.commit()
    return people


def last_offer(registration: Registration) -> PlaceOffer:
    offer = line_queries.find_last_offer(registration.id)
    assert offer is not None
    return offer


def officer_letters() -> list[str]:
    found = select(Letter.recipient).where(Letter.kind == "officer_list_empty")
    return list(db.session.scalars(found))


def test_one_who_comes_when_it_is_full_stands_on_the_list_with_a_number(app) -> None:
    event, _ = full_event()
    first = sign_up(event)
    second = sign_up(event)
    assert first.receipt is not None and second.receipt is not None
    assert (first.receipt.outcome, first.receipt.waiting_number) == (WAITING, 1)
    assert (second.receipt.outcome, second.receipt.waiting_number) == (WAITING, 2)
    assert first.registration is not None and second.registration is not None
    assert line_queries.waiting_number(person(second.registration.id)) == 2
    assert letters_to(second.registration) == ["waiting"]
    assert trail_of(second.registration) == ["waiting"]
    assert pools_of("event", event.id)[0].taken == 1


def test_a_registered_address_sees_what_a_new_one_sees_when_it_is_full(app) -> None:
    event, _ = full_event()
    make_registration(event, status=WAITING, email="asa@umea.example.se")
    again = sign_up(event, email="asa@umea.example.se")
    new = sign_up(event)
    assert again.receipt is not None and new.receipt is not None
    assert (again.receipt.outcome, again.receipt.waiting_number) == (WAITING, 2)
    assert (new.receipt.outcome, new.receipt.waiting_number) == (WAITING, 2)
    assert again.registration is None


def test_without_a_waiting_list_it_is_full(app) -> None:
    event, _ = full_event(WaitingListRule.NONE)
    with pytest.raises(PoolFull):
        register(loaded(event), make_submission(event), actor=Actor.anonymous())


@pytest.mark.parametrize("by_staff", [False, True])
def test_a_cancellation_offers_the_place_to_the_first_in_line(app, by_staff: bool) -> None:
    event, (leaving,) = full_event()
    first, second = wait_for(event, 2)
    cancel(leaving, by_staff=by_staff)
    assert statuses(leaving, first, second) == [CANCELLED, OFFERED, WAITING]
    assert letters_to(first) == ["place_offered"]
    assert trail_of(first) == ["offered"]
    assert letters_to(second) == []
    (pool,) = pools_of("event", event.id)
    assert (pool.taken, pool.left) == (1, 0)
    assert line_queries.waiting_number(person(second)) == 1


@pytest.mark.parametrize("by_staff", [False, True])
def test_where_the_organiser_chose_so_one_moves_up_at_once(app, by_staff: bool) -> None:
    event, (leaving,) = full_event(WaitingListRule.AUTOMATIC)
    first, second = wait_for(event, 2)
    cancel(leaving, by_staff=by_staff)
    assert statuses(first, second) == [CONFIRMED, WAITING]
    assert letters_to(first) == ["moved_up"]
    assert trail_of(first) == ["moved_up"]
    assert db.session.scalars(select(PlaceOffer)).all() == []


def test_an_offer_is_answered_by_its_deadline_which_is_never_after_the_start(
    app, frozen_now: FrozenClock
) -> None:
    soon = make_occasion(starts_at=now() + timedelta(hours=30), ends_at=now() + timedelta(hours=33))
    near, (one,) = full_event(occasions=[soon])
    far, (other,) = full_event(offer_hours=12)
    (waits_near,), (waits_far,) = wait_for(near), wait_for(far)
    cancel(one)
    cancel(other)
    assert last_offer(waits_near).answer_by == now() + timedelta(hours=30)
    assert last_offer(waits_far).answer_by == now() + timedelta(hours=12)


def test_a_yes_takes_the_place_that_was_held(app) -> None:
    event, (leaving,) = full_event()
    first, second = wait_for(event, 2)
    cancel(leaving)
    accept(first)
    assert statuses(first, second) == [CONFIRMED, WAITING]
    assert last_offer(first).outcome is OfferOutcome.ACCEPTED
    assert letters_to(first) == ["place_offered", "confirmed"]
    assert trail_of(first) == ["offered", "offer_accepted"]
    assert person(first).waiting_order is None


def test_a_second_yes_changes_nothing(app) -> None:
    event, (leaving,) = full_event()
    (first,) = wait_for(event)
    cancel(leaving)
    accept(first)
    accept(first)
    assert letters_to(first) == ["place_offered", "confirmed"]
    assert pools_of("event", event.id)[0].taken == 1


def test_a_no_gives_the_place_to_the_next(app) -> None:
    event, (leaving,) = full_event()
    first, second = wait_for(event, 2)
    cancel(leaving)
    decline(first)
    assert statuses(first, second) == [DECLINED, OFFERED]
    assert letters_to(first) == ["place_offered", "offer_declined"]
    assert letters_to(second) == ["place_offered"]
    decline(first)
    assert letters_to(first) == ["place_offered", "offer_declined"]


@pytest.mark.parametrize("answer", [accept_offer, decline_offer])
def test_an_answer_after_the_deadline_is_too_late_though_no_job_has_run(
    app, frozen_now: FrozenClock, answer
) -> None:
    event, (leaving,) = full_event()
    (first,) = wait_for(event)
    cancel(leaving)
    frozen_now.advance(hours=48)
    with pytest.raises(OfferGone) as gone:
        answer(person(first), actor=Actor.participant(first.id))
    db.session.rollback()
    assert gone.value.offer is not None
    assert statuses(first) == [OFFERED]


def test_a_yes_just_before_the_deadline_counts(app, frozen_now: FrozenClock) -> None:
    event, (leaving,) = full_event()
    (first,) = wait_for(event)
    cancel(leaving)
    frozen_now.advance(hours=47, minutes=59)
    accept(first)
    assert statuses(first) == [CONFIRMED]


def test_one_who_said_no_cannot_say_yes_afterwards(app) -> None:
    event, (leaving,) = full_event()
    (first,) = wait_for(event)
    cancel(leaving)
    decline(first)
    with pytest.raises(OfferGone) as gone:
        accept_offer(person(first), actor=Actor.participant(first.id))
    assert gone.value.offer is not None and gone.value.offer.outcome is OfferOutcome.DECLINED


def test_the_job_lets_dead_offers_go_and_the_next_gets_the_place(
    app, frozen_now: FrozenClock, run_job: RunJob
) -> None:
    event, (leaving,) = full_event()
    first, second = wait_for(event, 2)
    cancel(leaving)
    frozen_now.advance(hours=48)
    run_job("move_waiting_lists")
    check()
    assert statuses(first, second) == [EXPIRED, OFFERED]
    assert letters_to(first) == ["place_offered", "offer_expired"]
    assert last_offer(second).answer_by == now() + timedelta(hours=48)
    run_job("move_waiting_lists")
    assert letters_to(first) == ["place_offered", "offer_expired"]
    assert letters_to(second) == ["place_offered"]


def test_a_newcomer_does_not_go_before_the_line_when_an_offer_has_died_and_no_job_has_run(
    app, frozen_now: FrozenClock
) -> None:
    event, (leaving,) = full_event()
    first, second = wait_for(event, 2)
    cancel(leaving)
    frozen_now.advance(hours=48)
    done = sign_up(event)
    assert done.receipt is not None
    assert (done.receipt.outcome, done.receipt.waiting_number) == (WAITING, 1)
    assert statuses(first, second) == [EXPIRED, OFFERED]


@pytest.mark.parametrize("rule", [WaitingListRule.OFFER, WaitingListRule.NONE])
def test_a_newcomer_gets_the_place_of_a_dead_offer_that_nobody_waits_for(
    app, frozen_now: FrozenClock, rule: WaitingListRule
) -> None:
    event, (leaving,) = full_event()
    (first,) = wait_for(event)
    cancel(leaving)
    change_event(event, waiting_list=rule)
    frozen_now.advance(hours=48)
    done = sign_up(event)
    assert done.receipt is not None and done.receipt.outcome is CONFIRMED
    assert statuses(first) == [EXPIRED]


def test_a_raised_number_of_places_is_offered_in_order(app) -> None:
    event, _ = full_event()
    people = wait_for(event, 3)
    change_event(event, capacity_total=3)
    assert statuses(*people) == [OFFERED, OFFERED, WAITING]
    change_event(event, capacity_total=None)
    assert statuses(*people) == [OFFERED] * 3


def test_a_lowered_number_takes_nobodys_place_and_gives_none(app) -> None:
    event, people = full_event(places=3)
    (waits,) = wait_for(event)
    change_event(event, event.id, capacity_total=1)
    assert statuses(*people, waits) == [CONFIRMED] * 3 + [WAITING]
    for leaving in people[:2]:
        with step(event.id):
            cancel_registration(person(leaving), actor=STAFF)
        assert statuses(waits) == [WAITING]
    cancel(people[2])
    assert statuses(waits) == [OFFERED]


def test_an_offer_made_before_the_number_was_lowered_still_holds(app) -> None:
    event, (leaving,) = full_event()
    (first,) = wait_for(event)
    cancel(leaving)
    change_event(event, event.id, capacity_total=0)
    with step(event.id):
        accept_offer(person(first), actor=Actor.participant(first.id))
    assert statuses(first) == [CONFIRMED]


def test_changing_the_rule_to_a_list_moves_those_who_wait(app) -> None:
    event = make_event(capacity_total=1, waiting_list=WaitingListRule.NONE)
    (waits,) = wait_for(event)
    change_event(event, waiting_list=WaitingListRule.AUTOMATIC)
    assert statuses(waits) == [CONFIRMED]


def test_offers_stand_when_the_rule_becomes_automatic(app) -> None:
    event, (leaving,) = full_event()
    first, second = wait_for(event, 2)
    cancel(leaving)
    change_event(event, waiting_list=WaitingListRule.AUTOMATIC)
    assert statuses(first, second) == [OFFERED, WAITING]
    decline(first)
    assert statuses(second) == [CONFIRMED]


def hybrid(**facts) -> Event:
    values = {"capacity_total": None, "capacity_onsite": 1, "capacity_online": 1, "separate_pools": True}
    return make_event(format=EventFormat.HYBRID, waiting_list=WaitingListRule.OFFER, **(values | facts))


def test_changing_the_way_of_taking_part_frees_the_place_for_the_first_who_wants_it(app) -> None:
    event = hybrid(capacity_online=2)
    moving = make_registration(event, mode=AttendanceMode.ONSITE)
    online = make_registration(event, status=WAITING, mode=AttendanceMode.ONLINE, waiting_order=1)
    online.waiting_since = now()
    make_registration(event, mode=AttendanceMode.ONLINE)
    change_event(event, capacity_online=1)
    onsite = wait_for(event, 1, mode=AttendanceMode.ONSITE)[0]
    change_event(event, capacity_online=3)
    assert statuses(online, onsite) == [OFFERED, WAITING]
    with step():
        change_registration(
            person(moving), make_submission(mode=AttendanceMode.ONLINE), actor=Actor.participant(moving.id)
        )
    assert statuses(online, onsite) == [OFFERED, OFFERED]


def test_one_waits_for_the_way_they_asked_for_and_lets_others_by(app) -> None:
    event = hybrid()
    make_registration(event, mode=AttendanceMode.ONSITE)
    online = make_registration(event, mode=AttendanceMode.ONLINE)
    first = wait_for(event, 1, mode=AttendanceMode.ONSITE)[0]
    second = wait_for(event, 1, mode=AttendanceMode.ONLINE)[0]
    cancel(online)
    assert statuses(first, second) == [WAITING, OFFERED]


def test_one_who_takes_any_way_gets_the_first_that_comes_free(app) -> None:
    event = hybrid()
    make_registration(event, mode=AttendanceMode.ONSITE)
    online = make_registration(event, mode=AttendanceMode.ONLINE)
    flexible = wait_for(event, 1, mode=AttendanceMode.ONSITE, takes_any_mode=True)[0]
    cancel(online)
    assert statuses(flexible) == [OFFERED]
    assert person(flexible).mode is AttendanceMode.ONLINE
    accept(flexible)


def test_saying_that_any_way_is_fine_gives_a_place_at_once_where_there_is_one(app) -> None:
    event = hybrid()
    make_registration(event, mode=AttendanceMode.ONSITE)
    waits = wait_for(event, 1, mode=AttendanceMode.ONSITE)[0]
    with step():
        change_registration(
            person(waits),
            make_submission(mode=AttendanceMode.ONSITE, takes_any_mode=True),
            actor=Actor.participant(waits.id),
        )
    assert statuses(waits) == [OFFERED]
    assert person(waits).mode is AttendanceMode.ONLINE


def test_a_stale_form_does_not_part_the_way_of_taking_part_from_the_place(app) -> None:
    """The page was opened when one came on site; a change in another window has moved one online since."""
    event = hybrid()
    one = make_registration(event, mode=AttendanceMode.ONSITE)
    db.session.commit()
    stale = person(one)
    _swap_behind_its_back(event, stale)
    change_registration(
        stale, make_submission(mode=AttendanceMode.ONSITE, name="Bo Ek"), actor=Actor.participant(one.id)
    )
    db.session.commit()
    check()


def _swap_behind_its_back(event: Event, registration: Registration) -> None:
    """What another process does meanwhile: the row and the place are moved, the object still says what it read."""

    pools = {pool.name.value: pool.pool_id for pool in pools_of("event", event.id)}
    db.session.execute(
        update(Place).where(Place.holder_id == registration.id).values(pool_id=pools["online"]),
        execution_options={"synchronize_session": False},
    )
    db.session.execute(
        update(Registration).where(Registration.id == registration.id).values(mode=AttendanceMode.ONLINE),
        execution_options={"synchronize_session": False},
    )
    set_committed_value(registration, "mode", AttendanceMode.ONSITE)


def test_a_full_way_leaves_the_place_one_has(app) -> None:
    event = hybrid()
    moving = make_registration(event, mode=AttendanceMode.ONSITE)
    make_registration(event, mode=AttendanceMode.ONLINE)
    with pytest.raises(PoolFull) as full, step():
        change_registration(
            person(moving), make_submission(mode=AttendanceMode.ONLINE), actor=Actor.participant(moving.id)
        )
    assert full.value.field == "mode"
    db.session.rollback()
    check()
    assert person(moving).mode is AttendanceMode.ONSITE


def test_one_who_asked_for_a_way_that_is_no_more_waits_for_the_one_there_is(app) -> None:
    event = hybrid()
    make_registration(event, mode=AttendanceMode.ONSITE)
    waits = wait_for(event, 1, mode=AttendanceMode.ONSITE)[0]
    change_event(event, format=EventFormat.ONLINE, capacity_total=3, separate_pools=False)
    assert statuses(waits) == [OFFERED]
    assert person(waits).mode is AttendanceMode.ONLINE


def test_the_next_in_line_gets_the_items_that_have_room_and_not_the_full_ones(app) -> None:
    event, (leaving,) = full_event(places=1)
    full, roomy = make_choice(event, 0), make_choice(event, 5, hour=3)
    done = sign_up(event, items=(full, roomy))
    assert done.registration is not None and done.receipt is not None
    assert done.receipt.outcome is WAITING
    cancel(leaving)
    assert statuses(done.registration) == [OFFERED]
    assert queries.chosen_items([done.registration.id]) == {done.registration.id: (roomy,)}
    accept(done.registration)


def test_a_place_in_an_item_that_comes_free_is_for_those_who_choose_it_next(app) -> None:
    event = make_event(capacity_total=5, waiting_list=WaitingListRule.OFFER)
    item, other = make_choice(event, 1), make_choice(event, 1, title="Föredrag")
    first = sign_up(event, items=(item,)).registration
    assert first is not None
    with pytest.raises(PoolFull) as full, step():
        register(loaded(event), make_submission(event, items=(item,)), actor=Actor.anonymous())
    assert full.value.field == "items"
    db.session.rollback()
    with step():
        change_registration(
            person(first), make_submission(event, items=(other,)), actor=Actor.participant(first.id)
        )
    second = sign_up(event, items=(item,)).registration
    assert second is not None
    assert statuses(second) == [CONFIRMED]


def test_a_released_quota_lets_those_by_whom_it_stopped(app, frozen_now: FrozenClock) -> None:
    event = make_event(capacity_total=10, waiting_list=WaitingListRule.AUTOMATIC)
    event_id = event.id
    with step():
        set_quotas(loaded(event), [QuotaFacts(by=QuotaBy.MUNICIPALITY, capacity=1)], actor=STAFF)
    umea = _municipal("Umeå kommun", "2480")
    first = sign_up(event, organisation=umea).registration
    second = sign_up(event, organisation=umea).registration
    assert first is not None and second is not None
    assert statuses(first, second) == [CONFIRMED, WAITING]
    with step():
        set_quotas(queries.get_event_in_letters(event_id), [], actor=STAFF)
    assert statuses(second) == [CONFIRMED]


def _municipal(name: str, code: str) -> str:

    make_municipality(code)
    make_organiser(f"kommun-{code}", name_sv=name, official_name=name, municipality_code=code)
    db.session.commit()
    return name


def test_a_quota_that_is_unlocked_by_time_moves_the_list_by_the_job_and_by_the_next_newcomer(
    app, frozen_now: FrozenClock, run_job: RunJob
) -> None:
    umea = _municipal("Umeå kommun", "2480")
    for by_job in (True, False):
        event = make_event(capacity_total=2, waiting_list=WaitingListRule.AUTOMATIC)
        unlocks_at = now() + timedelta(days=3)
        with step():
            set_quotas(
                loaded(event),
                [QuotaFacts(by=QuotaBy.MUNICIPALITY, capacity=1, unlocks_at=unlocks_at)],
                actor=STAFF,
            )
        sign_up(event, organisation=umea)
        waits = sign_up(event, organisation=umea).registration
        assert waits is not None and statuses(waits) == [WAITING]
        frozen_now.advance(days=3)
        if by_job:
            run_job("move_waiting_lists")
        else:
            done = sign_up(event, organisation="Kvinnojouren Iris")
            assert done.receipt is not None and done.receipt.outcome is WAITING
        assert statuses(waits) == [CONFIRMED]
        check()


def test_the_officer_is_told_when_the_list_runs_dry(app) -> None:
    event, (one, other) = full_event(places=2)
    first, second = wait_for(event, 2)
    cancel(one)
    assert statuses(first, second) == [OFFERED, WAITING]
    assert officer_letters() == []
    cancel(other)
    assert officer_letters() == ["jamstalldhet@example.se"]


def test_a_group_that_comes_all_or_none_is_let_by_until_it_fits(app) -> None:
    event, people = full_event(places=3)
    group = sign_up_group(event, 3)
    (single,) = wait_for(event)
    assert statuses(*group) == [WAITING] * 3
    cancel(people[0])
    assert statuses(*group, single) == [WAITING] * 3 + [OFFERED]
    decline(single)
    cancel(people[1])
    cancel(people[2])
    assert statuses(*group) == [OFFERED] * 3
    accept(group[0])
    assert statuses(*group) == [CONFIRMED] * 3


def test_the_contact_answers_for_a_group_that_comes_all_or_none(app) -> None:
    event, people = full_event(places=2)
    contact, member = sign_up_group(event, 2)
    (next_one,) = wait_for(event)
    cancel(people[0])
    decline(next_one)
    cancel(people[1])
    assert statuses(contact, member) == [OFFERED, OFFERED]
    with pytest.raises(Conflict):
        accept_offer(person(member), actor=Actor.participant(member.id))
    db.session.rollback()
    decline(contact)
    assert statuses(contact, member) == [DECLINED, DECLINED]


def test_those_of_a_group_that_is_not_all_or_none_answer_for_themselves(app) -> None:
    event, people = full_event(places=2)
    contact, member = sign_up_group(event, 2, all_or_none=False)
    cancel(people[0])
    cancel(people[1])
    decline(contact)
    accept(member)
    assert statuses(contact, member) == [DECLINED, CONFIRMED]


def test_one_who_leaves_the_list_is_passed_by(app) -> None:
    event, (leaving,) = full_event()
    first, second = wait_for(event, 2)
    cancel(first)
    assert letters_to(first) == ["left_list"]
    assert line_queries.waiting_number(person(second)) == 1
    cancel(leaving)
    assert statuses(first, second) == [CANCELLED, OFFERED]


def test_cancelling_never_revives_an_old_offer(app, frozen_now: FrozenClock) -> None:
    event, (leaving,) = full_event()
    first, second, third = wait_for(event, 3)
    cancel(leaving)
    decline(first)
    accept(second)
    cancel(second)
    assert statuses(first, second, third) == [DECLINED, CANCELLED, OFFERED]
    assert last_offer(first).outcome is OfferOutcome.DECLINED
    assert last_offer(second).outcome is OfferOutcome.ACCEPTED
    with pytest.raises(OfferGone):
        accept_offer(person(first), actor=Actor.participant(first.id))
    db.session.rollback()
    with pytest.raises(OfferGone):
        accept_offer(person(second), actor=Actor.participant(second.id))
    db.session.rollback()
    assert letters_to(second) == ["place_offered", "confirmed", "cancelled_by_self"]


def test_one_who_cancels_instead_of_answering_lets_the_next_have_the_place(app) -> None:
    event, (leaving,) = full_event()
    first, second = wait_for(event, 2)
    cancel(leaving)
    cancel(first)
    assert statuses(first, second) == [CANCELLED, OFFERED]
    assert letters_to(first) == ["place_offered", "left_list"]


def test_staff_who_take_an_offer_back_say_why_and_the_next_gets_the_place(app) -> None:
    event, (leaving,) = full_event()
    first, second = wait_for(event, 2)
    cancel(leaving)
    with step():
        withdraw_offer(loaded(event), person(first), "Fel person", actor=STAFF)
    assert statuses(first, second) == [WAITING, OFFERED]
    assert last_offer(first).outcome is OfferOutcome.WITHDRAWN
    assert line_queries.waiting_number(person(first)) == 1
    assert trail_of(first) == ["offered", "offer_withdrawn"]
    with pytest.raises(OfferGone):
        accept_offer(person(first), actor=Actor.participant(first.id))


def test_cancelling_the_event_ends_every_offer_and_gives_nobody_a_place(app) -> None:
    event, (leaving,) = full_event()
    first, second = wait_for(event, 2)
    cancel(leaving)
    with step():
        cancel_event(get_event_to_change(event.id), "Föreläsaren är sjuk", actor=STAFF)
    assert statuses(first, second) == [WAITING, WAITING]
    assert last_offer(first).outcome is OfferOutcome.WITHDRAWN
    assert pools_of("event", event.id)[0].taken == 0
    for one in (first, second):
        assert letters_to(one)[-1] == "event_cancelled"
        with pytest.raises(Conflict):
            accept_offer(person(one), actor=Actor.participant(one.id))
        db.session.rollback()


def test_nothing_moves_once_it_has_started(app, frozen_now: FrozenClock) -> None:
    soon = make_occasion(starts_at=now() + timedelta(hours=5), ends_at=now() + timedelta(hours=9))
    event, (leaving,) = full_event(occasions=[soon])
    (first,) = wait_for(event)
    frozen_now.advance(hours=5)
    db.session.commit()
    cancel_registration(person(leaving), actor=STAFF)
    db.session.commit()
    assert statuses(first) == [WAITING]


def test_an_event_that_was_moved_on_after_its_start_moves_its_list(app, frozen_now: FrozenClock) -> None:
    event, (leaving,) = full_event()
    (first,) = wait_for(event)
    change_event(event, state=EventState.DRAFT)
    with step(event.id):
        cancel_registration(person(leaving), actor=STAFF)
    assert statuses(first) == [WAITING]
    change_event(event, state=EventState.PUBLISHED)
    assert statuses(first) == [OFFERED]


def test_staff_who_add_somebody_when_it_is_full_put_them_last(app) -> None:
    event, _ = full_event()
    wait_for(event)
    with step():
        added = register_by_staff(
            loaded(event), make_submission(event), overbook=False, tell=True, actor=STAFF
        )
    assert statuses(added) == [WAITING]
    assert line_queries.waiting_number(person(added)) == 2


def test_an_overbooking_has_a_line_of_its_own_in_the_trail_and_moves_nobody(app) -> None:
    event, (leaving,) = full_event()
    (waits,) = wait_for(event)
    with step(event.id):
        added = register_by_staff(
            loaded(event), make_submission(event), overbook=True, tell=True, actor=STAFF
        )
    assert statuses(added, waits) == [CONFIRMED, WAITING]
    assert trail_of(added) == ["made", "overbooked"]
    cancel(leaving)
    assert statuses(waits) == [WAITING]
    cancel(added)
    assert statuses(waits) == [OFFERED]


def test_run_again_it_finds_nothing_to_do(app) -> None:
    event, (leaving,) = full_event()
    wait_for(event, 2)
    cancel(leaving)
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    with step():
        fill_free_places([event.id])
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


@pytest.mark.parametrize("rule", [WaitingListRule.OFFER, WaitingListRule.AUTOMATIC])
def test_a_thousand_move_in_one_transaction_of_few_statements(
    app, queries: Statements, rule: WaitingListRule
) -> None:
    event, _ = full_event(rule)
    item = make_choice(event, 10)
    _thousand_waiting(event, item)
    found = get_event_to_change(event.id)
    found.capacity_total = 1001
    db.session.flush()
    with queries() as statements:
        capacity_changed.send(found)
        db.session.commit()
    moved = OFFERED if rule is WaitingListRule.OFFER else CONFIRMED
    in_state = select(func.count()).select_from(Registration).where(Registration.status == moved)
    assert db.session.scalar(in_state) == 1000 + (rule is WaitingListRule.AUTOMATIC)
    assert len(statements) <= 40, "\n".join(
        f"{number} {sql[:150]}" for sql, number in Counter(statements).most_common(12)
    )
    check()


def _thousand_waiting(event: Event, item_id: int) -> None:

    moment = now()
    ids = db.session.scalars(
        insert(Registration).returning(Registration.id),
        [
            {
                "event_id": event.id,
                "status": WAITING,
                "mode": AttendanceMode.ONSITE,
                "name": "Åsa Ahlström",
                "email": f"person{number}@example.se",
                "email_key": f"person{number}@example.se",
                "organisation_name": "Umeå kommun",
                "registered_at": moment,
                "changed_at": moment,
                "waiting_order": number,
                "waiting_since": moment,
                "sort_key": "",
                "search_text": "",
            }
            for number in range(1, 1001)
        ],
    ).all()
    db.session.execute(insert(ChosenItem), [{"registration_id": one, "item_id": item_id} for one in ids])
    db.session.commit()


@pytest.mark.parametrize("apart", [True, False])
def test_those_who_are_in_count_where_the_places_are_counted_now(app, apart: bool) -> None:
    """Places counted apart become counted together, or the other way round: nobody new finds room beside those there are."""
    event = hybrid(separate_pools=apart, capacity_total=2)
    people = [make_registration(event, mode=mode) for mode in AttendanceMode]
    waits = wait_for(event, 1, mode=AttendanceMode.ONLINE)[0]
    change_event(event, separate_pools=not apart)
    assert statuses(*people, waits) == [CONFIRMED, CONFIRMED, WAITING]
    assert sum(pool.taken for pool in pools_of("event", event.id)) == 2
    cancel(people[1])
    assert statuses(waits) == [OFFERED]


def sign_up_statements(client: PageClient, queries: Statements, event: Event, organisation: str) -> list[str]:
    """What the database is asked when the form of an event is sent."""
    form = client.get_page(f"/aktiviteter/{event.slug}/anmalan").soup
    names = [str(field["name"]) for field in form.select("form input[name^=slot_][checked]")]
    answers = dict.fromkeys(names, "")
    items = form.select("form input[name^=slot_]")
    if items:
        answers = {str(items[0]["name"]): str(items[0]["value"])}
    fields = {
        "csrf_token": str(form.select_one("form input[name=csrf_token]")["value"]),
        "nonce": str(form.select_one("form input[name=nonce]")["value"]),
        "name": "Åsa Ahlström",
        "email": "asa@umea.example.se",
        "organisation": organisation,
        "profession": "",
        **answers,
    }
    with queries() as statements:
        assert client.post(f"/aktiviteter/{event.slug}/anmalan", data=fields).status_code == 303
    return list(statements)


def test_signing_up_asks_the_database_little(app, client: PageClient, queries: Statements) -> None:
    umea = _municipal("Umeå kommun", "2480")
    simple = make_event()
    assert len(sign_up_statements(client, queries, simple, umea)) <= 20
    rich = make_event(capacity_total=2, waiting_list=WaitingListRule.OFFER)
    make_choice(rich, 5)
    with step():
        set_quotas(loaded(rich), [QuotaFacts(by=QuotaBy.MUNICIPALITY, capacity=1)], actor=STAFF)
    statements = sign_up_statements(client, queries, rich, umea)
    assert len(statements) <= 30, "\n".join(sql[:110].replace("\n", " ") for sql in statements)
    full = make_event(capacity_total=0, waiting_list=WaitingListRule.OFFER)
    make_choice(full, 5)
    with step():
        set_quotas(loaded(full), [QuotaFacts(by=QuotaBy.MUNICIPALITY, capacity=1)], actor=STAFF)
    assert len(sign_up_statements(client, queries, full, umea)) <= 30
