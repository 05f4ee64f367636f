"""Signing up, changing and cancelling in a real database."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.tokens import digest
from eventsapp.events.models import Event, EventFormat, EventState
from eventsapp.events.rules import RegistrationWindow
from eventsapp.organisations.models import OrganisationKind
from eventsapp.outbox.models import Letter
from eventsapp.places.models import Place, PlaceState
from eventsapp.places.operations import PoolFull
from eventsapp.places.queries import pools_of
from eventsapp.registrations import queries
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.models import (
    AttendanceMode,
    Profession,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    SensitiveAnswers,
    SignUpReceipt,
)
from eventsapp.registrations.operations import (
    SignUp,
    cancel_registration,
    register,
    register_by_staff,
    send_confirmation_again,
)
from eventsapp.registrations.personal_links import may_receive, mint_links, ticket_code
from eventsapp.registrations.queries import Answers, answers_of, find_by_token, get_registration
from eventsapp.registrations.rules import NotOpen
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_municipality, make_organiser
from tests.factories.registrations import make_personal_link, make_registration, make_submission

STAFF = Actor.user(7, "Karin Öberg")


def loaded(event: Event) -> Event:
    """The event as a page loads it, from what is committed."""
    db.session.commit()
    return queries.get_event_in_letters(event.id)


def sign_up(event: Event, **answers) -> SignUp:
    done = register(loaded(event), make_submission(event, **answers), actor=Actor.anonymous())
    db.session.commit()
    return done


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def letters() -> list[tuple[str, str]]:
    """The kind and the recipient of each letter, oldest first."""
    return [
        (letter.kind, letter.recipient) for letter in db.session.scalars(select(Letter).order_by(Letter.id))
    ]


def trail() -> list[tuple[str, str, dict]]:
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, entry.actor_kind.value, entry.changes) for entry in entries]


def taken(event: Event) -> dict[str, int]:
    return {pool.name.value: pool.taken for pool in pools_of("event", event.id)}


def the_only_registration() -> Registration:
    found = db.session.scalars(select(Registration)).one()
    return get_registration(found.event_id, found.id)


def test_signing_up_leaves_registration_place_answers_receipt_trail_and_letter(app) -> None:
    municipality = make_municipality("2480")
    umea = make_organiser(
        "umea-kommun-test",
        kind=OrganisationKind.MUNICIPALITY,
        name_sv="Umeå testkommun",
        official_name="Umeå testkommun",
        municipality_code=municipality.code,
    )
    event = make_event(asks_food=True, asks_access=True, asks_phone=True)
    done = sign_up(
        event,
        email="Asa.Ahlstrom@Umea.example.se",
        organisation="umeå testkommun",
        job_title="Socialsekreterare",
        profession=Profession.SOCIAL_SERVICES,
        phone="070-123 45 67",
        food="Inga nötter",
        access="Hörslinga",
    )
    registration = the_only_registration()
    assert done.registration is not None and done.registration.id == registration.id
    assert not done.is_repeat
    assert registration.status is RegistrationStatus.CONFIRMED
    assert registration.source is RegistrationSource.SELF
    assert (registration.email, registration.email_key) == (
        "Asa.Ahlstrom@Umea.example.se",
        "asa.ahlstrom@umea.example.se",
    )
    assert registration.organisation_id == umea.id
    assert registration.organisation_name == "Umeå testkommun"
    assert registration.municipality_code == "2480"
    assert registration.job_title == "Socialsekreterare"
    assert registration.profession is Profession.SOCIAL_SERVICES
    assert registration.phone == "070-123 45 67"
    assert registration.search_text == "åsa ahlström\nasa.ahlstrom@umea.example.se\numeå testkommun"
    assert taken(event) == {"all": 1}
    assert answers_of(registration.id) == Answers("Inga nötter", "Hörslinga")
    assert count(SignUpReceipt) == 1
    assert letters() == [("confirmed", "Asa.Ahlstrom@Umea.example.se")]
    assert trail() == [("registration.made", "anonymous", {})]


def test_the_name_sorts_by_family_in_the_swedish_order(app) -> None:
    event = make_event()
    for name in ("Åsa Öberg", "Eva von Ek", "Bo Ahl", "Örjan Åman"):
        sign_up(event, name=name)
    in_order = db.session.scalars(select(Registration.name).order_by(Registration.sort_key)).all()
    assert list(in_order) == ["Bo Ahl", "Eva von Ek", "Örjan Åman", "Åsa Öberg"]


def test_an_organisation_that_nobody_knows_is_kept_as_it_was_written(app) -> None:
    sign_up(make_event(), organisation="Kvinnojouren Iris")
    registration = the_only_registration()
    assert registration.organisation_name == "Kvinnojouren Iris"
    assert registration.organisation_id is None
    assert registration.municipality_code is None


def test_answers_are_sealed_and_only_kept_where_they_are_asked_for(app) -> None:
    sign_up(make_event(asks_food=True), food="Inga nötter", access="Hörslinga")
    stored = db.session.scalars(select(SensitiveAnswers)).one()
    assert "nötter" not in stored.sealed_food
    assert stored.sealed_access == ""
    receipt = db.session.scalars(select(SignUpReceipt)).one()
    for secret in ("nötter", "Hörslinga", "Åsa", "umea"):
        assert secret not in receipt.sealed_submission


def test_the_same_form_twice_is_one_registration_with_one_receipt(app) -> None:
    event = make_event()
    first = sign_up(event, nonce="n" * 32, email="asa@umea.example.se")
    again = sign_up(event, nonce="n" * 32, email="asa@umea.example.se")
    assert again.is_repeat
    assert again.receipt is not None and first.receipt is not None
    assert again.receipt.id == first.receipt.id
    assert (count(Registration), count(SignUpReceipt), count(Letter), count(AuditEntry)) == (1, 1, 1, 1)
    assert taken(event) == {"all": 1}


def test_the_same_form_twice_gives_the_receipt_also_when_the_form_has_closed(app) -> None:
    event = make_event()
    sign_up(event, nonce="n" * 32)
    event.state = EventState.CANCELLED
    assert sign_up(event, nonce="n" * 32).is_repeat


def test_one_nonce_never_answers_for_two_events(app) -> None:
    assert not sign_up(make_event(), nonce="n" * 32).is_repeat
    assert not sign_up(make_event(), nonce="n" * 32).is_repeat
    assert count(Registration) == 2


def test_forms_without_a_nonce_are_not_taken_for_each_other(app) -> None:
    event = make_event()
    sign_up(event, nonce="")
    sign_up(event, nonce="")
    assert count(Registration) == 2


def test_an_address_that_is_registered_gets_a_letter_and_nothing_changes(app) -> None:
    event = make_event()
    sign_up(event, email="asa@umea.example.se", name="Åsa Ahlström")
    done = sign_up(event, email="ASA@umea.example.se", name="Någon Annan", nonce="another-form-0000000")
    assert done.registration is None
    assert done.receipt is not None and done.receipt.registration_id is None
    registration = the_only_registration()
    assert registration.name == "Åsa Ahlström"
    assert registration.told_registered_at is not None
    assert taken(event) == {"all": 1}
    assert letters() == [
        ("confirmed", "asa@umea.example.se"),
        ("already_registered", "asa@umea.example.se"),
    ]
    assert [action for action, _, _ in trail()] == ["registration.made"]


def test_an_address_is_told_once_an_hour_and_five_times_a_day(app, frozen_now: FrozenClock) -> None:
    event = make_event()
    sign_up(event, email="asa@umea.example.se")

    def told() -> int:
        return [kind for kind, _ in letters()].count("already_registered")

    sign_up(event, email="asa@umea.example.se")
    frozen_now.advance(minutes=59)
    sign_up(event, email="asa@umea.example.se")
    assert told() == 1
    frozen_now.advance(minutes=1)
    sign_up(event, email="asa@umea.example.se")
    assert told() == 2
    for _ in range(6):
        frozen_now.advance(hours=1)
        sign_up(event, email="asa@umea.example.se")
    assert told() == 5
    # Another person is not touched by what was done to the first.
    sign_up(event, email="bo@umea.example.se")
    sign_up(event, email="bo@umea.example.se")
    assert letters()[-1] == ("already_registered", "bo@umea.example.se")


def test_one_who_cancelled_signs_up_again(app) -> None:
    event = make_event()
    sign_up(event, email="asa@umea.example.se")
    cancel_registration(the_only_registration(), actor=STAFF)
    assert sign_up(event, email="asa@umea.example.se").registration is not None
    assert count(Registration) == 2
    assert taken(event) == {"all": 1}


def test_nobody_gets_in_when_it_is_full_and_nothing_is_left_behind(app) -> None:
    event = make_event(capacity_total=1, asks_food=True)
    sign_up(event)
    with pytest.raises(PoolFull):
        sign_up(event, food="vegan")
    db.session.commit()
    assert (count(Registration), count(SignUpReceipt), count(Letter), count(AuditEntry)) == (1, 1, 1, 1)
    assert count(SensitiveAnswers) == 0


def test_a_registered_address_meets_the_full_page_like_anybody(app) -> None:
    event = make_event(capacity_total=1)
    sign_up(event, email="asa@umea.example.se")
    with pytest.raises(PoolFull):
        sign_up(event, email="asa@umea.example.se")
    db.session.commit()
    assert (count(SignUpReceipt), count(Letter)) == (1, 1)


def test_the_two_ways_of_a_hybrid_are_counted_apart(app) -> None:
    event = make_event(
        format=EventFormat.HYBRID,
        separate_pools=True,
        capacity_total=None,
        capacity_onsite=1,
        capacity_online=None,
    )
    sign_up(event, mode=AttendanceMode.ONSITE)
    with pytest.raises(PoolFull):
        sign_up(event, mode=AttendanceMode.ONSITE)
    sign_up(event, mode=AttendanceMode.ONLINE)
    assert taken(event) == {"onsite": 1, "online": 1}


def test_an_event_that_changed_meanwhile_is_read_again(app) -> None:
    event = loaded(make_event())
    db.session().expire_on_commit = False
    db.session.commit()
    with db.engine.begin() as other:
        other.execute(update(Event).where(Event.id == event.id).values(state=EventState.CANCELLED))
    # What this session knows is old news.
    assert event.state is EventState.PUBLISHED
    with pytest.raises(NotOpen) as refusal:
        register(event, make_submission(event), actor=Actor.anonymous())
    assert refusal.value.window is RegistrationWindow.CANCELLED
    assert count(Registration) == 0


def test_a_way_of_taking_part_that_the_event_lacks_is_refused(app) -> None:
    event = loaded(make_event())
    with pytest.raises(DomainError) as refusal:
        register(event, make_submission(event, mode=AttendanceMode.ONLINE), actor=Actor.anonymous())
    assert refusal.value.field == "mode"


def test_an_event_whose_pool_is_missing_lets_nobody_in(app) -> None:
    with pytest.raises(PoolFull):
        sign_up(make_event(pools=False))
    assert count(Registration) == 0


def add_by_staff(event: Event, *, overbook: bool = False, tell: bool = True, **answers) -> Registration:
    registration = register_by_staff(
        loaded(event), make_submission(event, **answers), overbook=overbook, tell=tell, actor=STAFF
    )
    db.session.commit()
    return registration


def test_staff_add_a_person_also_late_full_and_without_an_address(app) -> None:
    event = make_event(capacity_total=1, registration_closes_on=swedish_today(now()) - timedelta(days=1))
    add_by_staff(event, email="asa@umea.example.se")
    with pytest.raises(PoolFull):
        add_by_staff(event, email="bo@umea.example.se")
    add_by_staff(event, email="", overbook=True)
    add_by_staff(event, email="", overbook=True)
    assert taken(event) == {"all": 3}
    assert letters() == [("confirmed", "asa@umea.example.se")]
    assert Counter(entry[:2] for entry in trail()) == {
        ("registration.made", "user"): 3,
        ("registration.overbooked", "user"): 2,
    }
    assert set(db.session.scalars(select(Registration.source))) == {RegistrationSource.STAFF}


def test_staff_can_leave_out_the_letter_and_hear_of_an_address_that_is_registered(app) -> None:
    event = make_event()
    add_by_staff(event, email="asa@umea.example.se", tell=False)
    assert letters() == []
    with pytest.raises(Conflict) as refusal:
        add_by_staff(event, email="Asa@umea.example.se")
    assert (refusal.value.field, refusal.value.message) == ("email", "Adressen är redan anmäld.")


def change(registration: Registration, *, actor: Actor | None = None, **answers) -> None:
    db.session.commit()
    found = get_registration(registration.event_id, registration.id)
    values = {
        "name": found.name,
        "organisation": found.organisation_name,
        "mode": found.mode,
        "job_title": found.job_title,
        "profession": found.profession,
        "phone": found.phone,
        "food": answers_of(found.id).food,
        "access": answers_of(found.id).access,
    }
    change_registration(
        found, make_submission(**(values | answers)), actor=actor or Actor.participant(found.id)
    )
    db.session.commit()


def test_a_change_is_kept_told_and_named_in_the_trail_without_its_values(app) -> None:
    event = make_event(asks_food=True)
    registration = make_registration(event, email="asa@umea.example.se", food="vegan")
    change(registration, name="Åsa Åström", job_title="Enhetschef", food="Inga nötter")
    changed = the_only_registration()
    assert (changed.name, changed.job_title) == ("Åsa Åström", "Enhetschef")
    assert changed.search_text.startswith("åsa åström\n")
    assert changed.email == "asa@umea.example.se"
    assert changed.link_opened_at is not None
    assert answers_of(changed.id).food == "Inga nötter"
    assert letters() == [("changed", "asa@umea.example.se")]
    assert trail() == [
        ("registration.changed", "participant", {"food": None, "job_title": None, "name": None})
    ]


def test_a_change_that_changes_nothing_says_nothing(app) -> None:
    registration = make_registration(make_event(asks_food=True), food="vegan")
    change(registration)
    assert letters() == []
    assert trail() == []


def test_answers_that_are_no_longer_asked_for_stay_as_they_were(app) -> None:
    event = make_event(asks_food=True)
    registration = make_registration(event, food="vegan", access="Hörslinga")
    change(registration, food="", access="")
    assert answers_of(registration.id) == Answers("", "Hörslinga")


def a_hybrid(**facts) -> Event:
    values = {"format": EventFormat.HYBRID, "separate_pools": True, "capacity_total": None}
    return make_event(**(values | {"capacity_onsite": 1, "capacity_online": 1} | facts))


def test_another_way_of_taking_part_moves_the_place(app) -> None:
    event = a_hybrid()
    registration = make_registration(event, mode=AttendanceMode.ONSITE)
    change(registration, mode=AttendanceMode.ONLINE)
    assert taken(event) == {"onsite": 0, "online": 1}
    assert the_only_registration().mode is AttendanceMode.ONLINE
    assert count(Place) == 2
    assert db.session.scalar(select(func.count()).where(Place.state == PlaceState.TAKEN)) == 1


def test_one_who_cannot_move_keeps_their_place(app) -> None:
    event = a_hybrid()
    mover = make_registration(event, mode=AttendanceMode.ONSITE)
    make_registration(event, mode=AttendanceMode.ONLINE)
    with pytest.raises(PoolFull) as refusal:
        change(mover, mode=AttendanceMode.ONLINE, name="Åsa Åström")
    assert refusal.value.field == "mode"
    assert (
        refusal.value.message == "Det finns inga platser kvar på det sättet. Du har kvar din plats som förut."
    )
    # Even if the caller commits what is left, nothing has moved.
    db.session.commit()
    assert taken(event) == {"onsite": 1, "online": 1}
    held = db.session.scalars(select(Place.pool_id).where(Place.holder_id == mover.id)).all()
    assert held == [pools_of("event", event.id)[0].pool_id]
    assert (mover.name, mover.mode) == ("Åsa Ahlström", AttendanceMode.ONSITE)
    assert letters() == []


def test_in_a_shared_pool_the_place_stays(app) -> None:
    event = make_event(format=EventFormat.HYBRID, capacity_total=1)
    registration = make_registration(event, mode=AttendanceMode.ONSITE)
    change(registration, mode=AttendanceMode.ONLINE)
    assert taken(event) == {"all": 1}
    assert the_only_registration().mode is AttendanceMode.ONLINE


def test_after_the_start_only_staff_change_and_cancel(app, frozen_now: FrozenClock) -> None:
    event = make_event()
    registration = make_registration(event)
    frozen_now.set(event.first_starts_at)
    with pytest.raises(Conflict):
        change(registration, name="Åsa Åström")
    with pytest.raises(Conflict):
        cancel_registration(
            get_registration(event.id, registration.id), actor=Actor.participant(registration.id)
        )
    change(registration, name="Åsa Åström", actor=STAFF)
    cancel_registration(get_registration(event.id, registration.id), actor=STAFF)
    assert the_only_registration().status is RegistrationStatus.CANCELLED


def test_one_who_is_cancelled_cannot_be_changed(app) -> None:
    registration = make_registration(make_event(), status=RegistrationStatus.CANCELLED)
    for actor in (STAFF, None):
        with pytest.raises(Conflict):
            change(registration, name="Åsa Åström", actor=actor)


def test_cancelling_frees_the_place_erases_the_answers_and_tells_the_person_once(app) -> None:
    event = make_event(asks_food=True)
    registration = make_registration(event, email="asa@umea.example.se", food="vegan")
    for _ in range(2):
        db.session.commit()
        cancel_registration(
            get_registration(event.id, registration.id), actor=Actor.participant(registration.id)
        )
        db.session.commit()
    cancelled = the_only_registration()
    assert cancelled.status is RegistrationStatus.CANCELLED
    assert cancelled.cancelled_at is not None
    assert cancelled.link_opened_at is not None
    assert taken(event) == {"all": 0}
    assert count(SensitiveAnswers) == 0
    assert letters() == [("cancelled_by_self", "asa@umea.example.se")]
    assert trail() == [("registration.cancelled", "participant", {})]


def test_staff_cancel_with_a_letter_or_without(app) -> None:
    event = make_event()
    told = make_registration(event, email="asa@umea.example.se")
    untold = make_registration(event)
    nowhere = make_registration(event, email="")
    for registration, tell in ((told, True), (untold, False), (nowhere, True)):
        db.session.commit()
        cancel_registration(get_registration(event.id, registration.id), actor=STAFF, tell=tell)
    db.session.commit()
    assert letters() == [("cancelled_by_staff", "asa@umea.example.se")]
    assert {entry[:2] for entry in trail()} == {("registration.cancelled", "user")}


def closed_event(**facts) -> Event:
    return make_event(registration_closes_on=swedish_today(now()) - timedelta(days=1), **facts)


def test_after_the_last_day_the_officer_is_told_when_somebody_cancels(app) -> None:
    event = closed_event(contact_email="kurs@lansstyrelsen.example.se")
    registration = make_registration(event, email="asa@umea.example.se", name="Åsa Ahlström")
    cancel_registration(get_registration(event.id, registration.id), actor=Actor.participant(registration.id))
    assert letters() == [
        ("cancelled_by_self", "asa@umea.example.se"),
        ("officer_late_change", "kurs@lansstyrelsen.example.se"),
    ]
    letter = db.session.scalars(select(Letter).where(Letter.kind == "officer_late_change")).one()
    assert (letter.subject_kind, letter.subject_id) == ("event", event.id)
    assert "Åsa Ahlström" in letter.body_text
    assert "[[link:" not in letter.body_text + letter.body_html


def test_after_the_last_day_the_officer_hears_of_needs_but_not_which(app) -> None:
    event = closed_event(asks_food=True, contact_email="")
    registration = make_registration(event, food="vegan")
    change(registration, food="Inga nötter")
    letter = db.session.scalars(select(Letter).where(Letter.kind == "officer_late_change")).one()
    assert letter.recipient == "kurser@example.se"
    assert "Uppgifterna om mat eller behov är ändrade." in letter.body_text
    for body in (letter.body_text, letter.body_html):
        assert "nötter" not in body
        assert "egan" not in body


def test_after_the_last_day_a_new_title_is_not_worth_a_letter_to_the_officer(app) -> None:
    registration = make_registration(closed_event())
    change(registration, job_title="Enhetschef")
    assert [kind for kind, _ in letters()] == ["changed"]


def test_what_staff_do_after_the_last_day_they_need_not_be_told(app) -> None:
    event = closed_event()
    registration = make_registration(event)
    cancel_registration(get_registration(event.id, registration.id), actor=STAFF)
    assert [kind for kind, _ in letters()] == ["cancelled_by_staff"]


def test_the_confirmation_can_be_sent_again_to_one_who_is_registered_and_has_an_address(app) -> None:
    event = make_event()
    registration = make_registration(event, email="asa@umea.example.se")
    send_confirmation_again(get_registration(event.id, registration.id), actor=STAFF)
    assert letters() == [("confirmed", "asa@umea.example.se")]
    assert trail() == [("registration.confirmation_sent_again", "user", {})]
    for facts in ({"email": ""}, {"status": RegistrationStatus.CANCELLED}):
        other = make_registration(event, **facts)
        with pytest.raises(Conflict):
            send_confirmation_again(get_registration(event.id, other.id), actor=STAFF)


def test_links_are_minted_with_only_their_digests_kept_and_older_ones_go_on_working(app) -> None:
    registration = make_registration(make_event(), language="en")
    first = mint_links(registration.id, "confirmed")
    again = mint_links(registration.id, "reminder")
    assert first["show"].startswith("http://localhost/en/my/registration/")
    tokens = [links["show"].rsplit("/", 1)[1] for links in (first, again)]
    assert first["change"] == f"{first['show']}/change"
    assert first["cancel"] == f"{first['show']}/cancel"
    assert len(set(tokens)) == 2
    for token in tokens:
        assert len(token) == 32
        found = find_by_token(token)
        assert found is not None and found.id == registration.id
    stored = db.session.execute(
        select(queries.PersonalLink.token_digest, queries.PersonalLink.ticket_digest).order_by(
            queries.PersonalLink.id
        )
    ).all()
    assert [tuple(row) for row in stored] == [(digest(token), digest(ticket_code(token))) for token in tokens]


def test_a_token_is_found_in_one_statement_with_its_event(
    app, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    token = make_personal_link(make_registration(make_event()))
    db.session.commit()
    with queries() as statements:
        found = find_by_token(token)
        assert found is not None
        assert found.event.kind.name_sv == "Utbildningsdag"
        assert len(found.event.occasions) == 1
    assert len(statements) == 1
    assert find_by_token("x" * 32) is None
    assert find_by_token("") is None


def test_only_the_registration_s_own_address_may_have_its_links(app) -> None:
    registration = make_registration(make_event(), email="Asa@umea.example.se")
    assert may_receive(registration.id, "asa@umea.example.se")
    assert not may_receive(registration.id, "bo@umea.example.se")
    assert not may_receive(registration.id + 1, "asa@umea.example.se")
