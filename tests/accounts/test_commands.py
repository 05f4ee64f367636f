"""Accounts from the command line."""

from collections.abc import Callable

import pytest
from flask import Flask

from eventsapp.accounts.models import Reach, Team, User
from eventsapp.accounts.passwords import password_fits
from eventsapp.audit.queries import history_of
from eventsapp.core.actor import ActorKind
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.outbox.models import Letter
from tests.accounts.conftest import PASSWORD, with_password
from tests.factories.accounts import make_user

Run = Callable[..., str]


@pytest.fixture
def run(app: Flask) -> Run:
    """`run("list", …)` gives what `flask accounts list …` prints; `fails=True` for one that must not work."""

    def run(*words: str, typed: str = "", fails: bool = False) -> str:
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["accounts", *words], input=typed)
        assert (result.exit_code != 0) is fails, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        db.session.rollback()
        db.session.expire_all()
        return result.output

    return run


def test_an_account_is_invited(run: Run):
    said = run("invite", "Asa@lst.example.se", "Åsa Öberg", "--role", "reader", "--team", "Lag 1")

    assert said == "An invitation is on its way to Asa@lst.example.se.\n"
    user = db.session.query(User).one()
    assert (user.name, user.role, user.reach) == ("Åsa Öberg", Role.READER, Reach.TEAM)
    assert user.team_id == db.session.query(Team).one().id
    assert db.session.query(Letter).one().subject_id == user.id
    assert history_of("user", user.id)[0].actor_kind is ActorKind.SYSTEM

    run("invite", "bo@lst.example.se", "Bo", "--team", "Lag 1")
    assert db.session.query(Team).count() == 1


@pytest.mark.parametrize(
    "words",
    [
        ("invite", "karin", "Karin"),
        ("invite", "karin@lst.example.se", "Karin"),
        ("invite", "bo@lst.example.se", "Bo", "--role", "owner"),
        ("close", "nobody@lst.example.se"),
        ("create-administrator", "bo@lst.example.se", "Bo", "--password", "short"),
        ("create-administrator", "karin@lst.example.se", "Bo", "--password", "blå häst åker tåg"),
        ("set-password", "karin@lst.example.se", "--password", "short"),
        ("set-password", "nobody@lst.example.se", "--password", "blå häst åker tåg"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(run: Run, words: tuple[str, ...]):
    before = make_user(email="karin@lst.example.se").id

    said = run(*words, fails=True)

    assert "Error: " in said
    assert [user.id for user in db.session.query(User)] == [before]
    assert db.session.query(User).one().password_hash is None
    assert db.session.query(Letter).count() == 0


def test_accounts_are_listed(run: Run):
    closed = with_password(name="Cia Al", email="cia@lst.example.se")
    closed.closed_at = closed.created_at
    with_password(name="Åsa Öberg", email="asa@lst.example.se", role=Role.ADMINISTRATOR)
    make_user(name="Bo Ek", email="bo@lst.example.se", reach=Reach.ALL)

    assert run("list").splitlines() == [
        "bo@lst.example.se\tBo Ek\tofficer\tall\t-\tinvited",
        "asa@lst.example.se\tÅsa Öberg\tadministrator\tteam\t-\topen",
    ]
    assert run("list", "--closed").splitlines()[1] == "cia@lst.example.se\tCia Al\tofficer\tteam\t-\tclosed"


def test_an_account_is_closed(run: Run):
    user = with_password(email="asa@lst.example.se")

    assert run("close", "ASA@lst.example.se") == "The account asa@lst.example.se is closed.\n"
    assert user.closed_at is not None


def test_the_last_administrator_is_not_closed(run: Run):
    user = with_password(email="asa@lst.example.se", role=Role.ADMINISTRATOR)

    assert run("close", "asa@lst.example.se", fails=True).startswith("Error: ")
    assert user.closed_at is None


def test_a_password_is_set(run: Run):
    user = with_password(email="asa@lst.example.se")
    stamp = user.session_stamp

    said = run("set-password", "asa@lst.example.se", typed="röd räv under granen\n" * 2)

    assert said.endswith("The password of asa@lst.example.se is changed.\n")
    assert "räv" not in said
    assert password_fits(user.password_hash, "röd räv under granen")
    assert not password_fits(user.password_hash, PASSWORD)
    assert user.session_stamp != stamp
