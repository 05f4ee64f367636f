"""A form that was sent after the sign-in had ended comes back complete."""

from collections.abc import Callable, Mapping

import pytest

from eventsapp.accounts.models import User
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from tests.accounts.conftest import PASSWORD, with_password
from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.page_client import Page, PageClient

TYPED = {
    "email": "ny@lst.example.se",
    "name": 'Åsa "Å" <Öberg>',
    "role": "reader",
    "reach": "all",
}


@pytest.fixture
def boss(client: PageClient) -> User:
    """An administrator whose sign-in has ended while they filled in an invitation."""
    return with_password(role=Role.ADMINISTRATOR, email="chef@lst.example.se")


def sent_too_late(
    client: PageClient,
    boss: User,
    url: str,
    frozen_now: FrozenClock,
    typed: Mapping[str, str] = TYPED,
    **options: object,
) -> Page:
    sign_in_page = client.get_page("/personal/logga-in")
    sign_in_page.submit({"email": boss.email, "password": PASSWORD}, button="Logga in")
    form = client.get_page(url).form()
    frozen_now.advance(hours=13)
    return client._page(form.send(typed, **options), 401)


@pytest.mark.parametrize(
    ("url", "sign_in", "go_on", "sentence"),
    [
        (
            "/personal/konton/ny",
            "Logga in",
            "Fortsätt",
            "Du har loggat in igen. Allt du skrev finns kvar. Kontrollera och spara.",
        ),
        ("/en/staff/accounts/new", None, None, None),
    ],
)
def test_everything_typed_survives_a_sign_in_that_ended(
    client: PageClient,
    boss: User,
    frozen_now: FrozenClock,
    url: str,
    sign_in: str | None,
    go_on: str | None,
    sentence: str | None,
):
    page = sent_too_late(client, boss, url, frozen_now)
    assert page.response.request.path == url
    assert db.session.query(User).count() == 1

    # A wrong password on the way loses nothing either.
    page = page.form(sign_in).submit({"email": boss.email, "password": "fel"})
    page = page.form(sign_in).submit({"email": boss.email, "password": PASSWORD})
    assert sentence is None or page.heading == "Du är inloggad igen"
    page = page.form(go_on).submit()

    assert page.url == url
    assert sentence is None or page.problems == [sentence]
    assert len(page.problems) == 1
    shown = page.form().values
    assert {name: shown[name] for name in TYPED} == {name: [value] for name, value in TYPED.items()}
    assert "_resumed" not in shown
    assert db.session.query(User).count() == 1

    page.form().submit()
    assert db.session.query(User).filter_by(email_key="ny@lst.example.se").count() == 1


def test_a_form_that_another_site_sent_is_not_kept(client: PageClient, boss: User, frozen_now: FrozenClock):
    page = sent_too_late(
        client,
        boss,
        "/personal/konton/ny",
        frozen_now,
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert "Öberg" not in page.response.text


def test_passwords_and_tokens_are_not_kept(client: PageClient, boss: User):
    page = client.post_page(
        "/personal/losenord",
        {"csrf_token": "old-token", "old_password": "hemligt1", "new_password": "hemligt2", "other": "kept"},
        status=401,
    )

    kept = page.one("input[name=resume]")["value"]
    assert kept == '["/personal/losenord", [["other", "kept"]]]'
    assert "hemligt" not in page.response.text


def test_several_values_and_line_ends_are_kept(client: PageClient, boss: User):
    page = client.post_page(
        "/personal/konton/ny?x=1", {"tags": ["b", "a"], "text": "rad 1\r\n\r\nrad 3", "": "x"}, status=401
    )
    page = page.submit({"email": boss.email, "password": PASSWORD}, button="Logga in")

    form = page.form("Fortsätt")
    assert form.element["action"] == "/personal/konton/ny?x=1"
    assert form.values["tags"] == ["b", "a"]
    assert form.values["text"][0].replace("\r\n", "\n") == "rad 1\n\nrad 3"
    assert form.values["_resumed"] == ["1"]


def test_a_waiting_form_for_another_site_is_not_sent_there(client: PageClient, boss: User):
    page = client.get_page("/personal/logga-in")
    form = page.form("Logga in")
    form.values["resume"] = ['["https://evil.example/", [["x", "1"]]]']

    response = form.send({"email": boss.email, "password": PASSWORD})

    assert response.headers["Location"] == "/personal/"


def test_a_button_pressed_too_late_changes_nothing(
    client: PageClient, boss: User, sign_in: Callable[..., User], frozen_now: FrozenClock
):
    other = with_password(email="bo@lst.example.se")
    url = f"/personal/konton/{other.id}"
    client.get_page("/personal/logga-in").submit(
        {"email": boss.email, "password": PASSWORD}, button="Logga in"
    )
    form = client.get_page(url).form("Stäng kontot")
    frozen_now.advance(hours=13)
    page = client._page(form.send(), 401)
    page = page.submit({"email": boss.email, "password": PASSWORD}, button="Logga in")
    page = page.submit(button="Fortsätt")

    assert page.url == url
    assert other.closed_at is None
    page.submit(button="Stäng kontot")
    assert other.closed_at is not None


def test_a_form_with_a_file_says_that_it_must_be_chosen_again(
    client: PageClient, boss: User, frozen_now: FrozenClock
) -> None:
    event = make_event(responsible_id=boss.id)
    page = sent_too_late(
        client, boss, f"/personal/aktiviteter/{event.id}/deltagare/import", frozen_now, typed={}
    )
    page = page.form("Logga in").submit({"email": boss.email, "password": PASSWORD})
    assert page.form("Fortsätt").submit().problems[:2] == [
        "Du har loggat in igen. Allt du skrev finns kvar. Kontrollera och spara.",
        "En fil behöver du välja igen.",
    ]
