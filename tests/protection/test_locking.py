"""A registration that is locked: what stays, and what goes."""

import pytest
from sqlalchemy import select

from eventsapp.admission.models import Invitation, InvitationLink
from eventsapp.audit.models import AuditEntry
from eventsapp.audit.queries import history_of
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.events.models import EventFormat
from eventsapp.outbox.links import mint_links
from eventsapp.outbox.models import Letter, LetterAttachment, LetterState
from eventsapp.outbox.operations import LetterDraft, mark_bounced, queue_letter, resend_letter
from eventsapp.places.queries import pools_of
from eventsapp.protection.locking import lock_record
from eventsapp.protection.queries import details_of
from eventsapp.protection.rules import SealedDetails
from eventsapp.registrations.groups import GroupSubmission, members_of, register_group
from eventsapp.registrations.models import Registration, RegistrationStatus, SignUpReceipt
from eventsapp.registrations.operations import register
from eventsapp.registrations.personal_links import add_link
from eventsapp.registrations.queries import answers_of, find_by_token, find_with_event, get_event_in_letters
from tests.factories.events import make_event
from tests.factories.invitations import make_invitation, make_invitation_link
from tests.factories.registrations import make_registration, make_submission

BOSS = Actor.user(7, "Karin Öberg")
WHO = {
    "name": "Anna Dold",
    "email": "Anna.Dold@umea.example.se",
    "phone": "070-555 01 99",
    "job_title": "Utredare",
}


def lock(person, *, organisation=False):
    found = find_with_event(person.id)
    return lock_record(
        get_event_in_letters(person.event_id), found, seal_organisation=organisation, actor=BOSS
    )


def sign_up(event, **answers):
    event = get_event_in_letters(event.id)
    done = register(event, make_submission(event, **(WHO | answers)), actor=Actor.anonymous())
    assert done.registration is not None
    return done.registration


def test_a_locked_registration_is_an_alias_with_the_same_place(app):
    event = make_event(asks_phone=True, asks_food=True, format=EventFormat.HYBRID)
    person = sign_up(event, food="vegan")
    link = add_link(person.id)
    code = lock(person)

    assert (person.name, person.alias_number, person.status) == (
        "Deltagare 1",
        1,
        RegistrationStatus.CONFIRMED,
    )
    assert (person.email, person.email_key, person.phone, person.job_title) == ("", "", "", "")
    assert (person.organisation_name, person.municipality_code) == ("Umeå kommun", "2480")
    assert person.search_text == "deltagare 1\numeå kommun"
    assert person.sort_key == "deltagare 00001"
    assert [pool.taken for pool in pools_of("event", event.id)] == [1]
    assert answers_of(person.id).food == "vegan"
    assert find_by_token(link) is None
    assert find_by_token(code).id == person.id
    assert details_of(person.id) == SealedDetails(**WHO)
    entry = history_of("registration", person.id)[0]
    assert (entry.action, entry.actor_name, entry.changes) == (
        "registration.locked",
        "Karin Öberg",
        {"name": None, "email": None, "phone": None, "job_title": None},
    )


def test_the_organisation_is_sealed_when_the_officer_says_so_and_the_municipality_counts(app):
    person = sign_up(make_event())
    lock(person, organisation=True)

    assert (person.organisation_name, person.organisation_id, person.municipality_code) == ("", None, "2480")
    assert details_of(person.id).organisation == "Umeå kommun"
    assert person.search_text == "deltagare 1"
    assert "organisation_name" in history_of("registration", person.id)[0].changes


def test_locking_twice_does_nothing(app):
    person = sign_up(make_event())
    code = lock(person)
    rows = len(history_of("registration", person.id))

    assert lock(person) is None
    assert details_of(person.id).name == "Anna Dold"
    assert find_by_token(code).id == person.id
    assert len(history_of("registration", person.id)) == rows


def test_one_who_has_cancelled_can_be_locked(app):
    person = make_registration(make_event(), **WHO, status=RegistrationStatus.CANCELLED)
    lock(person)

    assert (person.name, person.status) == ("Deltagare 1", RegistrationStatus.CANCELLED)


def test_letters_that_were_sent_are_emptied_and_the_others_withdrawn(app):
    person = sign_up(make_event())
    sent = db.session.scalars(select(Letter)).one()
    sent.state, sent.sent_at, sent.last_error = LetterState.SENT, now(), "try_later|anna.dold@umea.example.se"
    for state in (LetterState.WAITING, LetterState.SENDING, LetterState.FAILED, LetterState.BOUNCED):
        letter = queue("registration", person.id, person.event_id, person.email, "Hej Anna!")
        letter.state = state
    lock(person)
    db.session.expire_all()

    assert [letter.id for letter in db.session.scalars(select(Letter))] == [sent.id]
    assert (sent.recipient, sent.subject_line, sent.body_text, sent.body_html, sent.last_error) == (
        "Deltagare 1",
        "Borttaget brev",
        "",
        "",
        "",
    )
    assert db.session.scalars(select(LetterAttachment)).all() == []
    mark_bounced(sent, "550 anna.dold@umea.example.se is unknown")
    assert (sent.state, sent.last_error) == (LetterState.SENT, "")
    with pytest.raises(Conflict):
        resend_letter(sent, actor=BOSS)
    with pytest.raises(Conflict):
        mint_links("registration", person.id, "confirmed", "")


def queue(*facts):
    return db.session.get(Letter, queue_letter(draft(*facts)))


def draft(kind, subject_id, event_id, recipient, text):
    return LetterDraft(
        kind="note",
        subject_kind=kind,
        subject_id=subject_id,
        event_id=event_id,
        recipient=recipient,
        language="sv",
        subject_line=text,
        body_text=text,
        body_html=f"<p>{text}</p>",
    )


def test_other_letters_say_the_alias_where_they_quoted_the_person(app):
    event, other = make_event(), make_event()
    person = sign_up(event)
    officer = queue("event", event.id, event.id, "karin@lst.example.se", "Anna\nDold kommer inte.")
    elsewhere = queue("event", other.id, other.id, "karin@lst.example.se", "Anna Dold kommer.")
    invited = queue("invitation", 5, event.id, "anna.dold@UMEA.example.se", "Välkommen").id
    namesake = queue("registration", 99999, event.id, "anna.d@example.se", "Hej Anna!")
    lock(person)
    db.session.expire_all()

    assert officer.body_text == "Deltagare 1 kommer inte."
    assert officer.body_html == "<p>Deltagare 1 kommer inte.</p>"
    assert officer.recipient == "karin@lst.example.se"
    assert db.session.get(Letter, invited) is None
    assert namesake.body_text == "Hej Anna!"
    assert elsewhere.body_text == "Anna Dold kommer."


def test_receipts_go_and_a_groups_receipt_forgets_the_one(app):
    event = make_event(allows_groups=True)
    event = get_event_in_letters(event.id)
    others = [make_submission(event, name="Bo Berg"), make_submission(event, name="Cia Ceder")]
    group = GroupSubmission((make_submission(event, **WHO), *others), True, "a-nonce-of-a-group-000001")
    register_group(event, group, actor=Actor.anonymous())
    strangers = make_event()
    sign_up(strangers, email="bo@example.se", name="Bo Berg")
    person = db.session.scalars(select(Registration).where(Registration.name == "Anna Dold")).one()
    # The same address in the form once more: that receipt has no registration.
    register(event, make_submission(event, **WHO), actor=Actor.anonymous())
    lock(person)

    receipts = db.session.scalars(select(SignUpReceipt).order_by(SignUpReceipt.id)).all()
    assert [receipt.event_id for receipt in receipts] == [event.id, strangers.id]
    assert [(one.name, one.email) for one in members_of(receipts[0])] == [
        ("Deltagare 1", ""),
        *((one.name, one.email) for one in others),
    ]
    bo = db.session.scalars(
        select(Registration).where(Registration.name == "Bo Berg", Registration.event_id == event.id)
    ).one()
    db.session.expire_all()
    assert (bo.is_group_contact, person.is_group_contact) == (True, False)
    assert person.group_id == bo.group_id


def test_the_invitation_goes_with_its_links_and_those_of_others_stay(app):
    event, other = make_event(), make_event()
    person = sign_up(event)
    invitation = make_invitation(event, name="Anna Dold", email="anna.dold@umea.example.se")
    make_invitation_link(invitation)
    kept = [
        make_invitation(event, name="Bo Berg").id,
        make_invitation(other, name="Anna Dold", email="anna.dold@umea.example.se").id,
    ]
    lock(person)

    assert [one.id for one in db.session.scalars(select(Invitation).order_by(Invitation.id))] == kept
    assert db.session.scalars(select(InvitationLink)).all() == []


def test_reasons_that_staff_have_written_say_the_alias(app):
    person = sign_up(make_event())
    person.refusal_reason = "Anna Dold har varit med förut."
    db.session.add(
        AuditEntry(
            at=now(),
            actor_kind=BOSS.kind,
            actor_id=BOSS.id,
            actor_name=BOSS.name,
            action="registration.moved_in_line",
            subject_kind="registration",
            subject_id=person.id,
            event_id=person.event_id,
            changes={"waiting_reason": ["", "Anna Dold ringde"], "waiting_number": ["3", "1"]},
        )
    )
    lock(person)

    assert person.refusal_reason == "Deltagare 1 har varit med förut."
    moved = [one for one in history_of("registration", person.id) if one.action.endswith("moved_in_line")]
    assert moved[0].changes == {"waiting_reason": ["", "Deltagare 1 ringde"], "waiting_number": ["3", "1"]}


def test_files_of_letters_are_deleted_in_a_demonstration(app):
    folder = app.config["SETTINGS"].instance_path / "letters"
    folder.mkdir(exist_ok=True)
    theirs, officers, others = (folder / f"20261001-{n}.eml" for n in "123")
    head = "Subject: =?utf-8?q?Anm=C3=A4lan?=\nContent-Type: text/plain; charset=utf-8\n\n"
    theirs.write_text(f"To: anna.dold@umea.example.se\n{head}Hej!\n", "utf-8")
    officers.write_text(f"To: karin@lst.example.se\n{head}Anna Dold har avanmält sig.\n", "utf-8")
    others.write_text(f"To: bo@example.se\n{head}Hej Anna!\n", "utf-8")
    lock(sign_up(make_event()))

    assert [path.exists() for path in (theirs, officers, others)] == [False, False, True]
    others.unlink()


def test_the_same_address_may_sign_up_again(app):
    event = make_event()
    lock(sign_up(event))
    again = sign_up(event)

    assert (again.name, again.alias_number) == ("Anna Dold", None)


def test_a_name_of_one_word_goes_from_what_staff_were_told_of_the_person(app):
    event = make_event()
    person = sign_up(event, name="Anna")
    page = f"http://localhost/personal/aktiviteter/{event.id}/deltagare/{person.id}"
    about = queue("event", event.id, event.id, "karin@lst.example.se", f"Anna kommer inte. {page}")
    other = queue("event", event.id, event.id, "karin@lst.example.se", f"Anna kommer inte. {page}0")
    lock(person)
    db.session.expire_all()

    assert about.body_text == f"Deltagare 1 kommer inte. {page}"
    assert other.body_text == f"Anna kommer inte. {page}0"
