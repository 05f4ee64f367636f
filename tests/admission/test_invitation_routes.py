"""The pages where staff invite."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.admission.models import Invitation, InvitationState
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Admission, Event, EventState
from eventsapp.outbox.models import Letter
from tests.factories.events import make_event
from tests.factories.invitations import make_invitation
from tests.factories.networks import make_member, make_network
from tests.factories.registrations import make_registration
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(autouse=True)
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


@pytest.fixture
def event(officer: User) -> Event:
    return make_event(admission=Admission.INVITATION)


def address(event: Event, rest: str = "") -> str:
    return f"/personal/aktiviteter/{event.id}/inbjudna{rest}"


def letter_count() -> int:
    return db.session.scalar(select(func.count()).select_from(Letter)) or 0


def test_a_person_is_invited(client: PageClient, event: Event) -> None:
    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare").click("Inbjudna")
    assert "Ingen är inbjuden än" in page.text
    page = page.click("Bjud in en person").submit({"Namn": "Åsa Ahlström"})
    assert page.problems == ["Fyll i en e-postadress, till exempel namn@kommun.se"]
    page = page.submit({"E-postadress": "asa@example.se", "Var arbetar personen?": "Umeå kommun"})
    assert page.messages == ["En inbjudan är på väg till asa@example.se."]
    assert [row[:3] for row in page.table()] == [
        ["Ahlström, Åsa asa@example.se", "Umeå kommun", "Har inte svarat"]
    ]
    page = page.click("Bjud in en person").submit({"E-postadress": "asa@example.se"})
    assert page.problems == ["Adressen är redan inbjuden."]
    assert letter_count() == 1


def test_many_are_invited_from_pasted_lines(client: PageClient, event: Event) -> None:
    make_invitation(event, email="inbjuden@example.se")
    make_registration(event, email="anmald@example.se")
    page = client.get_page(address(event, "/flera")).submit(
        {
            "Personer": "Bo; bo@example.se\ninbjuden@example.se\nCia; anmald@example.se\nbo@example.se\nfel",
            "language": "en",
        }
    )
    assert page.messages == [
        (
            "1 person får en inbjudan. 1 person var redan inbjuden. 1 person är redan anmäld och får inget brev. "
            "1 rad hade en adress som redan stod på en annan rad."
        )
    ]
    assert page.texts("#bad-lines li") == [
        "Rad 5: fel Skriv namn, e-post och organisation med semikolon emellan."
    ]
    assert page.form().values["lines"] == ["fel"]
    assert page.form().values["language"] == ["en"]
    (letter,) = db.session.scalars(select(Letter))
    assert (letter.recipient, letter.language) == ("bo@example.se", "en")


def test_a_network_is_invited_after_the_number_was_said(client: PageClient) -> None:
    event = make_event(admission=Admission.NETWORK)
    page = client.get_page(address(event))
    assert "Inget nätverk är valt." in page.text
    network = make_network(name="Länsnätverket")
    for _ in range(3):
        make_member(network)
    page = page.click("Välj nätverk").submit({"Välj nätverk": "Länsnätverket"})
    page = page.click("Till de inbjudna")
    assert "Aktiviteten är för Länsnätverket. 3 medlemmar har inte bjudits in." in page.text
    page = page.click("Bjud in hela nätverket")
    assert "3 personer får ett brev." in page.text
    page = page.submit(button="Bjud in 3 personer")
    assert page.messages == ["3 personer får en inbjudan."]
    assert "Alla medlemmar är inbjudna eller anmälda." in page.text
    assert "Bjud in hela nätverket" not in page.text
    assert letter_count() == 3


def test_reminders_are_counted_before_the_button(client: PageClient, event: Event) -> None:
    long_ago = now() - timedelta(days=2)
    make_invitation(event, invited_at=long_ago)
    make_invitation(event, invited_at=long_ago)
    make_invitation(event)
    make_invitation(event, invited_at=long_ago, state=InvitationState.DECLINED)
    page = client.get_page(address(event)).click("Påminn dem som inte har svarat")
    assert "3 inbjudna har inte svarat. 1 av dem har fått ett brev det senaste dygnet" in page.text
    assert "2 personer får ett brev." in page.text
    page = page.submit(button="Påminn 2 personer")
    assert page.messages == ["2 personer får en påminnelse."]
    assert "Påminn dem som inte har svarat" not in page.text
    page = client.get_page(address(event, "/paminn"))
    assert "0 personer får ett brev." in page.text
    assert page.buttons() == ["Logga ut"]
    assert letter_count() == 2


def test_an_invitation_is_sent_again_and_taken_back(client: PageClient, event: Event) -> None:
    make_invitation(event, name="Åsa Ahlström", email="asa@example.se")
    page = client.get_page(address(event)).click("Ahlström, Åsa")
    page = page.submit(button="Skicka inbjudan igen")
    assert page.messages == ["Ett nytt brev är på väg till asa@example.se."]
    assert "Inbjudan: " in page.text
    page = page.submit(button="Ta tillbaka inbjudan")
    assert page.messages == ["Inbjudan till asa@example.se är återtagen."]
    assert "Karin Öberg tog tillbaka en inbjudan" in page.text
    assert "Ta tillbaka inbjudan" not in page.buttons()
    page = page.submit(button="Skicka inbjudan igen")
    assert "Har inte svarat" in page.text


def test_the_list_is_searched_and_filtered(client: PageClient, event: Event) -> None:
    make_invitation(event, name="Åsa Ahlström", organisation_name="Åsele kommun")
    make_invitation(event, name="", email="bo@example.se", state=InvitationState.DECLINED)
    make_invitation(event, name="Cia Berg", email="cia@example.se")
    make_registration(event, email="cia@example.se")
    page = client.get_page(address(event))
    assert [row[0].split(" ")[0] for row in page.table()] == ["Ahlström,", "Berg,", "bo@example.se"]
    assert page.texts(".figure-card") == [
        "3 inbjudna",
        "1 har anmält sig",
        "1 har tackat nej",
        "1 har inte svarat",
    ]
    assert [row[2] for row in client.get_page(address(event, "?q=åsele")).table()] == ["Har inte svarat"]
    assert [row[0] for row in client.get_page(address(event, "?svar=nej")).table()] == ["bo@example.se"]
    assert "Ingen passar in på urvalet" in client.get_page(address(event, "?q=finns inte")).text
    for query in ("?svar=x&sida=²", "?q=%25%5C_&sida=99999999999"):
        client.get_page(address(event, query))


def test_the_page_says_when_nobody_can_be_invited(client: PageClient) -> None:
    event = make_event()
    page = client.get_page(address(event))
    assert "Aktiviteten är inte bara för inbjudna" in page.text
    assert "Bjud in en person" not in page.text
    page = client.get_page(address(event, "/ny")).submit({"E-postadress": "asa@example.se"})
    assert page.problems == ["Aktiviteten är inte bara för inbjudna. Ändra det under Innehåll först."]
    event.state, event.admission = EventState.CANCELLED, Admission.INVITATION
    invitation = make_invitation(event)
    page = client.get_page(address(event, f"/{invitation.id}"))
    assert page.buttons() == ["Logga ut", "Ta tillbaka inbjudan"]
    token = page.form("Ta tillbaka inbjudan").values["csrf_token"][0]
    page = client.post_page(address(event, f"/{invitation.id}/brev"), {"csrf_token": token}, status=409)
    assert "Aktiviteten är inställd" in page.text
    assert letter_count() == 0


def test_readers_look_and_invite_nobody(
    client: PageClient, event: Event, sign_in: Callable[..., User]
) -> None:
    invitation = make_invitation(event)
    sign_in(Role.READER, reach=Reach.ALL)
    assert client.get_page(address(event)).buttons() == ["Logga ut", "Visa"]
    page = client.get_page(address(event, f"/{invitation.id}"))
    assert page.buttons() == ["Logga ut"]
    token = page.one("form input[name=csrf_token]")["value"]
    for rest in ("/ny", "/flera", "/natverk", "/paminn"):
        client.get_page(address(event, rest), status=403)
    for rest in (f"/{invitation.id}/brev", f"/{invitation.id}/ta-tillbaka"):
        client.post_page(address(event, rest), {"csrf_token": token}, status=403)


def test_invitations_of_other_activities_are_not_found(client: PageClient, event: Event) -> None:
    other = make_invitation(make_event(admission=Admission.INVITATION))
    client.get_page(address(event, f"/{other.id}"), status=404)
    client.get_page(address(event, "/2147483647"), status=404)


def test_an_officer_without_the_activity_may_not_invite(
    client: PageClient, event: Event, sign_in: Callable[..., User]
) -> None:
    sign_in(Role.OFFICER, reach=Reach.OWN)
    for rest in ("", "/ny", "/flera", "/natverk", "/paminn"):
        client.get_page(address(event, rest), status=403)


@pytest.mark.parametrize("value", ["", "x" * 20_000, "\x00\u202e", "-1", "²", "; ; ;\n@;@"])
def test_whatever_is_sent_is_answered_with_a_page(client: PageClient, event: Event, value: str) -> None:
    for rest in ("/ny", "/flera"):
        form = client.get_page(address(event, rest)).form()
        data = dict.fromkeys(form.names(), value) | {"csrf_token": form.values["csrf_token"][0]}
        assert client.post(address(event, rest), data=data).status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_the_page_costs_the_same_for_1_and_for_3(client: PageClient, event: Event, queries: Queries) -> None:
    costs = []
    for _ in range(3):
        make_invitation(event)
        with queries() as statements:
            client.get_page(address(event))
        costs.append(len(statements))
    assert costs[0] == costs[2]


def test_two_thousand_are_invited_in_few_statements(
    client: PageClient, event: Event, queries: Queries
) -> None:
    text = "\n".join(f"Person {number}; p{number}@example.se; Umeå kommun" for number in range(2000))
    form = client.get_page(address(event, "/flera")).form()
    with queries() as statements:
        page = form.submit({"Personer": text})
    assert page.messages == ["2000 personer får en inbjudan."]
    assert letter_count() == 2000
    assert len(statements) < 60


def test_the_english_page(client: PageClient, event: Event) -> None:
    assert client.get_page(f"/en/staff/events/{event.id}/invited").heading == event.title_sv
