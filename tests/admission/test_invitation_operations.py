"""Inviting, reminding, taking back and answering, in the database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.admission.invitation_answers import accept, decline, send_link
from eventsapp.admission.invitation_links import may_receive, mint_links
from eventsapp.admission.invitation_queries import (
    Answer,
    answer_counts,
    answer_to,
    find_by_token,
    find_invitation,
    remindable_count,
)
from eventsapp.admission.invitation_rules import NotInvited, SignedUpAlready
from eventsapp.admission.invitations import (
    Invited,
    Invitee,
    invite,
    invite_network,
    invite_one,
    remind,
    send_again,
    withdraw,
)
from eventsapp.admission.models import InvitationLink, InvitationState
from eventsapp.audit.queries import history_of
from eventsapp.audit.words import audit_words
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.tokens import digest
from eventsapp.events.models import Admission, Event, EventState, RegistrationMode
from eventsapp.outbox.models import Letter
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.operations import cancel_registration
from eventsapp.registrations.queries import get_event_in_letters, get_registration
from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.factories.invitations import make_invitation
from tests.factories.networks import make_member, make_network, make_network_event
from tests.factories.registrations import make_registration, make_submission

STAFF = Actor.user(1, "Karin Öberg")
ANYBODY = Actor.anonymous()


def an_event(**facts) -> Event:
    event = make_event(**({"admission": Admission.INVITATION} | facts))
    db.session.commit()
    return get_event_in_letters(event.id)


def people(*addresses: str) -> list[Invitee]:
    return [Invitee(email=address, name="Åsa Ahlström") for address in addresses]


def letters() -> list[tuple[str, str]]:
    return [
        (letter.kind, letter.recipient) for letter in db.session.scalars(select(Letter).order_by(Letter.id))
    ]


def ask(event: Event, address: str) -> None:
    send_link(event, address, language="sv", actor=ANYBODY)
    db.session.flush()


def test_each_address_is_invited_once(app) -> None:
    event = an_event()
    make_registration(event, email="anmald@example.se")
    first = invite(event, people("asa@example.se", "bo@example.se"), language="sv", actor=STAFF)
    again = invite(
        event, people("ASA@example.se", "anmald@example.se", "cia@example.se"), language="en", actor=STAFF
    )
    assert (first, again) == (Invited(2, 0, 0), Invited(1, 1, 1))
    assert letters() == [
        ("invitation", "asa@example.se"),
        ("invitation", "bo@example.se"),
        ("invitation", "cia@example.se"),
    ]
    cia = find_invitation(event.id, "cia@example.se")
    assert cia is not None and (cia.language, cia.state) == ("en", InvitationState.INVITED)
    for address, sentence in (
        ("asa@example.se", "Adressen är redan inbjuden."),
        ("anmald@example.se", "Adressen är redan anmäld."),
    ):
        with pytest.raises(Conflict) as refused:
            invite_one(event, Invitee(email=address), language="sv", actor=STAFF)
        assert (refused.value.field, refused.value.message) == ("email", sentence)
    assert [audit_words(entry) for entry in history_of("event", event.id)] == [
        "Karin Öberg skickade inbjudningar: antal brev",
        "Karin Öberg skickade inbjudningar: antal brev",
    ]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"admission": Admission.FIRST_COME}, "Aktiviteten är inte bara för inbjudna."),
        ({"state": EventState.DRAFT}, "Publicera aktiviteten innan du bjuder in."),
        ({"state": EventState.CANCELLED}, "Aktiviteten är inställd, så ingen kan bjudas in."),
        ({"state": EventState.COMPLETED}, "Aktiviteten har börjat eller är över"),
        ({"registration_mode": RegistrationMode.NONE}, "Ingen anmälan behövs till aktiviteten."),
        ({"registration_closes_on": "yesterday"}, "Anmälan är stängd."),
    ],
)
def test_nobody_is_invited_to_what_they_cannot_sign_up_for(app, facts: dict, sentence: str) -> None:
    if "registration_closes_on" in facts:
        facts = {"registration_closes_on": swedish_today() - timedelta(days=1)}
    event = an_event(**facts)
    with pytest.raises(Conflict) as refused:
        invite(event, people("asa@example.se"), language="sv", actor=STAFF)
    assert refused.value.message.startswith(sentence)
    with pytest.raises(Conflict):
        remind(event, actor=STAFF)
    assert letters() == []


def test_the_whole_network_is_invited_but_for_those_who_were(app) -> None:
    event = an_event(admission=Admission.NETWORK)
    with pytest.raises(Conflict) as refused:
        invite_network(event, language="sv", actor=STAFF)
    assert refused.value.message == "Välj först vilket nätverk aktiviteten är för."
    network = make_network()
    make_network_event(event, network)
    for name in ("asa", "bo", "cia", "dan"):
        make_member(network, email=f"{name}@example.se", organisation="Umeå kommun")
    make_invitation(event, email="asa@example.se", state=InvitationState.WITHDRAWN)
    make_registration(event, email="bo@example.se")
    make_invitation(make_event(), email="cia@example.se")
    assert invite_network(event, language="sv", actor=STAFF) == 2
    assert sorted(letters()) == [("invitation", "cia@example.se"), ("invitation", "dan@example.se")]
    dan = find_invitation(event.id, "dan@example.se")
    assert dan is not None and dan.organisation_name == "Umeå kommun"
    assert invite_network(event, language="sv", actor=STAFF) == 0


def test_only_those_who_have_not_answered_are_reminded_once_a_day(app, frozen_now: FrozenClock) -> None:
    event = an_event()
    for name, state in (
        ("vantar", InvitationState.INVITED),
        ("nej", InvitationState.DECLINED),
        ("bort", InvitationState.WITHDRAWN),
        ("anmald", InvitationState.INVITED),
    ):
        make_invitation(event, email=f"{name}@example.se", state=state)
    make_registration(event, email="anmald@example.se")
    assert remindable_count(event.id, now()) == 0
    assert remind(event, actor=STAFF) == 0
    frozen_now.advance(hours=24)
    make_invitation(event, email="nyss@example.se")
    assert remindable_count(event.id, now()) == 1
    assert remind(event, actor=STAFF) == 1
    assert remind(event, actor=STAFF) == 0
    frozen_now.advance(hours=23)
    assert remind(event, actor=STAFF) == 0
    frozen_now.advance(hours=1)
    assert remind(event, actor=STAFF) == 2
    assert letters() == [
        ("invitation_reminder", "vantar@example.se"),
        ("invitation_reminder", "vantar@example.se"),
        ("invitation_reminder", "nyss@example.se"),
    ]


def test_signing_up_by_an_invitation(app) -> None:
    event = an_event()
    invitation = make_invitation(event, email="asa@example.se")
    done = accept(invitation, event, make_submission(event, email="asa@example.se"), actor=ANYBODY)
    assert done.registration is not None
    assert (invitation.state, invitation.registration_id) == (InvitationState.ACCEPTED, done.registration.id)
    assert answer_to(invitation) is Answer.YES
    assert letters() == [("confirmed", "asa@example.se")]
    assert [audit_words(entry) for entry in history_of("invitation", invitation.id)] == [
        "En besökare tackade ja till en inbjudan"
    ]


def test_an_invitation_lets_one_person_in(app) -> None:
    event = an_event()
    invitation = make_invitation(event, email="asa@example.se")
    accept(invitation, event, make_submission(event, email="annan@example.se"), actor=ANYBODY)
    with pytest.raises(SignedUpAlready):
        accept(invitation, event, make_submission(event, email="asa@example.se"), actor=ANYBODY)
    with pytest.raises(SignedUpAlready):
        decline(invitation, event, actor=ANYBODY)
    with pytest.raises(Conflict):
        withdraw(invitation, actor=STAFF)
    with pytest.raises(Conflict):
        send_again(event, invitation, actor=STAFF)
    assert [person.email for person in db.session.scalars(select(Registration))] == ["annan@example.se"]


def test_the_same_form_sent_ten_times_is_one_registration(app) -> None:
    event = an_event()
    invitation = make_invitation(event)
    submission = make_submission(event, email="asa@example.se")
    receipts = {accept(invitation, event, submission, actor=ANYBODY).receipt.nonce_digest for _ in range(10)}
    assert len(receipts) == 1
    assert len(db.session.scalars(select(Registration)).all()) == 1
    assert letters() == [("confirmed", "asa@example.se")]


def test_one_who_cancels_may_sign_up_again_by_the_invitation(app) -> None:
    event = an_event()
    invitation = make_invitation(event, email="asa@example.se")
    done = accept(invitation, event, make_submission(event, email="asa@example.se"), actor=ANYBODY)
    cancel_registration(get_registration(event.id, done.registration.id), actor=STAFF)
    db.session.flush()
    assert answer_to(invitation) is Answer.CANCELLED
    again = accept(invitation, event, make_submission(event, email="asa@example.se"), actor=ANYBODY)
    assert invitation.registration_id == again.registration.id
    assert answer_to(invitation) is Answer.YES


def test_who_is_added_in_another_way_counts_as_signed_up(app) -> None:
    event = an_event()
    invitation = make_invitation(event, email="asa@example.se")
    make_registration(event, email="ASA@example.se", status=RegistrationStatus.CONFIRMED)
    assert answer_to(invitation) is Answer.YES


def test_no_can_become_yes(app) -> None:
    event = an_event()
    invitation = make_invitation(event, email="asa@example.se")
    decline(invitation, event, actor=ANYBODY)
    decline(invitation, event, actor=ANYBODY)
    assert answer_to(invitation) is Answer.NO
    assert len(history_of("invitation", invitation.id)) == 1
    accept(invitation, event, make_submission(event, email="asa@example.se"), actor=ANYBODY)
    assert answer_to(invitation) is Answer.YES


def test_an_invitation_that_is_taken_back_lets_nobody_in(app) -> None:
    event = an_event()
    invitation = make_invitation(event, email="asa@example.se")
    token = mint_links(invitation.id, "invitation")["answer"].rpartition("/")[2]
    withdraw(invitation, actor=STAFF)
    withdraw(invitation, actor=STAFF)
    assert find_by_token(token) is invitation
    with pytest.raises(NotInvited):
        accept(invitation, event, make_submission(event), actor=ANYBODY)
    with pytest.raises(NotInvited):
        decline(invitation, event, actor=ANYBODY)
    with pytest.raises(NotFound):
        mint_links(invitation.id, "invitation")
    assert len(history_of("invitation", invitation.id)) == 1
    send_again(event, invitation, actor=STAFF)
    assert answer_to(invitation) is Answer.NONE
    assert letters() == [("invitation", "asa@example.se")]


def test_only_digests_of_links_are_kept(app) -> None:
    invitation = make_invitation(an_event(), email="asa@example.se", language="en")
    address = mint_links(invitation.id, "invitation")["answer"]
    assert address.startswith("http://localhost/en/my/invitation/")
    token = address.rpartition("/")[2]
    (link,) = db.session.scalars(select(InvitationLink))
    assert link.token_digest == digest(token)
    assert find_by_token(token) is invitation
    assert find_by_token("x") is None
    assert may_receive(invitation.id, "ASA@example.se")
    assert not may_receive(invitation.id, "annan@example.se")
    assert not may_receive(0, "asa@example.se")


def test_answers_are_counted(app) -> None:
    event = an_event()
    for state in (*InvitationState, InvitationState.INVITED):
        make_invitation(event, state=state)
    make_invitation(make_event())
    assert answer_counts(event.id) == {
        Answer.NONE: 2,
        Answer.YES: 0,
        Answer.NO: 1,
        Answer.CANCELLED: 1,
        Answer.WITHDRAWN: 1,
    }


def test_a_link_is_sent_to_who_is_invited_and_to_nobody_else(app) -> None:
    event = an_event()
    make_invitation(event, email="asa@example.se")
    make_invitation(event, email="bort@example.se", state=InvitationState.WITHDRAWN)
    for address in ("ASA@example.se", "bort@example.se", "okand@example.se"):
        ask(event, address)
    assert letters() == [("invitation", "asa@example.se")]


def test_a_member_who_asks_is_given_an_invitation(app) -> None:
    event = an_event(admission=Admission.NETWORK)
    network = make_network()
    make_network_event(event, network)
    make_member(network, email="asa@example.se", name="Åsa Ahlström")
    make_member(make_network(), email="annan@example.se")
    ask(event, "asa@EXAMPLE.se")
    ask(event, "annan@example.se")
    invitation = find_invitation(event.id, "asa@example.se")
    assert invitation is not None and invitation.name == "Åsa Ahlström"
    assert find_invitation(event.id, "annan@example.se") is None
    assert letters() == [("invitation", "asa@example.se")]


def test_a_member_who_asks_is_not_let_in_where_the_activity_is_not_for_the_network(app) -> None:
    event = an_event(admission=Admission.INVITATION)
    network = make_network()
    make_network_event(event, network)
    make_member(network, email="asa@example.se")
    ask(event, "asa@example.se")
    assert letters() == []


def test_asking_fills_nobodys_mailbox(app, frozen_now: FrozenClock) -> None:
    event = an_event()
    make_invitation(event, email="asa@example.se")
    for _ in range(12):
        for _ in range(3):
            ask(event, "asa@example.se")
        frozen_now.advance(hours=1)
    assert len(letters()) <= 5
    frozen_now.advance(hours=24)
    before = len(letters())
    ask(event, "asa@example.se")
    assert len(letters()) == before + 1


def test_no_link_is_sent_when_it_is_too_late(app) -> None:
    event = an_event(state=EventState.CANCELLED)
    make_invitation(event, email="asa@example.se")
    ask(event, "asa@example.se")
    assert letters() == []
