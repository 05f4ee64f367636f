"""Applications: the list, yes and no."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from eventsapp.accounts.models import Reach, User
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Admission, Event, WaitingListRule
from eventsapp.outbox.models import Letter
from eventsapp.registrations.models import Profession, Registration, RegistrationStatus
from tests.factories.events import make_event
from tests.factories.registrations import make_registration
from tests.page_client import PageClient

APPLIED = RegistrationStatus.APPLIED
Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(autouse=True)
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


def approval_event(**facts: object) -> Event:
    values = {"admission": Admission.APPROVAL, "waiting_list": WaitingListRule.OFFER}
    return make_event(**(values | facts))


def address(event: Event, rest: str = "") -> str:
    return f"/personal/aktiviteter/{event.id}/ansokningar{rest}"


def chosen(people: list[Registration]) -> str:
    return "?" + "&".join(f"person={one.id}" for one in people)


def letters(event: Event) -> list[tuple[str, str]]:
    rows = db.session.scalars(select(Letter).where(Letter.event_id == event.id).order_by(Letter.id))
    return [(letter.kind, letter.recipient) for letter in rows]


def test_who_has_applied_is_listed_searched_and_counted(client: PageClient) -> None:
    event = approval_event(capacity_total=5)
    make_registration(event, municipality_code="2480")
    make_registration(event, status=APPLIED, name="Bo Berg", municipality_code="2480")
    make_registration(
        event,
        status=APPLIED,
        name="Ann Alm",
        municipality_code="2482",
        organisation_name="Skellefteå kommun",
        profession=Profession.SCHOOL,
    )
    make_registration(event, status=APPLIED, name="Cia Ceder", organisation_name="Region X")
    page = client.get_page(address(event))
    assert [row[1].split(" deltagare")[0] for row in page.table("#applications")] == [
        "Berg, Bo",
        "Alm, Ann",
        "Ceder, Cia",
    ]
    assert page.table("#per-municipality") == [
        ["Skellefteå", "1", "0"],
        ["Umeå", "1", "1"],
        ["Ingen kommun", "1", "0"],
    ]
    assert page.texts(".figure-card") == ["3 väntar på besked", "4 lediga platser", "2 kommuner har sökande"]
    assert "Ansökningar (3)" in page.texts(".tabs a")
    for query, names in (
        ("q=alm", ["Alm"]),
        ("kommun=2480", ["Berg"]),
        ("kommun=ingen", ["Ceder"]),
        ("organisation=region%20x", ["Ceder"]),
        (f"yrkesgrupp={Profession.SCHOOL.value}", ["Alm"]),
        ("sortera=-namn", ["Ceder", "Berg", "Alm"]),
    ):
        rows = client.get_page(address(event, f"?{query}")).table("#applications")
        assert [row[1].split(",")[0] for row in rows] == names
    assert "Ingen passar in på urvalet" in client.get_page(address(event, "?q=finns+inte")).text


def test_yes_to_those_who_fit_and_the_others_on_the_waiting_list(client: PageClient) -> None:
    event = approval_event(capacity_total=2)
    people = [make_registration(event, status=APPLIED, name=f"Bo Berg{number}") for number in range(3)]
    page = client.get_page(address(event)).form("Godkänn").submit({"person": [str(one.id) for one in people]})
    assert "2 personer får plats. 2 personer får ett brev." in page.text
    assert "Det är fullt för Bo Berg2." in page.text
    page = page.submit(button="Godkänn")
    assert page.messages == ["2 personer har fått plats. 1 person står på reservlistan."]
    assert letters(event) == [
        ("confirmed", people[0].email),
        ("confirmed", people[1].email),
        ("waiting", people[2].email),
    ]
    assert "Ingen väntar på besked" in page.text
    assert "Reservlista (1)" in page.texts(".tabs a")


def test_those_who_did_not_fit_can_wait_for_a_word(client: PageClient) -> None:
    event = approval_event(capacity_total=1)
    people = [make_registration(event, status=APPLIED, name=f"Bo Berg{number}") for number in range(2)]
    page = client.get_page(address(event, f"/godkann{chosen(people)}")).submit(
        {"Ställ dem som inte får plats på reservlistan": False}, button="Godkänn"
    )
    assert page.messages == ["1 person har fått plats. Bo Berg1 fick inte plats, för det är fullt."]
    assert len(page.table("#applications")) == 1


def test_the_second_of_two_officers_is_told(client: PageClient) -> None:
    event = approval_event()
    one = make_registration(event, status=APPLIED, name="Bo Berg")
    yes = client.get_page(address(event, f"/godkann{chosen([one])}"))
    no = client.get_page(address(event, f"/avsla{chosen([one])}"))
    assert yes.submit(button="Godkänn 1 ansökan").messages == ["1 person har fått plats."]
    assert yes.submit(button="Godkänn 1 ansökan").messages == [
        "Ingen fick plats nu. Bo Berg hade redan fått en plats."
    ]
    page = no.submit({"Varför?": "Fel målgrupp"}, button="Avslå 1 ansökan")
    assert page.messages == [
        "Ingen fick nej nu. Bo Berg har redan fått en plats. Avanmäl på personens egen sida."
    ]
    assert letters(event) == [("confirmed", one.email)]


def test_no_with_a_reason(client: PageClient) -> None:
    event = approval_event()
    one = make_registration(event, status=APPLIED, name="Bo Berg")
    page = client.get_page(address(event, f"/avsla{chosen([one])}"))
    assert "1 person får nej. 1 person får ett brev." in page.text
    assert page.submit(button="Avslå 1 ansökan").problems == ["Skriv varför."]
    page = page.submit({"Varför?": "Kursen är för rektorer"}, button="Avslå 1 ansökan")
    assert page.messages == ["1 person har fått nej."]
    letter = db.session.scalars(select(Letter).where(Letter.event_id == event.id)).one()
    assert letter.kind == "refused"
    assert "Kursen är för rektorer" in letter.body_text


def test_what_is_drawn_is_not_decided_one_by_one(client: PageClient) -> None:
    event = approval_event(admission=Admission.ALLOCATION)
    one = make_registration(event, status=APPLIED)
    page = client.get_page(address(event))
    assert "Godkänn" not in page.buttons()
    assert page.click("Till fördelningen").status == 200
    assert (
        "Platserna fördelas för alla på en gång"
        in client.get_page(address(event, f"/godkann{chosen([one])}")).text
    )


def test_readers_and_others_stay_out(client: PageClient, sign_in: Callable[..., User]) -> None:
    event = approval_event()
    one = make_registration(event, status=APPLIED)
    sign_in(Role.READER, reach=Reach.ALL)
    assert "Godkänn" not in client.get_page(address(event)).buttons()
    for rest in ("/godkann", "/avsla"):
        client.get_page(address(event, rest + chosen([one])), status=403)
    sign_in(Role.OFFICER, reach=Reach.OWN)
    client.get_page(address(event), status=403)
    client.get_page(address(event, "/godkann" + chosen([one])), status=403)


def test_many_cost_as_many_statements_as_few(client: PageClient, queries: Queries) -> None:
    event = approval_event()
    counts = []
    for number in (2, 60):
        for _ in range(number):
            make_registration(event, status=APPLIED)
        with queries() as statements:
            client.get_page(address(event))
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20
