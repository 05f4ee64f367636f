"""People who help themselves: the place is handed over to a colleague, and a day is changed for another."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from tests.e2e.conftest import Site
from tests.e2e.hands import HANDS, Finger, Hand, HandWithoutScripts
from tests.e2e.steps import check_in_both_themes, finish, link_in, make_small_activity
from tests.factories.events import make_occasion, make_series
from tests.mailbox import Mailbox, text_of
from tests.visitor import sign_up

TICKET = "Din anmälan och biljett:"
ANSWER = "Svara på erbjudandet"


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def look(hand: Hand, check_axe: Callable[[Page], None]) -> None:
    """axe, where scripts run."""
    if hand.runs_scripts:
        check_in_both_themes(hand.page, check_axe)


def begins(words: str) -> Callable[[EmailMessage], bool]:
    return lambda letter: str(letter["Subject"]).startswith(words)


@pytest.mark.parametrize("way", HANDS, ids=lambda way: way.__name__)
def test_a_place_is_handed_over_and_the_colleague_confirms(
    open_context: Callable[..., BrowserContext],
    site: Site,
    site_data: Flask,
    site_mailbox: Mailbox,
    check_axe: Callable[[Page], None],
    way: type[Hand],
) -> None:
    """The last place, somebody waits; the place goes to the colleague all the same."""
    activity = make_small_activity("Lämna över platsen")
    kind = way.__name__.lower()
    giver, waiting, colleague = (f"{who}.{kind}@example.se" for who in ("ger", "koar", "kollega"))
    assert sign_up(site.url, activity.slug, giver, name="Åsa Ängström").heading == "Du är anmäld"
    own_link = link_in(site_mailbox.wait_for(giver), TICKET)
    sign_up(site.url, activity.slug, waiting, name="Örjan Ångman")

    hand = way.in_new_browser(open_context)
    page = hand.page
    page.goto(own_link)
    hand.press(page.get_by_role("link", name="Lämna över platsen till en kollega"))
    expect(heading(page)).to_have_text("Lämna över platsen till en kollega")
    look(hand, check_axe)
    hand.write(page.get_by_label("Kollegans namn"), "Bo Berg")
    hand.write(page.get_by_label("Kollegans e-postadress"), colleague)
    hand.press(page.get_by_role("button", name="Erbjud platsen"))
    expect(heading(page)).to_have_text("Du är anmäld, Åsa")
    expect(page.get_by_role("heading", name="Du har erbjudit din plats till Bo Berg")).to_be_visible()
    look(hand, check_axe)

    letter = site_mailbox.wait_for(colleague)
    assert letter["Subject"] == f"Åsa Ängström erbjuder dig sin plats: {activity.title}"
    other = way.in_new_browser(open_context)
    other.page.goto(link_in(letter, ANSWER))
    expect(heading(other.page)).to_have_text("Du är erbjuden en plats")
    look(other, check_axe)
    other.write(other.page.get_by_role("combobox", name="Var arbetar du?"), "Skellefteå kommun")
    other.write(other.page.get_by_label("Befattning"), "Kurator")
    other.press(other.page.get_by_role("button", name="Ja, jag tar platsen"))
    expect(heading(other.page)).to_have_text("Platsen är din")
    look(other, check_axe)

    confirmed = site_mailbox.wait_for(colleague, when=begins("Du är anmäld"))
    other.page.goto(link_in(confirmed, TICKET))
    expect(heading(other.page)).to_have_text("Du är anmäld, Bo")
    gone = site_mailbox.wait_for(giver, when=begins("Du har lämnat över din plats"))
    assert "Din kollega har sagt ja och har nu platsen." in text_of(gone)
    page.goto(own_link)
    expect(heading(page)).to_have_text("Du har lämnat över din plats")
    look(hand, check_axe)
    assert [str(one["Subject"]) for one in site_mailbox.to(waiting)] == [
        f"Du står på reservlistan: {activity.title}"
    ]


@pytest.mark.parametrize("way", [Finger, HandWithoutScripts], ids=lambda way: way.__name__)
def test_a_day_is_changed_for_another(
    open_context: Callable[..., BrowserContext],
    site: Site,
    site_data: Flask,
    site_mailbox: Mailbox,
    check_axe: Callable[[Page], None],
    way: type[Hand],
) -> None:
    kind = way.__name__.lower()
    series_id = make_series(f"byt-{kind}", f"Byt datum {kind}").id
    db.session.commit()
    first = make_small_activity("Första datumet", series_id=series_id)
    later = [make_occasion(swedish_today() + timedelta(days=60))]
    second = make_small_activity("Andra datumet", places=3, series_id=series_id, occasions=later)
    finish()
    email = f"byter.{kind}@example.se"
    assert sign_up(site.url, first.slug, email, name="Åsa Ängström").heading == "Du är anmäld"

    hand = way.in_new_browser(open_context)
    page = hand.page
    page.goto(link_in(site_mailbox.wait_for(email), TICKET))
    hand.press(page.get_by_role("link", name="Byt till ett annat datum"))
    expect(heading(page)).to_have_text("Byt till ett annat datum")
    look(hand, check_axe)
    hand.choose(page.get_by_role("radio", name=second.title))
    hand.press(page.get_by_role("button", name="Byt datum"))
    expect(heading(page)).to_have_text("Du har bytt datum")
    expect(page.get_by_text(f"Du är anmäld till {second.title}")).to_be_visible()
    look(hand, check_axe)
    letter = site_mailbox.wait_for(email, when=begins("Du har bytt datum"))
    assert f"Du är inte längre anmäld till {first.title}" in text_of(letter)
    page.goto(link_in(letter, TICKET))
    expect(heading(page)).to_have_text("Du är anmäld, Åsa")
    expect(page.get_by_role("heading", name=second.title)).to_be_visible()
