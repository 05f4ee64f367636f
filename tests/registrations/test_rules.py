"""Decisions on plain objects: no app, no database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import Babel

from eventsapp.core.errors import Conflict, DomainError
from eventsapp.events.models import Event, EventFormat, EventState, RegistrationMode
from eventsapp.events.rules import RegistrationWindow
from eventsapp.places.models import PoolName
from eventsapp.registrations import rules
from eventsapp.registrations.models import (
    AttendanceMode,
    Profession,
    Registration,
    RegistrationStatus,
    SignUpReceipt,
)
from eventsapp.registrations.submission import Submission, food_in_words

NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
"""12.00 in Sweden on 2 November 2026."""


@pytest.fixture(autouse=True)
def _words():
    """Messages need a language, and nothing else of an application."""
    app = Flask("words")
    Babel(app, default_locale="sv")
    with app.app_context():
        yield


def an_event(**facts) -> Event:
    values = {
        "id": 1,
        "state": EventState.PUBLISHED,
        "format": EventFormat.ONSITE,
        "registration_mode": RegistrationMode.REQUIRED,
        "separate_pools": False,
        "first_starts_at": NOON + timedelta(days=10),
        "last_ends_at": NOON + timedelta(days=10, hours=6),
    }
    return Event(**(values | facts))


def a_registration(**facts) -> Registration:
    values = {
        "status": RegistrationStatus.CONFIRMED,
        "mode": AttendanceMode.ONLINE,
        "name": "Åsa Ahlström",
        "email": "asa@umea.example.se",
        "registered_at": NOON - timedelta(days=5),
    }
    return Registration(**(values | facts))


def a_receipt(**facts) -> SignUpReceipt:
    return SignUpReceipt(**({"corrections": 0, "created_at": NOON} | facts))


def test_an_open_form_lets_people_in() -> None:
    rules.require_open(an_event(), NOON)


@pytest.mark.parametrize(
    ("facts", "window"),
    [
        ({"state": EventState.CANCELLED}, RegistrationWindow.CANCELLED),
        ({"state": EventState.SAVE_THE_DATE}, RegistrationWindow.SAVE_THE_DATE),
        ({"registration_opens_on": date(2026, 11, 3)}, RegistrationWindow.NOT_YET),
        ({"registration_closes_on": date(2026, 11, 1)}, RegistrationWindow.CLOSED),
        ({"first_starts_at": NOON}, RegistrationWindow.STARTED),
        ({"registration_mode": RegistrationMode.ELSEWHERE}, RegistrationWindow.ELSEWHERE),
    ],
)
def test_a_form_that_is_not_open_says_why(facts, window) -> None:
    with pytest.raises(rules.NotOpen) as refusal:
        rules.require_open(an_event(**facts), NOON)
    assert refusal.value.window is window
    assert refusal.value.status == 409


def test_staff_add_people_late_but_never_to_what_is_off_or_unpublished() -> None:
    rules.require_staff_may_add(an_event(registration_closes_on=date(2026, 11, 1)))
    rules.require_staff_may_add(an_event(state=EventState.COMPLETED))
    for state in (EventState.CANCELLED, EventState.DRAFT):
        with pytest.raises(Conflict):
            rules.require_staff_may_add(an_event(state=state))


@pytest.mark.parametrize(
    ("format_", "modes"),
    [
        (EventFormat.ONSITE, (AttendanceMode.ONSITE,)),
        (EventFormat.ONLINE, (AttendanceMode.ONLINE,)),
        (EventFormat.HYBRID, (AttendanceMode.ONSITE, AttendanceMode.ONLINE)),
    ],
)
def test_the_ways_to_take_part_follow_the_format(format_, modes) -> None:
    assert rules.modes_of(an_event(format=format_)) == modes


def test_a_way_to_take_part_that_is_not_offered_is_refused_at_its_field() -> None:
    with pytest.raises(DomainError) as refusal:
        rules.require_mode(an_event(), AttendanceMode.ONLINE)
    assert (refusal.value.field, refusal.value.message) == ("mode", "Välj hur du deltar")


def test_places_come_from_one_pool_unless_a_hybrid_counts_them_apart() -> None:
    shared = an_event(format=EventFormat.HYBRID)
    apart = an_event(format=EventFormat.HYBRID, separate_pools=True)
    assert rules.pool_name_for(an_event(), AttendanceMode.ONSITE) is PoolName.ALL
    assert rules.pool_name_for(shared, AttendanceMode.ONLINE) is PoolName.ALL
    assert rules.pool_name_for(apart, AttendanceMode.ONSITE) is PoolName.ONSITE
    assert rules.pool_name_for(apart, AttendanceMode.ONLINE) is PoolName.ONLINE
    # Left over from when it was a hybrid.
    assert rules.pool_name_for(an_event(separate_pools=True), AttendanceMode.ONSITE) is PoolName.ALL


def test_people_change_until_the_start_also_after_the_last_day() -> None:
    late = an_event(registration_closes_on=date(2026, 11, 1))
    assert rules.may_change(a_registration(), late, NOON)
    assert rules.must_tell_officer(late, NOON)
    assert not rules.must_tell_officer(an_event(), NOON)
    assert not rules.may_change(a_registration(), an_event(first_starts_at=NOON), NOON)
    assert not rules.may_change(a_registration(status=RegistrationStatus.CANCELLED), late, NOON)
    assert not rules.may_change(a_registration(), an_event(state=EventState.CANCELLED), NOON)


def test_an_address_is_corrected_until_the_link_was_used_and_three_times_at_most() -> None:
    def may(receipt, registration=None, event=None, at=NOON):
        return rules.may_correct_address(receipt, registration, event or an_event(), at)

    assert may(a_receipt(), a_registration())
    assert may(a_receipt())
    assert may(a_receipt(corrections=2), a_registration())
    assert not may(a_receipt(corrections=3), a_registration())
    assert not may(a_receipt(), a_registration(link_opened_at=NOON))
    assert not may(a_receipt(), a_registration(status=RegistrationStatus.CANCELLED))
    assert not may(a_receipt(), at=NOON + timedelta(days=2))
    assert not may(a_receipt(), event=an_event(first_starts_at=NOON))
    # The form was sent in time, so a wrong address can be put right after the last day.
    assert may(a_receipt(), event=an_event(registration_closes_on=date(2026, 11, 1)))


def test_only_confirmed_people_online_see_the_link_and_only_while_it_is_of_use() -> None:
    online = an_event(format=EventFormat.ONLINE)
    assert rules.sees_join_link(a_registration(), online, NOON)
    assert rules.sees_join_link(a_registration(), an_event(format=EventFormat.HYBRID), NOON)
    assert not rules.sees_join_link(a_registration(mode=AttendanceMode.ONSITE), online, NOON)
    assert not rules.sees_join_link(a_registration(status=RegistrationStatus.CANCELLED), online, NOON)
    assert not rules.sees_join_link(a_registration(), an_event(), NOON)
    for state in (EventState.DRAFT, EventState.SAVE_THE_DATE, EventState.CANCELLED, EventState.COMPLETED):
        assert not rules.sees_join_link(
            a_registration(), an_event(format=EventFormat.ONLINE, state=state), NOON
        )
    during = online.first_starts_at + timedelta(hours=1)
    assert rules.sees_join_link(a_registration(), online, during)
    assert not rules.sees_join_link(a_registration(), online, online.last_ends_at)


def swedish(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (swedish(8, 12), False),
        (swedish(9, 6, 59), False),
        (swedish(9, 7), True),
        (swedish(9, 19, 59), True),
        (swedish(9, 20), False),
        (swedish(10, 3), False),
        (swedish(11, 12), True),
        (swedish(12, 8, 59), True),
        (swedish(12, 9), False),
    ],
)
def test_reminders_leave_in_the_daytime_some_days_before_and_never_after_the_start(at, due) -> None:
    event = an_event(first_starts_at=swedish(12, 9), last_ends_at=swedish(12, 15), reminder_days=3)
    assert rules.reminders_due(event, 14, at) is due


def test_the_number_of_days_is_the_event_s_or_the_setting_s_and_none_means_none() -> None:
    in_five_days = {"first_starts_at": NOON + timedelta(days=5)}
    assert not rules.reminders_due(an_event(**in_five_days), 3, NOON)
    assert rules.reminders_due(an_event(**in_five_days), 5, NOON)
    assert rules.reminders_due(an_event(reminder_days=7, **in_five_days), 3, NOON)
    assert not rules.reminders_due(an_event(reminder_days=0, **in_five_days), 5, NOON)
    assert not rules.reminders_due(an_event(**in_five_days), 0, NOON)
    assert not rules.reminders_due(an_event(first_starts_at=None), 5, NOON)
    assert not rules.reminders_due(an_event(state=EventState.CANCELLED, **in_five_days), 5, NOON)


def test_nobody_is_reminded_twice_or_right_after_the_confirmation() -> None:
    assert rules.gets_reminder(a_registration(), NOON)
    assert not rules.gets_reminder(a_registration(reminded_at=NOON), NOON)
    assert not rules.gets_reminder(a_registration(status=RegistrationStatus.CANCELLED), NOON)
    assert not rules.gets_reminder(a_registration(email=""), NOON)
    assert not rules.gets_reminder(a_registration(registered_at=NOON - timedelta(hours=23)), NOON)
    assert rules.gets_reminder(a_registration(registered_at=NOON - timedelta(hours=24)), NOON)


def test_names_and_codes_as_they_are_read() -> None:
    assert rules.first_name("Åsa Karin Ahlström") == "Åsa"
    assert rules.first_name("Madonna") == "Madonna"
    assert rules.grouped_code("ABCDE12345FGHJK67890") == "ABCDE 12345 FGHJK 67890"


def test_a_submission_survives_being_sealed_as_text_without_its_nonce() -> None:
    typed = Submission(
        name="Åsa Ahlström",
        email="asa@umea.example.se",
        organisation="Kvinnojouren Iris",
        mode=AttendanceMode.ONLINE,
        profession=Profession.CIVIL_SOCIETY,
        food="Inga nötter",
        access="Hörslinga",
        language="en",
        nonce="secret-of-the-form-00",
    )
    text = typed.to_text()
    assert "secret-of-the-form" not in text
    read = Submission.from_text(text)
    assert read.nonce == ""
    assert {**vars(read), "nonce": typed.nonce} == vars(typed)


def test_food_in_words() -> None:
    assert food_in_words("vegan") == "Veganskt"
    assert food_in_words("Inga nötter") == "Inga nötter"
    assert food_in_words("") == ""
