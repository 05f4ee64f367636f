"""One who comes back: the device remembers them, one click signs them up, and a mailed link shows everything they have."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from icalendar import Calendar
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.steps import check_in_both_themes, link_in, make_small_activity, registrations_to
from tests.mailbox import Mailbox

NAME = "Åsa Ängström"
CHECKED = ("with JavaScript", "without JavaScript")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@pytest.mark.parametrize("javascript", [True, False], ids=CHECKED)
def test_remembered_device_and_my_registrations(
    open_context: Callable[..., BrowserContext],
    site_data: Flask,
    site_mailbox: Mailbox,
    check_axe: Callable[[Page], None],
    javascript: bool,
) -> None:
    first, second = make_small_activity("Första gången", 20), make_small_activity("Andra gången", 20)
    email = f"asa.aterkommer.{'js' if javascript else 'nojs'}@example.se"
    page = open_context(java_script_enabled=javascript).new_page()
    looked = [check_axe] if javascript else []

    # Two clicks and three fields the first time, and the choice to be remembered.
    page.goto(f"/aktiviteter/{first.slug}")
    page.get_by_role("link", name="Anmäl dig").click()
    page.get_by_label("Namn").fill(NAME)
    page.get_by_label("E-postadress").fill(email)
    page.get_by_role("combobox", name="Var arbetar du?").fill("Umeå kommun")
    page.get_by_role("button", name="Skicka anmälan").click()
    heading(page, "Du är anmäld")
    for check in looked:
        check_in_both_themes(page, check)
    page.get_by_role("button", name="Kom ihåg mig på den här enheten").click()
    expect(page.get_by_text("Den här enheten minns dig nu.")).to_be_visible()

    # One click and no field the second time, however quickly it is pressed twice.
    page.goto(f"/aktiviteter/{second.slug}")
    for check in looked:
        check_in_both_themes(page, check)
    page.get_by_role("button", name=f"Anmäl dig som {NAME}").dblclick()
    heading(page, "Du är anmäld")
    assert registrations_to(second) == 1
    site_mailbox.wait_for(email, when=lambda letter: second.title in str(letter["Subject"]))

    # Everything behind one link, on a device that knows nothing.
    page = open_context(java_script_enabled=javascript).new_page()
    page.goto("/aktiviteter")
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Mina anmälningar").click()
    page.get_by_label("E-postadress").fill(email)
    page.get_by_role("button", name="Skicka länken").click()
    heading(page, "Titta i din e-post")
    letter = site_mailbox.wait_for(email, when=lambda one: one["Subject"] == "Se dina anmälningar")
    link = link_in(letter, "Öppna dem här:")
    page.goto(link)
    page.get_by_role("radio", name="I 30 dagar").check()
    page.get_by_role("button", name="Visa mina anmälningar").click()
    heading(page, "Mina anmälningar")
    expect(page.get_by_role("article")).to_have_count(2)
    for check in looked:
        check_in_both_themes(page, check)

    # A registration is opened and changed as behind the link of its own letter.
    page.get_by_role("button", name=f"Öppna {second.title}").click()
    heading(page, "Du är anmäld, Åsa")
    page.get_by_role("link", name="Ändra din anmälan").click()
    page.get_by_label("Befattning").fill("Kurator")
    page.get_by_role("button", name="Spara ändringarna").click()
    expect(page.get_by_text("Din anmälan är ändrad.")).to_be_visible()
    opened = page.url

    # The same in one's own calendar, by an address that is shown once.
    page.goto("/min/anmalningar")
    page.get_by_role("link", name="Visa i min kalender").click()
    page.get_by_label("Vad ska den heta?").fill("Telefonen")
    page.get_by_role("button", name="Skapa adressen").click()
    heading(page, "Adressen till din kalender")
    for check in looked:
        check_in_both_themes(page, check)
    address = page.locator(".feed-address").inner_text().strip()
    entries = Calendar.from_ical(page.request.get(urlsplit(address).path).body()).walk("VEVENT")
    assert {str(entry["SUMMARY"]) for entry in entries} == {first.title, second.title}
    page.get_by_role("link", name="Mina prenumerationer").click()
    for check in looked:
        check_in_both_themes(page, check)
    page.get_by_role("button", name="Stäng Telefonen").click()
    expect(page.get_by_text("Prenumerationen är stängd.")).to_be_visible()
    assert page.request.get(urlsplit(address).path).status == 404

    # Out again: neither the link nor the address of the page lets anybody in.
    page.goto("/min")
    page.get_by_role("button", name="Sluta visa mina anmälningar här").click()
    expect(page.get_by_text("Den här enheten visar inte dina anmälningar längre.")).to_be_visible()
    page.goto(opened)
    heading(page, "Mina anmälningar")
    expect(page.get_by_label("E-postadress")).to_be_visible()
    page.goto(link)
    heading(page, "Länken är redan använd")


def test_forgetting_on_a_phone(phone: Page, site_data: Flask, site_mailbox: Mailbox) -> None:
    first, second = make_small_activity("Glömska ett", 20), make_small_activity("Glömska två", 20)
    phone.goto(f"/aktiviteter/{first.slug}/anmalan")
    phone.get_by_label("Namn").fill(NAME)
    phone.get_by_label("E-postadress").fill("asa.glomsk@example.se")
    phone.get_by_role("combobox", name="Var arbetar du?").fill("Umeå kommun")
    phone.get_by_role("button", name="Skicka anmälan").tap()
    heading(phone, "Du är anmäld")
    phone.get_by_role("button", name="Kom ihåg mig på den här enheten").tap()
    expect(phone.get_by_text("Den här enheten minns dig nu.")).to_be_visible()
    phone.goto(f"/aktiviteter/{second.slug}/anmalan")
    expect(phone.get_by_label("Namn")).to_have_value(NAME)
    phone.get_by_role("button", name="Glöm mig på den här enheten").tap()
    expect(phone.get_by_text("Den här enheten har glömt vem du är.")).to_be_visible()
    phone.get_by_role("link", name="Anmäl dig").tap()
    expect(phone.get_by_label("Namn")).to_have_value("")
