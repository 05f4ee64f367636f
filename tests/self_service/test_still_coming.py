"""Asking again whether people come: rules, jobs and pages."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventsapp.core.actor import Actor
from eventsapp.core.clock import from_swedish, swedish_today
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.core.permissions import Role
from eventsapp.events.copying import CopyChoice, CopyDates, copied_facts
from eventsapp.events.facts import facts_of
from eventsapp.events.models import Event, EventState, WaitingListRule
from eventsapp.events.queries import get_event_to_change
from eventsapp.outbox.models import Letter, LetterState
from eventsapp.registrations import rules
from eventsapp.registrations.event_changes import tell_of_moved_event
from eventsapp.registrations.models import EndReason, Registration, RegistrationStatus
from eventsapp.self_service.still_coming import ask_people_of, let_silent_go, say_still_coming
from eventsapp.waiting_list.placing import give_places
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_personal_link, make_registration
from tests.page_client import PageClient
from tests.registrations.steps import (
    STAFF,
    cancel,
    check,
    letters_to,
    loaded,
    person,
    statuses,
    step,
    trail_of,
)
from tests.registrations.test_races import all_at_once

pytestmark = pytest.mark.usefixtures("app")
CONFIRMED, WAITING, EXPIRED, OFFERED = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITING,
    RegistrationStatus.EXPIRED,
    RegistrationStatus.OFFERED,
)


def an_event(**facts: object) -> Event:
    """An event in ten days, at nine, whose people are asked five days before."""
    values: dict[str, object] = {
        "occasions": [make_occasion(swedish_today() + timedelta(days=10))],
        "ask_again_days": 5,
        "capacity_total": 2,
        "waiting_list": WaitingListRule.OFFER,
    }
    return make_event(**(values | facts))  # type: ignore[arg-type]


def at(event: Event, days_before: int, hour: int = 12) -> datetime:
    """A moment so many days before the first day of the event."""
    assert event.first_starts_at is not None
    return from_swedish(
        swedish_today(event.first_starts_at) - timedelta(days=days_before),
        datetime(2000, 1, 1, hour).time(),
    )


def comes(event: Event, **facts: object) -> Registration:
    """One who signed up long ago."""
    return make_registration(event, registered_at=at(event, 60), **facts)


@pytest.fixture
def hourly(run_job: Callable[[str], None]) -> Callable[[], None]:
    """The job, as the worker runs it, with the letters leaving before it comes again."""

    def run() -> None:
        db.session.commit()
        run_job("ask_again")
        db.session.execute(
            update(Letter).where(Letter.state == LetterState.WAITING).values(state=LetterState.SENT)
        )
        db.session.commit()
        db.session.expire_all()
        check()

    return run


def test_when_people_are_asked_and_until_when_they_may_answer() -> None:
    event = an_event()
    assert rules.asks_again_from(event) == at(event, 5, 7)
    for days, hour, asks in ((6, 12, False), (5, 6, False), (5, 7, True), (4, 20, False), (2, 12, True)):
        assert rules.is_time_to_ask_again(event, at(event, days, hour)) is asks, (days, hour)
    # With no night in between there is nothing to ask any more.
    assert not rules.is_time_to_ask_again(event, at(event, 1, 7))
    assert rules.answer_again_by(event, at(event, 5)) == at(event, 3, 20)
    assert rules.answer_again_by(event, at(event, 3)) == at(event, 1, 20)
    assert rules.answer_again_by(event, at(event, 2)) == at(event, 1, 20)
    others: list[dict[str, object]] = [
        {"ask_again_days": None},
        {"state": EventState.SAVE_THE_DATE},
        {"occasions": []},
    ]
    for facts in others:
        assert rules.asks_again_from(an_event(**facts)) is None


def test_people_are_asked_once_and_silence_gives_the_place_to_the_next(
    frozen_now: FrozenClock, hourly: Callable[[], None]
) -> None:
    event = an_event()
    yes, silent = comes(event), comes(event)
    waiting = comes(event, status=WAITING)
    frozen_now.set(at(event, 6))
    hourly()
    assert letters_to(silent) == []
    frozen_now.set(at(event, 5, 8))
    hourly()
    hourly()
    assert letters_to(yes) == letters_to(silent) == ["still_coming"]
    assert letters_to(waiting) == []
    assert person(silent).answer_again_by == at(event, 3, 20)
    frozen_now.set(at(event, 4))
    with step():
        say_still_coming(person(yes), actor=Actor.participant(yes.id))
    frozen_now.set(at(event, 3, 19))
    hourly()
    assert statuses(yes, silent, waiting) == [CONFIRMED, CONFIRMED, WAITING]
    frozen_now.set(at(event, 3, 20))
    hourly()
    hourly()
    assert statuses(yes, silent, waiting) == [CONFIRMED, EXPIRED, OFFERED]
    assert person(silent).end_reason is EndReason.SILENT
    assert letters_to(silent) == ["still_coming", "silent"]
    assert trail_of(silent) == ["asked_again", "silent"]
    assert trail_of(yes) == ["asked_again", "still_comes"]


def test_who_is_never_asked(frozen_now: FrozenClock, hourly: Callable[[], None]) -> None:
    event = an_event(capacity_total=None)
    people = [
        comes(event, alias_number=1, email=""),
        comes(event, email=""),
        comes(event, status=RegistrationStatus.APPLIED, place=False),
        make_registration(event, registered_at=at(event, 7)),
    ]
    frozen_now.set(at(event, 5))
    hourly()
    assert [letters_to(one) for one in people] == [[], [], [], []]
    frozen_now.set(at(event, 4))
    hourly()
    assert letters_to(people[3]) == ["still_coming"]


def test_whom_the_letter_did_not_reach_has_not_been_asked(
    frozen_now: FrozenClock, hourly: Callable[[], None]
) -> None:
    event = an_event()
    people = [comes(event), comes(event)]
    frozen_now.set(at(event, 5))
    hourly()
    for state, registration in zip((LetterState.BOUNCED, LetterState.FAILED), people, strict=True):
        db.session.execute(update(Letter).where(Letter.subject_id == registration.id).values(state=state))
    frozen_now.set(at(event, 2))
    hourly()
    assert statuses(*people) == [CONFIRMED, CONFIRMED]


def test_nobody_loses_the_place_once_it_has_begun_or_is_off(
    frozen_now: FrozenClock, hourly: Callable[[], None]
) -> None:
    event, off = an_event(), an_event()
    people = [comes(event), comes(off)]
    frozen_now.set(at(event, 5))
    hourly()
    off.state = EventState.CANCELLED
    frozen_now.set(at(event, 0, 9))
    hourly()
    with step():
        assert let_silent_go(event.id) == []
    assert statuses(*people) == [CONFIRMED, CONFIRMED]


def test_a_late_yes_counts_while_the_place_is_there(
    frozen_now: FrozenClock, hourly: Callable[[], None]
) -> None:
    event = an_event()
    one, other = comes(event), comes(event)
    frozen_now.set(at(event, 5))
    hourly()
    frozen_now.set(at(event, 2))
    with step():
        say_still_coming(person(one), actor=Actor.participant(one.id))
    hourly()
    assert statuses(one, other) == [CONFIRMED, EXPIRED]
    with step():
        say_still_coming(person(one), actor=Actor.participant(one.id))
    with pytest.raises(Conflict, match="Det går inte att svara längre"):
        say_still_coming(person(other), actor=Actor.participant(other.id))
    db.session.rollback()
    assert trail_of(one) == ["asked_again", "still_comes"]


def test_one_whom_staff_give_the_place_again_keeps_it(
    frozen_now: FrozenClock, hourly: Callable[[], None]
) -> None:
    event = an_event()
    one = comes(event)
    frozen_now.set(at(event, 5))
    hourly()
    frozen_now.set(at(event, 3, 20))
    hourly()
    with step():
        give_places(loaded(event), [person(one)], actor=STAFF)
    hourly()
    assert statuses(one) == [CONFIRMED]
    assert person(one).end_reason is None
    assert letters_to(one) == ["still_coming", "silent", "confirmed"]


def test_a_new_time_asks_anew(frozen_now: FrozenClock, hourly: Callable[[], None]) -> None:
    event = an_event()
    one = comes(event)
    frozen_now.set(at(event, 5))
    hourly()
    with step():
        tell_of_moved_event(get_event_to_change(event.id), STAFF)
    found = person(one)
    assert (found.asked_again_at, found.answer_again_by) == (None, None)


def test_one_who_cancels_is_not_told_twice(frozen_now: FrozenClock, hourly: Callable[[], None]) -> None:
    event = an_event()
    one = comes(event)
    frozen_now.set(at(event, 5))
    hourly()
    cancel(one)
    frozen_now.set(at(event, 2))
    hourly()
    assert letters_to(one) == ["still_coming", "cancelled_by_self"]


def test_the_page_asks_and_takes_the_answer(
    client: PageClient, frozen_now: FrozenClock, hourly: Callable[[], None]
) -> None:
    event = an_event()
    event_id, one, other = event.id, comes(event), comes(event)
    urls = [f"/min/anmalan/{make_personal_link(registration)}" for registration in (one, other)]
    frozen_now.set(at(event, 5))
    hourly()
    page = client.get_page(urls[0])
    assert "Kommer du?" in page.text
    assert "Svarar du inte går din plats till någon annan." in page.text
    page = page.submit(button="Ja, jag kommer")
    assert page.messages == ["Tack, då ses vi."]
    assert "Du har svarat att du kommer." in page.text
    assert "Kommer du?" not in page.text
    page = client.get_page(urls[1]).click("Nej, jag kommer inte")
    assert page.heading == "Avanmäl dig"
    frozen_now.set(at(db.session.get_one(Event, event_id), 3, 21))
    hourly()
    page = client.get_page(urls[1])
    assert page.heading == "Tiden att svara har gått ut"
    assert "Vi frågade om du kommer, men fick inget svar till" in page.text
    page = client.get_page(urls[0])
    assert "Du har svarat att du kommer." in page.text


def test_the_letter_says_until_when(frozen_now: FrozenClock, hourly: Callable[[], None]) -> None:
    event = an_event(title_sv="Att upptäcka våld")
    comes(event)
    frozen_now.set(at(event, 5))
    hourly()
    letter = db.session.scalars(select(Letter)).one()
    assert letter.subject_line.startswith("Kommer du? Svara senast ")
    assert letter.subject_line.endswith(": Att upptäcka våld")
    assert "Svarar du inte går din plats till någon annan." in letter.body_text
    assert "[[link:show]]" in letter.body_text


def test_a_copy_asks_as_its_original() -> None:
    facts = facts_of(get_event_to_change(an_event().id))
    assert copied_facts(facts, CopyChoice(CopyDates.NONE)).ask_again_days == 5


def test_staff_see_who_has_answered(
    sign_in: Callable[..., object],
    client: PageClient,
    frozen_now: FrozenClock,
    hourly: Callable[[], None],
) -> None:
    event = an_event()
    yes, silent = comes(event, name="Åsa Ahlström"), comes(event, name="Bo Berg")
    url, silent_id = f"/personal/aktiviteter/{event.id}/deltagare", silent.id
    sign_in(Role.ADMINISTRATOR)
    assert "Har inte svarat" not in client.get_page(url).text
    frozen_now.set(at(event, 5))
    hourly()
    with step():
        say_still_coming(person(yes), actor=Actor.participant(yes.id))
    sign_in(Role.ADMINISTRATOR)
    page = client.get_page(url)
    assert "1 / 2 har svarat att de kommer" in page.text
    assert [row[0].split(" ")[-1] for row in page.table()] == ["Kommer", "svarat"]
    assert [row[0].split(" ")[0] for row in client.get_page(url + "?kommer=vantar").table()] == ["Berg,"]
    assert [row[0].split(" ")[0] for row in client.get_page(url + "?kommer=ja").table()] == ["Ahlström,"]
    assert "Har inte svarat, kan svara till" in client.get_page(f"{url}/{silent_id}").text


def test_the_editor_takes_between_three_and_sixty_days(
    sign_in: Callable[..., object], client: PageClient
) -> None:
    event = an_event(ask_again_days=None)
    url, event_id = f"/personal/aktiviteter/{event.id}/innehall", event.id
    sign_in(Role.ADMINISTRATOR)
    label = "Fråga igen om deltagarna kommer, antal dagar före"
    page = client.get_page(url).submit({label: "2"}, button="Spara")
    assert page.problems == ["Skriv ett helt tal mellan 3 och 60."]
    page.submit({label: "7"}, button="Spara")
    assert db.session.get_one(Event, event_id).ask_again_days == 7


def test_a_yes_and_the_end_of_the_time_at_once_agree(app: Flask, frozen_now: FrozenClock) -> None:
    event = an_event(capacity_total=4)
    people = [comes(event) for _ in range(4)]
    waiting = [comes(event, status=WAITING) for _ in range(4)]
    frozen_now.set(at(event, 5))
    ask_people_of(event.id, frozen_now.moment)
    db.session.execute(update(Letter).values(state=LetterState.SENT))
    db.session.commit()
    event_id, ids = event.id, [one.id for one in people]
    frozen_now.set(at(event, 2))

    def yes(registration_id: int) -> Callable[[], str]:
        def work() -> str:
            say_still_coming(person(registration_id), actor=Actor.participant(registration_id))
            return "yes"

        return work

    def end() -> str:
        let_silent_go(event_id)
        return "ended"

    done = all_at_once(app, [*(yes(one) for one in ids), end, end])
    assert set(done) <= {"yes", "ended", "Conflict"}
    check()
    db.session.expire_all()
    answered = [one for one in people if person(one).still_comes_at is not None]
    assert len(answered) == done["yes"]
    assert {person(one).status for one in people} <= {CONFIRMED, EXPIRED}
    assert [one for one in people if person(one).status is CONFIRMED] == answered
    assert statuses(*waiting).count(OFFERED) == 4 - len(answered)
