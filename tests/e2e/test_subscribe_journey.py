"""Choose activities in the list, subscribe to the choice, and get in the calendar what the list showed."""

import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
import vobject
from flask import Flask
from icalendar import Calendar
from playwright.sync_api import BrowserContext, Page, expect

from eventsapp.core.clock import from_swedish, now, swedish_today
from eventsapp.events.models import EventFormat, EventState
from tests.e2e.hands import Finger, Hand
from tests.e2e.steps import Activity, make_activity
from tests.factories.events import make_occasion

WORD = "Midsommarkransprov"


@dataclass(frozen=True)
class Entry:
    """What a calendar shows of an occasion, whichever program has read it. Days are days, moments are in UTC."""

    uid: str
    start: date
    end: date
    title: str
    place: str
    status: str


def in_utc(value: date) -> date:
    """A moment in UTC; a day as it is."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def read_by_icalendar(content: bytes) -> set[Entry]:
    return {
        Entry(
            uid=str(event["UID"]),
            start=in_utc(event.start),
            end=in_utc(event.end),
            title=str(event["SUMMARY"]),
            place=str(event["LOCATION"]),
            status=str(event["STATUS"]),
        )
        for event in Calendar.from_ical(content).events
    }


def read_by_vobject(content: bytes) -> set[Entry]:
    calendar = vobject.readOne(content.decode())
    return {
        Entry(
            uid=event.uid.value,
            start=in_utc(event.dtstart.value),
            end=in_utc(event.dtend.value),
            title=event.summary.value,
            place=event.location.value,
            status=event.status.value,
        )
        for event in calendar.vevent_list
    }


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One GET: status, headers and content."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): v for name, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, dict(response.headers), response.read()
    except HTTPError as error:
        return error.code, dict(error.headers), error.read()


def slugs_of(urls: list[str]) -> list[str]:
    return [urlsplit(url).path.rpartition("/")[2] for url in urls]


def make_what_is_subscribed_to(word: str) -> tuple[list[Activity], date]:
    """Four conferences of different sorts, and one that the choice leaves out."""
    day = swedish_today() + timedelta(days=40)
    dated = make_activity(f"{word} en dag", kind="konferens", occasions=[make_occasion(day)])
    off = make_activity(
        f"{word} som ställs in; med komma, semikolon",
        kind="konferens",
        occasions=[make_occasion(day + timedelta(days=1))],
        state=EventState.CANCELLED,
        cancel_reason="Föreläsaren är sjuk.",
        cancelled_at=now(),
    )
    whole_days = make_activity(
        f"{word} två hela dagar",
        kind="konferens",
        occasions=[make_occasion(day + timedelta(days=2), last_day=day + timedelta(days=3), all_day=True)],
    )
    several = make_activity(
        f"{word} i två delar",
        kind="konferens",
        occasions=[
            make_occasion(day + timedelta(days=8), "18.00", "20.00"),
            make_occasion(day + timedelta(days=15), "18.00", "20.00"),
        ],
    )
    make_activity(f"{word} av annat slag", kind="webbinarium", occasions=[make_occasion(day)])
    make_activity(
        f"{word} på skärm",
        kind="konferens",
        format=EventFormat.ONLINE,
        separate_pools=False,
        capacity_total=50,
        occasions=[make_occasion(day)],
    )
    return [dated, off, whole_days, several], day


def choose_conferences_on_site(page: Page, word: str, activities: list[Activity]) -> None:
    """In the list, until it shows exactly these."""
    page.goto("/aktiviteter")
    page.get_by_role("searchbox", name="Sök aktivitet").fill(word)
    page.get_by_role("button", name="Sök").click()
    page.get_by_role("checkbox", name="Konferens").check()
    expect(page.get_by_role("link", name="Ta bort filtret Konferens")).to_be_visible()
    page.get_by_role("checkbox", name="På plats").check()
    expect(page.get_by_role("article").get_by_role("heading", level=3)).to_have_text(
        [activity.title for activity in activities]
    )


@pytest.mark.parametrize("hand", [Hand, Finger])
def test_calendar_holds_what_the_list_showed(
    open_context: Callable[..., BrowserContext], site_data: Flask, hand: type[Hand]
) -> None:
    word = f"{WORD}{hand.__name__}"
    activities, day = make_what_is_subscribed_to(word)
    context = open_context(**hand.options)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    choose_conferences_on_site(page, word, activities)

    card = page.get_by_role("heading", name="Prenumerera på urvalet").locator("..")
    card.get_by_role("button", name="Kopiera länk").click()
    expect(card.get_by_role("button", name="Kopierad")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    assert card.get_by_role("link", name="Lägg till i min kalender").get_attribute("href") == address.replace(
        "http://", "webcal://"
    )
    card.get_by_role("link", name="Så gör du").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prenumerera på kalendern")
    expect(page.get_by_text(address, exact=True)).to_be_visible()

    status, headers, content = fetch(address)
    assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    entries = read_by_icalendar(content)
    assert read_by_vobject(content) == entries

    dated, off, whole_days, several = activities
    place = "Folkets hus, Skolgatan 59, Umeå"
    assert {(entry.title, entry.start, entry.end, entry.place, entry.status) for entry in entries} == {
        (dated.title, moment(day, 9), moment(day, 15, 30), place, "CONFIRMED"),
        (f"INSTÄLLT: {off.title}", *hours(day + timedelta(days=1)), place, "CANCELLED"),
        (whole_days.title, day + timedelta(days=2), day + timedelta(days=4), place, "CONFIRMED"),
        (f"{several.title} (1 av 2)", *evening(day + timedelta(days=8)), place, "CONFIRMED"),
        (f"{several.title} (2 av 2)", *evening(day + timedelta(days=15)), place, "CONFIRMED"),
    }
    assert len({entry.uid for entry in entries}) == 5

    again, _, nothing = fetch(address, If_None_Match=headers["ETag"])
    assert (again, nothing) == (304, b"")


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return from_swedish(day, datetime.min.time().replace(hour=hour, minute=minute)).astimezone(UTC)


def hours(day: date) -> tuple[datetime, datetime]:
    return moment(day, 9), moment(day, 15, 30)


def evening(day: date) -> tuple[datetime, datetime]:
    return moment(day, 18), moment(day, 20)


def test_the_whole_calendar_is_read_alike(desktop: Page) -> None:
    """The demonstration's coming year: what the list shows page after page is what is still to come in the feed."""
    desktop.goto("/aktiviteter?typ=utbildningsdag&typ=konferens&typ=seminarium&typ=webbinarium")
    address = str(desktop.get_by_role("link", name="Lägg till i min kalender").get_attribute("href")).replace(
        "webcal://", "http://"
    )
    shown: list[str] = []
    while True:
        desktop.wait_for_load_state()
        links = desktop.get_by_role("article").get_by_role("heading", level=3).get_by_role("link").all()
        shown += slugs_of([str(link.get_attribute("href")) for link in links])
        following = desktop.get_by_role("link", name="Nästa")
        if not following.count():
            break
        here = desktop.url
        following.click()
        expect(desktop).not_to_have_url(here)
    assert len(shown) == len(set(shown)) > 20

    _, _, content = fetch(address)
    entries = read_by_icalendar(content)
    assert read_by_vobject(content) == entries
    coming = {
        slug
        for event in Calendar.from_ical(content).events
        if in_utc(event.end) > (now() if isinstance(event.end, datetime) else swedish_today())
        for slug in slugs_of([str(event["URL"])])
    }
    assert coming == set(shown)
