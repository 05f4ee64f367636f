"""Taking in: drafts are made once, follow their source while nobody has touched them, and are not changed unasked."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.models import AuditEntry
from eventsapp.calendar_import.found import FoundCalendar
from eventsapp.calendar_import.merging import Defaults
from eventsapp.calendar_import.models import CalendarReading, ImportedEvent
from eventsapp.calendar_import.operations import erase_old_readings, keep_reading, plan_of, take_in
from eventsapp.calendar_import.planning import Fate, Planned
from eventsapp.calendar_import.queries import content_of
from eventsapp.calendar_import.reading import read_calendar
from eventsapp.calendar_import.recurrence import Window
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, to_swedish
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.permissions import Role
from eventsapp.events.facts import EventFacts, OccasionFacts, facts_of
from eventsapp.events.life_cycle import publish
from eventsapp.events.models import Event, EventFormat, EventState, RegistrationMode
from eventsapp.events.operations import delete_draft, update_event
from eventsapp.events.queries import get_event_to_change
from tests.calendar_import.files import calendar_file, timed, vevent
from tests.conftest import FrozenClock
from tests.factories.accounts import make_user
from tests.factories.events import make_kind, make_municipality

Collector = Callable[[], AbstractContextManager[list[str]]]
DEFAULTS = Defaults("utbildningsdag", "Region Norr", RegistrationMode.NONE, "2480")
SERIES = timed("Nätverksträff", "20270301T090000", "20270301T100000") + "\nRRULE:FREQ=WEEKLY;COUNT=3"


@pytest.fixture
def user(app: Flask, frozen_now: FrozenClock) -> User:
    frozen_now.set(datetime(2027, 1, 15, 9, tzinfo=UTC))
    make_kind()
    make_municipality()
    return make_user(role=Role.OFFICER, reach=Reach.ALL, name="Karin Öberg")


def read(*events: str) -> FoundCalendar:
    return read_calendar(calendar_file(*events), Window.around(now()))


def look(user: User, *events: str) -> CalendarReading:
    return keep_reading(read(*events), "Kalendern", replace(DEFAULTS, responsible_id=user.id), user=user)


def planned(user: User, reading: CalendarReading) -> list[Planned]:
    return plan_of(reading, content_of(reading), user)


def fates(user: User, reading: CalendarReading) -> list[tuple[str, str]]:
    return [(one.found.title, one.fate.value) for one in planned(user, reading)]


def take(user: User, reading: CalendarReading, *, reason: str = "", **seen: int) -> dict[Fate, int]:
    """Take in everything that may be chosen, as it is seen now or with the `version` that was."""
    chosen = {
        one.number: seen.get("version", one.version) for one in planned(user, reading) if one.may_be_chosen
    }
    return take_in(reading.id, chosen, reason=reason, user=user, actor=Actor.user(user.id, user.name))


def take_all(user: User, *events: str) -> Event:
    """Take in a file with one activity; answers its event."""
    take(user, look(user, *events))
    (event,) = all_events()
    return event


def all_events() -> list[Event]:
    return [
        get_event_to_change(event_id) for event_id in db.session.scalars(select(Event.id).order_by(Event.id))
    ]


def times(event: Event) -> list[str]:
    return [f"{to_swedish(one.starts_at):%m-%d %H:%M}" for one in event.occasions if one.cancelled_at is None]


def change_by_hand(event: Event, user: User, **facts: object) -> None:
    update_event(event, replace(facts_of(event), **facts), actor=Actor.user(user.id, user.name))


def publish_it(event: Event, user: User) -> None:
    change_by_hand(
        event,
        user,
        summary_sv="En dag.",
        contact_email="kurser@example.se",
        venue="Folkets hus",
        registration_mode=RegistrationMode.NONE,
    )
    publish(event, actor=Actor.user(user.id, user.name))


def test_a_file_becomes_a_draft_with_what_it_says_and_what_was_chosen(user: User) -> None:
    event = take_all(
        user,
        vevent(
            timed("Våldsprevention")
            + "\nDESCRIPTION:Program\nLOCATION:Rådhuset\\, Storgatan 1\nURL:https://region.example.se/1"
        ),
    )
    facts = facts_of(event)
    assert event.state is EventState.DRAFT
    assert facts == EventFacts(
        title_sv="Våldsprevention",
        kind="utbildningsdag",
        slug="valdsprevention",
        body_sv="Program",
        occasions=(
            OccasionFacts(
                id=event.occasions[0].id,
                starts_at=datetime(2027, 3, 10, 8, tzinfo=UTC),
                ends_at=datetime(2027, 3, 10, 11, tzinfo=UTC),
            ),
        ),
        venue="Rådhuset",
        address="Storgatan 1",
        municipality="2480",
        counties=("24",),
        organiser="Region Norr",
        registration_mode=RegistrationMode.NONE,
        responsible_id=user.id,
        links=facts.links,
    )
    assert [(link.label, link.url) for link in facts.links] == [
        ("Mer information", "https://region.example.se/1")
    ]
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["event.created", "calendar.taken_in"]


def test_a_series_becomes_one_activity_with_its_times(user: User) -> None:
    assert times(take_all(user, vevent(SERIES))) == ["03-01 09:00", "03-08 09:00", "03-15 09:00"]


def test_registration_elsewhere_leads_to_the_sources_page(user: User) -> None:
    elsewhere = replace(DEFAULTS, registration_mode=RegistrationMode.ELSEWHERE)
    found = read(vevent(timed() + "\nURL:https://region.example.se/1\nCONFERENCE:https://moten.example.se/2"))
    take(user, keep_reading(found, "K", elsewhere, user=user))
    (event,) = all_events()
    assert (event.registration_url, event.join_url, event.format) == (
        "https://region.example.se/1",
        "https://moten.example.se/2",
        EventFormat.ONLINE,
    )


def test_the_same_file_again_changes_nothing(user: User) -> None:
    event = take_all(user, vevent(SERIES))
    version, occasion_ids = event.version, [one.id for one in event.occasions]
    again = look(user, vevent(SERIES))
    assert fates(user, again) == [("Nätverksträff", "same")]
    assert (event.version, [one.id for one in all_events()[0].occasions]) == (version, occasion_ids)


def test_a_draft_that_nobody_has_touched_follows_its_source(user: User) -> None:
    event = take_all(user, vevent(SERIES))
    before = {one.id: one.uid for one in event.occasions}
    moved = SERIES.replace("090000", "130000").replace("100000", "143000").replace("COUNT=3", "COUNT=4")
    again = look(user, vevent(moved.replace("Nätverksträff", "Träff")))
    assert fates(user, again) == [("Träff", "update")]
    assert take(user, again) == {Fate.UPDATE: 1}
    (event,) = all_events()
    assert (event.title_sv, times(event)) == (
        "Träff",
        ["03-01 13:00", "03-08 13:00", "03-15 13:00", "03-22 13:00"],
    )
    # Those that were moved by some hours are still the same to the calendars that show them.
    assert before.items() <= {one.id: one.uid for one in event.occasions}.items()
    assert fates(user, again) == [("Träff", "same")]


def test_what_has_been_is_kept_when_it_falls_out_of_what_is_read(user: User, frozen_now: FrozenClock) -> None:
    take_all(user, vevent(SERIES))
    frozen_now.set(datetime(2027, 4, 8, 9, tzinfo=UTC))
    later = look(user, vevent(SERIES.replace("COUNT=3", "COUNT=6")))
    assert take(user, later) == {Fate.UPDATE: 1}
    assert times(all_events()[0]) == [
        "03-01 09:00", "03-08 09:00", "03-15 09:00", "03-22 09:00", "03-29 09:00", "04-05 09:00",
    ]  # fmt: skip


def test_what_an_officer_has_written_stays_and_only_news_is_shown(user: User) -> None:
    event = take_all(user, vevent(timed("Titeln") + "\nLOCATION:Rådhuset"))
    change_by_hand(event, user, title_sv="Vår titel", summary_sv="Vår text")
    assert fates(user, look(user, vevent(timed("Titeln") + "\nLOCATION:Rådhuset"))) == [("Titeln", "same")]
    news = look(user, vevent(timed("Titeln") + "\nLOCATION:Stadshuset"))
    (one,) = planned(user, news)
    assert (one.fate, one.is_chosen_beforehand) == (Fate.CHANGED, False)
    assert one.differences == [("plats", "Rådhuset", "Stadshuset")]
    take(user, news)
    (event,) = all_events()
    assert (event.title_sv, event.summary_sv, event.venue) == ("Vår titel", "Vår text", "Stadshuset")
    # It is still a hand's work, so the next news are asked about too.
    assert fates(user, look(user, vevent(timed("Ny titel") + "\nLOCATION:Stadshuset"))) == [
        ("Ny titel", "changed")
    ]


def test_a_time_that_was_taken_away_by_hand_does_not_come_back(user: User) -> None:
    event = take_all(user, vevent(SERIES))
    change_by_hand(event, user, occasions=facts_of(event).occasions[:2])
    longer = look(user, vevent(SERIES.replace("COUNT=3", "COUNT=4")))
    take(user, longer)
    assert times(all_events()[0]) == ["03-01 09:00", "03-08 09:00", "03-22 09:00"]


def test_what_is_published_is_changed_only_when_somebody_says_so(user: User) -> None:
    event = take_all(user, vevent(timed()))
    publish_it(event, user)
    moved = look(user, vevent(timed(start="20270311T090000", end="20270311T120000")))
    (one,) = planned(user, moved)
    assert (one.fate, one.is_shown, one.is_chosen_beforehand) == (Fate.CHANGED, True, False)
    assert [label for label, _old, _new in one.differences] == ["tillfällen"]
    uid, sequence = event.occasions[0].uid, event.occasions[0].sequence
    take(user, moved)
    (event,) = all_events()
    assert (times(event), event.state, event.moved_at is not None) == (
        ["03-11 09:00"],
        EventState.PUBLISHED,
        True,
    )
    assert (event.occasions[0].uid, event.occasions[0].sequence > sequence) == (uid, True)


def test_what_is_cancelled_there_is_told_and_cancelled_here_only_by_choice(user: User) -> None:
    event = take_all(user, vevent(timed()))
    publish_it(event, user)
    cancelled = look(user, vevent(timed() + "\nSTATUS:CANCELLED"))
    (one,) = planned(user, cancelled)
    assert (one.fate, one.is_shown, one.is_chosen_beforehand) == (Fate.CANCELLED, True, False)
    with pytest.raises(DomainError) as caught:
        take(user, cancelled)
    assert caught.value.field == "reason"
    db.session.expire_all()
    assert take(user, cancelled, reason="Arrangören är sjuk.") == {Fate.CANCELLED: 1}
    (event,) = all_events()
    assert (event.state, event.cancel_reason) == (EventState.CANCELLED, "Arrangören är sjuk.")
    assert fates(user, cancelled) == [("Våldsprevention", "over")]


def test_a_draft_that_is_cancelled_there_is_deleted_by_choice_and_does_not_come_back(user: User) -> None:
    take_all(user, vevent(timed()))
    cancelled = look(user, vevent(timed() + "\nSTATUS:CANCELLED"))
    assert take(user, cancelled) == {Fate.CANCELLED: 1}
    assert all_events() == []
    assert fates(user, cancelled) == [("Våldsprevention", "not_taken")]
    back = look(user, vevent(timed()))
    (one,) = planned(user, back)
    assert (one.fate, one.is_chosen_beforehand) == (Fate.REMOVED, False)
    assert take(user, back) == {Fate.REMOVED: 1}
    assert [event.title_sv for event in all_events()] == ["Våldsprevention"]
    assert db.session.scalar(select(func.count()).select_from(ImportedEvent)) == 1


def test_a_draft_that_somebody_has_thrown_away_is_not_ticked_beforehand(user: User) -> None:
    event = take_all(user, vevent(timed()))
    delete_draft(event, actor=Actor.user(user.id, user.name))
    db.session.expire_all()
    assert fates(user, look(user, vevent(timed()))) == [("Våldsprevention", "removed")]


def test_our_own_activities_are_not_taken_in_again(user: User) -> None:
    event = take_all(user, vevent(timed()))
    mirrored = look(user, vevent(timed(), uid=event.occasions[0].uid))
    assert fates(user, mirrored) == [("Våldsprevention", "own")]


def test_what_was_said_of_a_draft_that_is_thrown_away_is_forgotten(user: User) -> None:
    event = take_all(user, vevent(timed("Hemlig titel")))
    delete_draft(event, actor=Actor.user(user.id, user.name))
    erase_old_readings(now())
    db.session.expire_all()
    assert db.session.scalars(select(ImportedEvent)).one().said == {}


def test_another_teams_activity_cannot_be_changed(user: User) -> None:
    take_all(user, vevent(timed()))
    stranger = make_user(role=Role.OFFICER, reach=Reach.OWN, name="En Annan")
    theirs = look(stranger, vevent(timed("Kapad")))
    assert fates(stranger, theirs) == [("Kapad", "foreign")]
    with pytest.raises(Conflict):
        take_in(theirs.id, {0: 1}, reason="", user=stranger, actor=Actor.user(stranger.id, stranger.name))
    assert all_events()[0].title_sv == "Våldsprevention"


def test_what_changed_after_it_was_seen_is_not_overwritten(user: User) -> None:
    event = take_all(user, vevent(timed()))
    news = look(user, vevent(timed("Ny titel")))
    seen = planned(user, news)[0].version
    change_by_hand(event, user, cost="100 kronor")
    with pytest.raises(Conflict) as caught:
        take(user, news, version=seen)
    assert caught.value.field == "chosen"
    assert all_events()[0].title_sv == "Våldsprevention"


def test_another_officers_preview_is_not_there(user: User) -> None:
    reading = look(user, vevent(timed()))
    other = make_user(role=Role.ADMINISTRATOR, name="En Annan")
    with pytest.raises(DomainError) as caught:
        take_in(reading.id, {0: 0}, reason="", user=other, actor=Actor.user(other.id, other.name))
    assert caught.value.status == 404


@pytest.mark.parametrize("chosen", [{}, dict.fromkeys(range(51), 0)])
def test_none_and_too_many_are_refused(user: User, chosen: dict[int, int]) -> None:
    reading = look(user, vevent(timed()))
    with pytest.raises(DomainError) as caught:
        take_in(reading.id, chosen, reason="", user=user, actor=Actor.user(user.id, user.name))
    assert caught.value.field == "chosen"


def test_two_who_take_in_the_same_entry_make_one_draft(user: User) -> None:
    """The second has planned before the first was ready; the unique constraint stops it with a sentence."""
    first, second = look(user, vevent(timed())), look(user, vevent(timed()))
    plans = planned(user, second)
    take(user, first)
    with pytest.raises(Conflict) as caught:
        _take_planned(plans[0], user)
    assert caught.value.message == "Någon annan tog in samma aktivitet samtidigt. Se igenom listan igen."
    assert len(all_events()) == 1


def _take_planned(one: Planned, user: User) -> None:
    from eventsapp.calendar_import.taking_in import take as take_one  # noqa: PLC0415 - beside the helper of that name

    take_one(one, "file", reason="", actor=Actor.user(user.id, user.name))


def test_a_preview_is_sealed_and_forgotten_after_some_days(user: User, frozen_now: FrozenClock) -> None:
    reading = look(user, vevent(timed("Hemlig titel")))
    assert "Hemlig" not in reading.sealed_content
    frozen_now.advance(days=1, hours=23)
    erase_old_readings(now())
    assert db.session.scalar(select(func.count()).select_from(CalendarReading)) == 1
    frozen_now.advance(hours=2)
    erase_old_readings(now())
    assert db.session.scalar(select(func.count()).select_from(CalendarReading)) == 0


def test_planning_costs_the_same_for_one_and_for_many(
    user: User, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def statements(*events: str) -> int:
        take(user, look(user, *events))
        reading = look(user, *events)
        db.session.flush()
        db.session.expire_all()
        owner = db.session.get(User, user.id)
        with queries() as sent:
            planned(owner, db.session.get(CalendarReading, reading.id))
        return len(sent)

    one = statements(vevent(timed("Ett"), uid="1"))
    three = statements(*(vevent(timed(f"Nummer {number}"), uid=str(number)) for number in range(1, 4)))
    assert three == one
