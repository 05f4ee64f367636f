"""Several threads at once in one process, each with a session of its own."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

from flask import Flask
from sqlalchemy import func, select

from eventsapp.core.actor import Actor
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.errors import DomainError
from eventsapp.events.models import Event, EventFormat, WaitingListRule
from eventsapp.outbox.models import Letter
from eventsapp.places.models import Place, PlaceState, QuotaBy
from eventsapp.places.queries import pools_of
from eventsapp.registrations import queries
from eventsapp.registrations.calendar_invitations import plan_letters
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.event_changes import tell_of_cancelled_event
from eventsapp.registrations.models import (
    AttendanceMode,
    Profession,
    Registration,
    RegistrationStatus,
    SignUpReceipt,
)
from eventsapp.registrations.operations import register
from eventsapp.registrations.submission import Submission
from eventsapp.waiting_list.quotas import QuotaFacts, set_quotas
from tests.factories.events import make_event
from tests.factories.registrations import make_registration, make_submission
from tests.registrations.invariants import faults

THREADS = 8


def all_at_once(app: Flask, works: list[Callable[[], str]]) -> Counter[str]:
    """Let each work begin at the same moment in a thread of its own; count what they answer."""
    db.session.commit()
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], str]) -> str:
        with app.app_context():
            set_transaction_mode(TransactionMode.WRITE)
            gate.wait(30)
            try:
                answer = work()
                db.session.commit()
                return answer
            except DomainError as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as threads:
        return Counter(threads.map(lambda work: Context().run(run, work), works))


def signing_up(event_id: int, submission: Submission) -> Callable[[], str]:
    def sign_up() -> str:
        done = register(queries.get_event_in_letters(event_id), submission, actor=Actor.anonymous())
        return "repeat" if done.is_repeat else ("new" if done.registration else "registered")

    return sign_up


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_one_form_sent_by_eight_threads_is_one_registration_with_one_letter(app: Flask) -> None:
    event = make_event()
    submission = make_submission(event, nonce="n" * 32)
    answers = all_at_once(app, [signing_up(event.id, submission)] * THREADS)
    assert answers == {"new": 1, "repeat": THREADS - 1}
    assert (count(Registration), count(SignUpReceipt), count(Letter)) == (1, 1, 1)


def test_one_form_for_an_address_that_is_registered_is_one_letter(app: Flask) -> None:
    event = make_event()
    make_registration(event, email="asa@umea.example.se")
    submission = make_submission(event, nonce="n" * 32, email="asa@umea.example.se")
    answers = all_at_once(app, [signing_up(event.id, submission)] * THREADS)
    assert answers == {"registered": 1, "repeat": THREADS - 1}
    assert (count(SignUpReceipt), count(Letter)) == (1, 1)


def test_one_address_in_eight_forms_is_one_registration_and_one_letter_more(app: Flask) -> None:
    event = make_event()
    forms = [make_submission(event, email="asa@umea.example.se") for _ in range(THREADS)]
    answers = all_at_once(app, [signing_up(event.id, form) for form in forms])
    assert answers == {"new": 1, "registered": THREADS - 1}
    assert (count(Registration), count(SignUpReceipt)) == (1, THREADS)
    kinds = Counter(db.session.scalars(select(Letter.kind)))
    assert kinds == {"confirmed": 1, "already_registered": 1}
    assert pools_of("event", event.id)[0].taken == 1


def test_one_nonce_with_eight_addresses_is_one_registration(app: Flask) -> None:
    event = make_event()
    forms = [make_submission(event, nonce="n" * 32) for _ in range(THREADS)]
    answers = all_at_once(app, [signing_up(event.id, form) for form in forms])
    assert answers == {"new": 1, "repeat": THREADS - 1}
    assert (count(Registration), count(Letter)) == (1, 1)


def test_the_last_place_is_given_once(app: Flask) -> None:
    event = make_event(capacity_total=3)
    make_registration(event)
    make_registration(event)
    forms = [make_submission(event) for _ in range(THREADS)]
    answers = all_at_once(app, [signing_up(event.id, form) for form in forms])
    assert answers == {"new": 1, "PoolFull": THREADS - 1}
    assert (count(Registration), count(SignUpReceipt), count(Letter)) == (3, 1, 1)
    assert pools_of("event", event.id)[0].taken == 3


def test_one_form_sent_by_eight_threads_for_the_last_place_tells_nobody_that_it_is_full(app: Flask) -> None:
    event = make_event(capacity_total=1)
    submission = make_submission(event, nonce="n" * 32)
    answers = all_at_once(app, [signing_up(event.id, submission)] * THREADS)
    assert answers == {"new": 1, "repeat": THREADS - 1}


def test_the_first_of_a_group_meet_its_quota_at_once(app: Flask) -> None:
    """The quota's pool for the group is made by one of them while the others wait."""
    event = make_event(capacity_total=20, waiting_list=WaitingListRule.OFFER)
    quota = QuotaFacts(by=QuotaBy.PROFESSION, capacity=2)
    set_quotas(queries.get_event_in_letters(event.id), [quota], actor=Actor.system())
    forms = [make_submission(event, profession=Profession.SCHOOL) for _ in range(THREADS)]
    assert all_at_once(app, [signing_up(event.id, form) for form in forms]) == {"new": THREADS}
    assert pools_of("event", event.id)[0].taken == 2
    assert faults(db.session.connection()) == []


def changing(event_id: int, registration_id: int, mode: AttendanceMode) -> Callable[[], str]:
    def change() -> str:
        registration = queries.get_registration(event_id, registration_id)
        change_registration(
            registration, make_submission(mode=mode), actor=Actor.participant(registration_id)
        )
        return "moved"

    return change


def test_people_who_change_places_both_ways_at_once_do_not_wait_for_each_other_for_ever(app: Flask) -> None:
    event = make_event(
        format=EventFormat.HYBRID,
        separate_pools=True,
        capacity_total=None,
        capacity_onsite=8,
        capacity_online=8,
    )
    onsite = [make_registration(event, mode=AttendanceMode.ONSITE).id for _ in range(4)]
    online = [make_registration(event, mode=AttendanceMode.ONLINE).id for _ in range(4)]
    works = [changing(event.id, one, AttendanceMode.ONLINE) for one in onsite]
    works += [changing(event.id, one, AttendanceMode.ONSITE) for one in online]
    assert all_at_once(app, works) == {"moved": 8}
    assert {pool.name.value: pool.taken for pool in pools_of("event", event.id)} == {"onsite": 4, "online": 4}
    holders = db.session.scalars(select(Place.holder_id).where(Place.state == PlaceState.TAKEN)).all()
    assert Counter(holders) == Counter(onsite + online)


def test_a_double_click_on_change_is_no_fault(app: Flask) -> None:
    event = make_event()
    registration_id = make_registration(event).id
    answers = all_at_once(
        app, [changing(event.id, registration_id, AttendanceMode.ONSITE) for _ in range(THREADS)]
    )
    assert answers == {"moved": THREADS}


def test_letters_at_once_give_the_calendar_a_number_each(app: Flask) -> None:
    event = make_event()
    first = make_registration(event, email="asa@umea.example.se", status=RegistrationStatus.CANCELLED)
    first.invitation_sequence = 4
    registration_id = make_registration(event, email="asa@umea.example.se").id

    def tell() -> str:
        registration = queries.find_with_event(registration_id)
        assert registration is not None
        return str(plan_letters(registration.event, [registration])[registration_id].sequence)

    assert all_at_once(app, [tell] * THREADS) == Counter(str(5 + number) for number in range(THREADS))


def test_an_event_cancelled_meanwhile_leaves_nobody_untold(app: Flask) -> None:
    """Whoever gets in while it is cancelled is among those who are told; the others see that it is off."""
    event = make_event()
    event_id = event.id
    forms = [make_submission(event) for _ in range(THREADS - 1)]

    def cancel() -> str:
        cancelled = db.session.scalars(select(Event).where(Event.id == event_id).with_for_update()).one()
        cancelled.state = "cancelled"  # type: ignore[assignment]
        tell_of_cancelled_event(cancelled, Actor.system())
        return "cancelled"

    answers = all_at_once(app, [cancel, *(signing_up(event_id, form) for form in forms)])
    assert set(answers) <= {"cancelled", "new", "NotOpen"}
    told = set(db.session.scalars(select(Letter.recipient).where(Letter.kind == "event_cancelled")))
    assert told == set(db.session.scalars(select(Registration.email)))
