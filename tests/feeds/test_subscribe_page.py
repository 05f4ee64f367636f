"""The page that explains how to subscribe."""

import re
from urllib.parse import parse_qs, urlsplit

from eventsapp.core.clock import now
from eventsapp.events.filters import EventFilter
from eventsapp.events.models import EventFormat
from eventsapp.feeds.short_addresses import PER_HOUR, shorten
from eventsapp.rendering.qr import qr_svg
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_topic
from tests.feeds.readers import by_icalendar
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


CODES = "&".join(f"kommun={code}" for code in ("2480", "2482", "2481", "2580", "2560", "2581", "2584"))
LONG = f"{CODES}&q=" + "+".join(f"{letter * 20}" for letter in "abcdefg")


def test_an_address_that_google_would_drop_is_not_offered_to_it(client: PageClient, frozen_now: FrozenClock):
    page = client.get_page(f"/prenumerera?{LONG}")
    assert "Adressen är för lång för Google" in page.text
    assert not [link for link in page.all("a[href]") if "calendar.google.com" in str(link["href"])]


def test_such_an_address_is_made_short_and_the_feed_is_the_same(client: PageClient, frozen_now: FrozenClock):
    found = make_event(title=" ".join(letter * 20 for letter in "abcdefg"))
    make_event(title="Något annat")
    page = client.get_page(f"/prenumerera?{LONG}").submit(button="Gör adressen kort")
    assert "Adressen är nu kort." in page.text
    assert "Adressen är för lång för Google" not in page.text
    assert page.all('a[href^="https://calendar.google.com"]')
    address = page.text_of(".feed-address")
    assert re.fullmatch(r"http://localhost/kalender/[a-z2-7]{16}\.ics", address)
    path = address.removeprefix("http://localhost")
    long_ones, short_ones = client.get(f"/kalender.ics?{LONG}"), client.get(path)
    assert by_icalendar(short_ones.data) == by_icalendar(long_ones.data)
    assert [entry.summary for entry in by_icalendar(short_ones.data).values()] == [found.title]
    assert f"SOURCE;VALUE=URI:{address}" in short_ones.text
    assert client.get(path, headers={"If-None-Match": short_ones.headers["ETag"]}).status_code == 304
    again = client.get_page(f"/prenumerera?{LONG}")
    assert again.text_of(".feed-address") == address
    days = client.get(path.replace("/kalender/", "/kalender/anmalan/"))
    assert days.status_code == 200


def test_a_short_address_that_nobody_made(client: PageClient, frozen_now: FrozenClock):
    for path in ("/kalender/aaaaaaaaaaaaaaaa.ics", "/en/calendar/registration/x.ics"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/plain")


def test_a_flood_of_short_addresses_is_stopped(client: PageClient, frozen_now: FrozenClock):
    page = client.get_page(f"/prenumerera?{LONG}")
    for _ in range(PER_HOUR):
        shorten(EventFilter(q=("ord",)), client="127.0.0.1", now=now())
    assert "ovanligt många" in page.submit(button="Gör adressen kort").text


def test_what_nobody_knows_is_left_out(client: PageClient, frozen_now: FrozenClock):
    page = client.get_page("/prenumerera?typ=finns-inte&x=1&form=plats")
    assert page.text_of(".feed-address") == "http://localhost/kalender.ics?form=plats"


def test_in_english(client: PageClient, frozen_now: FrozenClock):
    make_event()
    page = client.get_page("/en/subscribe?typ=utbildningsdag")
    assert page.text_of(".feed-address") == "http://localhost/en/calendar.ics?typ=utbildningsdag"
    assert page.text_of("#resultat .card-heading") == "Training day"


def test_a_phone_reads_the_address_from_the_page(client: PageClient, frozen_now: FrozenClock) -> None:
    make_event(kind="konferens")
    page = client.get_page("/prenumerera?typ=konferens")
    drawing = page.one("#resultat svg.qr")
    assert drawing["role"] == "img"
    assert drawing.find("title").get_text() == "QR-kod som prenumererar på kalendern: Konferens"
    expected = qr_svg("webcal://localhost/kalender.ics?typ=konferens", title="x")
    assert str(drawing.find("path")["d"]) in expected


def test_an_address_too_long_for_a_camera_has_no_code(client: PageClient, frozen_now: FrozenClock) -> None:
    assert client.get_page(f"/prenumerera?{LONG}").all("svg.qr") == []
