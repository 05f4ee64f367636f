"""A person's own calendar: what is in it, who may read it, and that it is right after every change."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.secret_addresses import MOST_ADDRESSES
from eventsapp.core.text import email_key
from eventsapp.core.tokens import digest
from eventsapp.events.models import Event, EventFormat, EventState
from eventsapp.participants.calendars import open_calendar
from eventsapp.participants.models import CalendarLink
from eventsapp.protection.locking import lock_record
from eventsapp.registrations.documents import personal_calendar
from eventsapp.registrations.models import AttendanceMode, RegistrationStatus
from eventsapp.registrations.operations import cancel_registration
from eventsapp.registrations.personal_links import add_link, ticket_code
from eventsapp.registrations.queries import find_with_event, get_event_in_letters
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion, make_organiser, make_topic
from tests.factories.participants import let_in
from tests.factories.registrations import make_registration
from tests.feeds.readers import by_icalendar, by_vobject
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]
ADDRESS = "asa.ahlstrom@umea.example.se"
JOIN = "https://meet.example.se/abc"


def opened(name: str = "Telefonen") -> str:
    token = open_calendar(email_key(ADDRESS), name, "sv")
    db.session.commit()
    return f"/kalender/min/{token}.ics"


def read(client: PageClient, address: str) -> dict[str, object]:
    """What the calendar says, title → status; the stamp is written the first time, as is allowed."""
    response = client.get(address)
    assert response.status_code == 200
    assert by_icalendar(response.data).keys() == by_vobject(response.data).keys()
    return {entry.summary: entry.status for entry in by_icalendar(response.data).values()}


def on(day: int, title: str, **facts: object) -> Event:
    return make_event(title=title, occasions=[make_occasion(date(2026, 11, day))], **facts)  # type: ignore[arg-type]


def test_what_one_has_and_what_one_waits_for(client: PageClient, frozen_now: FrozenClock) -> None:
    make_registration(on(3, "Med plats"), email=ADDRESS)
    make_registration(on(4, "I kö"), email=ADDRESS, status=RegistrationStatus.WAITING)
    make_registration(on(5, "Avanmäld"), email=ADDRESS, status=RegistrationStatus.CANCELLED)
    make_registration(on(6, "Någon annans"), email="annan@example.se")
    cancelled = on(9, "Inställd", state=EventState.CANCELLED, cancelled_at=frozen_now.moment)
    make_registration(cancelled, email=ADDRESS)
    address = opened()
    assert read(client, address) == {
        "Med plats": "CONFIRMED",
        "I kö": "TENTATIVE",
        "INSTÄLLT: Inställd": "CANCELLED",
    }


def test_how_to_join_is_there_for_one_who_takes_part_online(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    event = on(3, "Hybrid", format=EventFormat.HYBRID, join_url=JOIN)
    make_registration(event, email=ADDRESS, mode=AttendanceMode.ONLINE)
    make_registration(
        on(4, "På plats", format=EventFormat.HYBRID, join_url=JOIN),
        email=ADDRESS,
        mode=AttendanceMode.ONSITE,
    )
    slug = event.slug
    entries = Calendar.from_ical(client.get(opened()).data).walk("VEVENT")
    online, onsite = entries
    assert str(online["CONFERENCE"]) == JOIN
    assert online["CONFERENCE"].params == {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Anslut"}
    assert str(online["DESCRIPTION"]).startswith(f"Anslut digitalt: {JOIN}\nDu är anmäld.")
    assert str(online["URL"]).endswith(f"/aktiviteter/{slug}")
    assert JOIN not in onsite.to_ical().decode()


def test_the_entry_is_the_same_as_in_the_public_calendar(client: PageClient, frozen_now: FrozenClock) -> None:
    event = on(3, "Samma")
    make_registration(event, email=ADDRESS)
    address = opened()
    (own,) = by_icalendar(client.get(address).data).values()
    (public,) = by_icalendar(client.get("/kalender.ics").data).values()
    assert (own.uid, own.starts, own.ends, own.summary, own.location, own.status) == (
        public.uid,
        public.starts,
        public.ends,
        public.summary,
        public.location,
        public.status,
    )


def test_a_place_that_one_gets_raises_the_number(client: PageClient, frozen_now: FrozenClock) -> None:
    registration = make_registration(on(3, "I kö"), email=ADDRESS, status=RegistrationStatus.WAITING)
    registration_id = registration.id
    address = opened()
    first = client.get(address)
    frozen_now.advance(minutes=5)
    found = find_with_event(registration_id)
    assert found is not None
    found.status, found.changed_at = RegistrationStatus.CONFIRMED, now()
    db.session.commit()
    second = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    (before,), (after,) = by_icalendar(first.data).values(), by_icalendar(second.data).values()
    assert (before.uid, before.status, after.status) == (after.uid, "TENTATIVE", "CONFIRMED")
    assert after.sequence > before.sequence
    assert after.changed_at > before.changed_at


def test_what_one_leaves_is_gone_whatever_the_client_remembers(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    registration = make_registration(on(3, "Lämnas"), email=ADDRESS)
    make_registration(on(4, "Blir kvar"), email=ADDRESS)
    event_id, registration_id = registration.event_id, registration.id
    address = opened()
    first = client.get(address)
    assert "Last-Modified" not in first.headers
    frozen_now.advance(minutes=5)
    person = find_with_event(registration_id)
    assert person is not None
    person.event = get_event_in_letters(event_id)
    cancel_registration(person, actor=Actor.participant(registration_id))
    db.session.commit()
    again = client.get(
        address,
        headers={"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Date"]},
    )
    assert again.status_code == 200
    assert [entry.summary for entry in by_icalendar(again.data).values()] == ["Blir kvar"]
    assert client.get(address, headers={"If-None-Match": again.headers["ETag"]}).status_code == 304


def test_headers_keep_it_to_the_one_who_asks(client: PageClient, frozen_now: FrozenClock) -> None:
    make_registration(on(3, "Med plats"), email=ADDRESS)
    response = client.get(opened())
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in response.headers
    assert "/kalender" not in client.get("/robots.txt").text, "Google asks there first"
    assert b"SOURCE" not in response.data, "the address must not stand in the calendar"


@pytest.mark.parametrize("address", ["/kalender/min/finns-inte.ics", "/en/calendar/mine/x.ics"])
def test_an_unknown_address_is_not_found(client: PageClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.data) == (404, b"404\n")


def test_when_it_was_fetched_is_noted_once_an_hour(
    client: PageClient, frozen_now: FrozenClock, queries: Queries
) -> None:
    address = opened()
    link = db.session.query(CalendarLink).one()
    assert link.last_fetched_at is None
    first = frozen_now.moment
    client.get(address)
    frozen_now.advance(minutes=59)
    with queries() as statements:
        client.get(address)
    assert not [one for one in statements if "last_fetched_at=" in one]
    db.session.expire_all()
    assert db.session.query(CalendarLink).one().last_fetched_at == first
    frozen_now.advance(minutes=1)
    with queries() as statements:
        client.get(address)
    written = [one for one in statements if not one.lstrip().upper().startswith("SELECT")]
    assert len(written) == 1 and written[0].startswith("UPDATE participant_calendars SET last_fetched_at")
    db.session.expire_all()
    assert db.session.query(CalendarLink).one().last_fetched_at == first + timedelta(hours=1)


def test_it_asks_the_database_the_same_for_one_and_for_many(
    client: PageClient, frozen_now: FrozenClock, queries: Queries
) -> None:
    make_registration(on(3, "Ett"), email=ADDRESS)
    address = opened()
    client.get(address)
    costs = []
    for _ in range(2):
        with queries() as statements:
            client.get(address)
        costs.append(len(statements))
        for day in range(4, 8):
            make_registration(on(day, f"Dag {day}"), email=ADDRESS)
        db.session.commit()
    assert costs[0] == costs[1] <= 5


def test_a_locked_record_closes_every_calendar(client: PageClient, frozen_now: FrozenClock) -> None:
    registration = make_registration(on(3, "Skyddad"), email=ADDRESS)
    registration_id, event_id = registration.id, registration.event_id
    address = opened()
    assert read(client, address) == {"Skyddad": "CONFIRMED"}
    found = find_with_event(registration_id)
    assert found is not None
    lock_record(get_event_in_letters(event_id), found, seal_organisation=False, actor=Actor.system())
    db.session.commit()
    assert client.get(address).status_code == 404
    assert db.session.query(CalendarLink).count() == 0


class TestPages:
    def test_one_makes_it_reads_it_renews_it_and_closes_it(
        self, client: PageClient, frozen_now: FrozenClock
    ) -> None:
        make_registration(on(3, "Med plats"), email=ADDRESS)
        page = let_in(client, ADDRESS).click("Visa i min kalender")
        page = page.submit({"Vad ska den heta?": "Telefonen"}, button="Skapa adressen")
        assert page.heading == "Adressen till din kalender"
        first = page.text_of(".feed-address")
        token = first.rsplit("/", 1)[1].removesuffix(".ics")
        assert len(token) >= 22
        assert db.session.query(CalendarLink).one().token_digest == digest(token)
        assert read(client, first[first.index("/kalender/min/") :]) == {"Med plats": "CONFIRMED"}
        page = page.click("Mina prenumerationer")
        assert first not in page.response.text, "it is shown once"
        assert "hämtad 1 okt 2026" in page.text
        page = page.submit(button="Byt adress Telefonen")
        second = page.text_of(".feed-address")
        assert client.get(first[first.index("/kalender/min/") :]).status_code == 404
        assert read(client, second[second.index("/kalender/min/") :]) == {"Med plats": "CONFIRMED"}
        page = page.click("Mina prenumerationer").submit(button="Stäng Telefonen")
        assert page.messages[0].startswith("Prenumerationen är stängd.")
        assert client.get(second[second.index("/kalender/min/") :]).status_code == 404

    @pytest.mark.parametrize("name", ["", " ", "\u0007", "x" * 61])
    def test_a_name_is_asked_for(self, client: PageClient, name: str) -> None:
        make_registration(make_event(), email=ADDRESS)
        page = let_in(client, ADDRESS).click("Visa i min kalender")
        page = page.submit({"Vad ska den heta?": name}, button="Skapa adressen", status=400)
        assert len(page.problems) == 1
        assert db.session.query(CalendarLink).count() == 0

    def test_there_is_a_limit(self, client: PageClient) -> None:
        make_registration(make_event(), email=ADDRESS)
        for number in range(MOST_ADDRESSES):
            opened(f"Nummer {number}")
        page = let_in(client, ADDRESS).click("Visa i min kalender")
        page = page.submit({"Vad ska den heta?": "En till"}, button="Skapa adressen", status=400)
        assert page.problems == ["Du har redan 10 prenumerationer. Stäng en först."]

    def test_somebody_elses_cannot_be_touched(self, client: PageClient) -> None:
        make_registration(make_event(), email=ADDRESS)
        make_registration(make_event(), email="annan@example.se")
        address = opened()
        calendar_id = db.session.query(CalendarLink).one().id
        let_in(client, "annan@example.se")
        token = client.csrf_token("/min/kalendrar")
        for verb in ("stang", "ny-adress"):
            response = client.post(f"/min/kalendrar/{calendar_id}/{verb}", data={"csrf_token": token})
            assert response.status_code == 404
        assert client.get(address).status_code == 200

    def test_one_who_is_not_let_in_goes_to_the_door(self, client: PageClient) -> None:
        assert client.get("/min/kalendrar").headers["Location"].endswith("/min")


class TestTicketLink:
    def test_it_leads_to_the_list_that_asks_who_one_is(
        self, client: PageClient, frozen_now: FrozenClock
    ) -> None:
        make_registration(on(3, "Med plats"), email=ADDRESS)
        make_registration(on(4, "I kö"), email=ADDRESS, status=RegistrationStatus.WAITING)
        has, waits = Calendar.from_ical(client.get(opened()).data).walk("VEVENT")
        own_page = "http://localhost/min/anmalningar"
        assert f"\nDin biljett och din anmälan: {own_page}\n" in str(has["DESCRIPTION"])
        assert f"\nDin anmälan: {own_page}\n" in str(waits["DESCRIPTION"])
        assert client.get("/min/anmalningar").headers["Location"].endswith("/min")

    def test_no_link_in_it_opens_anything(self, client: PageClient, frozen_now: FrozenClock) -> None:
        """Whoever reads the calendar must not be able to cancel, or come in as the one whose it is."""
        registration = make_registration(on(3, "Med plats"), email=ADDRESS)
        token = add_link(registration.id)
        address = opened()
        text = client.get(address).text.replace("\r\n ", "")
        for secret in (token, ticket_code(token), address.rsplit("/", 1)[1]):
            assert secret not in text
        assert "/min/anmalan/" not in text


class TestNeutralTitles:
    """`SUBJECT` stands in everything that could tell what it is about."""

    def neutral(self, **facts: object) -> Event:
        occasions = [
            make_occasion(date(2026, 11, 3), label_sv="Skyddat boende, dag 1"),
            make_occasion(date(2026, 11, 4), label_sv="Skyddat boende, dag 2"),
        ]
        values: dict[str, object] = {
            "title": "Skyddat boende",
            "slug": "skyddat-boende",
            "summary_sv": "Om skyddat boende.",
            "room": "Skyddat boende-rummet",
            "venue": "Huset för skyddat boende",
            "topics": [make_topic("skyddat-boende")],
            "organiser_id": make_organiser("Föreningen för skyddat boende").id,
            "contact_email": "skyddat-boende@example.se",
            "neutral_in_calendars": True,
        }
        return make_event(occasions=occasions, **(values | facts))  # type: ignore[arg-type]

    def test_ones_own_calendar_tells_when_and_where_and_no_more(
        self, client: PageClient, frozen_now: FrozenClock
    ) -> None:
        event = self.neutral(format=EventFormat.HYBRID, join_url=JOIN)
        make_registration(event, email=ADDRESS, mode=AttendanceMode.ONLINE)
        response = client.get(opened())
        assert "skydd" not in response.text.replace("\r\n ", "").casefold()
        first, second = Calendar.from_ical(response.data).walk("VEVENT")
        assert str(first["SUMMARY"]) == "Utbildningsdag (1 av 2)"
        assert str(second["SUMMARY"]) == "Utbildningsdag (2 av 2)"
        assert str(first["LOCATION"]) == "Skolgatan 59, Umeå"
        assert str(first["URL"]) == "http://localhost/min/anmalningar"
        assert str(first["CONFERENCE"]) == JOIN
        assert "CATEGORIES" not in first and "ORGANIZER" not in first

    def test_the_public_calendar_and_page_say_what_it_is(
        self, client: PageClient, frozen_now: FrozenClock
    ) -> None:
        make_registration(self.neutral(), email=ADDRESS)
        own = by_icalendar(client.get(opened()).data)
        public = by_icalendar(client.get("/kalender.ics").data)
        assert [entry.summary for entry in public.values()] == [
            "Skyddat boende (1 av 2)",
            "Skyddat boende (2 av 2)",
        ]
        assert {uid: (entry.starts, entry.ends) for uid, entry in own.items()} == {
            uid: (entry.starts, entry.ends) for uid, entry in public.items()
        }
        assert client.get_page("/aktiviteter/skyddat-boende").heading == "Skyddat boende"

    def test_a_cancellation_says_nothing_either(self, client: PageClient, frozen_now: FrozenClock) -> None:
        event = self.neutral(
            state=EventState.CANCELLED,
            cancelled_at=frozen_now.moment,
            cancel_reason="Skyddat boende har stängt.",
        )
        make_registration(event, email=ADDRESS)
        response = client.get(opened())
        assert "skydd" not in response.text.replace("\r\n ", "").casefold()
        assert "INSTÄLLT: Utbildningsdag (1 av 2)" in response.text

    def test_the_file_and_the_links_behind_the_letter(
        self, client: PageClient, frozen_now: FrozenClock
    ) -> None:
        registration = make_registration(self.neutral(), email=ADDRESS)
        token = add_link(registration.id)
        db.session.commit()
        file = client.get(f"/min/anmalan/{token}/kalender.ics")
        assert "skydd" not in file.text.replace("\r\n ", "").casefold()
        assert file.headers["Content-Disposition"] == "attachment; filename=aktivitet.ics"
        page = client.get_page(f"/min/anmalan/{token}")
        links = [link["href"] for link in page.all("a[rel=noreferrer]")]
        assert len(links) == 4
        assert not [link for link in links if "skydd" in link.casefold()]

    def test_the_letter_has_the_same_file(self, app: Flask, frozen_now: FrozenClock) -> None:
        registration = make_registration(self.neutral(), email=ADDRESS)
        event = get_event_in_letters(registration.event_id)
        found = personal_calendar(event, language="en", page_url="http://localhost/en/events/skyddat-boende")
        assert b"skydd" not in found.replace(b"\r\n ", b"").lower()
        assert b"SUMMARY;LANGUAGE=en:Training day (1 of 2)" in found
