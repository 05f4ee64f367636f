"""The page that explains how to subscribe."""

from urllib.parse import parse_qs, urlsplit

from eventsapp.events.models import EventFormat
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_topic
from tests.page_client import PageClient


def test_links_for_everything_and_for_a_selection(client: PageClient, frozen_now: FrozenClock):
    make_event(kind="konferens", topics=[make_topic()])
    make_event(format=EventFormat.ONLINE)
    page = client.get_page("/aktiviteter").click("Prenumerera")
    assert page.heading == "Prenumerera på kalendern"
    assert page.text_of("#resultat .card-heading") == "Alla aktiviteter"
    assert page.href("Lägg till i min kalender") == "webcal://localhost/kalender.ics"
    assert page.text_of(".feed-address") == "http://localhost/kalender.ics"
    page = page.submit(
        {"typ": ["konferens"], "Län": "Västerbottens län", "Ord i texten": "våld"}, button="Visa urvalet"
    )
    address = "http://localhost/kalender.ics?typ=konferens&lan=24&q=v%C3%A5ld"
    assert page.text_of("#resultat .card-heading") == "Konferens, Västerbottens län, sökning ”våld”"
    assert page.text_of(".feed-address") == address
    assert page.href("Lägg till i min kalender") == address.replace("http://", "webcal://")
    google = parse_qs(urlsplit(page.href("Öppna urvalet i Google Kalender")).query)
    assert google["cid"] == [address.replace("http://", "webcal://")]
    outlook = parse_qs(urlsplit(page.href("Öppna urvalet i Outlook för arbete eller skola")).query)
    assert outlook["url"] == [address]
    assert outlook["name"] == ["Kurser och konferenser – Konferens, Västerbottens län, sökning ”våld”"]
    assert client.get(address.removeprefix("http://localhost")).status_code == 200


def test_the_delay_of_google_is_said_plainly(client: PageClient, frozen_now: FrozenClock):
    page = client.get_page("/prenumerera")
    assert "Det kan ta ett dygn innan en ändring syns." in page.text
    assert page.all('button[data-copy="http://localhost/kalender.ics"]')


def test_an_address_that_google_would_drop_is_not_offered_to_it(client: PageClient, frozen_now: FrozenClock):
    codes = "&".join(f"kommun={code}" for code in ("2480", "2482", "2481", "2580", "2560", "2581", "2584"))
    words = "q=" + "+".join(f"{letter * 20}" for letter in "abcdefg")
    page = client.get_page(f"/prenumerera?{codes}&{words}")
    assert "Adressen är för lång för Google" in page.text
    assert not [link for link in page.all("a[href]") if "calendar.google.com" in str(link["href"])]


def test_what_nobody_knows_is_left_out(client: PageClient, frozen_now: FrozenClock):
    page = client.get_page("/prenumerera?typ=finns-inte&x=1&form=plats")
    assert page.text_of(".feed-address") == "http://localhost/kalender.ics?form=plats"


def test_in_english(client: PageClient, frozen_now: FrozenClock):
    make_event()
    page = client.get_page("/en/subscribe?typ=utbildningsdag")
    assert page.text_of(".feed-address") == "http://localhost/en/calendar.ics?typ=utbildningsdag"
    assert page.text_of("#resultat .card-heading") == "Training day"
