"""Calendars of staff: what is in them, who may read them, and what they must never say."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from eventsapp.accounts.calendars import open_staff_calendar
from eventsapp.accounts.models import Reach, StaffCalendar, User
from eventsapp.accounts.operations import close_user, reopen_user
from eventsapp.accounts.queries import get_user
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Role
from eventsapp.core.secret_addresses import MOST_ADDRESSES
from eventsapp.core.tokens import digest
from eventsapp.events.models import Event, EventState, RegistrationMode
from eventsapp.registrations.models import RegistrationStatus
from tests.conftest import FrozenClock
from tests.factories.accounts import make_team, make_user
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_registration
from tests.feeds.readers import by_icalendar, by_vobject
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]


def opened(user: User, scope: str = "own", language: str = "sv") -> str:
    token = open_staff_calendar(user, "Outlook", scope, language)
    db.session.commit()
    return f"/kalender/personal/{token}.ics"


def on(day: int, title: str, user: User, **facts: Any) -> Event:
    occasions = [make_occasion(date(2026, 11, day))]
    return make_event(title=title, occasions=occasions, responsible_id=user.id, team_id=user.team_id, **facts)


def read(client: PageClient, address: str) -> dict[str, str]:
    """What the calendar says, title → status."""
    response = client.get(address)
    assert response.status_code == 200
    assert by_icalendar(response.data).keys() == by_vobject(response.data).keys()
    return {entry.summary: entry.status for entry in by_icalendar(response.data).values()}


def texts(client: PageClient, address: str) -> list[str]:
    return [
        str(entry["DESCRIPTION"]) for entry in Calendar.from_ical(client.get(address).data).walk("VEVENT")
    ]


class TestContent:
    def test_what_one_is_responsible_for_whatever_its_state(
        self, client: PageClient, frozen_now: FrozenClock
    ) -> None:
        user = make_user(team_id=make_team().id)
        on(3, "Min", user)
        on(4, "Datumet", user, state=EventState.SAVE_THE_DATE)
        on(5, "Ofärdig", user, state=EventState.DRAFT, published_at=None)
        on(6, "Struken", user, state=EventState.CANCELLED, cancelled_at=frozen_now.moment)
        on(9, "Kollegans", make_user(team_id=user.team_id))
        assert read(client, opened(user)) == {
            "Min": "CONFIRMED",
            "Datumet": "TENTATIVE",
            "Utkast: Ofärdig": "TENTATIVE",
            "INSTÄLLT: Struken": "CANCELLED",
        }

    def test_the_team_has_that_of_all_and_says_who_looks_after_it(
        self, client: PageClient, frozen_now: FrozenClock
    ) -> None:
        team = make_team("Social hållbarhet")
        user = make_user(team_id=team.id)
        on(3, "Min", user)
        on(4, "Kollegans", make_user(name="Karin Öberg", team_id=team.id))
        on(5, "Ett annat arbetslags", make_user(team_id=make_team().id))
        address = opened(user, "team")
        assert read(client, address).keys() == {"Min", "Kollegans"}
        assert "\nAnsvarig: Karin Öberg\n" in texts(client, address)[1]
        assert str(Calendar.from_ical(client.get(address).data)["X-WR-CALNAME"]).startswith(
            "Social hållbarhet – "
        )

    def test_the_numbers_and_no_names(self, client: PageClient, frozen_now: FrozenClock) -> None:
        user = make_user()
        event = on(3, "Full", user, capacity_total=2)
        for status, number in (
            (RegistrationStatus.CONFIRMED, 2),
            (RegistrationStatus.WAITING, 3),
            (RegistrationStatus.APPLIED, 1),
            (RegistrationStatus.CANCELLED, 1),
        ):
            for one in range(number):
                make_registration(
                    event, name="Hemlig Person", email=f"hemlig{status}{one}@umea.example.se", status=status
                )
        address = opened(user)
        (text,) = texts(client, address)
        assert text.split("\n\n")[0] == "Anmälda: 2 av 2 platser\nPå reservlistan: 3\nVäntar på besked: 1"
        assert "hemlig" not in client.get(address).text.casefold()

    def test_it_leads_to_the_page_of_staff(self, client: PageClient, frozen_now: FrozenClock) -> None:
        user = make_user()
        event = on(3, "Min", user)
        event_id = event.id
        (entry,) = Calendar.from_ical(client.get(opened(user, language="en")).data).walk("VEVENT")
        assert str(entry["URL"]) == f"http://localhost/en/staff/events/{event_id}"

    def test_one_who_signs_up_makes_it_newer(self, client: PageClient, frozen_now: FrozenClock) -> None:
        user = make_user()
        event = on(3, "Min", user)
        address = opened(user)
        first = client.get(address)
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        frozen_now.advance(minutes=5)
        make_registration(event)
        second = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert second.status_code == 200
        (before,), (after,) = by_icalendar(first.data).values(), by_icalendar(second.data).values()
        assert after.changed_at > before.changed_at and after.uid == before.uid

    def test_a_draft_that_is_published_raises_the_number(
        self, client: PageClient, frozen_now: FrozenClock
    ) -> None:
        user = make_user()
        event = on(3, "Ofärdig", user, state=EventState.DRAFT, published_at=None)
        address = opened(user)
        (before,) = by_icalendar(client.get(address).data).values()
        event.state, event.published_at = EventState.PUBLISHED, frozen_now.moment
        db.session.commit()
        (after,) = by_icalendar(client.get(address).data).values()
        assert (before.status, after.status) == ("TENTATIVE", "CONFIRMED")
        assert after.sequence > before.sequence

    def test_one_elsewhere_has_no_numbers(self, client: PageClient, frozen_now: FrozenClock) -> None:
        user = make_user()
        on(3, "Fri", user, registration_mode=RegistrationMode.NONE)
        assert texts(client, opened(user))[0].startswith("Ingen anmälan behövs\n\nhttp")

    def test_it_asks_the_database_the_same_for_one_and_for_three(
        self, client: PageClient, frozen_now: FrozenClock, queries: Queries
    ) -> None:
        user = make_user(team_id=make_team().id)
        make_registration(on(3, "Ett", user))
        db.session.commit()
        address = opened(user, "team")
        client.get(address)
        costs = []
        for _ in range(2):
            with queries() as statements:
                client.get(address)
            costs.append(len(statements))
            for day in (4, 5):
                make_registration(on(day, f"Dag {day}", make_user(team_id=user.team_id)))
            db.session.commit()
        assert costs[0] == costs[1] <= 8


class TestWhoMayRead:
    def test_headers_keep_it_to_the_one_who_asks(self, client: PageClient, frozen_now: FrozenClock) -> None:
        user = make_user()
        on(3, "Min", user)
        response = client.get(opened(user))
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "Set-Cookie" not in response.headers and "Last-Modified" not in response.headers
        assert "Disallow: /kalender" not in client.get("/robots.txt").text, "Google asks there first"

    @pytest.mark.parametrize("address", ["/kalender/personal/x.ics", "/en/calendar/staff/x.ics"])
    def test_an_unknown_address_is_not_found(self, client: PageClient, address: str) -> None:
        response = client.get(address)
        assert (response.status_code, response.data) == (404, b"404\n")

    def test_a_closed_account_closes_it_for_ever(self, client: PageClient, frozen_now: FrozenClock) -> None:
        user = make_user()
        user_id, address = user.id, opened(user)
        assert client.get(address).status_code == 200
        close_user(get_user(user_id), actor=Actor.system())
        db.session.commit()
        assert client.get(address).status_code == 404
        reopen_user(get_user(user_id), actor=Actor.system())
        db.session.commit()
        assert client.get(address).status_code == 404

    def test_a_closed_account_is_enough(self, client: PageClient, frozen_now: FrozenClock) -> None:
        user = make_user()
        address = opened(user)
        user.closed_at = frozen_now.moment
        db.session.commit()
        assert client.get(address).status_code == 404

    def test_rights_are_those_of_the_moment(self, client: PageClient, frozen_now: FrozenClock) -> None:
        """One who has gone to another team reads that one's; one who works alone now has no team's to read."""
        first, second = make_team(), make_team()
        user = make_user(team_id=first.id)
        on(3, "Första", make_user(team_id=first.id))
        on(4, "Andra", make_user(team_id=second.id))
        user_id, second_id = user.id, second.id
        address = opened(user, "team")
        assert read(client, address).keys() == {"Första"}
        get_user(user_id).team_id = second_id
        db.session.commit()
        assert read(client, address).keys() == {"Andra"}
        get_user(user_id).reach = Reach.OWN
        db.session.commit()
        assert client.get(address).status_code == 404

    def test_one_without_a_team_cannot_make_one_for_it(self, app: Flask) -> None:
        with pytest.raises(DomainError):
            open_staff_calendar(make_user(), "Outlook", "team", "sv")

    def test_when_it_was_fetched_is_noted_once_an_hour(
        self, client: PageClient, frozen_now: FrozenClock
    ) -> None:
        address, first = opened(make_user()), frozen_now.moment
        for minutes, noted in ((0, 0), (59, 0), (1, 60)):
            frozen_now.advance(minutes=minutes)
            client.get(address)
            db.session.expire_all()
            assert db.session.query(StaffCalendar).one().last_fetched_at == first + timedelta(minutes=noted)


class TestPages:
    def test_one_makes_it_reads_it_renews_it_and_closes_it(
        self, client: PageClient, frozen_now: FrozenClock, sign_in: Callable[..., User]
    ) -> None:
        team = make_team("Social hållbarhet")
        on(3, "Kollegans", make_user(team_id=team.id))
        sign_in(Role.READER, team_id=team.id)
        page = client.get_page("/personal/aktiviteter").click("Visa i min kalender")
        page = page.submit(
            {"scope": "team", "Vad ska den heta?": "Outlook"},
            button="Skapa adressen",
        )
        assert page.heading == "Adressen till din kalender"
        first = page.text_of(".feed-address").removeprefix("http://localhost")
        token = first.rsplit("/", 1)[1].removesuffix(".ics")
        assert len(token) == 32
        assert db.session.query(StaffCalendar).one().token_digest == digest(token)
        assert read(client, first) == {"Kollegans": "CONFIRMED"}
        page = page.click("Mina prenumerationer")
        assert first not in page.response.text, "it is shown once"
        assert "Outlook · Hela arbetslagets · hämtad 1 okt 2026" in page.text
        page = page.submit(button="Byt adress Outlook")
        second = page.text_of(".feed-address").removeprefix("http://localhost")
        assert client.get(first).status_code == 404
        assert read(client, second) == {"Kollegans": "CONFIRMED"}
        page = page.click("Mina prenumerationer").submit(button="Stäng Outlook")
        assert page.messages[0].startswith("Prenumerationen är stängd.")
        assert client.get(second).status_code == 404

    def test_a_name_is_asked_for_and_there_is_a_limit(
        self, client: PageClient, sign_in: Callable[..., User]
    ) -> None:
        user = sign_in(Role.OFFICER)
        page = client.get_page("/personal/kalendrar")
        assert page.submit({"Vad ska den heta?": " "}, button="Skapa adressen", status=400).problems
        for number in range(MOST_ADDRESSES):
            open_staff_calendar(user, f"Nummer {number}", "own", "sv")
        page = page.submit({"Vad ska den heta?": "En till"}, button="Skapa adressen", status=400)
        assert page.problems == ["Du har redan 10 prenumerationer. Stäng en först."]

    def test_somebody_elses_cannot_be_touched(self, client: PageClient, sign_in: Callable[..., User]) -> None:
        address = opened(make_user())
        calendar_id = db.session.query(StaffCalendar).one().id
        sign_in(Role.ADMINISTRATOR)
        token = client.csrf_token("/personal/kalendrar")
        for verb in ("stang", "ny-adress"):
            response = client.post(f"/personal/kalendrar/{calendar_id}/{verb}", data={"csrf_token": token})
            assert response.status_code == 404
        assert client.get(address).status_code == 200
