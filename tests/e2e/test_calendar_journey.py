"""The calendar by keyboard, with scripts and without, and the subscription that holds what the page showed."""

import re
from collections.abc import Callable
from datetime import date
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, expect
from sqlalchemy import select

from eventsapp.core.db import db
from eventsapp.events.models import Occasion
from tests.e2e.hands import Finger, Hand, HandWithoutScripts, Keys
from tests.e2e.steps import Activity, make_activity, press_until
from tests.factories.events import make_occasion
from tests.feeds.readers import by_icalendar, by_vobject

WORD = "Kalenderprov"


class KeysWithoutScripts(Keys):
    """The keyboard alone, in a browser that runs no JavaScript."""

    options: ClassVar[dict[str, object]] = {"java_script_enabled": False}


def happenings(hand: Hand) -> Locator:
    """What the calendar shows: FullCalendar where scripts run, else the table, or on a phone the list of days."""
    place = ".month-enhanced" if hand.runs_scripts else ".month"
    return hand.page.locator(f"{place} a.happening:visible")


def expect_slugs(hand: Hand, *activities: Activity) -> None:
    """Wait until the calendar leads to just these, however often to each."""
    expect(happenings(hand)).to_have_count(len(activities))
    addresses = happenings(hand).evaluate_all("links => links.map((link) => link.pathname)")
    assert sorted(addresses) == sorted(f"/aktiviteter/{activity.slug}" for activity in activities)


def test_month_week_and_list_by_keyboard(
    open_context: Callable[..., BrowserContext], site_data: Flask
) -> None:
    activity = make_activity(f"{WORD} med tangenter", occasions=[make_occasion(date(2027, 5, 12))])
    keys = Keys.in_new_browser(open_context)
    page = keys.page
    page.goto(f"/kalender?manad=2027-05&q={activity.title}")
    heading = page.get_by_role("heading", level=1)
    views = page.get_by_role("group", name="Visa som")
    expect(views.get_by_role("button", name="Månad")).to_have_attribute("aria-pressed", "true")
    expect(heading).to_have_text("Maj 2027")
    keys.press(page.get_by_role("button", name="Nästa"))
    expect(heading).to_have_text("Juni 2027")
    expect(page).to_have_title(re.compile("^Juni 2027 – "))
    expect(page).to_have_url(re.compile("manad=2027-06.*vy=manad"))
    expect(happenings(keys)).to_have_count(0)
    press_until(page, page.get_by_role("button", name="Föregående"), key="Shift+Tab", most=2)
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Maj 2027")
    expect(happenings(keys)).to_have_count(1)

    keys.press(views.get_by_role("button", name="Vecka"))
    expect(page).to_have_url(re.compile("vy=vecka"))
    page.reload()
    expect(views.get_by_role("button", name="Vecka")).to_have_attribute("aria-pressed", "true")

    for view in ("Lista", "Månad"):
        keys.press(views.get_by_role("button", name=view))
        expect(views.get_by_role("button", name=view)).to_have_attribute("aria-pressed", "true")
        expect(heading).to_have_text("Maj 2027")
        keys.press(happenings(keys))
        expect(heading).to_have_text(activity.title)
        page.go_back()
        expect(happenings(keys)).to_have_count(1)


def test_without_scripts_the_month_is_a_table_for_the_keyboard_too(
    open_context: Callable[..., BrowserContext], site_data: Flask
) -> None:
    activity = make_activity(f"{WORD} utan skript", occasions=[make_occasion(date(2027, 5, 12))])
    keys = KeysWithoutScripts.in_new_browser(open_context)
    page = keys.page
    page.goto(f"/kalender?manad=2027-05&q={activity.title}")
    heading = page.get_by_role("heading", level=1)
    table = page.get_by_role("table", name="Aktiviteter i Maj 2027")
    expect(table.get_by_role("cell", name=re.compile("^7 Klämdag"))).to_be_visible()
    keys.press(page.get_by_role("link", name="Juni ›"))
    expect(heading).to_have_text("Juni 2027")
    expect(table).to_have_count(0)
    keys.press(page.get_by_role("link", name="‹ Maj"))
    expect(heading).to_have_text("Maj 2027")
    keys.press(table.get_by_role("link", name=activity.title))
    expect(heading).to_have_text(activity.title)


def make_conferences(word: str) -> tuple[list[Activity], list[str]]:
    """A day, and two conferences, of which one has a second part the month after; answers also the conferences' uids."""
    made = [
        make_activity(f"{word} en dag", occasions=[make_occasion(date(2027, 9, 14))]),
        make_activity(
            f"{word} i helg", kind="konferens", occasions=[make_occasion(date(2027, 9, 15), all_day=True)]
        ),
        make_activity(
            f"{word} i två delar",
            kind="konferens",
            occasions=[make_occasion(date(2027, 9, 21)), make_occasion(date(2027, 10, 19))],
        ),
    ]
    ids = [activity.id for activity in made[1:]]
    uids = list(db.session.scalars(select(Occasion.uid).where(Occasion.event_id.in_(ids))))
    db.session.remove()
    return made, uids


@pytest.mark.parametrize("kind", [Keys, Finger, HandWithoutScripts, KeysWithoutScripts])
def test_the_subscription_holds_what_the_page_showed(
    open_context: Callable[..., BrowserContext], site_data: Flask, kind: type[Hand]
) -> None:
    word = f"{WORD}{kind.__name__}"
    (day, weekend, two_parts), uids = make_conferences(word)
    hand = kind.in_new_browser(open_context)
    page = hand.page
    page.goto(f"/kalender?manad=2027-09&q={word}")
    expect_slugs(hand, day, weekend, two_parts)
    hand.choose(page.get_by_label(re.compile("^Konferens ")))
    if not hand.runs_scripts:
        hand.press(page.get_by_role("button", name="Visa urvalet"))
    expect(page).to_have_url(re.compile("typ=konferens"))
    expect_slugs(hand, weekend, two_parts)
    if hand.runs_scripts:
        hand.press(page.get_by_role("button", name="Nästa"))
    else:
        hand.press(page.get_by_role("link", name="Oktober ›"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Oktober 2027")
    expect_slugs(hand, two_parts)

    link = page.locator("#prenumerera").get_by_role("link", name="Lägg till i min kalender")
    if isinstance(hand, Keys):
        press_until(page, link)
    content = page.request.get(str(link.get_attribute("href")).replace("webcal://", "http://")).body()
    entries = by_icalendar(content)
    assert by_vobject(content) == entries
    assert sorted(entries) == sorted(uids)
    assert sorted((entry.summary, urlsplit(entry.url).path) for entry in entries.values()) == [
        (weekend.title, f"/aktiviteter/{weekend.slug}"),
        (f"{two_parts.title} (1 av 2)", f"/aktiviteter/{two_parts.slug}"),
        (f"{two_parts.title} (2 av 2)", f"/aktiviteter/{two_parts.slug}"),
    ]
