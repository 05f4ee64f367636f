"""The pages where a programme is edited."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from eventsapp.accounts.models import Reach, User
from eventsapp.core.clock import to_swedish
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventState
from eventsapp.events.queries import get_event
from eventsapp.programme.queries import programme_of
from eventsapp.registrations.models import ChosenItem
from tests.factories.events import make_event
from tests.factories.registrations import make_registration
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def event(sign_in: Callable[..., User]) -> Event:
    sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)
    return make_event()


def address(event: Event, rest: str = "") -> str:
    return f"/personal/aktiviteter/{event.id}/program{rest}"


def test_items_are_added_one_after_the_other(client: PageClient, event: Event) -> None:
    page = client.get_page(address(event))
    page = page.submit(
        {"Börjar": "9.00", "Slutar": "9.30", "Rubrik": "Välkomna", "Medverkande": "Karin Öberg, chef"}
    )
    assert page.messages == ["Programpunkten är tillagd."]
    assert page.form().values["starts"] == ["09:30"]
    page = page.submit({"Slutar": "11", "Rubrik": "Att fråga om våld", "Lokal": "Stora salen"})
    assert page.table() == [
        ["09.00–09.30", "Välkomna", "Karin Öberg chef", ""],
        ["09.30–11.00", "Att fråga om våld", "", "Stora salen"],
    ]


def test_what_is_wrong_is_said_and_kept(client: PageClient, event: Event) -> None:
    page = client.get_page(address(event)).submit({"Börjar": "", "Rubrik": ""})
    assert page.problems == ["Fyll i när punkten börjar.", "Skriv en rubrik."]
    page = page.submit({"Börjar": "10", "Slutar": "9", "Rubrik": "Välkomna", "Medverkande": ", chef"})
    assert page.problems == ["Sluttiden måste vara efter starttiden."]
    page = page.submit({"Slutar": "11"})
    assert page.problems == ["Börja varje rad med ett namn."]
    assert page.form().values["speakers"] == [", chef"]
    assert programme_of(event.id) == []


def test_an_item_is_changed_and_removed(client: PageClient, event: Event) -> None:
    client.get_page(address(event)).submit({"Börjar": "9", "Rubrik": "Välkomna"})
    page = client.get_page(address(event)).click("Välkomna")
    page = page.submit({"Rubrik": "Inledning", "Rubrik på engelska": "Opening"}, button="Spara")
    assert page.table() == [["09.00", "Inledning", "", ""]]
    page = page.click("Inledning").submit(button="Ta bort programpunkten")
    assert page.messages == ["Programpunkten är borttagen."]
    assert programme_of(event.id) == []


def test_a_draft_that_moved_can_take_its_programme_along(client: PageClient, event: Event) -> None:
    event.state = EventState.DRAFT
    client.get_page(address(event)).submit({"Börjar": "9", "Rubrik": "Välkomna"})
    (occasion,) = get_event(event.id).occasions
    occasion.starts_at += timedelta(days=7)
    occasion.ends_at += timedelta(days=7)
    page = client.get_page(address(event))
    assert "Programmet har dagar som aktiviteten inte har" in page.text
    page = page.submit(button="Flytta programmet till aktivitetens dagar")
    assert page.messages == ["1 programpunkt är flyttad."]
    (item,) = programme_of(event.id)
    assert to_swedish(item.starts_at).date() == get_event(event.id).occasions[0].first_day


def test_an_event_without_a_date_is_given_one_first(client: PageClient, event: Event) -> None:
    open_ended = make_event(occasions=[], kind="webbutbildning")
    assert (
        "Ett program behöver en dag. Lägg först till ett tillfälle."
        in client.get_page(address(open_ended)).text
    )


def test_readers_only_look(client: PageClient, event: Event, sign_in: Callable[..., User]) -> None:
    client.get_page(address(event)).submit({"Börjar": "9", "Rubrik": "Välkomna"})
    (item,) = programme_of(event.id)
    sign_in(Role.READER, reach=Reach.ALL)
    page = client.get_page(address(event))
    assert page.table() == [["09.00", "Välkomna", "", ""]]
    assert page.buttons() == ["Logga ut"]
    client.get_page(address(event, f"/{item.id}"), status=403)
    client.post_page(address(event), {"csrf_token": client.csrf_token(address(event))}, status=403)


def test_unknown_items_are_pages_that_do_not_exist(client: PageClient, event: Event) -> None:
    for item in ("1", "2147483647", "99999999999999"):
        client.get_page(address(event, f"/{item}"), status=404)


@pytest.mark.parametrize("value", ["", "x" * 20_000, "\x00\u202e", "-1", "9999-12-31", "25:00", "²"])
def test_whatever_is_sent_is_answered_with_a_page(client: PageClient, event: Event, value: str) -> None:
    form = client.get_page(address(event)).form()
    data = dict.fromkeys(form.names(), value) | {"csrf_token": form.values["csrf_token"][0]}
    assert client.post(address(event), data=data).status_code == 200
    assert client.post(
        address(event), data=data | {"day": form.values["day"][0], "starts": "9"}
    ).status_code in (200, 302)


def test_the_page_costs_the_same_for_1_and_for_3_items(
    client: PageClient, event: Event, queries: Queries
) -> None:
    costs = []
    for number in range(3):
        client.get_page(address(event)).submit(
            {"Börjar": f"{9 + number}", "Rubrik": "Punkt", "Medverkande": "Namn"}
        )
        with queries() as statements:
            client.get_page(address(event))
        costs.append(len(statements))
    assert costs[0] == costs[2]


def test_the_english_page(client: PageClient, event: Event) -> None:
    assert client.get_page(f"/en/staff/events/{event.id}/programme").heading == event.title_sv


def test_a_choice_is_made_told_and_not_taken_away_in_silence(client: PageClient, event: Event) -> None:
    page = client.get_page(address(event)).submit(
        {"Börjar": "10", "Slutar": "11", "Rubrik": "Att fråga", "Valbart: deltagaren väljer": True}
        | {"Antal platser": "20"}
    )
    assert page.table()[0][1] == "Att fråga Valbart · 20 platser"
    page.submit({"Börjar": "10.30", "Slutar": "12", "Rubrik": "Att lyssna", "is_choice": True})
    page = client.get_page(address(event))
    assert "Att fråga och Att lyssna" in page.texts(".panel-warning li")
    item = programme_of(event.id)[0]
    registration = make_registration(event)
    db.session.add(ChosenItem(registration_id=registration.id, item_id=item.id))
    make_registration(event)
    db.session.commit()
    page = client.get_page(address(event, f"/{item.id}"))
    assert "1 person har valt programpunkten. Tar du bort den försvinner valet" in page.text
    page = page.submit({"Valbart: deltagaren väljer": False}, button="Spara")
    (problem,) = page.problems
    assert problem.startswith("1 person har valt programpunkten, och valet försvinner.")
    page = page.submit({"Ja, den ska inte gå att välja längre": True}, button="Spara")
    assert page.table()[0][1] == "Att fråga"
