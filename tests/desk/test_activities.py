"""The staff's list of activities, and copying one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.queries import history_of_event
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventState
from eventsapp.events.queries import EVERYTHING, get_event
from eventsapp.places.queries import pools_of
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.queries import programme_of
from eventsapp.publications.models import Publication
from eventsapp.publications.queries import publications_of
from tests.factories.accounts import make_team, make_user
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_registration
from tests.page_client import PageClient

SignIn = Callable[..., User]
Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def officer(sign_in: SignIn) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", team_id=make_team("Jämställdhet").id, reach=Reach.TEAM)


def titles(client: PageClient, query: str = "") -> list[str]:
    page = client.get_page(f"/personal/aktiviteter{query}")
    return [cell.get_text(strip=True) for cell in page.all("#resultat td .cell-main")]


def test_each_row_says_when_where_how_full_and_who(client: PageClient, officer: User) -> None:
    event = make_event(
        title="Att upptäcka våld",
        occasions=[make_occasion(date(2027, 11, 24))],
        capacity_total=40,
        responsible_id=officer.id,
        team_id=officer.team_id,
    )
    make_registration(event)
    page = client.get_page("/personal/aktiviteter")
    (row,) = page.table()
    assert row[:6] == [
        "Att upptäcka våld Utbildningsdag",
        "ons 24 nov 2027 09.00–15.30",
        "Folkets hus, Umeå",
        "Publicerad",
        "1 av 40",
        "Karin Öberg",
    ]
    assert page.click("Att upptäcka våld").url == f"/personal/aktiviteter/{event.id}"


class TestFilters:
    @pytest.fixture(autouse=True)
    def events(self, officer: User) -> None:
        theirs = {"team_id": officer.team_id}
        other = make_user(team_id=officer.team_id).id
        past = make_occasion(date(2020, 5, 5))
        make_event(title="Min konferens", kind="konferens", responsible_id=officer.id, **theirs)
        make_event(title="Kollegans dag", responsible_id=other, venue="Stadshuset i Åsele", **theirs)
        make_event(title="Ett utkast", state=EventState.DRAFT, responsible_id=officer.id, **theirs)
        make_event(title="Förra året", state=EventState.COMPLETED, occasions=[past], **theirs)
        make_event(title="Utan datum", kind="webbutbildning", occasions=[], **theirs)
        make_event(title="Andras dag", team_id=make_team("Krisberedskap").id)

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", {"Min konferens", "Kollegans dag", "Ett utkast", "Utan datum"}),
            ("?nar=tidigare", {"Förra året"}),
            ("?nar=utkast", {"Ett utkast"}),
            ("?nar=alla", {"Min konferens", "Kollegans dag", "Ett utkast", "Utan datum", "Förra året"}),
            ("?vems=mina", {"Min konferens", "Ett utkast"}),
            ("?vems=alla", {"Min konferens", "Kollegans dag", "Ett utkast", "Utan datum"}),
            ("?typ=konferens", {"Min konferens"}),
            ("?status=draft", {"Ett utkast"}),
            ("?q=åsele", {"Kollegans dag"}),
            ("?q=stadshuset+ÅSELE", {"Kollegans dag"}),
            ("?q=finns-inte", set()),
            ("?q=%25&nar=alla", set()),
            ("?q=%00", {"Min konferens", "Kollegans dag", "Ett utkast", "Utan datum"}),
            ("?typ=finns-inte", set()),
            (
                "?status=x&vems=x&nar=x&sortera=x&sida=x",
                {"Min konferens", "Kollegans dag", "Ett utkast", "Utan datum"},
            ),
            ("?sida=99999", {"Min konferens", "Kollegans dag", "Ett utkast", "Utan datum"}),
            ("?q=" + "x" * 3000, set()),
        ],
    )
    def test_the_address_decides_what_is_listed(
        self, client: PageClient, query: str, expected: set[str]
    ) -> None:
        assert set(titles(client, query)) == expected

    def test_an_administrator_sees_all_and_can_choose_fewer(
        self, client: PageClient, sign_in: SignIn
    ) -> None:
        sign_in(Role.ADMINISTRATOR, reach=Reach.ALL)
        assert "Andras dag" in titles(client)
        assert titles(client, "?vems=mina") == []

    def test_an_empty_list_says_what_to_do(self, client: PageClient) -> None:
        assert "Inga aktiviteter passar" in client.get_page("/personal/aktiviteter?q=finns-inte").text


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["Åre", "Örebro", "Arvidsjaur", "Utan datum"]),
        ("datum", ["Åre", "Örebro", "Arvidsjaur", "Utan datum"]),
        ("-datum", ["Arvidsjaur", "Örebro", "Åre", "Utan datum"]),
        ("titel", ["Arvidsjaur", "Utan datum", "Åre", "Örebro"]),
        ("-titel", ["Örebro", "Åre", "Utan datum", "Arvidsjaur"]),
        ("andrad", ["Utan datum", "Arvidsjaur", "Örebro", "Åre"]),
        ("-andrad", ["Åre", "Örebro", "Arvidsjaur", "Utan datum"]),
    ],
)
def test_the_list_is_sorted_the_swedish_way(
    client: PageClient, officer: User, sort: str, expected: list[str]
) -> None:
    first = date(2027, 3, 1)
    for number, title in enumerate(("Åre", "Örebro", "Arvidsjaur", "Utan datum")):
        make_event(
            title=title,
            kind="webbutbildning",
            team_id=officer.team_id,
            occasions=[] if title == "Utan datum" else [make_occasion(first + timedelta(days=number))],
            changed_at=now() - timedelta(days=number),
        )
    assert titles(client, f"?sortera={sort}" if sort else "") == expected


def test_a_long_list_has_pages(client: PageClient, officer: User) -> None:
    for number in range(52):
        make_event(title=f"Dag {number:02}", team_id=officer.team_id, pools=False)
    assert len(titles(client, "?sortera=titel")) == 50
    assert titles(client, "?sortera=titel&sida=2") == ["Dag 50", "Dag 51"]
    assert client.get_page("/personal/aktiviteter").text_of(".paging-words") == "Visar 1–50 av 52"


def test_the_list_costs_the_same_for_1_and_for_3_rows(
    client: PageClient, officer: User, queries: Queries
) -> None:
    costs = []
    for _ in range(3):
        make_event(team_id=officer.team_id, responsible_id=make_user().id)
        with queries() as statements:
            client.get_page("/personal/aktiviteter")
        costs.append(len(statements))
    assert costs[0] == costs[2] <= 7


class TestCopying:
    def test_a_copy_is_made_on_another_day_with_its_programme_and_material(
        self, client: PageClient, officer: User
    ) -> None:
        occasion = make_occasion(date(2026, 11, 25))
        original = make_event(title="Att upptäcka våld", occasions=[occasion], team_id=officer.team_id)
        make_registration(original)
        item = ProgrammeItem(
            event_id=original.id, starts_at=occasion.starts_at, title_sv="Välkomna", speakers=[]
        )
        publication = Publication(
            slug="strategi",
            title_sv="Strategi",
            sort_key="strategi",
            created_at=now(),
            changed_at=now(),
            events=[original],
        )
        db.session.add_all([item, publication])
        page = client.get_page(f"/personal/aktiviteter/{original.id}/kopiera")
        assert page.form().values["dates"] == ["move"]
        page = page.submit({"Kopians första dag": "2027-11-24"})
        assert page.messages == ["Kopian är sparad som ett utkast."]
        copy_id = db.session.scalars(select(Event.id).where(Event.id != original.id)).one()
        copy = get_event(copy_id, *EVERYTHING)
        assert page.url == f"/personal/aktiviteter/{copy_id}/innehall"
        assert (copy.state, copy.responsible_id, copy.team_id) == (
            EventState.DRAFT,
            officer.id,
            officer.team_id,
        )
        assert [one.first_day for one in copy.occasions] == [date(2027, 11, 24)]
        assert [(one.title_sv, one.starts_at) for one in programme_of(copy_id)] == [
            ("Välkomna", copy.occasions[0].starts_at)
        ]
        assert [one.slug for one in publications_of(copy_id)] == ["strategi"]
        (pool,) = pools_of("event", copy_id)
        assert (pool.capacity, pool.taken) == (80, 0)
        assert [entry.action for entry in history_of_event(copy_id)] == ["event.copied"]

    def test_dates_can_be_kept_or_left_out(self, client: PageClient, officer: User) -> None:
        original = make_event(team_id=officer.team_id, registration_closes_on=None)
        address = f"/personal/aktiviteter/{original.id}/kopiera"
        client.get_page(address).submit({"dates": "keep"})
        client.get_page(address).submit({"dates": "none"})
        kept, without = db.session.scalars(select(Event).where(Event.id != original.id).order_by(Event.id))
        assert kept.first_starts_at == original.first_starts_at
        assert without.first_starts_at is None

    @pytest.mark.parametrize("day", ["", "1989-01-01", "9999-12-31", "i morgon", "x" * 5000])
    def test_moving_needs_a_day(self, client: PageClient, officer: User, day: str) -> None:
        original = make_event(team_id=officer.team_id)
        page = client.get_page(f"/personal/aktiviteter/{original.id}/kopiera").submit(
            {"Kopians första dag": day}
        )
        assert len(page.problems) == 1
        assert page.form().values["first_day"] == [day]

    def test_a_choice_that_is_none_is_refused(self, client: PageClient, officer: User) -> None:
        address = f"/personal/aktiviteter/{make_event(team_id=officer.team_id).id}/kopiera"
        page = client.post_page(address, {"csrf_token": client.csrf_token(address), "dates": "x"})
        assert page.problems == ["Välj ett av alternativen."]
