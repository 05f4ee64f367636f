"""The way in: the same answer for everybody, one letter, one use, and nothing by a GET."""

from http.cookies import SimpleCookie

import pytest

from eventsapp.core.db import db
from eventsapp.core.tokens import digest
from eventsapp.outbox.models import Letter
from eventsapp.participants.models import Device, EntryLink
from eventsapp.participants.rules import MOST_WISHES_FROM_ONE_PLACE
from eventsapp.registrations.models import RegistrationStatus
from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.factories.participants import let_in, mailed_link, minted_link
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient
from tests.registrations.test_mail_scanner import dump

ADDRESS = "asa.ahlstrom@umea.example.se"


def ask(client: PageClient, address: str, *, status: int = 200) -> Page:
    return client.get_page("/min").submit({"E-postadress": address}, status=status)


def recipients() -> list[str]:
    return [letter.recipient for letter in db.session.query(Letter).order_by(Letter.id)]


def test_a_known_address_gets_a_letter_and_a_link(client: PageClient) -> None:
    make_registration(make_event(), email=ADDRESS)
    page = ask(client, "Asa.Ahlstrom@umea.example.se")
    assert page.url == "/min/skickat"
    assert page.heading == "Titta i din e-post"
    assert recipients() == ["Asa.Ahlstrom@umea.example.se"]
    assert client.get_page(minted_link(ADDRESS)).heading == "Se dina anmälningar"


def test_an_ended_registration_is_one_too(client: PageClient) -> None:
    make_registration(make_event(), email=ADDRESS, status=RegistrationStatus.CANCELLED)
    ask(client, ADDRESS)
    assert recipients() == [ADDRESS]


def test_nobody_can_tell_which_addresses_are_registered(client: PageClient) -> None:
    make_registration(make_event(), email=ADDRESS)
    alias = make_registration(make_event(), email="", name="Deltagare 1", alias_number=1)
    token = client.csrf_token("/min")
    answers = set()
    for address in (ADDRESS, "okand@example.se", f"{alias.name}@example.se".replace(" ", "")):
        answer = client.post("/min", data={"csrf_token": token, "email": address})
        shown = client.get(answer.headers["Location"])
        headers = {name: value for name, value in answer.headers if name not in ("Date", "Set-Cookie")}
        answers.add(
            (answer.status_code, answer.get_data(), str(headers), shown.get_data(), str(shown.headers))
        )
    assert len(answers) == 1
    assert recipients() == [ADDRESS]


def test_the_database_is_asked_as_much_for_a_stranger(client: PageClient, queries) -> None:
    """But for the letter itself, which two rows make."""
    make_registration(make_event(), email=ADDRESS)
    token = client.csrf_token("/min")
    counts: list[int] = []
    for address in ("okand@example.se", ADDRESS):
        with queries() as statements:
            client.post("/min", data={"csrf_token": token, "email": address})
        counts.append(len(statements))
    assert counts[1] - counts[0] == 2


def test_one_letter_however_often_one_asks(client: PageClient, frozen_now: FrozenClock) -> None:
    make_registration(make_event(), email=ADDRESS)
    for _ in range(3):
        assert ask(client, ADDRESS).url == "/min/skickat"
    assert len(recipients()) == 1
    frozen_now.advance(minutes=6)
    ask(client, ADDRESS)
    assert len(recipients()) == 2


def test_too_many_wishes_from_one_place_are_refused(client: PageClient, frozen_now: FrozenClock) -> None:
    make_registration(make_event(), email=ADDRESS)
    token = client.csrf_token("/min")
    for number in range(MOST_WISHES_FROM_ONE_PLACE):
        client.post("/min", data={"csrf_token": token, "email": f"okand{number}@example.se"})
    for address in (ADDRESS, "okand@example.se"):
        assert client.post("/min", data={"csrf_token": token, "email": address}).status_code == 429
    assert recipients() == []


def test_what_is_no_address_is_told_at_the_field(client: PageClient) -> None:
    page = ask(client, "asa@", status=400)
    assert page.problems == ["Fyll i en e-postadress, till exempel namn@kommun.se"]


def test_opening_the_link_changes_nothing(client: PageClient) -> None:
    """Mail gateways GET and HEAD every link, some of them more than once."""
    make_registration(make_event(), email=ADDRESS)
    path = mailed_link(ADDRESS)
    db.session.commit()
    before = dump()
    for _ in range(3):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "eventsapp_device" not in str(answer.headers.getlist("Set-Cookie"))
        assert client.head(path).status_code == 200
    assert dump() == before
    assert client.get_page(path).submit(button="Visa mina anmälningar").heading == "Mina anmälningar"


def test_the_button_lets_the_device_in_and_uses_the_link_up(client: PageClient) -> None:
    make_registration(make_event(title="Länskonferens"), email=ADDRESS)
    path = mailed_link(ADDRESS)
    answer = client.get_page(path).form("Visa mina anmälningar").send({"stay": "I 30 dagar"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/min/anmalningar")
    (cookie,) = [
        line for line in answer.headers.getlist("Set-Cookie") if line.startswith("eventsapp_device=")
    ]
    morsel = SimpleCookie(cookie)["eventsapp_device"]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")
    assert morsel["max-age"] == str(30 * 24 * 3600)
    device = db.session.query(Device).one()
    assert (device.email_key, device.token_digest) != (ADDRESS, digest(morsel.value))
    assert "Länskonferens" in client.get_page("/min").text

    used = client.get_page(path, status=410)
    assert used.heading == "Länken är redan använd"
    assert used.click("Mina anmälningar").url == "/min/anmalningar"


def test_only_now_ends_with_the_browser_and_after_eight_hours(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    make_registration(make_event(), email=ADDRESS)
    answer = client.get_page(mailed_link(ADDRESS)).form("Visa mina anmälningar").send()
    assert "Max-Age" not in str(answer.headers.getlist("Set-Cookie"))
    assert client.get_page("/min").url == "/min/anmalningar"
    frozen_now.advance(hours=8)
    assert client.get_page("/min/anmalningar").url == "/min"


@pytest.mark.parametrize(
    ("minutes", "used", "heading", "status"),
    [(30, False, "Länken är för gammal", 410), (0, True, "Länken är redan använd", 410)],
)
def test_a_link_that_is_over_says_why_and_how_to_get_a_new_one(
    client: PageClient, frozen_now: FrozenClock, minutes: int, used: bool, heading: str, status: int
) -> None:
    make_registration(make_event(), email=ADDRESS)
    path = mailed_link(ADDRESS)
    if used:
        client.get_page(path).submit(button="Visa mina anmälningar")
        client.forget_cookies()
    form = client.get_page(path).form("Visa mina anmälningar") if not used else None
    frozen_now.advance(minutes=minutes)
    if form is not None:
        assert form.submit(status=status).heading == heading
    page = client.get_page(path, status=status)
    assert page.heading == heading
    frozen_now.advance(minutes=6)
    assert page.submit({"E-postadress": ADDRESS}).url == "/min/skickat"
    assert len(recipients()) == 2


def test_an_unknown_link_says_so(client: PageClient) -> None:
    page = client.get_page("/min/in/finns-inte-alls", status=404)
    assert page.heading == "Länken går inte att använda"
    token = client.csrf_token("/min")
    answer = client.post("/min/in/finns-inte-alls", data={"csrf_token": token, "stay": "now"})
    assert answer.status_code == 404
    assert db.session.query(Device).count() == 0


def test_a_form_without_its_token_lets_nobody_in(client: PageClient) -> None:
    path = mailed_link(ADDRESS)
    assert client.post(path, data={"stay": "year"}).status_code == 400
    assert (
        client.post(path, data={"stay": "for ever", "csrf_token": client.csrf_token(path)}).status_code == 400
    )
    assert db.session.query(Device).count() == 0
    assert db.session.query(EntryLink).one().used_at is None


def test_one_who_enters_again_leaves_as_whom_they_were(client: PageClient) -> None:
    make_registration(make_event(title="Min dag"), email=ADDRESS)
    make_registration(make_event(title="Kollegans dag"), email="kollega@example.se")
    let_in(client, ADDRESS)
    page = let_in(client, "kollega@example.se")
    assert "Kollegans dag" in page.text and "Min dag" not in page.text
    assert [device.email_key for device in db.session.query(Device)] == ["kollega@example.se"]


def test_everything_is_kept_out_of_caches_and_search_engines(client: PageClient) -> None:
    for path in ("/min", "/en/my", "/min/skickat", mailed_link(ADDRESS)):
        headers = client.get(path).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer"), path
        assert headers["X-Robots-Tag"] == "noindex, nofollow", path
