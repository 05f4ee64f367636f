"""Signing in and out."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from eventsapp.accounts import operations, routes
from eventsapp.accounts.limits import may_try_to_sign_in, note_right_password, note_wrong_password
from eventsapp.accounts.models import User
from eventsapp.accounts.passwords import hash_of_nobody
from eventsapp.app import create_app
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from tests.accounts.conftest import PASSWORD, with_password
from tests.conftest import FrozenClock
from tests.page_client import Page, PageClient

SignIn = Callable[..., User]
WRONG = "E-postadressen eller lösenordet stämmer inte."
TOO_MANY = "Det har blivit för många försök. Vänta en kvart och försök igen."


def try_to_sign_in(
    client: PageClient, email: str, password: str, *, status: int = 200, address: str = "192.0.2.1"
) -> Page:
    """Fill in the sign-in page and see what comes back, which is no redirect."""
    return client._page(_send(client, email, password, address), status)


def signs_in(client: PageClient, email: str, password: str, *, address: str = "192.0.2.1") -> bool:
    return _send(client, email, password, address).status_code == 302


def _send(client: PageClient, email: str, password: str, address: str) -> TestResponse:
    client.forget_cookies()
    form = client.get_page("/personal/logga-in").form("Logga in")
    return form.send(
        {"E-postadress": email, "Lösenord": password}, environ_overrides={"REMOTE_ADDR": address}
    )


def send_password(client: PageClient, email: str, password: str, url: str) -> TestResponse:
    form = client.get_page(url).form("Logga in")
    return form.send({"email": email, "password": password})


def test_signing_in_leads_to_the_start_page(client: PageClient, karin: User, frozen_now: FrozenClock):
    response = send_password(client, " karin@LST.example.se ", PASSWORD, "/personal/logga-in")

    assert response.status_code == 302
    assert response.headers["Location"] == "/personal/"
    assert karin.last_sign_in_at == frozen_now()
    assert client.get_page("/personal/losenord").heading == "Ditt konto"


def test_signing_in_leads_back_to_where_one_was(client: PageClient, karin: User):
    first = client.get("/personal/losenord?x=å")
    assert first.headers["Location"] == "/personal/logga-in?next=/personal/losenord?x%3D%C3%A5"

    response = send_password(client, karin.email, PASSWORD, first.headers["Location"])

    assert response.headers["Location"] == "/personal/losenord?x=%C3%A5"


def test_the_english_page_leads_back_to_english(client: PageClient, karin: User):
    first = client.get("/en/staff/password")
    assert first.headers["Location"] == "/en/staff/sign-in?next=/en/staff/password"

    page = client.get_page(first.headers["Location"])
    response = page.form(page.buttons()[-1]).send({"email": karin.email, "password": PASSWORD})

    assert response.headers["Location"] == "/en/staff/password"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/%09/evil.example",
        "%20//evil.example",
        "javascript:alert(1)",
        "http:evil.example",
    ],
)
def test_signing_in_never_leads_elsewhere(client: PageClient, karin: User, target: str):
    url = f"/personal/logga-in?next={target}"
    assert send_password(client, karin.email, PASSWORD, url).headers["Location"] == "/personal/"
    assert client.get(url).headers["Location"] == "/personal/"


def test_one_who_is_signed_in_is_sent_on(client: PageClient, sign_in: SignIn):
    sign_in(Role.READER)

    response = client.get("/personal/logga-in?next=/personal/brev")
    assert response.headers["Location"] == "/personal/brev"


def test_whatever_is_wrong_the_answer_is_the_same(client: PageClient, karin: User):
    with_password(email="stangd@lst.example.se", closed_at=now())
    operations.add_user(
        "ny@lst.example.se", operations.UserFacts(name="Ny", role=Role.READER), actor=Actor.system()
    )

    for email, password in (
        ("karin@lst.example.se", "fel"),
        ("nobody@lst.example.se", PASSWORD),
        ("stangd@lst.example.se", PASSWORD),
        ("ny@lst.example.se", "nobody"),
        ("not an address", PASSWORD),
    ):
        page = try_to_sign_in(client, email, password)
        assert page.problems == [WRONG]
        assert page.one("#email")["value"] == email
        assert not page.one("#password").get("value")
    assert client.get("/personal/losenord").status_code == 302


def test_empty_fields_are_said_at_the_fields(client: PageClient):
    page = try_to_sign_in(client, "", "")

    assert page.problems == ["Fyll i din e-postadress.", "Fyll i ditt lösenord."]


def test_an_unknown_address_costs_the_same_work(
    client: PageClient, karin: User, monkeypatch: pytest.MonkeyPatch
):
    checked: list[str | None] = []

    def watched(stored: str | None, password: str) -> bool:
        checked.append(stored)
        return real(stored, password)

    real = routes.password_fits
    monkeypatch.setattr(routes, "password_fits", watched)

    try_to_sign_in(client, "nobody@lst.example.se", "x" * 12)
    try_to_sign_in(client, karin.email, "x" * 12)

    assert checked == [None, karin.password_hash]
    parameters = [(text or hash_of_nobody()).split("$")[1:4] for text in checked]
    assert parameters[0] == parameters[1]


def test_the_session_is_a_new_one(client: PageClient, karin: User):
    client.get_page("/personal/logga-in")
    with client.browser.session_transaction() as session:
        session["planted"] = "x"
        before = session["csrf_token"]
    send_password(client, karin.email, PASSWORD, "/personal/logga-in")

    with client.browser.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before
        assert session["_user_id"] == karin.get_id()


def test_the_form_needs_its_token(client: PageClient, karin: User):
    page = client.post_page("/personal/logga-in", {"email": karin.email, "password": PASSWORD})

    assert page.problems == [
        "Sidan hade varit öppen för länge. Allt du skrev finns kvar. Skicka formuläret igen."
    ]
    assert client.get("/personal/losenord").status_code == 302


def test_an_old_hash_is_made_anew(client: PageClient, karin: User, monkeypatch: pytest.MonkeyPatch):
    before = karin.password_hash
    send_password(client, karin.email, PASSWORD, "/personal/logga-in")
    assert karin.password_hash == before

    client.forget_cookies()
    monkeypatch.setattr(routes, "needs_new_hash", lambda _stored: True)
    send_password(client, karin.email, PASSWORD, "/personal/logga-in")
    assert karin.password_hash != before
    monkeypatch.undo()

    client.forget_cookies()
    assert send_password(client, karin.email, PASSWORD, "/personal/logga-in").status_code == 302


def test_signing_out_forgets_everything(client: PageClient, karin: User):
    send_password(client, karin.email, PASSWORD, "/personal/logga-in")

    page = client.get_page("/personal/losenord").submit(button="Logga ut")

    assert page.heading == "Logga in"
    assert page.messages == ["Du är utloggad."]
    assert client.get("/personal/losenord").status_code == 302


def test_signing_out_is_no_link_and_needs_its_token(client: PageClient, sign_in: SignIn):
    sign_in(Role.READER)
    assert client.get("/personal/logga-ut").status_code == 405

    page = client.post_page("/personal/logga-ut", {})
    assert page.heading == "Logga ut"
    assert client.get("/personal/losenord").status_code == 200

    assert page.form(None).submit().messages == ["Du är utloggad."]


def test_a_closed_account_is_out_at_once(client: PageClient, karin: User):
    send_password(client, karin.email, PASSWORD, "/personal/logga-in")
    operations.close_user(karin, actor=Actor.system())

    assert client.get("/personal/losenord").status_code == 302

    operations.reopen_user(karin, actor=Actor.system())
    assert client.get("/personal/losenord").status_code == 302


def test_a_role_counts_from_the_next_page(client: PageClient, sign_in: SignIn):
    user = sign_in(Role.ADMINISTRATOR)
    sign_in_other = with_password(role=Role.ADMINISTRATOR)
    client.get_page("/personal/konton")

    operations.update_user(
        user,
        operations.UserFacts(name=user.name, role=Role.READER),
        actor=Actor.user(sign_in_other.id, "x"),
    )

    client.get_page("/personal/konton", status=403)


def test_a_sign_in_lasts_a_working_day(client: PageClient, karin: User, frozen_now: FrozenClock):
    send_password(client, karin.email, PASSWORD, "/personal/logga-in")
    frozen_now.advance(hours=12)
    assert client.get("/personal/losenord").status_code == 200

    frozen_now.advance(minutes=1)
    assert client.get("/personal/losenord").status_code == 302


@pytest.mark.parametrize("cookie", ["", "x", "1", "1.", ".", "0.stamp", "99999999999999999999.x", "1.wrong"])
def test_a_made_up_session_is_nobody(client: PageClient, karin: User, cookie: str):
    db.session.commit()
    with client.browser.session_transaction() as session:
        session["_user_id"] = cookie

    assert client.get("/personal/losenord").status_code == 302


def test_an_address_gets_ten_tries_at_an_account(client: PageClient, karin: User, frozen_now: FrozenClock):
    for _ in range(10):
        assert try_to_sign_in(client, karin.email, "fel").problems == [WRONG]

    page = try_to_sign_in(client, karin.email, PASSWORD, status=429)
    assert page.problems == [TOO_MANY]

    # Another address, another account and another quarter are not concerned.
    other = with_password(email="bo@lst.example.se")
    frozen_now.advance(minutes=15)
    assert try_to_sign_in(client, karin.email, "fel").problems == [WRONG]
    assert try_to_sign_in(client, other.email, "fel").problems == [WRONG]


def test_the_limit_says_nothing_about_whether_there_is_an_account(client: PageClient):
    for _ in range(10):
        assert try_to_sign_in(client, "nobody@lst.example.se", "fel").problems == [WRONG]

    assert try_to_sign_in(client, "nobody@lst.example.se", "fel", status=429).problems == [TOO_MANY]


def test_an_account_gets_thirty_tries_in_all(client: PageClient, karin: User, frozen_now: FrozenClock):
    for number in range(29):
        assert may_try_to_sign_in(karin.email, f"192.0.2.{number}")
    assert try_to_sign_in(client, karin.email, "fel", address="192.0.2.98").problems == [WRONG]

    page = try_to_sign_in(client, karin.email, PASSWORD, address="192.0.2.99", status=429)
    assert page.problems == [TOO_MANY]
    frozen_now.advance(hours=1)
    assert signs_in(client, karin.email, PASSWORD, address="192.0.2.99")


def test_an_address_gets_a_hundred_wrong_passwords(client: PageClient, karin: User, frozen_now: FrozenClock):
    for _ in range(99):
        note_wrong_password("192.0.2.1")
    assert try_to_sign_in(client, "x@lst.example.se", "fel").problems == [WRONG]

    assert try_to_sign_in(client, karin.email, PASSWORD, status=429).problems == [TOO_MANY]
    assert signs_in(client, karin.email, PASSWORD, address="192.0.2.2")
    frozen_now.advance(minutes=15)
    assert signs_in(client, karin.email, PASSWORD)


def test_a_whole_board_behind_one_address_can_sign_in(app: Flask, frozen_now: FrozenClock):
    for number in range(150):
        email = f"person{number}@lst.example.se"
        assert may_try_to_sign_in(email, "192.0.2.1")
        note_right_password(email, "192.0.2.1")


def test_a_right_password_clears_the_count(client: PageClient, karin: User, frozen_now: FrozenClock):
    for _ in range(3):
        for _ in range(9):
            try_to_sign_in(client, karin.email, "fel")
        assert signs_in(client, karin.email, PASSWORD)


def test_the_limits_hold_over_several_processes(
    app: Flask, client: PageClient, karin: User, frozen_now: FrozenClock
):
    other_app = create_app(app.config["SETTINGS"])
    other = PageClient(other_app, client.watch)
    for turn in (client, other) * 5:
        assert try_to_sign_in(turn, karin.email, "fel").problems == [WRONG]

    assert try_to_sign_in(client, karin.email, PASSWORD, status=429).problems == [TOO_MANY]
    assert try_to_sign_in(other, karin.email, PASSWORD, status=429).problems == [TOO_MANY]
    with other_app.app_context():
        db.engine.dispose()


def test_over_https_the_forms_of_private_pages_work(client: PageClient, karin: User):
    """They send no referrer, so nothing may depend on one."""
    page = client.get("/personal/logga-in", base_url="https://localhost")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    token = Page(client, page).one("input[name=csrf_token]")["value"]
    response = client.post(
        "/personal/logga-in",
        data={"csrf_token": token, "email": karin.email, "password": PASSWORD},
        base_url="https://localhost",
        headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    )

    assert response.headers["Location"] == "/personal/"


def test_a_filter_that_works_in_place_sends_the_whole_page_to_sign_in(client: PageClient):
    response = client.get(
        "/personal/brev?q=x",
        headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/personal/brev?q=y"},
    )

    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/personal/logga-in?next=/personal/brev?q%3Dy"
