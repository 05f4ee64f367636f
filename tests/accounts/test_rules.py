from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import Babel

from eventsapp.accounts.models import User
from eventsapp.accounts.passwords import hash_password, needs_new_hash, password_fits
from eventsapp.accounts.resuming import PostedForm, local_path, unpacked
from eventsapp.accounts.rules import (
    loses_administration,
    require_another_administrator,
    require_good_password,
)
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Role


@pytest.fixture(autouse=True)
def words():
    """Rules say no in words, which need an application but no database."""
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        yield


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("elva tecken", "Välj ett lösenord med minst 12 tecken."),
        ("x" * 201, "Välj ett lösenord med högst 200 tecken."),
        ("Karin.Bergström@lst.example", "Välj ett lösenord som inte är ditt namn eller din e-postadress."),
        ("karin bergström", "Välj ett lösenord som inte är ditt namn eller din e-postadress."),
        ("KARIN-BERGSTRÖM-", "Välj ett lösenord som inte är ditt namn eller din e-postadress."),
        ("Karin Eva Berg", "Välj ett lösenord som inte är ditt namn eller din e-postadress."),
        ("aaaaaaaaaaaaaa", "Välj ett lösenord med fler olika tecken. Tre eller fyra ord fungerar bra."),
    ],
)
def test_what_anybody_would_try_first_is_no_password(password: str, sentence: str):
    with pytest.raises(DomainError) as refused:
        require_good_password(password, email="karin.bergström@lst.example", name="Karin Eva Berg")

    assert (refused.value.message, refused.value.field) == (sentence, "new_password")


@pytest.mark.parametrize("password", ["tolv tecken!", "blå häst åker tåg", "å" * 3 + "bcdefghijklm"])
def test_a_long_password_is_a_good_one(password: str):
    require_good_password(password, email="karin@lst.example", name="Karin Berg")


def test_a_password_fits_its_hash_however_the_keyboard_writes_it():
    stored = hash_password("blå häst åker tåg")

    assert stored.startswith("$argon2id$")
    assert password_fits(stored, "blå häst åker tåg")
    assert not password_fits(stored, "bla hast aker tag")
    assert not password_fits(stored, "")


def test_no_hash_means_no():
    assert not password_fits(None, "nobody")
    assert not password_fits("not a hash", "nobody")


def test_a_hash_with_older_parameters_is_made_anew():
    weak = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$YWJjZGVmZ2hpamtsbW5vcA"

    assert needs_new_hash(weak)
    assert not needs_new_hash(hash_password("blå häst åker tåg"))


@pytest.mark.parametrize(
    "address", ["/personal/", "/personal/aktiviteter?q=å&sida=2", "/en/staff/letters", "/a/../b"]
)
def test_paths_of_ours_are_kept(address: str):
    assert local_path(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "personal/",
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\n//evil.example",
        " //evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/personal/\r\nSet-Cookie: x=1",
        "http:/evil.example",
        "@evil.example",
    ],
)
def test_no_address_leads_elsewhere(address: str):
    assert local_path(address) == ""


def test_of_a_whole_address_only_path_and_query_are_taken():
    assert local_path("https://kurser.example/personal/brev?q=x#y", strip_origin=True) == "/personal/brev?q=x"
    assert local_path("https://kurser.example//evil.example", strip_origin=True) == ""
    assert local_path("", strip_origin=True) == ""


def test_a_waiting_form_is_packed_and_unpacked():
    form = PostedForm("/personal/konton/ny?x=1", (("name", "Åsa\r\n<b>"), ("tags", "a"), ("tags", "b")))

    assert unpacked(form.packed()) == form


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "1",
        "{}",
        "[]",
        '["/a"]',
        '["/a", [["x"]]]',
        '["/a", 1]',
        '["https://evil.example/", [["x", "1"]]]',
        '["//evil.example/", []]',
        '["", []]',
    ],
)
def test_what_is_no_waiting_form_is_left_alone(value: str):
    assert unpacked(value) is None


def user(role: Role, *, user_id: int = 1, closed: bool = False) -> User:
    return User(id=user_id, role=role, closed_at=datetime(2026, 1, 1, tzinfo=UTC) if closed else None)


def test_somebody_must_be_left_to_administer():
    last, other = user(Role.ADMINISTRATOR), user(Role.ADMINISTRATOR, user_id=2)

    require_another_administrator(last, [last, other])
    for left in ([last], []):
        with pytest.raises(DomainError, match="minst en administratör"):
            require_another_administrator(last, left)


def test_when_administration_is_lost():
    assert loses_administration(user(Role.ADMINISTRATOR), Role.OFFICER)
    assert not loses_administration(user(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    assert not loses_administration(user(Role.OFFICER), Role.READER)
    assert not loses_administration(user(Role.ADMINISTRATOR, closed=True), Role.READER)
