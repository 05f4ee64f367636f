"""An activity's own questions, answered by people: with the form and after it, on a phone and without JavaScript."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from eventsapp.questions.models import AskedAt, QuestionKind
from tests.e2e.steps import Activity, finish, link_in, make_activity
from tests.factories.asked import make_question, make_questions, when_answer
from tests.mailbox import Mailbox

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def activity_with_questions(title: str) -> Activity:
    activity = make_activity(title)
    (lunch,) = make_questions(
        activity.id,
        make_question(QuestionKind.YES_NO, "Äter du lunch?", is_required=True),
        asked_at=AskedAt.SIGN_UP,
        title="Maten",
    )
    make_questions(
        activity.id,
        make_question(label="Vad dricker du?", is_required=True, when=[when_answer(lunch, "yes")]),
        asked_at=AskedAt.SIGN_UP,
    )
    make_questions(
        activity.id,
        make_question(QuestionKind.ONE_OF, "Middag", options=[("Ja tack", 1), "Nej tack"]),
        make_question(QuestionKind.LONG_TEXT, "Vad undrar du?", is_required=True),
        title="Till arrangören",
    )
    finish()
    return activity


def fill_in(page: Page, email: str) -> None:
    page.get_by_label("Namn").fill("Åsa Ängström")
    page.get_by_label("E-postadress").fill(email)
    page.get_by_role("combobox", name="Var arbetar du?").or_(
        page.get_by_role("textbox", name="Var arbetar du?")
    ).fill("Umeå kommun")
    on_site = page.get_by_role("radio", name="På plats")
    if on_site.count():
        on_site.check()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_person_answers_with_the_form_then_after_it_then_changes(
    open_context: Callable[..., BrowserContext],
    site_data: Flask,
    site_mailbox: Mailbox,
    check_axe: Callable[[Page], None],
    javascript: bool,
) -> None:
    activity = activity_with_questions(f"Frågor {'med' if javascript else 'utan'} skript")
    email = f"fragor.{javascript}@example.se".casefold()
    page = open_context(java_script_enabled=javascript, **PHONE).new_page()
    page.goto(f"/aktiviteter/{activity.slug}/anmalan")
    fill_in(page, email)
    drink = page.get_by_label("Vad dricker du?")
    expect(drink).to_have_count(0)
    page.get_by_role("group", name="Äter du lunch?").or_(
        page.get_by_role("radiogroup", name="Äter du lunch?")
    ).get_by_role("radio", name="Ja").check()
    if not javascript:
        page.get_by_role("button", name="Skicka anmälan").click()
    expect(drink).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("Namn")).to_have_value("Åsa Ängström")
    if javascript:
        check_axe(page)
    drink.fill("Vatten")
    page.get_by_role("button", name="Skicka anmälan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Du är anmäld")
    page.get_by_role("link", name="Svara på frågorna").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Frågor från arrangören")
    if javascript:
        check_axe(page)
    page.get_by_role("button", name="Spara svaren").click()
    expect(page.get_by_role("alert")).to_contain_text("Svara på frågan.")
    page.get_by_label("Vad undrar du?").fill("Finns det parkering?")
    page.get_by_role("radio", name="Ja tack").check()
    page.get_by_role("button", name="Spara svaren").click()
    expect(page.get_by_text("Tack! Svaren är sparade.")).to_be_visible()

    letter = site_mailbox.wait_for(email)
    page.goto(
        link_in(letter, "Arrangören har några frågor till dig. Svara här, om du inte redan har gjort det:")
    )
    expect(page.get_by_label("Vad undrar du?")).to_have_value("Finns det parkering?")
    expect(page.get_by_label("Vad dricker du?")).to_have_value("Vatten")
    page.get_by_role("radiogroup", name="Äter du lunch?").or_(
        page.get_by_role("group", name="Äter du lunch?")
    ).get_by_role("radio", name="Nej").check()
    if javascript:
        expect(page.get_by_label("Vad dricker du?")).to_have_count(0)
    page.get_by_role("button", name="Spara svaren").click()
    expect(page.get_by_text("Tack! Svaren är sparade.")).to_be_visible()
    expect(page.get_by_text("Vatten")).to_have_count(0)
    expect(page.get_by_text("Finns det parkering?")).to_be_visible()
