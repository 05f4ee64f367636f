"""The lists that administrators look after."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.audit.queries import history_of
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Role
from eventsapp.events.list_operations import RowFacts, add_row, change_row, retire_row
from eventsapp.events.lists import Colour, ListName, get_row, rows_of_list
from eventsapp.events.models import Event, EventKind, Series, Topic
from eventsapp.events.queries import EVERYTHING, get_event
from eventsapp.places.queries import pools_of
from tests.factories.events import make_event, make_kind, make_topic
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]
ADMINISTRATOR = Actor.user(1, "Elin Norberg")


@pytest.fixture
def administrator(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.ADMINISTRATOR, name="Elin Norberg")


@pytest.mark.usefixtures("administrator")
class TestPages:
    def test_a_series_is_added_renamed_retired_and_taken_back(self, client: PageClient) -> None:
        page = client.get_page("/personal/listor").click("Serier")
        assert "Listan är tom" in page.text
        page = page.submit(
            {"Namn": "Demokratimorgon", "Namn på engelska": "Democracy mornings"}, button="Lägg till"
        )
        assert page.messages == ["Demokratimorgon är tillagd i listan."]
        (row,) = page.table()
        assert row[:4] == ["Demokratimorgon", "Democracy mornings", "demokratimorgon", "0"]
        page = page.click("Demokratimorgon").submit({"Namn": "Demokratimorgnar"}, button="Spara")
        (row,) = page.table()
        assert row[:3] == ["Demokratimorgnar", "Democracy mornings", "demokratimorgon"]
        page = page.submit(button="Ta bort Demokratimorgnar")
        assert page.table()[0][0] == "Demokratimorgnar Går inte att välja"
        page = page.submit(button="Ta tillbaka Demokratimorgnar")
        assert page.table()[0][0] == "Demokratimorgnar"
        series = db.session.scalars(select(Series)).one()
        assert [entry.action for entry in history_of("serier", series.id)] == [
            "list.restored",
            "list.retired",
            "list.changed",
            "list.added",
        ]

    def test_a_series_has_places_that_its_dates_share(self, client: PageClient) -> None:
        page = client.get_page("/personal/listor/serier").submit(
            {
                "Namn": "Demokratimorgon",
                "Namn på engelska": "Democracy mornings",
                "Platser som alla datum i serien delar": "40",
            },
            button="Lägg till",
        )
        series = db.session.scalars(select(Series)).one()
        assert [(pool.name, pool.capacity) for pool in pools_of("series", series.id)] == [("all", 40)]
        (row,) = page.table()
        assert row[0] == "Demokratimorgon alla datum delar på 40 platser"
        page = page.click("Demokratimorgon")
        assert page.form("Spara").values["shared_capacity"] == ["40"]
        page = page.submit({"Platser som alla datum i serien delar": ""}, button="Spara")
        assert page.table()[0][0] == "Demokratimorgon"
        db.session.expire_all()
        assert pools_of("series", series.id) == []
        assert history_of("serier", series.id)[0].changes == {"shared_capacity": ["40", ""]}
        make_event(series_id=series.id)
        change_row(
            ListName.SERIES,
            series,
            RowFacts(name_sv="Demokratimorgon", name_en="Democracy mornings", shared_capacity=12),
            actor=ADMINISTRATOR,
        )
        db.session.commit()
        page = client.get_page("/personal/aktiviteter/ny?typ=utbildningsdag")
        assert page.texts("select[name=series] option") == [
            "Ingen serie",
            "Demokratimorgon (delar på 12 platser)",
        ]

    def test_a_kind_has_a_colour_and_words_that_agree(self, client: PageClient) -> None:
        page = client.get_page("/personal/listor/typer").submit(
            {
                "Namn": "Frukostmöte",
                "Namn på engelska": "Breakfast meeting",
                "Bestämd form, med stor bokstav": "Frukostmötet",
                "gender": "ett",
                "Färg": "Lila",
                "Plats i listan": "1",
            },
            button="Lägg till",
        )
        assert page.table()[0][:4] == ["Frukostmöte Frukostmöte", "Breakfast meeting", "frukostmote", "0"]
        kind = db.session.scalars(select(EventKind).where(EventKind.code == "frukostmote")).one()
        assert (kind.definite_sv, kind.is_neuter, kind.colour, kind.position) == (
            "Frukostmötet",
            True,
            "violet",
            1,
        )

    def test_what_is_wrong_is_said(self, client: PageClient) -> None:
        page = client.get_page("/personal/listor/amnen").submit({"Namn": ""}, button="Lägg till")
        assert page.problems == ["Skriv ett namn.", "Skriv ett namn på engelska."]
        name = db.session.scalars(select(Topic.name_sv).limit(1)).one()
        page = page.submit({"Namn": name.upper(), "Namn på engelska": "x"}, button="Lägg till")
        assert page.problems == ["Det namnet finns redan i listan."]

    @pytest.mark.parametrize(
        "address", ["finns-inte", "typer/999999", "typer/99999999999999999999", "%00", "x" * 3000]
    )
    def test_unknown_lists_and_rows(self, client: PageClient, address: str) -> None:
        client.get_page(f"/personal/listor/{address}", status=404)

    @pytest.mark.parametrize("value", ["", "x" * 20_000, "\x00", "-1", "²"])
    def test_whatever_is_sent_is_answered_with_a_page(self, client: PageClient, value: str) -> None:
        form = client.get_page("/personal/listor/typer").form("Lägg till")
        data = dict.fromkeys(form.names(), value) | {"csrf_token": form.values["csrf_token"][0]}
        assert client.post("/personal/listor/typer", data=data).status_code == 200

    def test_a_page_that_was_open_too_long_changes_nothing_and_says_so(self, client: PageClient) -> None:
        kind = make_kind("konferens")
        page = client.post_page(f"/personal/listor/typer/{kind.id}/ta-bort", {"csrf_token": "gammal"})
        assert "Sidan hade varit öppen för länge." in page.messages[0]
        assert not kind.is_retired

    def test_the_list_costs_the_same_for_1_and_for_3_rows(self, client: PageClient, queries: Queries) -> None:
        costs = []
        for name in ("Ett", "Två", "Tre"):
            add_row(ListName.SERIES, RowFacts(name_sv=name, name_en=name), actor=ADMINISTRATOR)
            with queries() as statements:
                client.get_page("/personal/listor/serier")
            costs.append(len(statements))
        assert costs[0] == costs[2]

    def test_english(self, client: PageClient) -> None:
        client.get_page("/en/staff/lists/typer")


@pytest.mark.parametrize("role", [Role.READER, Role.OFFICER])
def test_only_administrators(client: PageClient, sign_in: Callable[..., User], role: Role) -> None:
    sign_in(role)
    for address in ("/personal/listor", "/personal/listor/typer", "/personal/listor/typer/1"):
        client.get_page(address, status=403)


@pytest.mark.usefixtures("app")
class TestOperations:
    def test_activities_are_found_by_the_new_name_and_calendars_see_it(self) -> None:
        topic = make_topic("jamstalldhet")
        public = make_event(topics=[topic])
        draft = make_event(topics=[topic], published_at=None)
        stranger = make_event()
        version = public.version
        facts = RowFacts(name_sv="Jämlikhet", name_en="Equality")
        assert change_row(ListName.TOPICS, topic, facts, actor=ADMINISTRATOR)
        db.session.commit()
        for event, found, sequence in ((public, True, 1), (draft, True, 0), (stranger, False, 0)):
            event = get_event(event.id, *EVERYTHING)
            assert ("jämlikhet" in event.search_text) is found
            assert [occasion.sequence for occasion in event.occasions] == [sequence]
        assert public.version == version

    def test_a_change_that_is_none_leaves_no_trace(self) -> None:
        topic = make_topic()
        facts = RowFacts(name_sv=topic.name_sv, name_en=topic.name_en)
        assert not change_row(ListName.TOPICS, topic, facts, actor=ADMINISTRATOR)

    def test_two_names_with_one_slug_get_two_codes(self) -> None:
        first = add_row(ListName.SERIES, RowFacts(name_sv="Håbo", name_en="a"), actor=ADMINISTRATOR)
        second = add_row(ListName.SERIES, RowFacts(name_sv="Habo", name_en="b"), actor=ADMINISTRATOR)
        assert (first.code, second.code) == ("habo", "habo-2")

    def test_the_last_kind_stays(self) -> None:
        kinds = rows_of_list(ListName.KINDS)
        for one in kinds[1:]:
            retire_row(ListName.KINDS, one.row, actor=ADMINISTRATOR)
        with pytest.raises(DomainError):
            retire_row(ListName.KINDS, kinds[0].row, actor=ADMINISTRATOR)

    def test_use_is_counted(self) -> None:
        kind = make_kind("konferens")
        make_event(kind=kind)
        make_event(kind=kind)
        counted = {one.row.id: one.events for one in rows_of_list(ListName.KINDS)}
        assert counted[kind.id] == 2
        assert sum(counted.values()) == 2

    def test_a_kind_keeps_its_code(self) -> None:
        kind = make_kind("konferens")
        facts = RowFacts(
            name_sv="Symposium",
            name_en="Symposium",
            definite_sv="Symposiet",
            is_neuter=True,
            colour=Colour.ROSE,
            position=3,
        )
        change_row(ListName.KINDS, kind, facts, actor=ADMINISTRATOR)
        db.session.commit()
        kept = get_row(ListName.KINDS, kind.id)
        assert (kept.code, kept.name_sv) == ("konferens", "Symposium")
        assert db.session.scalar(select(Event.id)) is None
