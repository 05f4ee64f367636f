"""Several threads at the same invitations at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.admission.invitation_answers import accept, decline, send_link
from eventsapp.admission.invitations import Invitee, invite, remind, withdraw
from eventsapp.admission.models import Invitation
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.events.models import Admission
from eventsapp.outbox.models import Letter
from eventsapp.registrations.models import Registration
from eventsapp.registrations.queries import get_event_in_letters
from tests.factories.events import make_event
from tests.factories.invitations import make_invitation
from tests.factories.networks import make_member, make_network, make_network_event
from tests.factories.registrations import make_submission
from tests.registrations.test_races import THREADS, all_at_once

STAFF = Actor.user(1, "Karin Öberg")
ANYBODY = Actor.anonymous()


@pytest.fixture
def event_id(app: Flask) -> int:
    return make_event(admission=Admission.INVITATION).id


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def accepting(event_id: int, invitation_id: int, email: str) -> Callable[[], str]:
    submission = make_submission(email=email)

    def work() -> str:
        event = get_event_in_letters(event_id)
        accept(db.session.get_one(Invitation, invitation_id), event, submission, actor=ANYBODY)
        return "in"

    return work


def test_an_invitation_lets_one_in_of_eight_who_share_it(app: Flask, event_id: int) -> None:
    invitation = make_invitation(get_event_in_letters(event_id))
    works = [accepting(event_id, invitation.id, f"p{number}@example.se") for number in range(THREADS)]
    assert all_at_once(app, works) == {"in": 1, "SignedUpAlready": THREADS - 1}
    assert (count(Registration), count(Letter)) == (1, 1)


def test_yes_no_and_taken_back_at_once_leave_one_answer(app: Flask, event_id: int) -> None:
    for round_number in range(4):
        invitation = make_invitation(get_event_in_letters(event_id))
        invitation_id = invitation.id

        def say_no(invitation_id: int = invitation_id) -> str:
            event = get_event_in_letters(event_id)
            decline(db.session.get_one(Invitation, invitation_id), event, actor=ANYBODY)
            return "no"

        def take_back(invitation_id: int = invitation_id) -> str:
            withdraw(db.session.get_one(Invitation, invitation_id), actor=STAFF)
            return "back"

        before = count(Registration)
        yes = accepting(event_id, invitation_id, f"r{round_number}@example.se")
        answers = all_at_once(app, [yes, say_no, take_back])
        db.session.expire_all()
        state = db.session.get_one(Invitation, invitation_id).state
        signed_up = count(Registration) - before
        assert signed_up == answers["in"]
        assert state.value == ("accepted" if signed_up else "withdrawn"), answers


def test_two_officers_who_remind_at_once_send_one_letter_each(app: Flask, event_id: int) -> None:
    event = get_event_in_letters(event_id)
    for _ in range(5):
        make_invitation(event, invited_at=now() - timedelta(days=2))

    def work() -> str:
        return str(remind(get_event_in_letters(event_id), actor=STAFF))

    assert all_at_once(app, [work] * 4) == {"5": 1, "0": 3}
    assert count(Letter) == 5


def test_the_same_people_invited_at_once_get_one_letter_each(app: Flask, event_id: int) -> None:
    people = [Invitee(email=f"p{number}@example.se") for number in range(10)]

    def work() -> str:
        return str(invite(get_event_in_letters(event_id), people, language="sv", actor=STAFF).new)

    answers = all_at_once(app, [work] * 4)
    assert answers["10"] == 1
    assert set(answers) <= {"10", "0", "Conflict"}
    assert (count(Invitation), count(Letter)) == (10, 10)


def test_a_member_who_asks_eight_times_at_once_gets_one_letter(app: Flask) -> None:
    event = make_event(admission=Admission.NETWORK)
    network = make_network()
    make_network_event(event, network)
    make_member(network, email="asa@example.se")
    event_id = event.id

    def work() -> str:
        send_link(get_event_in_letters(event_id), "asa@example.se", language="sv", actor=ANYBODY)
        return "asked"

    assert all_at_once(app, [work] * THREADS) == {"asked": THREADS}
    assert (count(Invitation), count(Letter)) == (1, 1)
