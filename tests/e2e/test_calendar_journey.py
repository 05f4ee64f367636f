"""The calendar by keyboard, with scripts and without, and the subscription that holds what the page showed."""

import re
from datetime import date

from flask import Flask
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.e2e.steps import Activity, make_activity
from tests.factories.events import make_occasion

WORD = "Kalenderprov"
MAY = "/kalender?manad=2027-05"


def made(title: str, day: date, kind: str = "utbildningsdag") -> Activity:
    return make_activity(f"{WORD} {title}", kind=kind, occasions=[make_occasion(day)])


def titles(page: Page) -> set[str]:
    """What the calendar holds, without clock and kind."""
    return set(page.locator(".month-enhanced a.happening .happening-title").all_inner_texts())


def test_month_week_and_list_by_keyboard(desktop: Page, site_data: Flask) -> None:
    activity = made("med tangenter", date(2027, 5, 12))
    desktop.goto(f"{MAY}&q={WORD}")
    heading = desktop.get_by_role("heading", level=1)
    views = desktop.get_by_role("group", name="Visa som")
    expect(views.get_by_role("button", name="Månad")).to_have_attribute("aria-pressed", "true")
    expect(heading).to_have_text("Maj 2027")
    desktop.get_by_role("button", name="Nästa").focus()
    desktop.keyboard.press("Enter")
    expect(heading).to_have_text("Juni 2027")
    expect(desktop).to_have_title(re.compile("^Juni 2027 – "))
    expect(desktop).to_have_url(re.compile("manad=2027-06.*vy=manad"))
    desktop.keyboard.press("Shift+Tab")
    desktop.keyboard.press("Shift+Tab")
    expect(desktop.get_by_role("button", name="Föregående")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(heading).to_have_text("Maj 2027")

    views.get_by_role("button", name="Vecka").focus()
    desktop.keyboard.press("Enter")
    expect(desktop).to_have_url(re.compile("vy=vecka"))
    desktop.reload()
    expect(views.get_by_role("button", name="Vecka")).to_have_attribute("aria-pressed", "true")

    views.get_by_role("button", name="Lista").focus()
    desktop.keyboard.press("Enter")
    link = desktop.locator("a.happening", has_text=activity.title)
    expect(link).to_have_count(1)
    link.focus()
    desktop.keyboard.press("Enter")
    expect(heading).to_have_text(activity.title)


def test_without_scripts_the_month_is_a_table(no_js: Page, site_data: Flask) -> None:
    activity = made("utan skript", date(2027, 5, 12))
    no_js.goto(f"{MAY}&q={WORD}")
    table = no_js.get_by_role("table", name="Aktiviteter i Maj 2027")
    expect(table.get_by_role("link", name=activity.title)).to_be_visible()
    expect(table.get_by_role("cell", name=re.compile("^7 Klämdag"))).to_be_visible()
    no_js.get_by_role("link", name="Juni ›").focus()
    no_js.keyboard.press("Enter")
    expect(no_js.get_by_role("heading", level=1)).to_have_text("Juni 2027")
    expect(table).to_have_count(0)


def test_the_subscription_holds_what_the_page_showed(desktop: Page, site_data: Flask) -> None:
    day = made("en dag", date(2027, 9, 14))
    conference = made("en konferens", date(2027, 9, 15), kind="konferens")
    desktop.goto(f"/kalender?manad=2027-09&q={WORD}")
    expect(desktop.locator(".month-enhanced a.happening")).to_have_count(2)
    assert titles(desktop) == {day.title, conference.title}
    desktop.get_by_label(re.compile("^Konferens ")).check()
    expect(desktop.locator(".month-enhanced a.happening")).to_have_count(1)
    expect(desktop).to_have_url(re.compile("typ=konferens"))
    expect(desktop.get_by_role("heading", level=1)).to_have_text("September 2027")
    shown = titles(desktop)
    assert shown == {conference.title}

    address = desktop.locator("#prenumerera").get_by_role("link", name="Lägg till i min kalender")
    feed = (address.get_attribute("href") or "").split("/kalender.ics")[1]
    answer = desktop.request.get(f"/kalender.ics{feed}")
    entries = Calendar.from_ical(answer.body()).walk("VEVENT")
    assert shown == {str(entry["SUMMARY"]) for entry in entries}
