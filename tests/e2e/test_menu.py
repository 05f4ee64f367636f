"""The menu on a phone, and the way to the other language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import PHONE


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_menu_opens_closes_and_leads(
    open_context: Callable[..., BrowserContext], check_axe: Callable[[Page], None], javascript: bool
) -> None:
    page = open_context(viewport=PHONE, java_script_enabled=javascript).new_page()
    page.goto("/aktiviteter")
    button = page.get_by_role("button", name="Meny")
    menu = page.get_by_role("navigation", name="Huvudmeny")
    link = menu.get_by_role("link", name="Publikationer")
    expect(link).to_be_hidden()
    button.click()
    expect(link).to_be_visible()
    if javascript:
        check_axe(page)
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Stäng menyn")).to_be_focused()
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link").first).to_be_focused()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Publikationer")


def test_the_other_language_is_the_same_page(desktop: Page) -> None:
    """With the same selection, and back again."""
    desktop.goto("/aktiviteter?typ=konferens")
    desktop.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="In English").click()
    expect(desktop).to_have_url("/en/events?typ=konferens")
    expect(desktop.locator("html")).to_have_attribute("lang", "en")
    desktop.get_by_role("navigation", name="Main menu").get_by_role("link", name="På svenska").click()
    expect(desktop).to_have_url("/aktiviteter?typ=konferens")
