"""Accounts and teams, as administrators look after them."""

from collections.abc import Callable

import pytest
from flask import Flask

from eventsapp.accounts import operations
from eventsapp.accounts.models import Reach, Team, User
from eventsapp.audit.queries import history_of
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.outbox.models import Letter
from tests.accounts.conftest import with_password
from tests.conftest import FrozenClock
from tests.factories.accounts import make_team, make_user
from tests.page_client import PageClient

SignIn = Callable[..., User]
PAGES = ("/personal/konton", "/personal/konton/ny", "/personal/konton/1", "/personal/konton/arbetslag")


@pytest.fixture
def boss(sign_in: SignIn, frozen_now: FrozenClock) -> User:
    return sign_in(Role.ADMINISTRATOR, name="Eva Chef", email="eva@lst.example.se", password_hash="x")


@pytest.mark.parametrize("role", [Role.READER, Role.OFFICER])
def test_accounts_are_for_administrators(client: PageClient, sign_in: SignIn, role: Role):
    user = sign_in(role)
    db.session.commit()
    for url in PAGES:
        client.get_page(url, status=403)
    for action in ("stang", "oppna", "bjud-in"):
        assert client.post(f"/personal/konton/{user.id}/{action}").status_code == 403
    assert user.closed_at is None


def test_the_list_shows_who_may_do_what(client: PageClient, boss: User, frozen_now: FrozenClock):
    team = make_team("Jämställdhet")
    asa = with_password(name="Åsa Öberg", email="asa@lst.example.se", team_id=team.id)
    asa.last_sign_in_at = frozen_now()
    make_user(name="Bo Ek", email="bo@lst.example.se", role=Role.READER, reach=Reach.ALL)
    make_user(name="Cia Al", email="cia@lst.example.se", closed_at=frozen_now())

    page = client.get_page("/personal/konton")

    assert page.texts(".count-line") == ["4 konton"]
    assert page.table("#list") == [
        ["Bo Ek bo@lst.example.se", "Inbjuden", "Läsare", "Alla aktiviteter", "–", "Aldrig"],
        ["Cia Al cia@lst.example.se", "Stängt", "Handläggare", "Arbetslagets aktiviteter", "–", "Aldrig"],
        ["Eva Chef eva@lst.example.se", "Aktivt", "Administratör", "Alla aktiviteter", "–", "Aldrig"],
        [
            "Åsa Öberg asa@lst.example.se",
            "Aktivt",
            "Handläggare",
            "Arbetslagets aktiviteter",
            "Jämställdhet",
            "1 okt 2026 10.00",
        ],
    ]


def test_the_list_is_searched_and_filtered(client: PageClient, boss: User):
    team = make_team("Jämställdhet")
    make_user(name="Åsa Öberg", team_id=team.id)
    make_user(name="Bo Ek", role=Role.READER)

    def names(query: str) -> list[str]:
        return client.get_page(f"/personal/konton?{query}").texts("#list tbody .cell-main")

    assert names("q=öberg") == ["Åsa Öberg"]
    assert names("lage=inbjudna") == ["Bo Ek", "Åsa Öberg"]
    assert names("roll=reader") == ["Bo Ek"]
    assert names(f"arbetslag={team.id}&lage=inbjudna") == ["Åsa Öberg"]
    assert names("lage=x&roll=x&arbetslag=x&sida=x") == ["Bo Ek", "Eva Chef", "Åsa Öberg"]
    page = client.get_page("/personal/konton?q=finns+inte&lage=stangda")
    assert page.text_of(".empty-state h2") == "Inga konton passar"
    assert page.one("#filter-q")["value"] == "finns inte"
    assert page.one("#filter-lage option[selected]")["value"] == "stangda"


def test_the_list_costs_the_same_for_many(client: PageClient, boss: User, queries: Callable):
    team = make_team()
    db.session.commit()
    with queries() as few:
        client.get_page("/personal/konton")
    for _ in range(60):
        make_user(team_id=team.id)
    db.session.commit()

    with queries() as many:
        page = client.get_page("/personal/konton")

    assert len(many) == len(few) <= 10
    assert page.text_of(".paging-words") == "Visar 1–50 av 61"


def test_a_colleague_is_invited(client: PageClient, boss: User):
    team = make_team("Jämställdhet")
    page = client.get_page("/personal/konton").click("Bjud in")

    page = page.submit(
        {
            "E-postadress": "asa@lst.example.se",
            "Namn": "Åsa Öberg",
            "role": "reader",
            "reach": "own",
            "Arbetslag": "Jämställdhet",
            "Språk i brev": "English",
        },
        button="Skicka inbjudan",
    )

    assert page.messages == ["En inbjudan skickas till asa@lst.example.se."]
    user = db.session.query(User).filter_by(email_key="asa@lst.example.se").one()
    assert (user.name, user.role, user.reach, user.team_id, user.language) == (
        "Åsa Öberg",
        Role.READER,
        Reach.OWN,
        team.id,
        "en",
    )
    assert db.session.query(Letter).one().language == "en"
    (entry,) = history_of("user", user.id)
    assert (entry.actor_id, entry.actor_name) == (boss.id, "Eva Chef")


def test_an_invitation_needs_an_address_of_its_own(client: PageClient, boss: User):
    make_user(email="bo@lst.example.se")
    page = client.get_page("/personal/konton/ny")

    page = page.submit({"email": "Bo@lst.example.se", "name": "Bo"}, button="Skicka inbjudan")
    assert page.problems == ["Det finns redan ett konto med den här e-postadressen."]
    assert page.one("#name")["value"] == "Bo"
    page = page.submit({"email": "bo", "name": ""}, button="Skicka inbjudan")
    assert page.problems == [
        "Fyll i personens namn.",
        "Fyll i en e-postadress, till exempel namn@kommun.se",
    ]
    form = page.form("Skicka inbjudan").fill({"email": "c@lst.example.se", "name": "C"})
    form.values |= {"role": ["owner"], "team_id": ["999"], "language": ["fi"]}
    assert len(form.submit().problems) == 3
    assert db.session.query(User).count() == 2


def test_an_account_is_changed(client: PageClient, boss: User):
    team = make_team("Jämställdhet")
    user = with_password(name="Åsa Ö", role=Role.READER, reach=Reach.OWN)
    page = client.get_page(f"/personal/konton/{user.id}")
    assert page.heading == "Åsa Ö"
    values = page.form("Spara").values
    assert (values["role"], values["reach"], values["team_id"], values["language"]) == (
        ["reader"],
        ["own"],
        ["0"],
        ["sv"],
    )

    page = page.submit(
        {"name": "Åsa Öberg", "role": "officer", "reach": "team", "team_id": str(team.id)}, button="Spara"
    )

    assert page.messages == ["Kontot är sparat."]
    assert (user.name, user.role, user.reach, user.team_id) == (
        "Åsa Öberg",
        Role.OFFICER,
        Reach.TEAM,
        team.id,
    )
    (entry,) = history_of("user", user.id)
    assert entry.changes == {
        "name": None,
        "role": ["reader", "officer"],
        "reach": ["own", "team"],
        "team_id": ["", str(team.id)],
    }
    page.submit({"team_id": "Inget arbetslag"}, button="Spara")
    assert user.team_id is None


def test_the_last_administrator_is_told_why_not(client: PageClient, boss: User):
    sentence = "Det måste finnas minst en administratör. Gör någon annan till administratör först."
    page = client.get_page(f"/personal/konton/{boss.id}")

    assert page.submit({"role": "reader"}, button="Spara").problems == [sentence]
    assert sentence in page.submit(button="Stäng kontot", status=400).text
    assert (boss.role, boss.closed_at) == (Role.ADMINISTRATOR, None)


def test_an_account_is_closed_and_opened(client: PageClient, boss: User, frozen_now: FrozenClock):
    user = with_password(name="Åsa Öberg")
    page = client.get_page(f"/personal/konton/{user.id}")
    assert "Skicka inbjudan igen" not in page.buttons()

    page = page.submit(button="Stäng kontot")
    assert page.messages == ["Kontot är stängt."]
    assert user.closed_at == frozen_now()

    page = page.submit(button="Öppna kontot")
    assert page.messages == ["Kontot är öppet igen."]
    assert user.closed_at is None


def test_an_invitation_is_sent_again(client: PageClient, boss: User):
    user = make_user(email="asa@lst.example.se")

    page = client.get_page(f"/personal/konton/{user.id}").submit(button="Skicka inbjudan igen")

    assert page.messages == ["En ny inbjudan skickas till asa@lst.example.se."]
    assert [letter.subject_id for letter in db.session.query(Letter)] == [user.id]


def test_a_button_without_its_token_does_nothing(client: PageClient, boss: User):
    user = make_user()
    for action in ("stang", "bjud-in"):
        response = client.post(f"/personal/konton/{user.id}/{action}")
        assert response.headers["Location"] == f"/personal/konton/{user.id}"
    assert user.closed_at is None
    assert db.session.query(Letter).count() == 0


def test_an_account_that_does_not_exist_is_not_found(client: PageClient, boss: User):
    client.get_page("/personal/konton/999", status=404)
    client.get_page("/personal/konton/arbetslag/999", status=404)


def test_teams_are_made_and_renamed(client: PageClient, boss: User):
    page = client.get_page("/personal/konton").click("Arbetslag")
    assert page.text_of(".empty-state h2") == "Inga arbetslag än"

    page = page.submit({"Namn på arbetslaget": " Jämställdhet "}, button="Skapa arbetslaget")
    assert page.messages == ["Arbetslaget Jämställdhet finns nu."]
    team = db.session.query(Team).one()
    make_user(team_id=team.id)
    page = client.get_page("/personal/konton/arbetslag")
    assert page.table("#list") == [["Jämställdhet", "1 i Jämställdhet", "Byt namn på Jämställdhet"]]
    page = page.submit({"name": "Jämställdhet"}, button="Skapa arbetslaget")
    assert page.problems == ["Det finns redan ett arbetslag med det namnet."]

    page = client.get_page(f"/personal/konton/arbetslag/{team.id}")
    assert page.heading == "Byt namn på Jämställdhet"
    assert page.submit({"name": ""}, button="Spara").problems == ["Fyll i arbetslagets namn."]
    page = page.submit({"name": "Kvinnofrid"}, button="Spara")
    assert page.messages == ["Namnet är ändrat."]
    assert team.name == "Kvinnofrid"


def test_the_english_pages_are_there(client: PageClient, boss: User):
    user, team = make_user(), make_team()
    db.session.commit()
    for url in ("", "/new", f"/{user.id}", "/teams", f"/teams/{team.id}"):
        client.get_page(f"/en/staff/accounts{url}")


def test_names_are_text_and_nothing_else(client: PageClient, boss: User):
    user = make_user(name='<script>alert("x")</script>')
    team = make_team("<b>")
    operations.update_user(
        user,
        operations.UserFacts(name=user.name, role=Role.READER, team_id=team.id),
        actor=Actor.system(),
    )
    for url in ("/personal/konton", f"/personal/konton/{user.id}", "/personal/konton/arbetslag"):
        assert "<script>alert" not in client.get(url).text


def test_the_first_administrator_is_made_on_the_command_line(app: Flask, client: PageClient):
    result = app.test_cli_runner().invoke(
        args=["accounts", "create-administrator", "Eva@lst.example.se", "Eva Chef"],
        input="blå häst åker tåg\nblå häst åker tåg\n",
    )

    assert result.exit_code == 0, result.output
    assert "Eva@lst.example.se can sign in as an administrator." in result.output
    page = client.get_page("/personal/logga-in").form("Logga in")
    response = page.send({"email": "eva@lst.example.se", "password": "blå häst åker tåg"})
    assert response.status_code == 302
    client.get_page("/personal/konton")
