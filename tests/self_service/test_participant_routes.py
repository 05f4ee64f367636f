"""The pages behind the personal link, without JavaScript."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.tokens import digest
from eventsapp.events.models import Event, EventFormat, EventState
from eventsapp.outbox.models import Letter
from eventsapp.places.queries import pools_of
from eventsapp.registrations import guessing, queries
from eventsapp.registrations.models import (
    AttendanceMode,
    PersonalLink,
    Profession,
    Registration,
    RegistrationStatus,
)
from eventsapp.registrations.personal_links import revoke_links
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_personal_link, make_registration
from tests.page_client import PageClient

JOIN_URL = "https://video.example.se/rum/42"


def a_link(registration: Registration) -> str:
    return f"/min/anmalan/{make_personal_link(registration)}"


def the_registration() -> Registration:
    return db.session.scalars(select(Registration).order_by(Registration.id)).first()  # type: ignore[return-value]


def letters() -> list[str]:
    return list(db.session.scalars(select(Letter.kind).order_by(Letter.id)))


def taken(event: Event) -> dict[str, int]:
    return {pool.name.value: pool.taken for pool in pools_of("event", event.id)}


def test_the_page_shows_ticket_facts_calendar_and_what_one_can_do(client: PageClient) -> None:
    event = make_event(title_sv="Att upptäcka våld")
    url = a_link(make_registration(event, name="Åsa Ahlström"))
    page = client.get_page(url)
    assert page.heading == "Du är anmäld, Åsa"
    assert "Visa koden när du kommer." in page.text
    assert "Att upptäcka våld" in page.text
    assert "Folkets hus, Skolgatan 59, Umeå" in page.text
    assert page.text_of("svg.qr title") == "Biljett som QR-kod"
    code = page.text_of(".ticket-code .code").replace(" ", "")
    assert len(code) == 20
    stored = db.session.scalars(select(PersonalLink)).one()
    assert stored.ticket_digest == digest(code)
    assert page.href("Kalenderfil") == f"{url}/kalender.ics"
    assert page.href("Ändra din anmälan") == f"{url}/andra"
    assert page.href("Avanmäl dig") == f"{url}/avanmal"
    assert page.one("meta[name=robots]")["content"] == "noindex"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_speaks_both_languages(client: PageClient) -> None:
    url = a_link(make_registration(make_event()))
    english = client.get_page(url.replace("/min/anmalan/", "/en/my/registration/"))
    assert english.one("html")["lang"] == "en"
    assert english.href("På svenska") == url


def test_the_page_costs_three_statements(
    client: PageClient, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    url = a_link(make_registration(make_event()))
    db.session.commit()
    with queries() as statements:
        client.get(url)
    assert len(statements) == 3


def test_wrong_revoked_and_odd_tokens_lead_nowhere(client: PageClient) -> None:
    registration = make_registration(make_event())
    url = a_link(registration)
    revoke_links(registration.id)
    for address in (url, "/min/anmalan/" + "x" * 32, "/min/anmalan/%00", "/min/anmalan/" + "å" * 500):
        for path in ("", "/andra", "/avanmal", "/kalender.ics"):
            assert client.get(address + path).status_code == 404


@pytest.mark.parametrize(("mode", "sees"), [(AttendanceMode.ONLINE, True), (AttendanceMode.ONSITE, False)])
def test_only_those_online_see_how_to_join(client: PageClient, mode: AttendanceMode, sees: bool) -> None:
    event = make_event(
        format=EventFormat.HYBRID, join_url=JOIN_URL, join_note="Logga in tio minuter före.\nKod 4711"
    )
    url = a_link(make_registration(event, mode=mode))
    page = client.get_page(url)
    assert (JOIN_URL in page.response.text) is sees
    assert ("4711" in page.response.text) is sees
    content = client.get(f"{url}/kalender.ics").data
    (entry,) = Calendar.from_ical(content).walk("VEVENT")
    first = str(entry["DESCRIPTION"]).splitlines()[0]
    assert first == (f"Anslut digitalt: {JOIN_URL}" if sees else "Du är anmäld.")


def test_before_there_is_a_link_the_page_says_where_it_will_be(client: PageClient) -> None:
    page = client.get_page(a_link(make_registration(make_event(format=EventFormat.ONLINE))))
    assert "Länken till det digitala mötet syns här när den är klar." in page.text


def test_the_join_link_goes_when_the_meeting_is_over_or_off(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    event = make_event(format=EventFormat.ONLINE, join_url=JOIN_URL)
    url = a_link(make_registration(event))
    ends = event.last_ends_at
    assert ends is not None
    event.state = EventState.CANCELLED
    assert JOIN_URL not in client.get_page(url).response.text
    db.session.get_one(Event, event.id).state = EventState.PUBLISHED
    frozen_now.set(ends - timedelta(minutes=1))
    assert JOIN_URL in client.get_page(url).response.text
    frozen_now.set(ends)
    page = client.get_page(url)
    assert JOIN_URL not in page.response.text
    assert "Aktiviteten är över." in page.text
    assert page.all("svg.qr") == []


def test_the_calendar_file_has_the_same_identity_as_the_public_one(client: PageClient) -> None:
    event = make_event(format=EventFormat.ONLINE, join_url=JOIN_URL)
    url, slug = a_link(make_registration(event)), event.slug
    response = client.get(f"{url}/kalender.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == f"attachment; filename={slug}.ics"
    (mine,) = Calendar.from_ical(response.data).walk("VEVENT")
    (public,) = Calendar.from_ical(client.get(f"/aktiviteter/{slug}.ics").data).walk("VEVENT")
    for name in ("UID", "SUMMARY", "SEQUENCE", "DTSTAMP", "LOCATION", "URL"):
        assert mine[name] == public[name]
    assert mine.decoded("DTSTART") == public.decoded("DTSTART")
    assert mine.decoded("DTEND") == public.decoded("DTEND")


def test_there_is_no_calendar_file_without_a_date_or_a_registration(client: PageClient) -> None:
    undated = a_link(make_registration(make_event(occasions=[])))
    cancelled = a_link(make_registration(make_event(), status=RegistrationStatus.CANCELLED))
    for url in (undated, cancelled):
        assert "Kalenderfil" not in client.get_page(url).text
        assert client.get(f"{url}/kalender.ics").status_code == 404


def test_a_cancelled_registration_says_so_and_how_to_come_back(client: PageClient) -> None:
    event = make_event()
    url = a_link(make_registration(event, status=RegistrationStatus.CANCELLED))
    page = client.get_page(url)
    assert page.heading == "Du är avanmäld"
    assert page.href("Anmäl dig igen") == f"/aktiviteter/{event.slug}/anmalan"
    assert page.all("svg.qr") == []
    assert "Du är redan avanmäld." in client.get_page(f"{url}/andra", status=409).text
    assert client.get_page(f"{url}/avanmal").heading == "Du är avanmäld"


def test_a_cancelled_activity_says_so(client: PageClient) -> None:
    event = make_event(kind="webbinarium", state=EventState.CANCELLED, cancel_reason="Föreläsaren är sjuk.")
    url = a_link(make_registration(event))
    page = client.get_page(url)
    assert page.heading == "Webbinariet är inställt"
    assert "Föreläsaren är sjuk." in page.text
    assert page.all("svg.qr") == []
    for path in ("/andra", "/avanmal"):
        assert "Du behöver inte avanmäla dig." in client.get_page(url + path, status=409).text


def test_a_moved_activity_says_so(client: PageClient) -> None:
    page = client.get_page(a_link(make_registration(make_event(moved_at=now()))))
    assert "Tiden har ändrats Tiden som står här är den som gäller." in page.text


def test_an_activity_that_is_hidden_again_shows_no_link_to_its_page(client: PageClient) -> None:
    page = client.get_page(a_link(make_registration(make_event(state=EventState.DRAFT))))
    assert "Aktiviteten visas inte just nu." in page.text
    assert "Läs mer om aktiviteten" not in page.text


def test_a_browser_tells_that_the_link_was_opened_by_a_form_of_its_own(client: PageClient) -> None:
    url = a_link(make_registration(make_event()))
    form = client.get_page(url).one("form[hx-trigger=load]")
    assert (form["hx-post"], form["hx-swap"]) == (f"{url}/oppnad", "none")
    assert the_registration().link_opened_at is None
    token = form.find("input", attrs={"name": "csrf_token"})["value"]
    assert client.post(f"{url}/oppnad", data={}).status_code == 204
    assert the_registration().link_opened_at is None
    assert client.post(f"{url}/oppnad", data={"csrf_token": token}).status_code == 204
    opened = the_registration()
    assert opened.link_opened_at is not None
    assert opened.version == 1
    first = opened.link_opened_at
    client.post(f"{url}/oppnad", data={"csrf_token": token})
    assert the_registration().link_opened_at == first
    # Once is enough.
    assert client.get_page(url).all("form[hx-trigger=load]") == []


def test_changing_is_a_form_with_everything_filled_in_but_the_address(client: PageClient) -> None:
    event = make_event(
        format=EventFormat.HYBRID, asks_phone=True, asks_food=True, asks_access=True, title_sv="Dagen"
    )
    registration = make_registration(
        event,
        email="asa@umea.example.se",
        job_title="Samordnare",
        profession=Profession.CIVIL_SOCIETY,
        phone="070-123 45 67",
        mode=AttendanceMode.ONLINE,
        food="Inga nötter",
        access="Hörslinga",
    )
    url = a_link(registration)
    page = client.get_page(f"{url}/andra")
    assert page.heading == "Ändra din anmälan"
    assert "Breven går till asa@umea.example.se." in page.text
    values = page.form("Spara ändringarna").values
    del values["csrf_token"]
    assert values == {
        "name": ["Åsa Ahlström"],
        "organisation": ["Umeå kommun"],
        "job_title": ["Samordnare"],
        "profession": ["ideburen-sektor"],
        "phone": ["070-123 45 67"],
        "mode": ["online"],
        "food": ["other"],
        "food_other": ["Inga nötter"],
        "access": ["Hörslinga"],
    }
    done = page.submit({"Namn": "Åsa Åström", "mode": "onsite", "food": "vegan", "food_other": ""})
    assert done.url == url
    assert done.messages == ["Din anmälan är ändrad."]
    assert done.heading == "Du är anmäld, Åsa"
    changed = the_registration()
    assert (changed.name, changed.mode) == ("Åsa Åström", AttendanceMode.ONSITE)
    assert changed.link_opened_at is not None
    assert queries.answers_of(changed.id).food == "vegan"
    assert letters() == ["changed"]


def test_a_wrong_change_is_told_at_the_field_with_everything_kept(client: PageClient) -> None:
    url = a_link(make_registration(make_event()))
    page = client.get_page(f"{url}/andra").submit({"Namn": "", "Befattning": "Chef"}, status=400)
    assert page.problems == ["Skriv ditt namn"]
    assert page.form("Spara ändringarna").values["job_title"] == ["Chef"]
    assert letters() == []


def test_where_there_is_no_place_one_stays_where_one_is(client: PageClient) -> None:
    event = make_event(
        format=EventFormat.HYBRID,
        separate_pools=True,
        capacity_total=None,
        capacity_onsite=1,
        capacity_online=2,
    )
    mover = make_registration(event, mode=AttendanceMode.ONLINE)
    url = a_link(mover)
    form = client.get_page(f"{url}/andra").form("Spara ändringarna")
    make_registration(event, mode=AttendanceMode.ONSITE)
    page = form.fill({"mode": "onsite", "Befattning": "Chef"}).submit(status=409)
    assert page.problems == ["Det finns inga platser kvar på det sättet. Du har kvar din plats som förut."]
    assert page.form("Spara ändringarna").values["job_title"] == ["Chef"]
    assert taken(event) == {"onsite": 1, "online": 1}
    # The full way cannot be chosen when the page is opened anew; one's own way always can.
    again = client.get_page(f"{url}/andra")
    assert again.one("input[value=onsite]").has_attr("disabled")
    assert not again.one("input[value=online]").has_attr("disabled")


def test_cancelling_is_a_page_with_a_button(client: PageClient) -> None:
    event = make_event()
    url = a_link(make_registration(event, email="asa@umea.example.se"))
    page = client.get_page(f"{url}/avanmal")
    assert page.heading == "Avanmäl dig"
    assert "Ett brev om avanmälan skickas till asa@umea.example.se." in page.text
    assert the_registration().status is RegistrationStatus.CONFIRMED
    form = page.form("Avanmäl mig")
    assert form.submit().heading == "Du är avanmäld"
    assert the_registration().status is RegistrationStatus.CANCELLED
    assert taken(event) == {"all": 0}
    # The button pressed twice does no more.
    assert form.submit().heading == "Du är avanmäld"
    assert letters() == ["cancelled_by_self"]


def test_one_who_cancelled_can_sign_up_again(client: PageClient) -> None:
    event = make_event()
    url = a_link(make_registration(event, email="asa@umea.example.se"))
    page = client.get_page(f"{url}/avanmal").submit(button="Avanmäl mig").click("Anmäl dig igen")
    receipt = page.submit(
        {"Namn": "Åsa Ahlström", "E-postadress": "asa@umea.example.se", "Var arbetar du?": "Umeå kommun"}
    )
    assert receipt.heading == "Du är anmäld"
    assert taken(event) == {"all": 1}
    # The old link still tells of the old registration.
    assert client.get_page(url).heading == "Du är avanmäld"


def test_a_page_that_was_open_too_long_cancels_nothing(client: PageClient) -> None:
    url = a_link(make_registration(make_event()))
    page = client.post_page(f"{url}/avanmal", {}, status=400)
    assert len(page.problems) == 1
    assert the_registration().status is RegistrationStatus.CONFIRMED


def test_after_the_last_day_the_pages_say_that_we_are_told(client: PageClient) -> None:
    event = make_event(registration_closes_on=swedish_today(now()) - timedelta(days=1))
    url = a_link(make_registration(event))
    assert "Du kan ändra ändå, och vi får veta det." in client.get_page(f"{url}/andra").text
    client.get_page(f"{url}/avanmal").submit(button="Avanmäl mig")
    assert letters() == ["cancelled_by_self", "officer_late_change"]


def test_after_the_start_nothing_can_be_changed(client: PageClient) -> None:
    event = make_event(occasions=[make_occasion(swedish_today(now()) - timedelta(days=3))])
    url = a_link(make_registration(event))
    token = client.csrf_token(f"/aktiviteter/{make_event().slug}/anmalan")
    for path in ("/andra", "/avanmal"):
        client.get_page(url + path, status=409)
        page = client.post_page(url + path, {"csrf_token": token, "name": "Bo"}, status=409)
        assert page.heading == "Det går inte att ändra anmälan"
    assert the_registration().status is RegistrationStatus.CONFIRMED
    assert "Ändra din anmälan" not in client.get_page(url).text


def test_guessing_tokens_is_counted_and_stopped(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, frozen_now: FrozenClock
) -> None:
    monkeypatch.setattr(guessing, "MOST_FAILURES", 3)
    url = a_link(make_registration(make_event()))
    token = client.csrf_token(f"{url}/avanmal")
    wrong = "/min/anmalan/" + "x" * 32 + "/avanmal"
    for _ in range(3):
        assert client.post(wrong, data={"csrf_token": token}).status_code == 404
    for address in (wrong, f"{url}/avanmal"):
        assert client.post(address, data={"csrf_token": token}).status_code == 429
    assert the_registration().status is RegistrationStatus.CONFIRMED
    # Opening pages is not counted: mail gateways of a whole municipality do it from one address.
    assert client.get(url).status_code == 200
    frozen_now.advance(minutes=15)
    assert client.post(f"{url}/avanmal", data={"csrf_token": token}).status_code == 303
