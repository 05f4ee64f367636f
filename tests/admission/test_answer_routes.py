"""Answering an invitation, and asking for its link, as a visitor does."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import func, select

from eventsapp.admission.invitation_rules import QUESTIONS_FROM_ONE_PLACE
from eventsapp.admission.models import Invitation, InvitationState
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.core.throttle import ThrottleCount
from eventsapp.events.models import Admission, Event, EventState, WaitingListRule
from eventsapp.outbox.delivery import claim_next_letter
from eventsapp.outbox.models import Letter
from eventsapp.registrations import guessing
from eventsapp.registrations.models import Registration, RegistrationStatus
from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.factories.invitations import make_invitation, make_invitation_link
from tests.factories.networks import make_member, make_network, make_network_event
from tests.factories.registrations import make_registration
from tests.mailbox import text_of
from tests.page_client import Page, PageClient

EMAIL = "asa@umea.example.se"


def an_event(**facts) -> Event:
    return make_event(**({"admission": Admission.INVITATION} | facts))


def invited(event: Event, **facts) -> tuple[Invitation, str]:
    """An invitation and the address of its page."""
    invitation = make_invitation(event, **({"email": EMAIL} | facts))
    return invitation, f"/min/inbjudan/{make_invitation_link(invitation)}"


def again(invitation: Invitation) -> Invitation:
    db.session.expire_all()
    return invitation


def registrations() -> list[Registration]:
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def letters() -> list[tuple[str, str]]:
    return [
        (letter.kind, letter.recipient) for letter in db.session.scalars(select(Letter).order_by(Letter.id))
    ]


def test_the_page_shows_the_activity_who_is_invited_and_the_ways_to_answer(client: PageClient) -> None:
    event = an_event(title="Att leda arbetet")
    _, url = invited(event)
    page = client.get_page(url)
    assert page.heading == "Du är inbjuden"
    assert "Att leda arbetet" in page.text
    assert f"Inbjudan är till Åsa Ahlström, Umeå kommun, {EMAIL}." in page.text
    form = page.form("Skicka anmälan")
    assert (form.values["name"], form.values["email"], form.values["organisation"]) == (
        ["Åsa Ahlström"],
        [EMAIL],
        ["Umeå kommun"],
    )
    assert page.buttons() == ["Skicka anmälan", "Jag kan inte komma"]
    headers = page.response.headers
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_signing_up_ends_on_the_same_receipt_as_for_others(client: PageClient) -> None:
    event = an_event()
    invitation, url = invited(event)
    receipt = client.get_page(url).submit({"Befattning": "Kurator"}, button="Skicka anmälan")
    assert receipt.url == f"/aktiviteter/{event.slug}/anmalan/klar"
    assert receipt.heading == "Du är anmäld"
    (registration,) = registrations()
    assert (registration.email, registration.job_title) == (EMAIL, "Kurator")
    assert again(invitation).registration_id == registration.id
    assert letters() == [("confirmed", EMAIL)]
    page = client.get_page(url)
    assert page.heading == "Du har anmält dig"
    assert page.buttons() == []
    assert "/min/anmalan/" not in page.response.text


def test_mistakes_come_back_with_everything_kept(client: PageClient) -> None:
    _, url = invited(an_event())
    page = client.get_page(url).submit(
        {"Namn": "", "Befattning": "Kurator"}, button="Skicka anmälan", status=400
    )
    assert page.problems == ["Skriv ditt namn"]
    assert page.form("Skicka anmälan").values["job_title"] == ["Kurator"]
    assert page.form("Skicka anmälan").values["name"] == [""]


def test_a_form_that_is_sent_twice_gives_the_same_receipt(client: PageClient) -> None:
    event = an_event()
    _, url = invited(event)
    form = client.get_page(url).form("Skicka anmälan")
    for _ in range(3):
        assert form.submit().heading == "Du är anmäld"
    assert len(registrations()) == 1
    other = client.get_page(url)
    assert other.heading == "Du har anmält dig"


def test_an_old_form_of_an_invitation_that_is_used_says_so(client: PageClient) -> None:
    _, url = invited(an_event())
    old = client.get_page(url).form("Skicka anmälan")
    client.get_page(url).submit(button="Skicka anmälan")
    page = old.submit({"E-postadress": "annan@example.se"}, status=409)
    assert page.heading == "Du har anmält dig"
    assert len(registrations()) == 1


def test_saying_no_and_then_yes(client: PageClient) -> None:
    invitation, url = invited(an_event())
    page = client.get_page(url).submit(button="Jag kan inte komma")
    assert page.url == url
    assert page.heading == "Tack för ditt svar"
    assert "Ångrar du dig kan du anmäla dig här nedanför." in page.text
    assert again(invitation).state is InvitationState.DECLINED
    assert page.buttons() == ["Skicka anmälan"]
    assert page.submit(button="Skicka anmälan").heading == "Du är anmäld"
    assert again(invitation).state is InvitationState.ACCEPTED


def test_one_who_cancels_may_come_back_by_the_same_link(client: PageClient) -> None:
    _, url = invited(an_event())
    client.get_page(url).submit(button="Skicka anmälan")
    (registration,) = registrations()
    registration.status = RegistrationStatus.CANCELLED
    page = client.get_page(url)
    assert page.heading == "Du är inbjuden"
    assert "Du har avanmält dig." in page.text
    assert page.submit(button="Skicka anmälan").heading == "Du är anmäld"
    assert len(registrations()) == 2


def test_a_scanner_that_opens_every_link_changes_nothing(client: PageClient) -> None:
    invitation, url = invited(an_event())
    for _ in range(3):
        client.get(url)
        client.head(url)
        assert client.get(f"{url}/nej").status_code == 405
    assert again(invitation).state is InvitationState.INVITED
    assert (registrations(), letters()) == ([], [])


@pytest.mark.parametrize(
    ("facts", "heading", "may_say_no"),
    [
        ({"state": EventState.CANCELLED, "cancel_reason": "Sjukdom."}, "Utbildningsdagen är inställd", False),
        ({"state": EventState.COMPLETED}, "Det går inte att svara längre", False),
        ({"state": EventState.DRAFT}, "Aktiviteten visas inte just nu", False),
        ({"state": EventState.SAVE_THE_DATE}, "Du är inbjuden", True),
        ({"registration_closes_on": -1}, "Det går inte att svara längre", False),
        ({"registration_opens_on": 3}, "Du är inbjuden", True),
    ],
)
def test_what_happened_is_said_where_one_cannot_sign_up(
    client: PageClient, facts: dict, heading: str, may_say_no: bool
) -> None:
    days = {key: swedish_today() + timedelta(days=value) for key, value in facts.items() if "_on" in key}
    event = an_event(**(facts | days))
    invitation, url = invited(event)
    page = client.get_page(url)
    assert page.heading == heading
    assert page.buttons() == (["Jag kan inte komma"] if may_say_no else [])
    form = {
        "csrf_token": client.csrf_token("/tillganglighet"),
        "name": "Å",
        "email": EMAIL,
        "organisation": "X",
    }
    assert client.post_page(url, form, status=409).heading == heading
    client.post_page(f"{url}/nej", form, status=200 if may_say_no else 409)
    assert again(invitation).state is (InvitationState.DECLINED if may_say_no else InvitationState.INVITED)
    assert registrations() == []


def test_an_invitation_that_is_taken_back_says_so(client: PageClient) -> None:
    invitation, url = invited(an_event())
    form = client.get_page(url).form("Skicka anmälan")
    invitation.state = InvitationState.WITHDRAWN
    page = client.get_page(url, status=410)
    assert page.heading == "Inbjudan gäller inte längre"
    assert page.buttons() == []
    assert EMAIL not in page.text
    form.submit(status=410)
    client.post_page(f"{url}/nej", {"csrf_token": form.values["csrf_token"][0]}, status=410)
    assert registrations() == []


def test_when_it_is_full_one_is_told_or_stands_in_line(client: PageClient) -> None:
    event = an_event(capacity_total=1, waiting_list=WaitingListRule.NONE)
    make_registration(event)
    _, url = invited(event)
    page = client.get_page(url)
    assert page.heading == "Alla platser är tagna"
    assert page.buttons() == ["Jag kan inte komma"]


def test_where_there_is_a_waiting_list_the_invited_stand_in_it(client: PageClient) -> None:
    event = an_event(capacity_total=1, waiting_list=WaitingListRule.OFFER)
    make_registration(event)
    invitation, url = invited(event)
    page = client.get_page(url)
    assert page.heading == "Du är inbjuden"
    page.submit(button="Ställ dig på reservlistan")
    assert letters() == [("waiting", EMAIL)]
    assert again(invitation).state is InvitationState.ACCEPTED
    assert client.get_page(url).heading == "Du har anmält dig"


def test_one_who_is_invited_needs_no_code(client: PageClient) -> None:
    event = an_event(admission=Admission.CODE, admission_code="hemlig")
    _, url = invited(event)
    page = client.get_page(url)
    assert "code" not in page.form("Skicka anmälan").names()
    assert page.submit(button="Skicka anmälan").heading == "Du är anmäld"


def test_the_last_place_is_taken_while_one_fills_in_the_form(client: PageClient) -> None:
    event = an_event(capacity_total=1, waiting_list=WaitingListRule.NONE)
    invitation, url = invited(event)
    form = client.get_page(url).form("Skicka anmälan")
    make_registration(event)
    assert form.submit(status=409).heading == "Alla platser är tagna"
    assert again(invitation).state is InvitationState.INVITED


def test_wrong_links_are_counted_when_something_is_sent(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "MOST_FAILURES", 3)
    token = client.csrf_token("/tillganglighet")
    for _ in range(5):
        client.get_page("/min/inbjudan/finns-inte", status=404)
    assert db.session.scalar(select(func.count()).select_from(ThrottleCount)) == 0
    for address in ("/min/inbjudan/a", "/min/inbjudan/b/nej", "/min/inbjudan/c"):
        client.post_page(address, {"csrf_token": token}, status=404)
    client.post_page("/min/inbjudan/d", {"csrf_token": token}, status=429)


def test_an_old_page_comes_back_with_what_was_filled_in(client: PageClient) -> None:
    invitation, url = invited(an_event())
    form = client.get_page(url).form("Skicka anmälan").fill({"Befattning": "Kurator"})
    form.values["csrf_token"] = ["gammal"]
    page = form.submit(status=400)
    assert page.form("Skicka anmälan").values["job_title"] == ["Kurator"]
    assert "Sidan hade varit öppen för länge." in page.problems[0]
    page = client.post_page(f"{url}/nej", {"csrf_token": "gammal"})
    assert page.messages == [
        "Sidan hade varit öppen för länge. Allt du skrev finns kvar. Skicka formuläret igen."
    ]
    assert again(invitation).state is InvitationState.INVITED


def test_the_english_page(client: PageClient) -> None:
    _, url = invited(an_event())
    page = client.get_page(url.replace("/min/inbjudan", "/en/my/invitation"))
    assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"


def ask(client: PageClient, event: Event, address: str) -> Page:
    return client.get_page(f"/aktiviteter/{event.slug}/lank").submit({"E-postadress": address})


def test_nobody_can_find_out_who_is_a_member(client: PageClient) -> None:
    event = an_event(admission=Admission.NETWORK)
    network = make_network()
    make_network_event(event, network)
    make_member(network, email="medlem@example.se")
    make_invitation(event, email="bort@example.se", state=InvitationState.WITHDRAWN)
    pages = [
        ask(client, event, address)
        for address in ("medlem@example.se", "medlem@example.se", "bort@example.se", "okand@example.se")
    ]
    assert {page.url for page in pages} == {f"/aktiviteter/{event.slug}/lank/skickad"}
    assert {page.text for page in pages} == {pages[0].text}
    assert "Om adressen finns bland dem som är inbjudna har vi skickat en länk dit." in pages[0].text
    assert letters() == [("invitation", "medlem@example.se")]


def test_the_letter_that_is_asked_for_leads_in(client: PageClient, frozen_now: FrozenClock) -> None:
    event = an_event(admission=Admission.NETWORK)
    network = make_network(name="Länsnätverket")
    make_network_event(event, network)
    make_member(network, name="Åsa Ahlström", email=EMAIL, organisation="Umeå kommun")
    ask(client, event, EMAIL.upper())
    db.session.commit()
    claimed = claim_next_letter(frozen_now())
    assert claimed is not None
    assert isinstance(claimed.message, EmailMessage)
    body = text_of(claimed.message)
    assert "Du är inbjuden som medlem i Länsnätverket." in body
    (url,) = [line for line in body.splitlines() if "/min/inbjudan/" in line]
    page = client.get_page(url.removeprefix("http://localhost"))
    assert page.submit(button="Skicka anmälan").heading == "Du är anmäld"


def test_a_strange_address_is_refused_before_anybody_is_asked(client: PageClient) -> None:
    event = an_event()
    url = f"/aktiviteter/{event.slug}/lank"
    page = client.get_page(url).submit({"E-postadress": "ingen adress"}, status=400)
    assert page.problems == ["Fyll i en e-postadress, till exempel namn@kommun.se"]
    for value in ("", "x" * 5000, "\x00\u202e@"):
        token = page.form().values["csrf_token"][0]
        client.post_page(url, {"csrf_token": token, "email": value}, status=400)


def test_questions_from_one_place_are_limited(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, frozen_now: FrozenClock
) -> None:
    monkeypatch.setattr("eventsapp.admission.public_routes.QUESTIONS_FROM_ONE_PLACE", 2)
    assert QUESTIONS_FROM_ONE_PLACE == 100
    event = an_event()
    for number in range(2):
        ask(client, event, f"okand{number}@example.se")
    form = client.get_page(f"/aktiviteter/{event.slug}/lank").form()
    form.submit({"E-postadress": "okand@example.se"}, status=429)
    frozen_now.advance(minutes=15)
    ask(client, event, "okand@example.se")


def test_an_activity_for_everybody_has_no_links_to_ask_for(client: PageClient) -> None:
    event = make_event()
    assert client.get_page(f"/aktiviteter/{event.slug}/lank").url == f"/aktiviteter/{event.slug}/anmalan"
    client.get_page("/aktiviteter/finns-inte/lank", status=404)


def test_the_english_pages_of_the_link(client: PageClient) -> None:
    event = an_event()
    client.get_page(f"/en/events/{event.slug}/link")
    client.get_page(f"/en/events/{event.slug}/link/sent")
