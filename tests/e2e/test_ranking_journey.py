"""Parallel items: rank them, change one's mind, get the letter of what one got, and choose among what is left."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.conftest import Site
from tests.e2e.hands import Finger, Hand, HandWithoutScripts, Keys
from tests.e2e.steps import check_in_both_themes, finish, link_in, press_until, sign_in
from tests.factories.ranked import make_item, make_ranking_event, make_wisher
from tests.mailbox import Mailbox, text_of

CHANGE = "Ändra din anmälan:"


def pick(hand: Hand, page: Page, wish: str, title: str) -> None:
    """Choose an item in one of the lists."""
    field = page.get_by_role("group", name="Rangordna punkterna").get_by_label(wish)
    if isinstance(hand, Keys):
        press_until(page, field)
        page.keyboard.type(title)
    else:
        field.select_option(label=title)


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


@pytest.mark.parametrize("way", [Finger, Keys, HandWithoutScripts], ids=lambda way: way.__name__)
def test_from_a_ranking_to_a_place(
    open_context: Callable[..., BrowserContext],
    site: Site,
    site_data: Flask,
    site_mailbox: Mailbox,
    check_axe: Callable[[Page], None],
    way: type[Hand],
) -> None:
    event, [[full]] = make_ranking_event([0], title=f"Rangordning {way.__name__}")
    full.title_sv = "Att fråga"
    for title in ("Att lyssna", "Att skriva"):
        make_item(event, title, hour=2)
    # Somebody else wants what there is no place for, and nothing else.
    make_wisher(event, full, name="Bo Berg", email=f"bo.{way.__name__.lower()}@example.se")
    event_id, slug = event.id, event.slug
    finish()
    email = f"rangordnar.{way.__name__.lower()}@example.se"
    hand = way.in_new_browser(open_context)
    page = hand.page
    page.goto(f"{site.url}/aktiviteter/{slug}/anmalan")
    hand.write(page.get_by_role("textbox", name="Namn"), "Åsa Ängström")
    hand.write(page.get_by_label("E-postadress"), email)
    hand.write(page.get_by_role("combobox", name="Var arbetar du?"), "Umeå kommun")
    pick(hand, page, "Förstahandsval", "Att lyssna")
    pick(hand, page, "Andrahandsval", "Att lyssna")
    hand.press(page.get_by_role("button", name="Skicka anmälan"))
    expect(
        page.get_by_role("link", name="Du har redan rangordnat den punkten. Välj en annan.")
    ).to_be_visible()
    if hand.runs_scripts:
        check_in_both_themes(page, check_axe)
    pick(hand, page, "Andrahandsval", "Att skriva")
    hand.press(page.get_by_role("button", name="Skicka anmälan"))
    expect(heading(page)).to_have_text("Du är anmäld")

    letter = site_mailbox.wait_for(email)
    assert "1. Att lyssna, 2. Att skriva" in text_of(letter)
    assert "När platserna är fördelade får du ett brev med besked." in text_of(letter)
    page.goto(link_in(letter, CHANGE))
    pick(hand, page, "Förstahandsval", "Att fråga (0 platser)")
    pick(hand, page, "Andrahandsval", "Att lyssna")
    hand.press(page.get_by_role("button", name="Spara ändringarna"))
    expect(page.get_by_text("1. Att fråga, 2. Att lyssna")).to_be_visible()

    officer = open_context().new_page()
    sign_in(officer, "admin@example.se")
    officer.goto(f"{site.url}/personal/aktiviteter/{event_id}/rangordning")
    expect(officer.get_by_text("1 får sitt andrahandsval och 1 får ingen punkt.")).to_be_visible()
    officer.get_by_role("button", name="Fördela platserna").click()
    expect(officer.get_by_text("Platserna är fördelade. 2 personer får ett brev.")).to_be_visible()
    expect(officer.get_by_role("link", name="Berg, Bo")).to_be_visible()
    check_in_both_themes(officer, check_axe)

    told = site_mailbox.wait_for(email, when=lambda one: str(one["Subject"]).startswith("Så blev dina val"))
    assert "”Att lyssna”. ”Att fråga” gick inte att få." in text_of(told)
    page.goto(link_in(told, CHANGE))
    expect(page.get_by_role("radio", name="Att lyssna")).to_be_checked()
    page.get_by_role("radio", name="Att skriva").check()
    hand.press(page.get_by_role("button", name="Spara ändringarna"))
    expect(page.get_by_text("Att skriva")).to_be_visible()
