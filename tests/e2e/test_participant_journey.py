"""Find an activity, sign up, get the letter, change, cancel: on a phone, with the keyboard alone, without JavaScript."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from icalendar import Calendar
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.steps import Activity, link_in, make_activity, press_until, registrations_to
from tests.mailbox import Mailbox, attachments_of, text_of


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def workplace(page: Page) -> Locator:
    """The field for where one works; it is a combobox with JavaScript and without."""
    return page.get_by_role("combobox", name="Var arbetar du?")


def find_and_open(page: Page, activity: Activity) -> None:
    """Search for the title on the start page and follow the link in the list."""
    page.goto("/")
    page.get_by_role("searchbox", name="Sök aktivitet").fill(activity.title)
    page.get_by_role("button", name="Sök").click()
    expect(page.get_by_role("strong").filter(has_text=re.compile("^1 aktivitet$"))).to_be_visible()
    page.get_by_role("link", name=activity.title).click()
    expect(heading(page)).to_have_text(activity.title)


def fill_in(page: Page, email: str) -> None:
    """Everything but the organisation, which is suggested with JavaScript and a plain field without."""
    page.get_by_label("Namn").fill("Åsa Ängström")
    page.get_by_label("E-postadress").fill(email)
    page.get_by_label("Befattning").fill("Socialsekreterare")
    page.get_by_label("Yrkesgrupp").select_option(index=1)
    page.get_by_role("radio", name="På plats i Umeå").check()
    page.get_by_role("radio", name="Vegetarisk").check()
    page.get_by_label("Behöver du något för att kunna delta?").fill("Hörslinga")


def change_and_cancel(page: Page, activity: Activity, email: str, mailbox: Mailbox) -> None:
    """From the confirmation's letter to the letter that says that one is no longer coming."""
    letter = mailbox.wait_for(email)
    assert letter["Subject"] == f"Du är anmäld: {activity.title}"
    (calendar_file,) = attachments_of(letter).values()
    (entry,) = Calendar.from_ical(calendar_file).walk("VEVENT")
    assert str(entry["SUMMARY"]) == activity.title

    page.goto(link_in(letter, "Din anmälan och biljett:"))
    expect(heading(page)).to_have_text("Du är anmäld, Åsa")
    expect(page.get_by_role("img", name="Biljett som QR-kod")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Kalenderfil").click()
    (personal,) = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")
    assert (personal["UID"], personal["DTSTART"]) == (entry["UID"], entry["DTSTART"])

    page.get_by_role("link", name="Ändra din anmälan").click()
    expect(heading(page)).to_have_text("Ändra din anmälan")
    expect(page.get_by_label("Namn")).to_have_value("Åsa Ängström")
    workplace(page).fill("Region Västerbotten")
    page.get_by_role("radio", name="Digitalt").check()
    page.get_by_role("button", name="Spara ändringarna").click()
    expect(page.get_by_text("Din anmälan är ändrad.")).to_be_visible()
    expect(page.get_by_text("Du deltar: Digitalt")).to_be_visible()
    changed = mailbox.wait_for(email, number=2)
    assert changed["Subject"] == f"Din anmälan är ändrad: {activity.title}"
    assert "Du deltar: Digitalt" in text_of(changed)

    # Each letter has its own way to the same registration.
    page.goto(link_in(changed, "Avanmäl dig om du får förhinder, så får någon annan platsen:"))
    page.get_by_role("button", name="Avanmäl mig").click()
    expect(heading(page)).to_have_text("Du är avanmäld")
    expect(page.get_by_role("img", name="Biljett som QR-kod")).to_have_count(0)
    cancelled = mailbox.wait_for(email, number=3)
    assert cancelled["Subject"] == f"Du är avanmäld: {activity.title}"
    assert [letter["Subject"] for letter in mailbox.to(email)] == [
        letter["Subject"] for letter in (mailbox.to(email)[0], changed, cancelled)
    ]


def test_on_a_phone(phone: Page, site_data: Flask, site_mailbox: Mailbox) -> None:
    activity = make_activity("Att upptäcka våld i Östersjöbygd")
    email = "asa.angstrom.phone@umea.se"
    find_and_open(phone, activity)
    phone.get_by_role("link", name="Anmäl dig").tap()
    expect(heading(phone)).to_have_text("Anmäl dig")
    fill_in(phone, email)
    # The mail domain suggests where one works.
    workplace(phone).tap()
    phone.get_by_role("option", name=re.compile("Umeå kommun")).tap()
    expect(workplace(phone)).to_have_value("Umeå kommun")
    phone.get_by_role("button", name="Skicka anmälan").tap()
    expect(heading(phone)).to_have_text("Du är anmäld")
    expect(phone.get_by_text(f"Ett brev är på väg till {email}.")).to_be_visible()
    change_and_cancel(phone, activity, email, site_mailbox)


def test_without_javascript(no_js: Page, site_data: Flask, site_mailbox: Mailbox) -> None:
    activity = make_activity("Samtal utan skript")
    email = "asa.angstrom.nojs@example.se"
    find_and_open(no_js, activity)
    no_js.get_by_role("link", name="Anmäl dig").click()
    fill_in(no_js, email)
    workplace(no_js).fill("Umeå kommun")
    no_js.get_by_role("button", name="Skicka anmälan").click()
    expect(heading(no_js)).to_have_text("Du är anmäld")
    change_and_cancel(no_js, activity, email, site_mailbox)


def test_with_the_keyboard_alone(desktop: Page, site_data: Flask, site_mailbox: Mailbox) -> None:
    """Nothing but Tab, Enter and Space, and the focus is seen at every stop."""
    activity = make_activity("Tangentbordets dag")
    email = "asa.angstrom.keys@example.se"
    page, keys = desktop, desktop.keyboard
    page.goto("/aktiviteter")
    press_until(page, page.get_by_role("link", name="Till innehållet"))
    keys.press("Enter")
    press_until(page, page.get_by_role("searchbox", name="Sök aktivitet"))
    keys.type(activity.title)
    keys.press("Enter")
    expect(page.get_by_role("strong").filter(has_text=re.compile("^1 aktivitet$"))).to_be_visible()
    press_until(page, page.get_by_role("link", name=activity.title))
    keys.press("Enter")
    expect(heading(page)).to_have_text(activity.title)
    press_until(page, page.get_by_role("link", name="Anmäl dig"))
    keys.press("Enter")

    expect(heading(page)).to_have_text("Anmäl dig")
    for field, text in (
        (page.get_by_label("Namn"), "Åsa Ängström"),
        (page.get_by_label("E-postadress"), email),
        (workplace(page), "Umeå kommun"),
        (page.get_by_label("Befattning"), "Kurator"),
    ):
        press_until(page, field)
        keys.type(text)
    press_until(page, page.get_by_role("radio", name="På plats i Umeå"))
    keys.press("Space")
    press_until(page, page.get_by_role("button", name="Skicka anmälan"))
    keys.press("Enter")
    expect(heading(page)).to_have_text("Du är anmäld")

    letter = site_mailbox.wait_for(email)
    page.goto(link_in(letter, "Din anmälan och biljett:"))
    press_until(page, page.get_by_role("link", name="Avanmäl dig"))
    keys.press("Enter")
    expect(heading(page)).to_have_text("Avanmäl dig")
    press_until(page, page.get_by_role("button", name="Avanmäl mig"))
    keys.press("Enter")
    expect(heading(page)).to_have_text("Du är avanmäld")
    site_mailbox.wait_for(email, number=2)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_errors_keep_what_was_typed(
    open_context: Callable[..., BrowserContext],
    site_data: Flask,
    check_axe: Callable[[Page], None],
    javascript: bool,
) -> None:
    activity = make_activity("Fel först")
    page = open_context(java_script_enabled=javascript).new_page()
    page.goto(f"/aktiviteter/{activity.slug}/anmalan")
    page.get_by_label("E-postadress").fill("asa.angstrom@")
    page.get_by_label("Befattning").fill("Rektor")
    page.get_by_label("Yrkesgrupp").select_option(index=2)
    chosen = page.get_by_label("Yrkesgrupp").input_value()
    page.get_by_role("radio", name="Annat, skriv vad").check()
    page.get_by_label("Behöver du något för att kunna delta?").fill("Teckenspråkstolk\nPlats långt fram")
    page.get_by_role("button", name="Skicka anmälan").click()

    summary = page.get_by_role("alert")
    expect(summary.get_by_role("heading")).to_have_text("Rätta till fem uppgifter")
    expect(summary).to_be_focused()
    assert summary.get_by_role("link").all_inner_texts() == [
        "Skriv ditt namn",
        "Fyll i en e-postadress, till exempel namn@kommun.se",
        "Skriv var du arbetar",
        "Välj hur du deltar",
        "Skriv vilken mat du behöver",
    ]
    expect(page.get_by_label("E-postadress")).to_have_value("asa.angstrom@")
    expect(page.get_by_label("Befattning")).to_have_value("Rektor")
    expect(page.get_by_label("Yrkesgrupp")).to_have_value(chosen)
    expect(page.get_by_role("radio", name="Annat, skriv vad")).to_be_checked()
    expect(page.get_by_label("Behöver du något för att kunna delta?")).to_have_value(
        "Teckenspråkstolk\nPlats långt fram"
    )
    if javascript:
        check_axe(page)
    for sentence, field in (
        ("Skriv ditt namn", page.get_by_label("Namn")),
        ("Fyll i en e-postadress, till exempel namn@kommun.se", page.get_by_label("E-postadress")),
        ("Skriv var du arbetar", workplace(page)),
        ("Välj hur du deltar", page.get_by_role("radio", name="På plats i Umeå")),
    ):
        summary.get_by_role("link", name=sentence).click()
        if javascript:
            expect(field).to_be_focused()
        expect(field).to_be_in_viewport()
    assert registrations_to(activity) == 0


def test_double_click_gives_one_registration(desktop: Page, site_data: Flask, site_mailbox: Mailbox) -> None:
    """So do the button pressed again after going back, and the form opened anew with the same address."""
    activity = make_activity("Dubbelklick")
    email = "asa.angstrom.twice@example.se"
    desktop.goto(f"/aktiviteter/{activity.slug}/anmalan")
    fill_in(desktop, email)
    workplace(desktop).fill("Umeå kommun")
    desktop.get_by_role("button", name="Skicka anmälan").dblclick()
    expect(heading(desktop)).to_have_text("Du är anmäld")
    assert registrations_to(activity) == 1

    desktop.go_back()
    expect(heading(desktop)).to_have_text("Anmäl dig")
    fill_in(desktop, email)
    workplace(desktop).fill("Umeå kommun")
    desktop.get_by_role("button", name="Skicka anmälan").click()
    expect(heading(desktop)).to_have_text("Du är anmäld")
    assert registrations_to(activity) == 1

    desktop.get_by_role("link", name="Anmäl en person till").click()
    fill_in(desktop, email)
    workplace(desktop).fill("Umeå kommun")
    desktop.get_by_role("button", name="Skicka anmälan").click()
    # The page tells nobody whether an address is registered; the letter tells its owner.
    expect(heading(desktop)).to_have_text("Du är anmäld")
    again = site_mailbox.wait_for(email, when=lambda letter: "redan" in str(letter["Subject"]))
    assert again["Subject"] == f"Du är redan anmäld: {activity.title}"
    assert registrations_to(activity) == 1


def test_wrong_address_is_put_right_on_the_receipt(
    desktop: Page, site_data: Flask, site_mailbox: Mailbox
) -> None:
    activity = make_activity("Fel adress")
    wrong, right = "asa.angstrom.wrong@example.se", "asa.angstrom.right@example.se"
    desktop.goto(f"/aktiviteter/{activity.slug}/anmalan")
    fill_in(desktop, wrong)
    workplace(desktop).fill("Umeå kommun")
    desktop.get_by_role("button", name="Skicka anmälan").click()
    old_link = link_in(site_mailbox.wait_for(wrong), "Din anmälan och biljett:")
    desktop.get_by_role("link", name="Rätta adressen").click()
    expect(heading(desktop)).to_have_text("Fel adress?")
    desktop.get_by_label("Rätt e-postadress").fill(right)
    desktop.get_by_role("button", name="Skicka till den här adressen").click()
    expect(desktop.get_by_text(f"Vi skickar ett nytt brev till {right}.")).to_be_visible()
    new_link = link_in(site_mailbox.wait_for(right), "Din anmälan och biljett:")
    desktop.goto(new_link)
    expect(heading(desktop)).to_have_text("Du är anmäld, Åsa")
    answer = desktop.goto(old_link)
    assert answer is not None and answer.status == 404
    assert registrations_to(activity) == 1
