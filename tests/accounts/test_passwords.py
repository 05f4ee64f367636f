"""Changing, forgetting and choosing a password."""

from collections.abc import Callable

import pytest

from eventsapp.accounts import operations
from eventsapp.accounts.models import PasswordLink, User
from eventsapp.accounts.passwords import password_fits
from eventsapp.audit.queries import history_of
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.core.tokens import digest
from eventsapp.outbox.models import Letter
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_sign_in import TOO_MANY, send_password
from tests.conftest import FrozenClock
from tests.page_client import PageClient

NEW = "röd räv under granen"
SignIn = Callable[..., User]


def test_a_new_password_ends_every_other_sign_in(client: PageClient, karin: User):
    send_password(client, karin.email, PASSWORD, "/personal/logga-in")
    other = PageClient(client.app, client.watch)
    send_password(other, karin.email, PASSWORD, "/personal/logga-in")

    page = client.get_page("/personal/losenord").submit(
        {"Ditt lösenord nu": PASSWORD, "Nytt lösenord": NEW}, button="Byt lösenord"
    )

    assert page.messages == ["Lösenordet är bytt. Du är utloggad överallt utom här."]
    assert page.heading == "Ditt konto"
    assert other.get("/personal/losenord").status_code == 302
    assert password_fits(karin.password_hash, NEW)
    (entry,) = history_of("user", karin.id)
    assert (entry.action, entry.actor_id, entry.changes) == (
        "user.password_changed",
        karin.id,
        {"password": None},
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("fel lösenord", NEW, "Det är inte ditt lösenord nu."),
        (PASSWORD, "för kort", "Välj ett lösenord med minst 12 tecken."),
        (PASSWORD, "karin@lst.example.se", "Välj ett lösenord som inte är ditt namn eller din e-postadress."),
        ("", NEW, "Fyll i det lösenord du har nu."),
        (PASSWORD, "", "Fyll i ett nytt lösenord."),
    ],
)
def test_a_password_is_not_changed_lightly(
    client: PageClient, sign_in: SignIn, karin: User, old: str, new: str, problem: str
):
    sign_in(karin)
    before = karin.password_hash

    page = client.get_page("/personal/losenord").submit(
        {"old_password": old, "new_password": new}, button="Byt lösenord"
    )

    assert page.problems == [problem]
    assert karin.password_hash == before
    assert PASSWORD not in page.response.text and NEW not in page.response.text


def test_the_old_password_cannot_be_guessed_at_an_open_screen(
    client: PageClient, sign_in: SignIn, karin: User, frozen_now: FrozenClock
):
    sign_in(karin)
    page = client.get_page("/personal/losenord")
    for _ in range(10):
        page = page.submit({"old_password": "fel", "new_password": NEW}, button="Byt lösenord")
        assert page.problems == ["Det är inte ditt lösenord nu."]

    page = page.submit({"old_password": PASSWORD, "new_password": NEW}, button="Byt lösenord")
    assert page.problems == [TOO_MANY]


def test_a_forgotten_password_is_chosen_anew_by_mail(
    client: PageClient, karin: User, letter_link: Callable[[], str], frozen_now: FrozenClock
):
    page = client.get_page("/personal/logga-in").click("Glömt lösenordet?")
    page = page.submit({"E-postadress": "KARIN@lst.example.se"}, button="Skicka länken")
    assert page.heading == "Titta i din e-post"
    letter = db.session.query(Letter).one()
    assert letter.recipient == "Karin@lst.example.se"

    link = letter_link()
    token = link.removeprefix("/personal/valj-losenord/")
    assert token not in letter.body_text + letter.body_html
    assert db.session.query(PasswordLink).one().token_digest == digest(token)

    # Mail gateways open links; that must not use them up.
    client.get_page(link)
    client.head(link)
    page = client.get_page(link)
    assert page.heading == "Välj lösenord"
    assert "Karin@lst.example.se" in page.text
    page = page.submit({"Nytt lösenord": "kort"}, button="Spara lösenordet")
    assert page.problems == ["Välj ett lösenord med minst 12 tecken."]
    page = page.submit({"Nytt lösenord": NEW}, button="Spara lösenordet")
    assert page.messages == ["Lösenordet är sparat. Logga in med det."]
    assert page.heading == "Logga in"
    assert send_password(client, karin.email, NEW, "/personal/logga-in").status_code == 302

    gone = client.get_page(link, status=404)
    assert gone.heading == "Länken gäller inte längre"


def test_an_invited_colleague_chooses_a_password(
    client: PageClient, letter_link: Callable[[], str], karin: User
):
    operations.invite_user(
        "ny@lst.example.se",
        operations.UserFacts(name="Åsa <Ny>", role=Role.OFFICER),
        actor=Actor.user(karin.id, karin.name),
    )
    letter = db.session.query(Letter).one()
    assert letter.subject_line == "Välj ett lösenord till Kurser och konferenser"
    assert "Hej Åsa <Ny>!" in letter.body_text
    assert "Karin Berg har gjort ett konto åt dig i Kurser och konferenser." in letter.body_text
    assert "Länken fungerar en gång och gäller i 7 dagar." in letter.body_text
    assert "Hej Åsa &lt;Ny&gt;!" in letter.body_html

    client.get_page(letter_link()).submit({"new_password": NEW}, button="Spara lösenordet")

    assert send_password(client, "ny@lst.example.se", NEW, "/personal/logga-in").status_code == 302


def test_the_answer_is_the_same_for_an_unknown_address(client: PageClient, karin: User):
    answers = []
    for email in (karin.email, "nobody@lst.example.se"):
        client.forget_cookies()
        page = client.get_page("/personal/glomt-losenord").submit({"email": email}, button="Skicka länken")
        answers.append((page.url, page.text))

    assert answers[0] == answers[1]
    assert db.session.query(Letter).count() == 1


def test_nobodys_mailbox_is_filled(client: PageClient, karin: User, frozen_now: FrozenClock):
    for _ in range(5):
        page = client.get_page("/personal/glomt-losenord").submit(
            {"email": karin.email}, button="Skicka länken"
        )
        assert page.heading == "Titta i din e-post"
    assert db.session.query(Letter).count() == 3

    for number in range(25):
        client.get_page("/personal/glomt-losenord").submit(
            {"email": f"x{number}@example.se"}, button="Skicka länken"
        )
    page = client.get_page("/personal/glomt-losenord").submit(
        {"email": "y@example.se"}, button="Skicka länken", status=429
    )
    assert page.problems == [TOO_MANY]


def test_an_address_that_is_none_is_said_so(client: PageClient):
    page = client.get_page("/personal/glomt-losenord").submit({"email": "karin"}, button="Skicka länken")

    assert page.problems == ["Fyll i en e-postadress, till exempel namn@kommun.se"]


def test_a_link_that_is_too_old_says_so(client: PageClient, karin: User, frozen_now: FrozenClock):
    link = operations.mint_password_links(karin.id, "forgotten")["password"].removeprefix("http://localhost")
    page = client.get_page(link)
    frozen_now.advance(hours=2)

    assert client.get_page(link, status=404).heading == "Länken gäller inte längre"
    late = page.form("Spara lösenordet").submit({"new_password": NEW}, status=404)
    assert late.heading == "Länken gäller inte längre"
    assert password_fits(karin.password_hash, PASSWORD)


@pytest.mark.parametrize("token", ["x", "å", "x" * 500])
def test_a_made_up_link_leads_nowhere(client: PageClient, token: str):
    client.get_page(f"/personal/valj-losenord/{token}", status=404)


def test_private_pages_are_kept_by_nobody(client: PageClient, karin: User):
    link = operations.mint_password_links(karin.id, "forgotten")["password"].removeprefix("http://localhost")
    response = client.get(link)

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
