import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select

from eventsapp.attendees.queries import AttendeeView, attendee_figures, attendee_page
from eventsapp.audit.queries import history_of
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.core.sealing import make_box
from eventsapp.events.models import Admission, EventFormat, WaitingListRule
from eventsapp.outbox.models import Letter
from eventsapp.places.operations import PoolFull
from eventsapp.places.queries import pools_of
from eventsapp.protection import operations, queries
from eventsapp.protection.models import ProtectedRecord
from eventsapp.protection.operations import AliasRequest
from eventsapp.protection.rules import SealedDetails
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.models import AttendanceMode, RegistrationStatus
from eventsapp.registrations.operations import cancel_registration
from eventsapp.registrations.queries import find_by_token, find_with_event, get_event_in_letters
from eventsapp.registrations.waiting_list import accept_offer
from eventsapp.waiting_list.placing import offer_other_date
from tests.factories.events import make_event
from tests.factories.registrations import make_registration, make_submission

BOSS = Actor.user(7, "Karin Öberg")


def ask(event, *, details=None, municipality=None, overbook=False, **answers):
    answers = {"name": "", "email": "", "organisation": ""} | answers
    return AliasRequest(
        submission=make_submission(event, **answers),
        details=details or SealedDetails(),
        municipality_code=municipality,
        overbook=overbook,
    )


def make(event, **values):
    return operations.make_alias(get_event_in_letters(event.id), ask(event, **values), actor=BOSS)


def taken(event) -> int:
    return sum(pool.taken for pool in pools_of("event", event.id))


def test_an_alias_gets_a_place_a_code_and_no_letter(app):
    event = make_event(capacity_total=2)
    made = make(event, details=SealedDetails(name="Anna Dold", phone="070-1", note="Ring kvällstid"))

    person = made.registration
    assert (person.name, person.alias_number, person.status) == (
        "Deltagare 1",
        1,
        RegistrationStatus.CONFIRMED,
    )
    assert (person.email, person.email_key, person.phone, person.job_title) == ("", "", "", "")
    assert (person.organisation_name, person.municipality_code) == ("", None)
    assert person.search_text == "deltagare 1"
    assert taken(event) == 1
    assert made.code is not None
    assert find_by_token(made.code) is person
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0
    assert queries.details_of(person.id) == SealedDetails(
        name="Anna Dold", phone="070-1", note="Ring kvällstid"
    )
    sealed = db.session.get(ProtectedRecord, person.id).sealed_details
    assert "Anna" not in sealed
    assert [(entry.action, entry.changes) for entry in history_of("registration", person.id)] == [
        ("registration.alias_made", {}),
        ("registration.made", {}),
    ]


def test_numbers_go_on_also_after_one_who_cancelled_and_start_anew_in_each_event(app):
    event, other = make_event(), make_event()
    first = make(event).registration
    second = make(event).registration
    second.event = get_event_in_letters(event.id)
    cancel_registration(second, actor=BOSS)

    assert [first.alias_number, second.alias_number] == [1, 2]
    assert make(event).registration.alias_number == 3
    assert make(other).registration.alias_number == 1


def test_a_number_that_somebody_took_at_the_same_moment_gives_the_next(app, monkeypatch):
    event = make_event(capacity_total=3)
    make(event)
    answers = iter([1, 2])
    monkeypatch.setattr(queries, "next_alias_number", lambda _event_id: next(answers))

    made = make(event)

    assert made.registration.name == "Deltagare 2"
    assert taken(event) == 2


def test_the_same_form_sent_again_makes_one_alias_and_shows_no_code(app):
    event = make_event()
    request = ask(event)
    first = operations.make_alias(get_event_in_letters(event.id), request, actor=BOSS)
    again = operations.make_alias(get_event_in_letters(event.id), request, actor=BOSS)

    assert again.registration is first.registration
    assert again.code is None
    assert find_by_token(first.code) is first.registration


def test_when_it_is_full_an_alias_waits_or_is_overbooked_or_refused(app):
    full = make_event(capacity_total=1)
    make_registration(full)
    with pytest.raises(PoolFull):
        make(full)
    over = make(full, overbook=True).registration
    assert over.status is RegistrationStatus.CONFIRMED
    assert "registration.overbooked" in [entry.action for entry in history_of("registration", over.id)]

    listed = make_event(capacity_total=1, waiting_list=WaitingListRule.OFFER)
    make_registration(listed)
    made = make(listed)
    assert (made.registration.status, made.waiting_number) == (RegistrationStatus.WAITING, 1)


def test_an_alias_gets_in_where_others_are_invited_or_apply(app):
    for admission in (Admission.INVITATION, Admission.APPROVAL):
        assert make(make_event(admission=admission)).registration.status is RegistrationStatus.CONFIRMED


def test_an_alias_counts_in_figures_and_quotas_by_its_municipality(app):
    event = make_event()
    make(event, municipality="2480")
    make(event, organisation="Skellefteå kommun")
    figures = attendee_figures(event.id, "24")

    assert (figures.confirmed, figures.municipalities) == (2, 2)
    rows = attendee_page(event.id, AttendeeView(municipality="2480"), 1).rows
    assert [(row.registration.name, row.municipality) for row in rows] == [("Deltagare 1", "Umeå")]


def test_aliases_stand_in_the_order_of_their_numbers(app):
    event = make_event()
    make_registration(event, name="Cia Cedergren")
    make_registration(event, name="Bo Erik")
    for _ in range(11):
        make(event)

    names = [row.registration.name for row in attendee_page(event.id, AttendeeView(), 1).rows]
    assert names == ["Cia Cedergren", *(f"Deltagare {number}" for number in range(1, 12)), "Bo Erik"]


def test_one_who_has_an_alias_changes_how_they_take_part_and_nothing_else(app):
    event = make_event(format=EventFormat.HYBRID, capacity_total=5)
    made = make(event, municipality="2480")
    person = made.registration
    person.event = get_event_in_letters(event.id)
    typed = make_submission(
        event,
        name="Anna Dold",
        organisation="Luleå kommun",
        phone="070",
        job_title="Chef",
        mode=AttendanceMode.ONLINE,
    )
    change_registration(person, typed, actor=Actor.participant(person.id))

    assert (person.name, person.organisation_name, person.phone, person.job_title) == (
        "Deltagare 1",
        "",
        "",
        "",
    )
    assert (person.mode, person.municipality_code) == (AttendanceMode.ONLINE, "2480")
    assert history_of("registration", person.id)[0].changes == {"mode": None}


def test_a_new_code_ends_the_old_one_and_is_made_once(app):
    person = make(make_event()).registration
    old = operations.give_code(person)
    link = queries.newest_link_id(person.id)
    new = operations.replace_code(person, instead_of=link, actor=BOSS)

    assert find_by_token(old) is None
    assert find_by_token(new) is person
    with pytest.raises(Conflict):
        operations.replace_code(person, instead_of=link, actor=BOSS)
    assert find_by_token(new) is person
    assert history_of("registration", person.id)[0].action == "registration.new_code"


def test_an_ordinary_registration_has_no_code_and_nothing_to_open(app):
    person = make_registration(make_event())
    with pytest.raises(Conflict):
        operations.replace_code(person, instead_of=0, actor=BOSS)
    with pytest.raises(Conflict):
        operations.note_opening(person, actor=BOSS)


def test_a_record_whose_key_is_gone_says_so(app, monkeypatch):
    person = make(make_event(), details=SealedDetails(name="Anna Dold")).registration
    monkeypatch.setitem(app.extensions, "sealing", make_box((Fernet.generate_key().decode(),)))

    with pytest.raises(Conflict, match="nyckeln"):
        queries.details_of(person.id)


def test_an_alias_that_waits_is_offered_the_place_without_a_letter(app):
    event = make_event(capacity_total=1, waiting_list=WaitingListRule.OFFER)
    first = make_registration(event, name="Bo Berg")
    made = make(event)
    first.event = get_event_in_letters(event.id)
    cancel_registration(first, actor=BOSS, tell=False)
    db.session.expire_all()

    assert made.registration.status is RegistrationStatus.OFFERED
    assert db.session.scalar(select(func.count()).where(Letter.subject_id == made.registration.id)) == 0
    accept_offer(find_with_event(made.registration.id), actor=Actor.participant(made.registration.id))
    assert made.registration.status is RegistrationStatus.CONFIRMED
    assert db.session.scalar(select(func.count()).where(Letter.subject_kind == "registration")) == 0


def test_an_alias_is_not_offered_another_date_since_no_letter_would_tell(app):
    event = make_event(capacity_total=0, waiting_list=WaitingListRule.OFFER)
    other = make_event(capacity_total=5)
    alias = make(event).registration
    waiting = make_registration(event, status=RegistrationStatus.WAITING, name="Bo Berg")

    made = offer_other_date(
        get_event_in_letters(event.id), get_event_in_letters(other.id), [alias, waiting], actor=BOSS
    )

    assert [one.name for one in made] == ["Bo Berg"]
    assert alias.status is RegistrationStatus.WAITING
