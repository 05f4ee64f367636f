"""Networks and members in the database."""

import pytest

from eventsapp.audit.queries import history_of
from eventsapp.audit.words import audit_words, trail_row
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.events.queries import get_event_to_change
from eventsapp.networks.lines import read_lines
from eventsapp.networks.member_operations import (
    Added,
    MemberFacts,
    add_member,
    add_members,
    change_member,
    remove_member,
)
from eventsapp.networks.members import MemberView, member_page
from eventsapp.networks.operations import (
    NetworkFacts,
    change_network,
    choose_network,
    create_network,
    retire_network,
)
from eventsapp.networks.queries import all_networks, coverage_of, members_of, network_of_event
from tests.factories.events import make_event
from tests.factories.networks import make_member, make_network

STAFF = Actor.user(1, "Karin Öberg")


def test_a_name_is_taken_whatever_its_capitals(app) -> None:
    first = make_network(name="Länsnätverket")
    with pytest.raises(Conflict) as refused:
        create_network(NetworkFacts(name="LÄNSNÄTVERKET"), actor=STAFF)
    assert (refused.value.field, refused.value.message) == (
        "name",
        "Det finns redan ett nätverk med det namnet.",
    )
    other = make_network(name="Annat")
    with pytest.raises(Conflict):
        change_network(other, NetworkFacts(name="länsnätverket"), actor=STAFF)
    change_network(first, NetworkFacts(name="länsnätverket"), actor=STAFF)
    assert first.name == "länsnätverket"


def test_the_trail_tells_what_was_changed_in_a_network(app) -> None:
    network = make_network(name="Nätverket")
    change_network(network, NetworkFacts(name="Länsnätverket", county_code="24"), actor=STAFF)
    db.session.flush()
    row = trail_row(history_of("network", network.id)[0])
    assert row.words == "Karin Öberg ändrade nätverket"
    assert row.facts == [("namn", "Nätverket", "Länsnätverket"), ("län", "", "Västerbottens län")]


def test_a_member_is_placed_by_the_organisation(app) -> None:
    network = make_network()
    member = make_member(network, organisation="umeå KOMMUN")
    assert (member.organisation_name, member.municipality_code) == ("Umeå kommun", "2480")
    other = make_member(network, organisation="Kvinnojouren Moa")
    assert (other.organisation_name, other.organisation_id, other.municipality_code) == (
        "Kvinnojouren Moa",
        None,
        None,
    )


def test_an_address_is_in_a_network_once_and_in_several_networks(app) -> None:
    network = make_network()
    make_member(network, email="asa@example.se")
    with pytest.raises(Conflict) as refused:
        make_member(network, email="ASA@example.se")
    assert refused.value.field == "email"
    other = make_member(network, email="bo@example.se")
    with pytest.raises(Conflict):
        change_member(network, other, MemberFacts(name="Bo", email="asa@example.se"), actor=STAFF)
    make_member(make_network(), email="asa@example.se")


def test_many_are_added_and_those_who_were_there_are_counted(app) -> None:
    network = make_network()
    make_member(network, name="Åsa Ahlström", email="asa@example.se", organisation="Umeå kommun")
    pasted = read_lines(
        "Annan; ASA@example.se; Region Västerbotten\nBo Berg; bo@example.se; Skellefteå kommun\nCia; cia@example.se",
        name_needed=True,
    )
    assert add_members(network, pasted.people, actor=STAFF) == Added(new=2, known=1)
    assert [(member.name, member.municipality_code) for member in members_of(network.id)] == [
        ("Åsa Ahlström", "2480"),
        ("Bo Berg", "2482"),
        ("Cia", None),
    ]
    db.session.flush()
    row = trail_row(history_of("network", network.id)[0])
    assert (row.words, row.facts) == (
        "Karin Öberg lade till medlemmar",
        [("antal medlemmar", "1", "3")],
    )
    assert add_members(network, pasted.people, actor=STAFF) == Added(new=0, known=3)


def test_the_trail_names_fields_of_members_and_never_values(app) -> None:
    network = make_network()
    member = make_member(network, name="Åsa Hemlig", email="hemlig@example.se")
    change_member(
        network, member, MemberFacts(name="Bo Hemlig", email="hemlig2@example.se", job_title="X"), actor=STAFF
    )
    remove_member(network, member, actor=STAFF)
    db.session.flush()
    entries = history_of("network", network.id)
    assert [audit_words(entry) for entry in entries] == [
        "Karin Öberg tog bort en medlem: antal medlemmar",
        "Karin Öberg ändrade en medlem: e-postadress, befattning och namn",
        "Systemet lade till en medlem",
        "Systemet lade till nätverket: namn",
    ]
    assert "emlig" not in str([entry.changes for entry in entries])
    assert list(members_of(network.id)) == []


def test_a_retired_network_gets_no_more_members(app) -> None:
    network = make_network()
    retire_network(network, actor=STAFF)
    with pytest.raises(Conflict):
        add_member(network, MemberFacts(name="Bo", email="bo@example.se"), actor=STAFF)
    with pytest.raises(Conflict):
        add_members(network, read_lines("Bo; bo@example.se", name_needed=True).people, actor=STAFF)


def test_coverage_tells_which_municipalities_have_a_member_and_which_have_none(app) -> None:
    network = make_network(county_code="24")
    for name in ("Umeå kommun", "Umeå kommun", "Åsele kommun", "Luleå kommun", "Region Västerbotten"):
        make_member(network, organisation=name)
    make_member(make_network(), organisation="Malå kommun")
    coverage = coverage_of(network)
    assert coverage is not None
    assert [(one.name, number) for one, number in coverage.covered] == [("Umeå", 2), ("Åsele", 1)]
    assert len(coverage.without) == 13
    assert [one.name for one in coverage.without][:2] == ["Bjurholm", "Dorotea"]
    row = next(row for row in all_networks() if row.network is network)
    assert (row.members, row.covered, row.municipalities) == (5, 2, 15)
    assert coverage_of(make_network()) is None


def test_members_are_searched_and_sorted_in_swedish(app) -> None:
    network = make_network()
    make_member(network, name="Örjan Ek", organisation="Åsele kommun")
    make_member(network, name="Åsa Zetterberg", organisation="Umeå kommun")
    make_member(network, name="Bo Ek", organisation="")

    def names(**view: object) -> list[str]:
        found = member_page(network.id, MemberView(**view), 1)  # type: ignore[arg-type]
        return [member.name for member in found.rows]

    assert names() == ["Bo Ek", "Örjan Ek", "Åsa Zetterberg"]
    assert names(query="ÅSA") == ["Åsa Zetterberg"]
    assert names(query="ek åsele") == ["Örjan Ek"]
    assert names(query="100%") == []
    assert names(municipality="2480") == ["Åsa Zetterberg"]
    by_municipality = MemberView.from_args({"sortera": "kommun"})  # type: ignore[arg-type]
    assert [one.name for one in member_page(network.id, by_municipality, 1).rows] == [
        "Åsa Zetterberg",
        "Örjan Ek",
        "Bo Ek",
    ]


def test_an_activity_has_one_network(app) -> None:
    event = get_event_to_change(make_event().id)
    first, second = make_network(name="Första"), make_network(name="Andra")
    choose_network(event, first, actor=STAFF)
    choose_network(event, second, actor=STAFF)
    assert network_of_event(event.id) is second
    retire_network(second, actor=STAFF)
    choose_network(event, second, actor=STAFF)
    choose_network(event, None, actor=STAFF)
    assert network_of_event(event.id) is None
    with pytest.raises(Conflict) as refused:
        choose_network(event, second, actor=STAFF)
    assert refused.value.field == "network"
    db.session.flush()
    changes = [
        entry.changes for entry in history_of("event", event.id) if entry.action == "event.network_chosen"
    ]
    assert changes == [
        {"network": ["Andra", ""]},
        {"network": ["Första", "Andra"]},
        {"network": ["", "Första"]},
    ]


def test_two_thousand_are_added_in_few_statements(app, queries) -> None:
    network = make_network()
    text = "\n".join(f"Person {number}; p{number}@example.se; Umeå kommun" for number in range(2000))
    pasted = read_lines(text, name_needed=True)
    with queries() as statements:
        assert add_members(network, pasted.people, actor=STAFF) == Added(new=2000, known=0)
    assert len(statements) < 10
