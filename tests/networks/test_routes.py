"""The pages of networks."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from eventsapp.accounts.models import Reach, User
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Admission
from eventsapp.networks.models import Network, NetworkMember
from eventsapp.networks.queries import members_of, network_of_event
from tests.factories.events import make_event
from tests.factories.networks import make_member, make_network
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(autouse=True)
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


def address(network: Network, rest: str = "") -> str:
    return f"/personal/natverk/{network.id}{rest}"


def test_a_network_is_made_and_filled(client: PageClient) -> None:
    page = client.get_page("/personal/natverk")
    assert "Inga nätverk än" in page.text
    page = page.click("Nytt nätverk").submit({"Namn": ""})
    assert page.problems == ["Skriv ett namn."]
    page = page.submit({"Namn": "Länsnätverket", "county": "24"})
    assert page.heading == "Länsnätverket"
    assert page.messages == ["Nätverket är sparat. Nu kan du lägga till medlemmar."]
    assert "0 av 15 har en medlem" in page.text
    page = page.click("Lägg till en medlem").submit(
        {"Namn": "Åsa Ahlström", "E-postadress": "asa@example.se", "Var arbetar personen?": "Umeå kommun"}
    )
    assert page.messages == ["Åsa Ahlström är medlem i nätverket."]
    assert [row[:3] for row in page.table()] == [["Ahlström, Åsa asa@example.se", "Umeå kommun", "Umeå"]]
    assert "1 av 15 har en medlem" in page.text
    assert page.texts("#with-member li") == ["Umeå (1)"]
    assert len(page.texts("#without-member li")) == 14
    index = client.get_page("/personal/natverk")
    assert index.table() == [["Länsnätverket", "1", "Västerbottens län", "1 av 15"]]


def test_pasted_lines_add_the_good_ones_and_give_back_the_bad_ones(client: PageClient) -> None:
    network = make_network()
    make_member(network, email="asa@example.se")
    page = client.get_page(address(network, "/medlemmar/flera")).submit(
        {
            "Personer": "Åsa; asa@example.se\nBo Berg; bo@example.se; Umeå kommun\nfel\nBo; bo@example.se\nCia; cia@"
        }
    )
    assert page.messages == [
        "1 medlem är tillagd. 1 person var redan medlem. 1 rad hade en adress som redan stod på en annan rad."
    ]
    assert page.texts("#bad-lines li") == [
        "Rad 3: fel Skriv namn, e-post och organisation med semikolon emellan.",
        "Rad 5: Cia; cia@ Det är ingen e-postadress: cia@",
    ]
    assert page.form().values["lines"] == ["fel\r\nCia; cia@"]
    page = page.submit({"Personer": "Cia; cia@example.se"})
    assert page.url == address(network)
    assert [member.email for member in members_of(network.id)] == [
        "asa@example.se",
        "bo@example.se",
        "cia@example.se",
    ]


def test_too_many_lines_are_refused_and_kept(client: PageClient) -> None:
    network = make_network()
    text = "\r\n".join(f"P{number}; p{number}@example.se" for number in range(2001))
    page = client.get_page(address(network, "/medlemmar/flera")).submit({"Personer": text})
    assert page.problems == ["Det är 2 001 rader. Klistra in högst 2 000 åt gången."]
    assert page.form().values["lines"] == [text]
    assert list(members_of(network.id)) == []


def test_a_member_is_changed_and_removed(client: PageClient) -> None:
    network = make_network()
    make_member(network, name="Åsa Ahlström", email="asa@example.se")
    make_member(network, name="Bo Berg", email="bo@example.se")
    page = client.get_page(address(network)).click("Ahlström, Åsa")
    page = page.submit({"E-postadress": "bo@example.se"}, button="Spara")
    assert page.problems == ["Adressen finns redan i nätverket."]
    page = page.submit({"E-postadress": "asa@umea.example.se", "Befattning": "Kurator"}, button="Spara")
    assert page.messages == ["Åsa Ahlström är sparad."]
    page = page.click("Ahlström, Åsa").submit(button="Ta bort medlemmen")
    assert page.messages == ["Åsa Ahlström är inte längre medlem."]
    assert [row[0] for row in page.table()] == ["Berg, Bo bo@example.se"]
    assert "Karin Öberg tog bort en medlem" in page.text


def test_a_network_is_retired_and_taken_back(client: PageClient) -> None:
    network = make_network()
    page = client.get_page(address(network)).submit(button="Avsluta nätverket")
    assert "Lägg till en medlem" not in page.text
    page = client.get_page(address(network, "/medlemmar/ny")).submit(
        {"Namn": "Bo", "E-postadress": "bo@example.se"}
    )
    assert page.problems == ["Nätverket är avslutat. Ta tillbaka det innan du lägger till medlemmar."]
    page = client.get_page(address(network)).submit(button="Ta tillbaka nätverket")
    assert page.messages == ["Nätverket går att välja igen."]


def test_an_activity_is_given_a_network(client: PageClient) -> None:
    event = make_event(admission=Admission.NETWORK)
    make_network(name="Länsnätverket")
    url = f"/personal/aktiviteter/{event.id}/natverk"
    page = client.get_page(url).submit({"Välj nätverk": "Länsnätverket"})
    assert page.messages == ["Nätverket är sparat."]
    assert "Länsnätverket har 0 medlemmar." in page.text
    chosen = network_of_event(event.id)
    assert chosen is not None and chosen.name == "Länsnätverket"
    token = page.form().values["csrf_token"][0]
    for value in ("99999", "x", "0"):
        page = client.post_page(url, {"csrf_token": token, "network": value})
        assert page.problems == ["Välj ett av alternativen."]
    client.get_page(url).submit({"Välj nätverk": "Inget nätverk"})
    assert network_of_event(event.id) is None


def test_readers_look_and_change_nothing(client: PageClient, sign_in: Callable[..., User]) -> None:
    network = make_network(county_code="24")
    member = make_member(network)
    event = make_event()
    sign_in(Role.READER, reach=Reach.ALL)
    page = client.get_page(address(network))
    assert page.buttons() == ["Logga ut", "Visa"]
    assert client.get_page("/personal/natverk").buttons() == ["Logga ut"]
    url = f"/personal/aktiviteter/{event.id}/natverk"
    assert "Inget nätverk är valt." in client.get_page(url).text
    token = client.csrf_token(address(network))
    client.post_page(url, {"csrf_token": token, "network": str(network.id)}, status=403)
    for rest in ("/andra", "/medlemmar/ny", "/medlemmar/flera", f"/medlemmar/{member.id}"):
        client.get_page(address(network, rest), status=403)
    for rest in ("/avsluta", "/ta-tillbaka", f"/medlemmar/{member.id}/ta-bort"):
        client.post_page(address(network, rest), {"csrf_token": token}, status=403)


def test_unknown_networks_and_members_are_pages_that_do_not_exist(client: PageClient) -> None:
    network, other = make_network(), make_network()
    member = make_member(other)
    for rest in (f"/medlemmar/{member.id}", "/medlemmar/2147483647"):
        client.get_page(address(network, rest), status=404)
    client.get_page("/personal/natverk/2147483647", status=404)


@pytest.mark.parametrize("value", ["", "x" * 20_000, "\x00\u202e", "-1", "²", "; ; ;\n@;@"])
def test_whatever_is_sent_is_answered_with_a_page(client: PageClient, value: str) -> None:
    network = make_network()
    for url in (
        "/personal/natverk/ny",
        address(network, "/andra"),
        address(network, "/medlemmar/ny"),
        address(network, "/medlemmar/flera"),
    ):
        form = client.get_page(url).form()
        data = dict.fromkeys(form.names(), value) | {"csrf_token": form.values["csrf_token"][0]}
        assert client.post(url, data=data).status_code == 200
    client.get_page(
        address(network), query_string={"q": value, "sortera": value, "kommun": value, "sida": value}
    )


def test_the_pages_cost_the_same_for_1_and_for_3(client: PageClient, queries: Queries) -> None:
    network = make_network(county_code="24")
    costs = []
    for organisation in ("Umeå kommun", "Åsele kommun", "Region Västerbotten"):
        make_member(network, organisation=organisation)
        make_network()
        with queries() as statements:
            client.get_page(address(network))
            client.get_page("/personal/natverk")
        costs.append(len(statements))
    assert costs[0] == costs[2]


def test_members_come_in_pages(client: PageClient) -> None:
    network = make_network()
    for number in range(51):
        make_member(network, name=f"Person {number:02d}")
    page = client.get_page(address(network))
    assert len(page.table()) == 50
    assert page.click("Nästa").table()[0][0].startswith("Person 50")
    assert db.session.query(NetworkMember).count() == 51


def test_the_english_pages(client: PageClient) -> None:
    network = make_network(name="Länsnätverket")
    assert client.get_page(f"/en/staff/networks/{network.id}").heading == "Länsnätverket"
