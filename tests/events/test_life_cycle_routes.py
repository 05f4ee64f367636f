"""The pages that ask before an activity is published, cancelled, taken back or deleted."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventState
from eventsapp.outbox.models import Letter
from tests.factories.events import make_event
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient


@pytest.fixture(autouse=True)
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


def step(client: PageClient, event: Event, name: str) -> Page:
    return client.get_page(f"/personal/aktiviteter/{event.id}/{name}")


def draft(**facts: object) -> Event:
    return make_event(**({"state": EventState.DRAFT, "published_at": None} | facts))


def test_a_draft_is_published(client: PageClient) -> None:
    event = draft()
    page = step(client, event, "publicera")
    assert "Anmälan är öppen så snart du har publicerat." in page.text
    page = page.submit(button="Publicera")
    assert page.messages == ["Aktiviteten är publicerad."]
    assert (page.url, event.state) == (f"/personal/aktiviteter/{event.id}", EventState.PUBLISHED)
    assert client.get_page(f"/aktiviteter/{event.slug}").heading == event.title_sv


def test_what_is_missing_is_listed_instead_of_the_button(client: PageClient) -> None:
    event = draft(summary_sv="", organiser_id=None)
    page = step(client, event, "publicera")
    assert page.texts(".panel li") == ["Fyll i vem som arrangerar.", "Skriv en sammanfattning."]
    assert page.buttons() == ["Logga ut"]
    page = client.post_page(
        f"/personal/aktiviteter/{event.id}/publicera", {"csrf_token": client.csrf_token("/personal/")}
    )
    assert page.problems == ["Fyll i vem som arrangerar."]
    assert event.state is EventState.DRAFT


def test_a_date_can_be_shown_before_the_rest_is_settled(client: PageClient) -> None:
    event = draft(summary_sv="", venue="", address="", municipality=None)
    page = step(client, event, "publicera").click("Visa som ”boka datumet”")
    page = page.submit(button="Visa som ”boka datumet”")
    assert page.messages == ["Aktiviteten visas nu som ”boka datumet”."]
    assert event.state is EventState.SAVE_THE_DATE


def test_cancelling_says_how_many_get_a_letter_and_sends_them(client: PageClient) -> None:
    event = make_event()
    make_registration(event)
    make_registration(event)
    page = step(client, event, "stall-in")
    assert "2 personer får ett brev var." in page.text
    page = page.submit({"reason": ""}, button="Ställ in aktiviteten")
    assert page.problems == ["Skriv varför aktiviteten ställs in."]
    page = page.submit({"reason": "Föreläsaren är sjuk."}, button="Ställ in aktiviteten")
    assert page.messages == ["Aktiviteten är inställd."]
    assert (event.state, event.cancel_reason) == (EventState.CANCELLED, "Föreläsaren är sjuk.")
    assert db.session.scalar(select(func.count(Letter.id)).where(Letter.event_id == event.id)) == 2
    public = client.get_page(f"/aktiviteter/{event.slug}")
    assert "Utbildningsdagen är inställd" in public.text and "Föreläsaren är sjuk." in public.text


def test_what_nobody_has_signed_up_for_becomes_a_draft_again(client: PageClient) -> None:
    event = make_event()
    page = step(client, event, "avpublicera").submit(button="Gör till utkast")
    assert page.messages == ["Aktiviteten är ett utkast igen."]
    assert event.state is EventState.DRAFT
    client.get_page(f"/aktiviteter/{event.slug}", status=404)


def test_what_somebody_has_signed_up_for_does_not(client: PageClient) -> None:
    event = make_event()
    page = step(client, event, "avpublicera")
    make_registration(event)
    assert "Det finns anmälda." in step(client, event, "avpublicera").text
    page = page.submit(button="Gör till utkast")
    assert page.problems == ["Det finns anmälda. Ställ in aktiviteten i stället, så får de besked."]
    assert event.state is EventState.PUBLISHED


def test_a_draft_is_deleted(client: PageClient) -> None:
    event = draft()
    page = step(client, event, "ta-bort").submit(button="Ta bort utkastet")
    assert page.messages == ["Utkastet är borttaget."]
    assert page.url == "/personal/aktiviteter"
    assert db.session.scalar(select(func.count(Event.id))) == 0


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("publicera", EventState.CANCELLED),
        ("boka-datumet", EventState.PUBLISHED),
        ("avpublicera", EventState.DRAFT),
        ("stall-in", EventState.COMPLETED),
        ("ta-bort", EventState.PUBLISHED),
    ],
)
def test_a_step_that_cannot_be_taken_says_so(client: PageClient, name: str, state: EventState) -> None:
    event = make_event(state=state)
    page = step(client, event, name)
    assert page.all(".panel") != []
    assert page.buttons() == ["Logga ut"]
    data = {"csrf_token": client.csrf_token("/personal/"), "reason": "x"}
    client.post_page(f"/personal/aktiviteter/{event.id}/{name}", data)
    assert event.state is state


@pytest.mark.parametrize("name", ["publicera", "boka-datumet", "avpublicera", "stall-in", "ta-bort"])
def test_a_page_that_was_open_too_long_comes_back(client: PageClient, name: str) -> None:
    event = draft() if name in ("publicera", "boka-datumet", "ta-bort") else make_event()
    state = event.state
    form = step(client, event, name).form()
    page = form.submit({"csrf_token": "gammal"} | ({"reason": "Sjukdom"} if name == "stall-in" else {}))
    assert page.problems[0].startswith("Sidan hade varit öppen för länge.")
    assert event.state is state
    if name == "stall-in":
        assert page.form().values["reason"] == ["Sjukdom"]


def test_each_page_exists_in_english(client: PageClient) -> None:
    event = draft()
    for name in ("publish", "save-the-date", "unpublish", "cancel", "delete", "history", "preview", "copy"):
        client.get_page(f"/en/staff/events/{event.id}/{name}")
