"""Handing a place over to a colleague, in a real database."""

import pytest
from sqlalchemy import select

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.events.life_cycle import cancel_event
from eventsapp.events.models import Admission, Event, EventState, WaitingListRule
from eventsapp.events.queries import get_event_to_change
from eventsapp.outbox.links import mint_links
from eventsapp.outbox.models import Letter
from eventsapp.places.models import QuotaBy
from eventsapp.places.operations import PoolFull
from eventsapp.places.queries import pools_of
from eventsapp.protection.locking import lock_record
from eventsapp.registrations import queries
from eventsapp.registrations.handover_models import HandoverOutcome, PlaceHandover
from eventsapp.registrations.models import EndReason, Profession, Registration, RegistrationStatus
from eventsapp.registrations.operations import register
from eventsapp.self_service.handover_links import add_handover_link
from eventsapp.self_service.handover_queries import find_handover, last_handover
from eventsapp.self_service.handover_rules import MOST_OFFERED_A_DAY, RegisteredAlready, may_hand_over
from eventsapp.self_service.handovers import (
    Colleague,
    accept_handover,
    decline_handover,
    offer_to_colleague,
    take_back,
)
from eventsapp.waiting_list.quotas import QuotaFacts, set_quotas
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_municipality, make_organiser
from tests.factories.registrations import make_registration, make_submission
from tests.registrations.steps import (
    STAFF,
    cancel,
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

BO = Colleague("Bo Berg", "bo.berg@skelleftea.example.se")
NOBODY = Actor.anonymous()
pytestmark = pytest.mark.usefixtures("app")
CONFIRMED, WAITING = RegistrationStatus.CONFIRMED, RegistrationStatus.WAITING


def offered(registration: Registration, colleague: Colleague = BO) -> str:
    """Offer a place; answers the token in the colleague's letter."""
    with step():
        found = person(registration)
        handover = offer_to_colleague(found, colleague, actor=Actor.participant(found.id))
        return add_handover_link(handover.id)


def handover_of(token: str) -> PlaceHandover:
    found = find_handover(token)
    assert found is not None
    return found


def said_yes(token: str, **answers: object) -> Registration:
    """The colleague says yes; answers their registration."""
    with step():
        handover = handover_of(token)
        first_id = handover.registration_id
        accept_handover(handover, make_submission(name="Bo Berg", **answers), actor=NOBODY)
    return person(person(first_id).replaced_by_id or 0)


def taken(event: Event) -> list[int]:
    return [pool.taken for pool in pools_of("event", event.id)]


def letters() -> list[tuple[str, str]]:
    return [(one.kind, one.recipient) for one in db.session.scalars(select(Letter).order_by(Letter.id))]


def test_the_place_stays_until_the_colleague_says_yes_and_then_goes_straight_to_them() -> None:
    event = make_event(capacity_total=1, waiting_list=WaitingListRule.AUTOMATIC)
    first = make_registration(event, food="vegan")
    waiting = make_registration(event, status=WAITING)
    token = offered(first)
    assert statuses(first, waiting) == [CONFIRMED, WAITING]
    assert letters() == [("place_handed", BO.email)]
    successor = said_yes(token, organisation="Skellefteå kommun", job_title="Kurator")
    assert statuses(first, waiting, successor) == [RegistrationStatus.CANCELLED, WAITING, CONFIRMED]
    assert (successor.email, successor.name, successor.job_title) == (BO.email, "Bo Berg", "Kurator")
    assert person(first).end_reason is EndReason.HANDED_OVER
    assert queries.answers_of(first.id) == queries.Answers()
    assert taken(event) == [1]
    assert trail_of(first) == ["handover_offered", "handed_over"]
    assert trail_of(successor) == ["taken_over"]
    assert (letters_to(first), letters_to(successor)) == (["handed_over"], ["confirmed"])


def test_an_answer_forgets_who_the_colleague_is() -> None:
    event = make_event()
    for answer in ("yes", "no", "back", "cancel"):
        first = make_registration(event)
        token = offered(first, Colleague("Bo Berg", f"bo.{answer}@example.se"))
        if answer == "yes":
            said_yes(token)
        elif answer == "cancel":
            cancel(first)
        else:
            with step():
                if answer == "no":
                    decline_handover(handover_of(token), actor=NOBODY)
                else:
                    take_back(person(first), actor=Actor.participant(first.id))
        found = last_handover(first.id)
        assert found is not None and found.outcome is not None
        assert (found.name, found.email) == ("", "")


def test_saying_yes_twice_makes_one_registration() -> None:
    event = make_event()
    token = offered(make_registration(event))
    said_yes(token)
    with step():
        accept_handover(handover_of(token), make_submission(), actor=NOBODY)
    assert taken(event) == [1]
    assert [kind for kind, _ in letters()] == ["place_handed", "handed_over", "confirmed"]


def test_a_no_leaves_the_place_and_tells_the_first_one() -> None:
    event = make_event()
    first = make_registration(event)
    token = offered(first)
    for _ in range(2):
        with step():
            decline_handover(handover_of(token), actor=NOBODY)
    assert statuses(first) == [CONFIRMED]
    assert letters_to(first) == ["handover_declined"]
    assert trail_of(first) == ["handover_offered", "handover_declined"]
    with pytest.raises(Conflict, match="erbjuds inte längre"):
        accept_handover(handover_of(token), make_submission(), actor=NOBODY)


def test_what_is_taken_back_cannot_be_taken() -> None:
    event = make_event()
    first = make_registration(event)
    token = offered(first)
    for _ in range(2):
        with step():
            take_back(person(first), actor=Actor.participant(first.id))
    with pytest.raises(Conflict, match="erbjuds inte längre"):
        accept_handover(handover_of(token), make_submission(), actor=NOBODY)
    db.session.rollback()
    with pytest.raises(Conflict, match="erbjuds inte längre"):
        decline_handover(handover_of(token), actor=NOBODY)
    db.session.rollback()
    assert trail_of(first) == ["handover_offered", "handover_withdrawn"]
    assert offered(first)


def test_the_offer_dies_with_the_place_the_activity_and_at_the_start(
    frozen_now: FrozenClock,
) -> None:
    event = make_event()
    people = [make_registration(event) for _ in range(3)]
    tokens = [
        offered(one, Colleague("Bo Berg", f"bo{number}@example.se")) for number, one in enumerate(people)
    ]
    cancel(people[0])
    with step():
        lock_record(loaded(event), person(people[1]), seal_organisation=False, actor=STAFF)
    with pytest.raises(Conflict, match="erbjuds inte längre"):
        accept_handover(handover_of(tokens[0]), make_submission(), actor=NOBODY)
    db.session.rollback()
    with pytest.raises(Conflict, match="erbjuds inte längre"):
        accept_handover(handover_of(tokens[1]), make_submission(), actor=NOBODY)
    db.session.rollback()
    assert event.first_starts_at is not None
    before = now()
    frozen_now.set(event.first_starts_at)
    with pytest.raises(Conflict, match="erbjuds inte längre"):
        accept_handover(handover_of(tokens[2]), make_submission(), actor=NOBODY)
    db.session.rollback()
    frozen_now.set(before)
    with step():
        cancel_event(get_event_to_change(event.id), reason="Snöstorm", actor=STAFF)
    with pytest.raises(Conflict, match="erbjuds inte längre"):
        accept_handover(handover_of(tokens[2]), make_submission(), actor=NOBODY)
    db.session.rollback()
    assert last_handover(people[0].id).outcome is HandoverOutcome.WITHDRAWN  # type: ignore[union-attr]


def test_the_letter_to_the_colleague_does_not_tell_whose_record_has_been_locked() -> None:
    event = make_event()
    first = make_registration(event, name="Åsa Ahlström", email="asa.ahlstrom@umea.example.se")
    offered(first)
    with step():
        lock_record(loaded(event), person(first), seal_organisation=False, actor=STAFF)
    letter = db.session.scalars(select(Letter).where(Letter.kind == "place_handed")).one()
    for text in (letter.subject_line, letter.body_text, letter.body_html):
        assert "Deltagare 1" in text
        assert "Ahlström" not in text


def test_a_record_that_is_locked_is_forgotten_as_colleague_too() -> None:
    event = make_event()
    first, colleague = make_registration(event), make_registration(event, name="Bo Berg", email=BO.email)
    token = offered(first)
    with step():
        lock_record(loaded(event), person(colleague), seal_organisation=False, actor=STAFF)
    found = handover_of(token)
    assert (found.outcome, found.name, found.email) == (HandoverOutcome.WITHDRAWN, "", "")


def test_a_letter_of_an_offer_that_is_over_has_no_link() -> None:
    event = make_event()
    first = make_registration(event)
    offered(first)
    found = last_handover(first.id)
    assert found is not None
    assert set(mint_links("handover", found.id, "place_handed", BO.email)) == {"answer"}
    with pytest.raises(Conflict):
        mint_links("handover", found.id, "place_handed", "annan@example.se")
    with step():
        take_back(person(first), actor=Actor.participant(first.id))
    with pytest.raises(DomainError):
        mint_links("handover", found.id, "place_handed", BO.email)


def test_one_who_is_registered_is_told_so_alone() -> None:
    event = make_event(capacity_total=2)
    first = make_registration(event)
    make_registration(event, email=BO.email)
    waiting = make_registration(event, status=WAITING, email="cia@example.se")
    for address in (BO.email, waiting.email.upper()):
        token = offered(first, Colleague("Bo Berg", address))
        with pytest.raises(RegisteredAlready):
            accept_handover(handover_of(token), make_submission(), actor=NOBODY)
        db.session.rollback()
        assert last_handover(first.id).outcome is None  # type: ignore[union-attr]
        with step():
            take_back(person(first), actor=Actor.participant(first.id))
    assert letters_to(first) == []


def test_choices_in_the_programme_go_along() -> None:
    event = make_event()
    item = make_choice(event, 1)
    done = sign_up(event, items=(item,))
    assert done.registration is not None
    successor = said_yes(offered(done.registration))
    assert queries.chosen_items([successor.id, done.registration.id])[successor.id] == (item,)
    assert [pool.taken for pool in pools_of("programme_item", item)] == [1]


def test_the_same_quota_group_keeps_its_place_and_another_one_needs_a_free_one() -> None:
    for code, name in (("2480", "Umeå kommun"), ("2482", "Skellefteå kommun")):
        make_municipality(code)
        make_organiser(name, name_sv=name, municipality_code=code)
    event = make_event(capacity_total=3, waiting_list=WaitingListRule.OFFER)
    with step():
        set_quotas(loaded(event), [QuotaFacts(by=QuotaBy.MUNICIPALITY, capacity=1)], actor=STAFF)
    umea = sign_up(event, organisation="Umeå kommun").registration
    skelleftea = sign_up(event, organisation="Skellefteå kommun").registration
    assert umea and skelleftea
    waiting = sign_up(event, organisation="Umeå kommun").registration
    token = offered(umea)
    with pytest.raises(PoolFull) as caught:
        accept_handover(handover_of(token), make_submission(organisation="Skellefteå kommun"), actor=NOBODY)
    assert caught.value.field == "organisation"
    db.session.rollback()
    assert statuses(umea, skelleftea, waiting) == [CONFIRMED, CONFIRMED, WAITING]
    assert said_yes(token, organisation="Umeå kommun").municipality_code == "2480"
    assert statuses(umea, waiting) == [RegistrationStatus.CANCELLED, WAITING]
    cancel(skelleftea)
    third = said_yes(
        offered(person(person(umea).replaced_by_id or 0), Colleague("Cia Dahl", "cia@skelleftea.example.se")),
        organisation="Skellefteå kommun",
    )
    # The place of Umeå has come free, so the one from there who waits has their turn.
    assert statuses(third, waiting) == [CONFIRMED, RegistrationStatus.OFFERED]


def test_a_profession_that_a_quota_counts_must_be_said() -> None:
    event = make_event()
    with step():
        set_quotas(loaded(event), [QuotaFacts(by=QuotaBy.PROFESSION, capacity=1)], actor=STAFF)
    token = offered(make_registration(event, profession=Profession.SCHOOL))
    with pytest.raises(DomainError) as caught:
        accept_handover(handover_of(token), make_submission(), actor=NOBODY)
    assert caught.value.field == "profession"
    db.session.rollback()
    assert said_yes(token, profession=Profession.SCHOOL).profession is Profession.SCHOOL


def test_a_place_in_a_group_stays_in_the_group_which_somebody_answers_for() -> None:
    event = make_event()
    contact, member = sign_up_group(event, 2)
    successor = said_yes(offered(contact))
    assert successor.group_id == contact.group_id
    assert (person(member).is_group_contact, successor.is_group_contact) == (True, False)
    cancel(member)
    assert person(successor).is_group_contact


@pytest.mark.parametrize("admission", [Admission.APPROVAL, Admission.ALLOCATION, Admission.NETWORK])
def test_where_the_organiser_chooses_who_comes_nobody_hands_a_place_over(admission: Admission) -> None:
    event = make_event(admission=admission)
    first = make_registration(event)
    with pytest.raises(Conflict, match="Det går inte att lämna över platsen"):
        offer_to_colleague(person(first), BO, actor=Actor.participant(first.id))


def test_who_may_hand_a_place_over() -> None:
    event = make_event()
    assert may_hand_over(make_registration(event), event, now())
    for facts in ({"email": ""}, {"alias_number": 1}, {"status": RegistrationStatus.APPLIED}):
        assert not may_hand_over(make_registration(event, **facts), event, now())
    first = make_registration(event)
    assert event.first_starts_at is not None
    assert not may_hand_over(first, event, event.first_starts_at)
    for state in (EventState.SAVE_THE_DATE, EventState.CANCELLED, EventState.DRAFT):
        event.state = state
        assert not may_hand_over(first, event, now())


def test_one_offer_at_a_time_to_another_address_and_a_few_a_day() -> None:
    event = make_event()
    first = make_registration(event, email="asa@umea.example.se")
    db.session.commit()
    actor = Actor.participant(first.id)
    with pytest.raises(DomainError) as caught:
        offer_to_colleague(person(first), Colleague("Åsa", "ASA@umea.example.se"), actor=actor)
    assert caught.value.field == "email"
    db.session.rollback()
    offered(first)
    with pytest.raises(Conflict, match="redan erbjuden"):
        offer_to_colleague(person(first), BO, actor=actor)
    db.session.rollback()
    for number in range(MOST_OFFERED_A_DAY - 1):
        with step():
            take_back(person(first), actor=actor)
        offered(first, Colleague("Bo Berg", f"bo{number}@example.se"))
    with step():
        take_back(person(first), actor=actor)
    with pytest.raises(Conflict, match="många gånger i dag"):
        offer_to_colleague(person(first), BO, actor=actor)


def test_the_officer_is_told_after_the_last_day(
    frozen_now: FrozenClock,
) -> None:
    event = make_event(contact_email="kurs@example.se", asks_food=True)
    event.registration_closes_on = now().date()
    token = offered(make_registration(event))
    frozen_now.advance(days=2)
    said_yes(token, food="vegan")
    letter = db.session.scalars(select(Letter).where(Letter.kind == "officer_late_change")).one()
    assert "har tagit över en plats av en kollega" in letter.body_text
    assert "Uppgifterna om mat eller behov är ändrade." in letter.body_text
    assert "vegan" not in letter.body_text.casefold()


def test_one_who_has_handed_the_place_over_can_sign_up_again() -> None:
    event = make_event()
    first = make_registration(event, email="asa@umea.example.se")
    said_yes(offered(first))
    with step():
        register(loaded(event), make_submission(email="asa@umea.example.se"), actor=NOBODY)
    assert taken(event) == [2]
