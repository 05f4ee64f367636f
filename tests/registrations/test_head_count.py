"""Several people behind one screen: one registration, one place, and counted as many as they are."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.core.actor import Actor
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.events.consequences import letter_lines
from eventsapp.events.facts import facts_of
from eventsapp.events.models import Event, EventFormat, WaitingListRule
from eventsapp.events.queries import get_event_to_change
from eventsapp.outbox.models import Letter
from eventsapp.places.queries import pools_of
from eventsapp.protection.locking import lock_record
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.companions import keep_names, name_companions, names_of
from eventsapp.registrations.consequences import consequences
from eventsapp.registrations.models import AttendanceMode, Registration, RegistrationStatus
from eventsapp.registrations.operations import register_by_staff
from eventsapp.registrations.queries import people_coming
from eventsapp.registrations.rules import require_head_count, waiting_modes
from eventsapp.registrations.submission import Submission
from eventsapp.self_service.date_moving import move_to_date
from eventsapp.self_service.handover_links import add_handover_link
from eventsapp.self_service.handover_queries import find_handover
from eventsapp.self_service.handovers import Colleague, accept_handover, offer_to_colleague
from tests.factories.events import make_event, make_occasion, make_series
from tests.factories.registrations import make_registration, make_submission
from tests.registrations.steps import STAFF, cancel, loaded, person, sign_up, step, trail_of

ONLINE, ONSITE = AttendanceMode.ONLINE, AttendanceMode.ONSITE
pytestmark = pytest.mark.usefixtures("app")


def an_event(**facts: object) -> Event:
    values: dict[str, object] = {"format": EventFormat.HYBRID, "shared_screen_max": 20, "capacity_total": 4}
    return make_event(**(values | facts))


def a_group(event: Event, people: int = 12, **answers: object) -> Registration:
    found = sign_up(event, mode=ONLINE, head_count=people, **answers).registration
    assert found is not None
    return person(found)


def change(registration: Registration, *, by_staff: bool = False, **answers: object) -> Registration:
    with step():
        found = person(registration)
        values = {"name": found.name, "organisation": found.organisation_name, "mode": found.mode}
        actor = STAFF if by_staff else Actor.participant(found.id)
        change_registration(found, Submission(**(values | answers)), actor=actor)  # type: ignore[arg-type]
    return person(registration)


def last_letter() -> Letter:
    return db.session.scalars(select(Letter).order_by(Letter.id.desc()).limit(1)).one()


@pytest.mark.parametrize(("mode", "wanted", "expected"), [(ONLINE, 5, 5), (ONLINE, None, 3), (ONSITE, 5, 1)])
def test_how_many_a_registration_is_for(mode: AttendanceMode, wanted: int | None, expected: int) -> None:
    assert make_submission(mode=mode, head_count=wanted).people(3) == expected


@pytest.mark.parametrize(
    ("most", "before", "wanted", "is_refused"),
    [
        (20, 1, 20, False),
        (20, 1, 21, True),
        (20, 1, 0, True),
        (20, 1, -1, True),
        (None, 1, 2, True),
        (None, 1, None, False),
        # What one has already can be kept where the activity takes fewer now, and made less.
        (5, 12, 12, False),
        (5, 12, 11, False),
        (5, 12, 13, True),
    ],
)
def test_how_many_there_may_be(most: int | None, before: int, wanted: int | None, is_refused: bool) -> None:
    event = Event(format=EventFormat.ONLINE, shared_screen_max=most)
    submission = make_submission(mode=ONLINE, head_count=wanted)
    if not is_refused:
        require_head_count(event, submission, before)
        return
    with pytest.raises(DomainError) as refused:
        require_head_count(event, submission, before)
    assert refused.value.field == "head_count"


def test_several_at_one_screen_do_not_wait_for_a_chair() -> None:
    event = Event(format=EventFormat.HYBRID)
    one = Registration(mode=ONLINE, takes_any_mode=True)
    assert waiting_modes(event, one) == [ONLINE, ONSITE]
    one.head_count = 2
    assert waiting_modes(event, one) == [ONLINE]


def test_a_group_takes_one_place() -> None:
    event = an_event()
    group = a_group(event)
    assert (group.head_count, pools_of("event", event.id)[0].taken) == (12, 1)
    letter = last_letter()
    assert "Ni är 12 personer vid samma skärm." in letter.body_text
    assert "Ni är 12 personer vid samma skärm." in letter.body_html
    make_registration(event)
    assert people_coming([event.id]) == {event.id: 13}


def test_where_everybody_is_alone_nothing_is_said_of_people() -> None:
    event = an_event()
    sign_up(event, mode=ONLINE)
    assert people_coming([event.id]) == {}
    assert "skärm" not in last_letter().body_text


@pytest.mark.parametrize("people", [0, -4, 21, 10**9])
def test_a_number_that_cannot_be_leaves_nothing(people: int) -> None:
    event = an_event()
    with pytest.raises(DomainError) as refused, step():
        sign_up(event, mode=ONLINE, head_count=people)
    assert refused.value.field == "head_count"
    db.session.rollback()
    assert db.session.scalars(select(Registration)).all() == []
    with pytest.raises(DomainError):
        register_by_staff(
            loaded(event),
            make_submission(event, mode=ONLINE, head_count=people),
            overbook=False,
            tell=False,
            actor=STAFF,
        )


def test_on_site_everybody_counts_as_one() -> None:
    event = an_event()
    found = sign_up(event, mode=ONSITE, head_count=12).registration
    assert found is not None and person(found).head_count == 1


def test_a_change_of_the_number_is_told_and_stands_in_the_trail_without_it() -> None:
    group = change(a_group(an_event()), head_count=5)
    assert group.head_count == 5
    letter = last_letter()
    assert letter.kind == "changed"
    assert "Ni är 5 personer vid samma skärm." in letter.body_text
    assert "gäller nu en person" not in letter.body_text
    assert trail_of(group)[-1] == "changed"


def test_one_who_comes_after_all_comes_alone_and_is_told_so() -> None:
    event = an_event()
    group = a_group(event)
    with step():
        name_companions(person(group), ["Bo Berg", "Cia Ceder"], actor=Actor.participant(group.id))
    group = change(group, mode=ONSITE, head_count=12)
    assert (group.head_count, names_of([group.id])) == (1, {})
    assert "Anmälan gäller nu en person." in last_letter().body_text
    assert "Anmälan gäller nu en person." in last_letter().body_html


def test_where_nobody_asks_any_more_the_number_stays() -> None:
    event = an_event()
    group = a_group(event)
    with step():
        loaded(event).shared_screen_max = None
    assert change(group, job_title="Kurator").head_count == 12


def test_names_are_kept_as_far_as_there_are_people() -> None:
    group = a_group(an_event(), 4)
    with step():
        name_companions(
            person(group), ["Bo Berg", "Cia Ceder", "Dag Dahl"], actor=Actor.participant(group.id)
        )
    assert trail_of(group) == ["made", "changed"]
    group = change(group, head_count=3)
    assert names_of([group.id]) == {group.id: ("Bo Berg", "Cia Ceder")}
    with pytest.raises(DomainError) as refused:
        name_companions(person(group), ["A", "B", "C"], actor=Actor.participant(group.id))
    assert (refused.value.field, refused.value.message) == (
        "names",
        "Det är 3 namn. Ni är 3 vid skärmen, så skriv högst 2.",
    )


def test_who_is_no_longer_registered_has_named_nobody() -> None:
    group = a_group(an_event())
    with step():
        keep_names(group, ["Bo Berg"])
    cancel(group)
    assert names_of([group.id]) == {}
    assert last_letter().kind == "cancelled_by_self"
    assert "vid samma skärm" not in last_letter().body_text


def test_one_under_an_alias_names_nobody() -> None:
    event = an_event()
    group = a_group(event)
    with step():
        keep_names(group, ["Bo Berg"])
    with step():
        lock_record(loaded(event), person(group), seal_organisation=False, actor=STAFF)
    assert (person(group).head_count, names_of([group.id])) == (12, {})
    with pytest.raises(DomainError):
        name_companions(person(group), ["Bo Berg"], actor=Actor.participant(group.id))


def test_the_colleague_takes_over_the_screen_with_as_many() -> None:
    event = an_event()
    group = a_group(event)
    with step():
        keep_names(group, ["Bo Berg"])
    with step():
        found = person(group)
        colleague = Colleague("Bo Berg", "bo.berg@example.se")
        handover = offer_to_colleague(found, colleague, actor=Actor.participant(found.id))
        token = add_handover_link(handover.id)
    assert "Ni är 12 personer vid samma skärm." in last_letter().body_text
    with step():
        found_offer = find_handover(token)
        assert found_offer is not None
        accept_handover(found_offer, make_submission(event), actor=Actor.anonymous())
    successor = db.session.scalars(
        select(Registration).where(Registration.status == RegistrationStatus.CONFIRMED)
    ).one()
    assert (successor.mode, successor.head_count, names_of([group.id, successor.id])) == (ONLINE, 12, {})
    assert people_coming([event.id]) == {event.id: 12}


@pytest.mark.parametrize(
    ("facts", "people", "names", "is_told"),
    [
        ({"shared_screen_max": 20}, 4, ("Bo Berg", "Cia Ceder"), False),
        ({"shared_screen_max": 2}, 2, ("Bo Berg",), True),
        ({"shared_screen_max": None}, 1, (), True),
        ({"format": EventFormat.ONSITE}, 1, (), True),
    ],
)
def test_another_date_takes_as_many_as_it_allows(
    facts: dict[str, object], people: int, names: tuple[str, ...], is_told: bool
) -> None:
    series = make_series()
    first = an_event(series_id=series.id)
    later = make_occasion(swedish_today() + timedelta(days=60))
    second = an_event(series_id=series.id, occasions=[later], **facts)
    group = a_group(first, 4)
    with step():
        keep_names(group, ["Bo Berg", "Cia Ceder"])
    with step():
        found = person(group)
        move_to_date(found, loaded(second), actor=Actor.participant(found.id))
    moved = person(person(group).replaced_by_id or 0)
    assert (moved.head_count, names_of([moved.id]).get(moved.id, ())) == (people, names)
    assert names_of([group.id]) == {}
    told = f"- Antalet personer vid skärmen. Anmälan till det nya datumet gäller {people}."
    assert (told in last_letter().body_text) is is_told


def test_one_who_waits_and_gets_a_chair_comes_alone() -> None:
    event = an_event(capacity_total=1, waiting_list=WaitingListRule.AUTOMATIC)
    first = make_registration(event, mode=ONSITE)
    waiting = make_registration(event, mode=ONLINE, head_count=9, status=RegistrationStatus.WAITING)
    with step():
        loaded(event).format = EventFormat.ONSITE
    cancel(first)
    waiting = person(waiting)
    assert (waiting.status, waiting.mode, waiting.head_count) == (RegistrationStatus.CONFIRMED, ONSITE, 1)


def test_a_group_does_not_wait_for_a_chair_until_it_is_one_alone() -> None:
    event = make_event(
        format=EventFormat.HYBRID,
        separate_pools=True,
        capacity_onsite=1,
        capacity_online=0,
        capacity_total=None,
        shared_screen_max=20,
        waiting_list=WaitingListRule.AUTOMATIC,
    )
    group = a_group(event, 3, takes_any_mode=True)
    assert group.status is RegistrationStatus.WAITING
    group = change(group, head_count=1, takes_any_mode=True)
    assert (group.status, group.mode) == (RegistrationStatus.CONFIRMED, ONSITE)


def test_letters_are_counted_as_letters_and_the_others_are_told_apart() -> None:
    event = an_event()
    a_group(event, 12)
    make_registration(event)
    found = consequences(loaded_to_change(event), facts_of(loaded_to_change(event)))
    assert list(letter_lines(found)) == [
        "2 personer får ett brev var.",
        "11 personer till sitter vid någon annans skärm och får inget eget brev.",
    ]


def loaded_to_change(event: Event) -> Event:
    return get_event_to_change(event.id)
