"""Partners' calendars: the nightly fetch, its result in words, and the pages where they are looked after."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.models import AuditEntry
from eventsapp.calendar_import.jobs import fetch_partner_calendars
from eventsapp.calendar_import.merging import Defaults
from eventsapp.calendar_import.models import FetchOutcome, PartnerCalendar
from eventsapp.calendar_import.partner_operations import PartnerFacts, add_partner, address_of
from eventsapp.calendar_import.partner_routes import result_in_words
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.facts import facts_of
from eventsapp.events.models import Event, EventState, RegistrationMode
from eventsapp.events.operations import delete_draft
from eventsapp.events.queries import get_event_to_change
from tests.calendar_import.files import calendar_file, timed, vevent
from tests.calendar_import.test_fetching import Server, answer, serving
from tests.calendar_import.test_operations import change_by_hand, publish_it
from tests.conftest import FrozenClock
from tests.factories.events import make_kind, make_municipality
from tests.page_client import PageClient

PATH = "/personal/partnerkalendrar"


@pytest.fixture
def officer(sign_in: Callable[..., User], frozen_now: FrozenClock) -> User:
    frozen_now.set(datetime(2027, 1, 15, 9, tzinfo=UTC))
    make_kind()
    make_municipality()
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


class Partner:
    """A partner's server, with what its calendar says right now."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.status = 200
        self.server: Server

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        content = calendar_file(*self.events)
        stamp = f'"{hash(content)}"'
        if self.status == 200 and handler.headers.get("If-None-Match") == stamp:
            answer(304)(handler)
        else:
            answer(self.status, content if self.status == 200 else b"", ETag=stamp)(handler)


@pytest.fixture
def partner_server(app: Flask) -> Iterator[Partner]:
    partner = Partner()
    with serving(partner.answer) as server:
        partner.server = server
        before = app.extensions["calendar_fetcher"]
        app.extensions["calendar_fetcher"] = server.fetcher
        yield partner
        app.extensions["calendar_fetcher"] = before


@pytest.fixture
def stored(officer: User, partner_server: Partner) -> PartnerCalendar:
    defaults = Defaults("utbildningsdag", "Region Norr", RegistrationMode.ELSEWHERE, "2480", "", officer.id)
    facts = PartnerFacts("Region Norr", partner_server.server.address("/hemlig-nyckel.ics"), defaults)
    return add_partner(facts, user=officer, actor=Actor.user(officer.id, officer.name))


@pytest.fixture
def night(run_job: Callable[[str], None], stored: PartnerCalendar) -> Callable[[], str]:
    """Let a night pass; answers how the fetch went, in words."""

    def night() -> str:
        run_job("fetch_partner_calendars")
        return result_in_words(db.session.get(PartnerCalendar, stored.id))

    return night


def all_events() -> list[Event]:
    return [
        get_event_to_change(event_id) for event_id in db.session.scalars(select(Event.id).order_by(Event.id))
    ]


def test_what_is_new_becomes_drafts_that_follow_until_somebody_touches_them(
    partner_server: Partner, night: Callable[[], str], officer: User
) -> None:
    partner_server.events = [
        vevent(timed("Ett") + "\nURL:https://region.example.se/1", uid="1"),
        vevent(timed("Två"), uid="2"),
        vevent("SUMMARY:Trasig\nDTSTART:aldrig", uid="3"),
        vevent(timed("Privat") + "\nCLASS:PRIVATE", uid="4"),
    ]
    assert night() == "Hämtad. 2 nya utkast. 1 att se igenom. 1 gick inte att läsa."
    one, two = all_events()
    assert (one.state, one.title_sv, one.organiser.name_sv, one.municipality_code) == (
        EventState.DRAFT, "Ett", "Region Norr", "2480",
    )  # fmt: skip
    assert (one.responsible_id, one.registration_url) == (officer.id, "https://region.example.se/1")
    change_by_hand(two, officer, title_sv="Vår titel")
    partner_server.events = [
        vevent(timed("Ett, nytt namn"), uid="1"),
        vevent(timed("Två, nytt namn"), uid="2"),
    ]
    assert night() == "Hämtad. 1 utkast uppdaterat. 1 att se igenom."
    assert [event.title_sv for event in all_events()] == ["Ett, nytt namn", "Vår titel"]
    actors = db.session.scalars(
        select(AuditEntry.actor_kind).where(AuditEntry.action == "event.created").distinct()
    ).all()
    assert actors == ["system"]


def test_what_has_not_changed_costs_a_304(partner_server: Partner, night: Callable[[], str]) -> None:
    partner_server.events = [vevent(timed())]
    night()
    assert night() == "Ingenting har ändrats hos dem sedan förra gången."
    assert "If-None-Match" in partner_server.server.asked[1][1]
    assert len(all_events()) == 1


def test_what_is_published_is_neither_changed_nor_cancelled_at_night(
    partner_server: Partner, night: Callable[[], str], officer: User
) -> None:
    partner_server.events = [vevent(timed("Ett"), uid="1"), vevent(timed("Två"), uid="2")]
    night()
    for event in all_events():
        publish_it(event, officer)
    before = [facts_of(event) for event in all_events()]
    partner_server.events = [
        vevent(timed("Ett", start="20270311T090000", end="20270311T120000"), uid="1"),
        vevent(timed("Två") + "\nSTATUS:CANCELLED", uid="2"),
    ]
    assert night() == "Hämtad. 1 att se igenom. 1 inställd hos dem."
    assert [facts_of(event) for event in all_events()] == before
    assert {event.state for event in all_events()} == {EventState.PUBLISHED}


def test_what_somebody_has_thrown_away_does_not_come_back(
    partner_server: Partner, night: Callable[[], str], officer: User
) -> None:
    partner_server.events = [vevent(timed("Ett"))]
    night()
    delete_draft(all_events()[0], actor=Actor.user(officer.id, officer.name))
    partner_server.events = [vevent(timed("Ett, ändrad"))]
    assert night() == "Hämtad."
    assert all_events() == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "Kalendern finns inte längre på adressen."),
        (403, "Servern lämnar inte ut kalendern. Kontrollera att den är delad offentligt."),
    ],
)
def test_a_fetch_that_fails_says_why_and_keeps_the_drafts(
    partner_server: Partner, night: Callable[[], str], status: int, words: str
) -> None:
    partner_server.events = [vevent(timed())]
    night()
    partner_server.status = status
    assert night() == words
    assert len(all_events()) == 1


def test_one_bad_calendar_does_not_stop_the_others(
    partner_server: Partner, night: Callable[[], str], stored: PartnerCalendar, officer: User
) -> None:
    broken = PartnerFacts(
        "A", "https://127.0.0.1/a.ics", Defaults("utbildningsdag", "A", RegistrationMode.NONE)
    )
    first = add_partner(broken, user=officer, actor=Actor.system())
    stored.id, first.id = 1002, 1001
    first.sealed_address = "inte förseglad"
    db.session.commit()
    partner_server.events = [vevent(timed())]
    fetch_partner_calendars()
    db.session.expire_all()
    assert [
        one.outcome for one in db.session.scalars(select(PartnerCalendar).order_by(PartnerCalendar.id))
    ] == [
        FetchOutcome.FAILED,
        FetchOutcome.FETCHED,
    ]
    assert len(all_events()) == 1


def test_one_that_is_paused_is_not_fetched(
    partner_server: Partner, night: Callable[[], str], stored: PartnerCalendar
) -> None:
    stored.is_paused = True
    assert night() == "Inte hämtad än."
    assert partner_server.server.asked == []


def test_its_address_is_sealed_and_stands_nowhere(
    partner_server: Partner, night: Callable[[], str], stored: PartnerCalendar, client: PageClient,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    partner_server.events = [vevent("SUMMARY:Trasig\nDTSTART:aldrig")]
    night()
    secret = "hemlig-nyckel"
    assert secret in address_of(db.session.get(PartnerCalendar, stored.id))
    assert secret not in stored.sealed_address
    trail = [json.dumps(entry.changes) for entry in db.session.scalars(select(AuditEntry))]
    for text in (
        *trail,
        caplog.text,
        client.get_page(PATH).response.text,
        client.get_page(f"{PATH}/{stored.id}").response.text,
    ):
        assert secret not in text


def test_from_adding_one_to_its_drafts(
    client: PageClient, officer: User, partner_server: Partner, run_job: Callable[[str], None]
) -> None:
    partner_server.events = [vevent(timed("Deras dag"))]
    page = client.get_page("/personal/kalenderfil").click("Partnerkalendrar").click("Ny partnerkalender")
    form = page.form("Lägg till")
    empty = form.submit()
    assert empty.problems == [
        "Fyll i vem som arrangerar.",
        "Skriv vad partnern heter.",
        "Fyll i kalenderns adress.",
    ]
    page = form.submit(
        {
            "Partnerns namn": "Region Norr",
            "Kalenderns adress": partner_server.server.address(),
            "Arrangör": "Region Norr",
        }
    )
    assert page.heading == "Region Norr"
    assert page.messages == ["Region Norr är tillagd. Kalendern hämtas varje natt."]
    run_job("fetch_partner_calendars")
    page = client.get_page(PATH)
    assert page.table()[0][1:] == ["1", "15 jan 2027 10.00", "Hämtad. 1 nytt utkast.", "Karin Öberg"]
    page = page.click("Region Norr")
    assert page.texts(".action-list li") == ["Deras dag onsdag 10 mars 2027, kl. 09.00–12.00"]
    assert page.click("Deras dag").heading == "Deras dag"


def test_fetching_by_hand_shows_the_differences_and_takes_in_what_is_ticked(
    client: PageClient,
    officer: User,
    partner_server: Partner,
    night: Callable[[], str],
    stored: PartnerCalendar,
) -> None:
    partner_server.events = [vevent(timed("Ett"))]
    night()
    publish_it(all_events()[0], officer)
    partner_server.events = [vevent(timed("Nytt namn"))]
    page = client.get_page(f"{PATH}/{stored.id}").form("Hämta nu och granska").submit()
    assert page.heading == "Granska kalendern"
    assert "Titel Nu: Ett Blir: Nytt namn" in page.table()[0][3]
    page.form("Ta in det som är ikryssat").submit({"Nytt namn": True})
    db.session.expire_all()
    assert [(event.title_sv, event.state) for event in all_events()] == [("Nytt namn", EventState.PUBLISHED)]


def test_one_is_changed_paused_resumed_and_removed(
    client: PageClient, stored: PartnerCalendar, night: Callable[[], str], partner_server: Partner
) -> None:
    partner_server.events = [vevent(timed())]
    night()
    url = f"{PATH}/{stored.id}"
    page = client.get_page(url).form("Spara").submit({"Partnerns namn": "Region Nord", "Kommun": ""})
    assert (page.heading, page.messages) == ("Region Nord", ["Region Nord är sparad."])
    page = page.form("Pausa hämtningen").submit()
    page = page.form("Återuppta hämtningen").submit()
    page = page.click("Ta bort partnerkalendern").form("Ta bort").submit()
    assert page.messages == ["Region Nord är borttagen. Aktiviteterna som kom därifrån är kvar."]
    assert db.session.scalar(select(func.count()).select_from(PartnerCalendar)) == 0
    assert len(all_events()) == 1
    assert db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_kind == "partner_calendar").order_by(AuditEntry.id)
    ).all() == [
        "partner_calendar.added",
        "partner_calendar.changed",
        "partner_calendar.paused",
        "partner_calendar.resumed",
        "partner_calendar.removed",
    ]


def test_a_fetch_by_hand_that_fails_is_told(
    client: PageClient, stored: PartnerCalendar, partner_server: Partner
) -> None:
    partner_server.status = 404
    page = client.get_page(f"{PATH}/{stored.id}").form("Hämta nu och granska").submit()
    assert page.messages == ["Kalendern finns inte längre på adressen."]


@pytest.mark.parametrize("step", ["hamta", "pausa", "ateruppta", "ta-bort"])
def test_nothing_happens_without_the_token(
    client: PageClient, stored: PartnerCalendar, partner_server: Partner, step: str
) -> None:
    client.post(f"{PATH}/{stored.id}/{step}", data={})
    db.session.expire_all()
    kept = db.session.get(PartnerCalendar, stored.id)
    assert (kept.is_paused, kept.fetched_at) == (False, None)
    assert partner_server.server.asked == []
