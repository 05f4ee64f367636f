"""Several at one screen: they sign up together, one of them comes instead, and they say who they are, or not."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from eventsapp.core.db import db
from eventsapp.events.models import EventFormat
from tests.e2e.conftest import Site
from tests.e2e.hands import Finger, Hand, HandWithoutScripts, Keys
from tests.e2e.steps import check_in_both_themes, finish, link_in
from tests.factories.events import make_event
from tests.mailbox import Mailbox, text_of

TICKET = "Din anmälan och biljett:"
ASKED = "Hur många är ni vid skärmen?"
SENTENCE = "Ni är 12 personer vid samma skärm."


@pytest.mark.parametrize("way", [Finger, Keys, HandWithoutScripts], ids=lambda way: way.__name__)
def test_a_group_takes_part_behind_one_screen(
    open_context: Callable[..., BrowserContext],
    site: Site,
    site_data: Flask,
    site_mailbox: Mailbox,
    check_axe: Callable[[Page], None],
    way: type[Hand],
) -> None:
    event = make_event(title=f"Vid skärmen {way.__name__}", format=EventFormat.HYBRID, shared_screen_max=20)
    slug = event.slug
    db.session.commit()
    finish()
    email = f"skarm.{way.__name__.lower()}@example.se"
    hand = way.in_new_browser(open_context)
    page = hand.page
    page.goto(f"{site.url}/aktiviteter/{slug}/anmalan")
    hand.write(page.get_by_role("textbox", name="Namn"), "Åsa Ängström")
    hand.write(page.get_by_label("E-postadress"), email)
    hand.write(page.get_by_role("combobox", name="Var arbetar du?"), "Umeå kommun")
    people = page.get_by_label(ASKED)
    page.get_by_role("radio", name="På plats i Umeå").check()
    expect(people).to_be_hidden()
    page.get_by_role("radio", name="Digitalt").check()
    expect(people).to_have_value("1")
    hand.write(people, "21")
    hand.press(page.get_by_role("button", name="Skicka anmälan"))
    expect(people).to_have_attribute("aria-invalid", "true")
    if hand.runs_scripts:
        check_in_both_themes(page, check_axe)
    hand.write(people, "12")
    hand.press(page.get_by_role("button", name="Skicka anmälan"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Du är anmäld")
    expect(page.get_by_text(SENTENCE)).to_be_visible()

    letter = site_mailbox.wait_for(email)
    assert SENTENCE in text_of(letter)
    page.goto(link_in(letter, TICKET))
    hand.press(page.get_by_role("link", name="Skriv vilka ni är, om ni vill"))
    hand.write(page.get_by_label("Namnen på er andra vid skärmen"), "Bo Berg")
    hand.press(page.get_by_role("button", name="Spara namnen"))
    expect(page.get_by_text("Med dig: Bo Berg.")).to_be_visible()
    if hand.runs_scripts:
        check_in_both_themes(page, check_axe)

    hand.press(page.get_by_role("link", name="Ändra din anmälan"))
    page.get_by_role("radio", name="På plats i Umeå").check()
    expect(page.get_by_label(ASKED)).to_be_hidden()
    hand.press(page.get_by_role("button", name="Spara ändringarna"))
    expect(page.get_by_text("Din anmälan är ändrad. Den gäller nu bara dig.")).to_be_visible()
    changed = site_mailbox.wait_for(
        email, when=lambda one: str(one["Subject"]).startswith("Din anmälan är ändrad")
    )
    assert "Anmälan gäller nu en person." in text_of(changed)
    expect(page.get_by_text("Bo Berg")).to_have_count(0)
