"""The pages of taking activities in from a calendar."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.calendar_import.fetching import Fetcher
from eventsapp.calendar_import.models import CalendarReading
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventState
from tests.calendar_import.files import calendar_file, timed, vevent
from tests.calendar_import.test_fetching import Server, answer, loopback, serving
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_kind, make_municipality
from tests.page_client import Page, PageClient, Upload

PATH = "/personal/kalenderfil"
SERIES = timed("Nätverksträff", "20270301T090000", "20270301T100000") + "\nRRULE:FREQ=WEEKLY;COUNT=5"


@pytest.fixture
def officer(sign_in: Callable[..., User], frozen_now: FrozenClock) -> User:
    frozen_now.set(datetime(2027, 1, 15, 9, tzinfo=UTC))
    make_kind()
    make_municipality()
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


@pytest.fixture
def calendar_server(app: Flask) -> Iterator[Server]:
    """A partner's server, the one address that may be fetched from here."""
    content = calendar_file(vevent(timed("Deras dag")), head="X-WR-CALNAME:Region Norrs kalender")
    with serving(answer(200, content)) as server:
        before = app.extensions["calendar_fetcher"]
        app.extensions["calendar_fetcher"] = server.fetcher
        yield server
        app.extensions["calendar_fetcher"] = before


def bring(client: PageClient, content: bytes, *, status: int = 200) -> Page:
    form = client.get_page(PATH).form("Granska kalendern")
    return form.submit(
        {"Kalenderfil": Upload("regionen.ics", content), "Arrangör": "Region Norr"}, status=status
    )


def titles() -> list[str]:
    return list(db.session.scalars(select(Event.title_sv).order_by(Event.id)))


def test_from_the_list_of_activities_to_a_draft(client: PageClient, officer: User) -> None:
    page = client.get_page("/personal/aktiviteter").click("Hämta från kalenderfil")
    assert page.heading == "Hämta från kalenderfil"
    page = bring(
        client,
        calendar_file(
            vevent(SERIES + "\nLOCATION:Rådhuset\\, Storgatan 1"),
            vevent("SUMMARY:Trasig\nDTSTART:i morgon", uid="två"),
            head="X-WR-CALNAME:Regionens kalender",
        ),
    )
    assert page.heading == "Granska kalendern"
    assert page.text_of(".lead-text") == "Regionens kalender"
    assert titles() == []
    (row,) = page.table()
    days = [f"måndag {day} mars 2027, kl. 09.00–10.00" for day in (1, 8, 15)]
    assert row == [
        "Nätverksträff",
        f"{' '.join(days)} och 2 tillfällen till",
        "Rådhuset · Storgatan 1",
        "Blir ett nytt utkast",
    ]
    assert "Trasig . Rad 16: tiden går inte att läsa: i morgon" in page.text
    page = page.form("Ta in det som är ikryssat").submit()
    assert page.messages == ["1 nytt utkast är gjort."]
    assert page.table()[0][3] == "Ingenting ändras"
    (event,) = db.session.scalars(select(Event))
    assert (event.title_sv, event.state, event.responsible_id) == (
        "Nätverksträff",
        EventState.DRAFT,
        officer.id,
    )
    assert page.href("Öppna aktiviteten här : Nätverksträff") == f"/personal/aktiviteter/{event.id}/innehall"


def test_only_what_is_ticked_is_taken_in(client: PageClient, officer: User) -> None:
    page = bring(client, calendar_file(vevent(timed("Ett"), uid="1"), vevent(timed("Två"), uid="2")))
    page = page.form("Ta in det som är ikryssat").submit({"chosen": ["1.0"]})
    assert titles() == ["Två"]
    nothing = page.form("Ta in det som är ikryssat").submit({"chosen": []})
    assert nothing.problems == ["Välj minst en aktivitet."]
    assert titles() == ["Två"]


def test_of_many_the_first_are_ticked_and_then_the_next(
    client: PageClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("operations", "staff_routes"):
        monkeypatch.setattr(f"eventsapp.calendar_import.{module}.MOST_AT_ONCE", 2)
    page = bring(client, calendar_file(*(vevent(timed(f"Nummer {one}"), uid=str(one)) for one in range(3))))
    assert "De första 2 är ikryssade. När de är intagna kryssas nästa i." in page.text
    page = page.form("Ta in det som är ikryssat").submit()
    assert page.messages == ["2 nya utkast är gjorda."]
    page = page.form("Ta in det som är ikryssat").submit()
    assert page.messages == ["1 nytt utkast är gjort."]


def test_a_second_file_shows_what_it_would_change(client: PageClient, officer: User) -> None:
    bring(client, calendar_file(vevent(timed("Titeln")))).form("Ta in det som är ikryssat").submit()
    page = bring(client, calendar_file(vevent(timed("Ny titel"))))
    assert page.table()[0][3] == "Utkastet uppdateras Titel Nu: Titeln Blir: Ny titel"
    page.form("Ta in det som är ikryssat").submit()
    assert titles() == ["Ny titel"]


def test_a_preview_that_is_old_says_so_and_changes_nothing(client: PageClient, officer: User) -> None:
    content = calendar_file(vevent(timed()))
    first, second = bring(client, content), bring(client, content)
    first.form("Ta in det som är ikryssat").submit()
    late = second.form("Ta in det som är ikryssat").submit()
    assert late.problems == ["Något har ändrats sedan du öppnade sidan. Se igenom listan igen."]
    assert titles() == ["Våldsprevention"]


def test_what_cannot_be_read_is_told_at_the_field(client: PageClient, officer: User) -> None:
    assert bring(client, b"<!doctype html>").problems == [
        "Det är ingen kalenderfil. En kalenderfil börjar med BEGIN:VCALENDAR."
    ]
    assert bring(client, b"BEGIN:VCALENDAR" + b"x" * (6 * 1024 * 1024)).problems == [
        "Filen är för stor. Den får vara högst 5 MB."
    ]
    nothing = client.get_page(PATH).form("Granska kalendern").submit()
    assert nothing.problems == ["Välj en fil eller fyll i en adress."]
    assert db.session.scalar(select(func.count()).select_from(CalendarReading)) == 0


def test_more_than_a_request_may_have_is_refused_in_words(client: PageClient, officer: User) -> None:
    form = client.get_page(PATH).form("Granska kalendern")
    response = form.send({"Kalenderfil": Upload("stor.ics", b"x" * (13 * 1024 * 1024))})
    assert response.status_code == 413
    assert "stor" in response.text


def test_an_address_is_fetched_and_looked_at(
    client: PageClient, officer: User, calendar_server: Server
) -> None:
    form = client.get_page(PATH).form("Granska kalendern")
    page = form.submit({"Eller kalenderns adress": calendar_server.address("/hemlig-nyckel/basic.ics")})
    assert page.text_of(".lead-text") == "Region Norrs kalender"
    assert [row[0] for row in page.table()] == ["Deras dag"]
    assert [path for path, _headers in calendar_server.asked] == ["/hemlig-nyckel/basic.ics"]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "http://example.se/a.ics",
            "Adressen går inte att använda. Den ska börja med https:// eller webcal://.",
        ),
        (
            "webcal://kalender.example.se/a.ics",
            "Adressen leder till ett internt nät. Bara adresser på det öppna internet går att hämta från.",
        ),
    ],
)
def test_an_address_that_may_not_be_fetched_is_told(
    client: PageClient, officer: User, app: Flask, address: str, sentence: str
) -> None:
    before = app.extensions["calendar_fetcher"]
    app.extensions["calendar_fetcher"] = Fetcher(loopback)
    try:
        page = client.get_page(PATH).form("Granska kalendern").submit({"Eller kalenderns adress": address})
    finally:
        app.extensions["calendar_fetcher"] = before
    assert page.problems == [sentence]


def test_a_published_activity_is_cancelled_by_choice_with_a_reason(client: PageClient, officer: User) -> None:
    bring(client, calendar_file(vevent(timed()))).form("Ta in det som är ikryssat").submit()
    (event,) = db.session.scalars(select(Event))
    event.state, event.published_at = EventState.PUBLISHED, datetime(2027, 1, 10, tzinfo=UTC)
    page = bring(client, calendar_file(vevent(timed() + "\nSTATUS:CANCELLED")))
    assert page.table()[0][3] == (
        "Inställd i kalendern Kryssa i för att ställa in aktiviteten här. De som är anmälda får brev."
    )
    page = page.form("Ta in det som är ikryssat").submit({"Våldsprevention": True})
    assert page.messages == ["1 är inställd eller borttagen."]
    db.session.expire_all()
    (event,) = db.session.scalars(select(Event))
    assert (event.state, event.cancel_reason) == (
        EventState.CANCELLED,
        "Arrangören har ställt in aktiviteten.",
    )


def test_a_preview_is_thrown_away(client: PageClient, officer: User) -> None:
    page = bring(client, calendar_file(vevent(timed())))
    url = page.url
    page = page.form("Kasta förhandsvisningen").submit()
    assert page.messages == ["Förhandsvisningen är borta. Det du har tagit in är kvar."]
    client.get_page(url, status=404)


def test_who_may_not_edit_sees_nothing_of_it(
    client: PageClient, sign_in: Callable[..., User], officer: User
) -> None:
    url = bring(client, calendar_file(vevent(timed()))).url
    sign_in(Role.ADMINISTRATOR, name="En Annan")
    client.get_page(url, status=404)
    sign_in(Role.READER, name="Läsare")
    for path in (PATH, url, "/personal/partnerkalendrar", "/personal/partnerkalendrar/ny"):
        client.get_page(path, status=403)
    make_event()
    assert "Hämta från kalenderfil" not in client.get_page("/personal/aktiviteter").text


def test_without_its_token_a_form_does_nothing(client: PageClient, officer: User) -> None:
    url = bring(client, calendar_file(vevent(timed()))).url
    page = client.post_page(url, {"chosen": "0.0"})
    assert page.problems == [
        "Sidan hade varit öppen för länge. Allt du skrev finns kvar. Skicka formuläret igen."
    ]
    client.post_page(f"{url}/kasta", {})
    assert titles() == []
    assert db.session.scalar(select(func.count()).select_from(CalendarReading)) == 1


@pytest.mark.parametrize("value", ["", "x", "0", "0.0.0", "-1.0", "9999.0", "0.9", "1e9.1"])
def test_a_box_that_was_made_up_takes_nothing_in(client: PageClient, officer: User, value: str) -> None:
    url = bring(client, calendar_file(vevent(timed()))).url
    client.post_page(url, {"csrf_token": client.csrf_token(url), "chosen": value})
    assert titles() == []


def test_the_page_is_there_in_english(client: PageClient, officer: User) -> None:
    bring(client, calendar_file(vevent(SERIES)))
    assert client.get("/en/staff/calendar-file").status_code == 200
    assert client.get("/en/staff/partner-calendars").status_code == 200
