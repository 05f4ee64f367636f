"""Links that open other calendars: what they carry, and how it is encoded."""

from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from eventsapp.rendering.calendar import EntryStatus, add_to_calendar_links, subscribe_links
from tests.rendering.entries import PAGE, entry


def test_links_for_a_timed_occasion() -> None:
    links = add_to_calendar_links(
        entry(
            summary="Våld & lag + annat",
            description="Rad 1 <b>\nRad 2",
            location="Sal Ö, Växjö",
            url=PAGE,
        )
    )
    assert links.google == (
        "https://calendar.google.com/calendar/render?action=TEMPLATE&text=V%C3%A5ld%20%26%20lag%20%2B%20annat"
        "&dates=20261125T080000Z%2F20261125T143000Z"
        "&details=Rad%201%20%3Cb%3E%0ARad%202%0A%0Ahttps%3A%2F%2Fexempel.se%2Faktiviteter%2Fvald-i-nara-relationer"
        "&location=Sal%20%C3%96%2C%20V%C3%A4xj%C3%B6"
    )
    query = parse_qs(urlsplit(links.outlook).query, strict_parsing=True)
    assert links.outlook.startswith(
        "https://outlook.office.com/calendar/deeplink/compose?path=%2Fcalendar%2Faction"
    )
    assert query == {
        "path": ["/calendar/action/compose"],
        "rru": ["addevent"],
        "startdt": ["2026-11-25T08:00:00Z"],
        "enddt": ["2026-11-25T14:30:00Z"],
        "subject": ["Våld & lag + annat"],
        "body": [f"Rad 1 &lt;b&gt;<br>Rad 2<br><br>{PAGE}"],
        "location": ["Sal Ö, Växjö"],
    }
    assert links.outlook_live == links.outlook.replace("outlook.office.com", "outlook.live.com")
    assert "+" not in links.google + links.outlook


def test_links_for_whole_days_have_an_exclusive_end() -> None:
    links = add_to_calendar_links(entry(starts_on=date(2027, 5, 20), ends_on=date(2027, 5, 21)))
    assert "&dates=20270520%2F20270522" in links.google
    assert "&allday=true&startdt=2027-05-20&enddt=2027-05-22&" in links.outlook
    assert "location" not in links.google + links.outlook


def test_a_long_description_is_cut_but_keeps_the_page() -> None:
    links = add_to_calendar_links(entry(description="ord å " * 2_000, url=PAGE))
    (details,) = parse_qs(urlsplit(links.google).query)["details"]
    assert details.endswith(f"ord …\n\n{PAGE}")
    assert len(links.google) < 2_000
    assert len(links.outlook) < 2_000


def test_a_cancelled_occasion_says_so_in_links() -> None:
    links = add_to_calendar_links(entry(status=EntryStatus.CANCELLED), language="en")
    assert "&text=CANCELLED%3A%20Utbildningsdag&" in links.google


def test_subscribe_links() -> None:
    url = "https://exempel.se/kalender.ics?lan=07&q=v%C3%A5ld%20och"
    links = subscribe_links(url, "Kurser – Kronobergs län")
    assert links.https == url
    assert links.webcal == "webcal://exempel.se/kalender.ics?lan=07&q=v%C3%A5ld%20och"
    assert links.google == (
        "https://calendar.google.com/calendar/r"
        "?cid=webcal%3A%2F%2Fexempel.se%2Fkalender.ics%3Flan%3D07%26q%3Dv%25C3%25A5ld%2520och"
    )
    assert links.outlook == (
        "https://outlook.office.com/calendar/0/addfromweb"
        "?url=https%3A%2F%2Fexempel.se%2Fkalender.ics%3Flan%3D07%26q%3Dv%25C3%25A5ld%2520och"
        "&name=Kurser%20%E2%80%93%20Kronobergs%20l%C3%A4n"
    )
    assert links.outlook_live == links.outlook.replace("office.com", "live.com")
    assert unquote(links.google.split("cid=")[1]) == links.webcal
    assert not links.google_may_refuse


def test_google_refuses_long_addresses() -> None:
    assert not subscribe_links("https://exempel.se/" + "a" * 236, "x").google_may_refuse
    assert subscribe_links("https://exempel.se/" + "a" * 238, "x").google_may_refuse


@pytest.mark.parametrize("url", ["", "/kalender.ics", "webcal://exempel.se/x.ics", "javascript:alert(1)"])
def test_only_absolute_web_addresses_can_be_subscribed_to(url: str) -> None:
    with pytest.raises(ValueError, match="not a web address"):
        subscribe_links(url, "x")


@pytest.mark.parametrize("base", ["http://localhost:5000", "http://127.0.0.1:5000", "http://[::1]:5000"])
def test_a_feed_on_ones_own_machine(base: str) -> None:
    assert subscribe_links(f"{base}/kalender.ics", "x").webcal == f"webcal{base[4:]}/kalender.ics"
