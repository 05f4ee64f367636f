"""Build a form with a section, a condition and a limited alternative: with the keyboard alone, and without JavaScript; and
put its questions in order with a mouse."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.hands import Hand, HandWithoutScripts, Keys
from tests.e2e.steps import Activity, check_in_both_themes, make_activity, sign_in

ADMINISTRATOR = "admin@example.se"


def questions(page: Page) -> Locator:
    return page.locator("[data-question] .cell-main")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def open_builder(page: Page, activity: Activity) -> None:
    sign_in(page, ADMINISTRATOR)
    page.goto(f"/personal/aktiviteter/{activity.id}/fragor")
    expect(page.get_by_role("heading", name="Frågor", exact=True)).to_be_visible()


def add_question(hand: Hand, kind: str, label: str) -> None:
    """Begin a question of a kind, in the last section."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Lägg till en fråga", exact=True))
    hand.press(page.get_by_role("link", name=kind, exact=True))
    hand.write(page.get_by_label("Fråga", exact=True), label)


@pytest.mark.parametrize("hand_of", [Keys, HandWithoutScripts])
def test_a_form_is_built(
    open_context: Callable[..., BrowserContext],
    check_axe: Callable[[Page], None],
    site_data: Flask,
    hand_of: type[Hand],
) -> None:
    activity = make_activity("Formulärets dag")
    hand = hand_of.in_new_browser(open_context)
    page = hand.page
    open_builder(page, activity)
    hand.press(page.get_by_role("link", name="Lägg till ett avsnitt"))
    hand.write(page.get_by_label("Rubrik (frivilligt)", exact=True), "Lunch och resa")
    hand.press(button(page, "Spara"))
    expect(page.get_by_role("heading", name="Lunch och resa")).to_be_visible()

    add_question(hand, "Ja eller nej", "Behöver du buss?")
    hand.choose(page.get_by_label("Måste besvaras"))
    hand.press(button(page, "Spara frågan"))
    expect(questions(page)).to_have_text(["Behöver du buss?"])

    add_question(hand, "Ett av flera alternativ", "Vilken buss?")
    option = page.get_by_label("Text", exact=True)
    hand.write(option.nth(0), "Från Norr")
    hand.write(page.get_by_label("Antal platser").nth(0), "40")
    hand.write(option.nth(1), "Från Söder")
    hand.press(button(page, "Lägg till ett alternativ"))
    hand.write(option.nth(2), "Från Väster")
    hand.press(button(page, "Lägg till ett villkor"))
    source = page.get_by_label("Det som avgör")
    if isinstance(hand, Keys):
        # One stands in the row that was added, and chooses by typing.
        expect(source).to_be_focused()
        page.keyboard.type("Behöver du buss? – Ja")
    else:
        source.select_option(label="Behöver du buss? – Ja")
    expect(source.locator("option:checked")).to_have_text("Behöver du buss? – Ja")
    if hand.runs_scripts:
        check_in_both_themes(page, check_axe)
    hand.press(button(page, "Spara frågan"))
    expect(page.get_by_text("Visas om ”Behöver du buss?” är Ja")).to_be_visible()
    expect(page.locator(".question-options li")).to_have_text(
        ["Från Norr 0 av 40 tagna", "Från Söder", "Från Väster"]
    )

    add_question(hand, "Lång text", "Något mer?")
    hand.press(button(page, "Spara frågan"))
    hand.press(button(page, "Upp Något mer?"))
    expect(questions(page)).to_have_text(["Behöver du buss?", "Något mer?", "Vilken buss?"])
    if isinstance(hand, Keys):
        # The focus stays on the button, so that one can go on.
        expect(button(page, "Upp Något mer?")).to_be_focused()
        page.keyboard.press("Enter")
    else:
        hand.press(button(page, "Upp Något mer?"))
    expect(questions(page)).to_have_text(["Något mer?", "Behöver du buss?", "Vilken buss?"])
    hand.press(button(page, "Upp Vilken buss?"))
    expect(page.get_by_text("”Vilken buss?” visas beroende på svaret")).to_be_visible()
    expect(questions(page)).to_have_text(["Något mer?", "Behöver du buss?", "Vilken buss?"])
    if hand.runs_scripts:
        check_in_both_themes(page, check_axe)


def test_questions_are_dragged_to_their_place(desktop: Page, site_data: Flask) -> None:
    activity = make_activity("Ordningens dag")
    hand = Hand(desktop)
    open_builder(desktop, activity)
    for label in ("Ett", "Två", "Tre"):
        add_question(hand, "Kort text", label)
        hand.press(button(desktop, "Spara frågan"))
    rows = desktop.locator("[data-question]")
    rows.nth(2).drag_to(rows.nth(0))
    expect(desktop.get_by_text("Ordningen är sparad.")).to_be_visible()
    expect(questions(desktop)).to_have_text(["Tre", "Ett", "Två"])
