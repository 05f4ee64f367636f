"""An officer's way: make an activity from nothing, publish it, follow who signs up, export, move and cancel it."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO

from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, expect
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.i18n import format_day, in_language
from tests.e2e.conftest import Site
from tests.e2e.steps import Activity, make_activity, sign_in
from tests.mailbox import Mailbox, text_of
from tests.visitor import sign_up

OFFICER, COLLEAGUE = "karin.oberg@example.se", "admin@example.se"
TITLE = "Skärgårdens jämställdhetsdag – från ö till ö"
SLUG = "skargardens-jamstalldhetsdag-fran-o-till-o"
PEOPLE = {
    "Åsa Ängström": ("asa.angstrom.officer@example.se", "Umeå kommun"),
    "Örjan Ångman": ("orjan.angman.officer@example.se", "Region Västerbotten"),
    "Bo Berg": ("bo.berg.officer@example.se", "Skellefteå kommun"),
}


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def in_words(days_ahead: int) -> str:
    with in_language("sv"):
        return format_day(swedish_today() + timedelta(days=days_ahead))


def iso(days_ahead: int) -> str:
    return (swedish_today() + timedelta(days=days_ahead)).isoformat()


def make_from_nothing(page: Page) -> None:
    """A draft with a title first; the page that publishes says what is missing, and leads there."""
    page.get_by_role("link", name="Ny aktivitet").click()
    expect(heading(page)).to_have_text("Ny aktivitet")
    page.get_by_role("link", name="Utbildningsdag", exact=True).click()
    page.get_by_label("Titel").first.fill(TITLE)
    page.get_by_role("button", name="Spara utkastet").click()
    expect(page.get_by_text("Utkastet är sparat.")).to_be_visible()
    expect(heading(page)).to_have_text(TITLE)

    page.get_by_role("link", name="Publicera", exact=True).click()
    expect(page.get_by_role("heading", name="Det här saknas")).to_be_visible()
    page.get_by_role("link", name="Fyll i det som saknas").click()
    page.get_by_label("Sammanfattning").first.fill("En dag om öar, båtar och arbete på lika villkor.")
    page.get_by_role("button", name="Lägg till tillfälle").click()
    occasion = page.get_by_role("group", name="Tillfälle 1")
    occasion.get_by_label("Dag", exact=True).fill(iso(45))
    occasion.get_by_label("Börjar").fill("09:00")
    occasion.get_by_label("Slutar").fill("15:30")
    page.get_by_label("Plats", exact=True).fill("Holmöns byastuga")
    page.get_by_label("Kommun", exact=True).select_option(label="Umeå")
    page.get_by_label("Antal platser").fill("12")
    page.get_by_label("Sista anmälningsdag").first.fill(iso(40))
    page.get_by_label("E-post för frågor").fill("jamstalldhet@example.se")
    page.get_by_role("button", name="Förhandsgranska").click()
    expect(page.get_by_text("Ingenting är sparat än.")).to_be_visible()
    expect(page.get_by_text("Holmöns byastuga")).to_be_visible()
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Ändringarna är sparade.")).to_be_visible()


def publish(page: Page, visitor: Page) -> None:
    """Nobody else sees the draft; everybody sees what is published."""
    answer = visitor.goto(f"/aktiviteter/{SLUG}")
    assert answer is not None and answer.status == 404
    page.get_by_role("link", name="Publicera", exact=True).click()
    page.get_by_role("button", name="Publicera").click()
    expect(page.get_by_text("Aktiviteten är publicerad.")).to_be_visible()
    visitor.goto(f"/aktiviteter/{SLUG}")
    expect(heading(visitor)).to_have_text(TITLE)
    expect(visitor.get_by_text("12 av 12 platser kvar")).to_be_visible()


def see_and_search(page: Page) -> None:
    """The list has everybody in Swedish order, and finds letters with rings and dots whatever their case."""
    page.get_by_role("navigation", name="Aktivitetens delar").get_by_role("link", name="Deltagare").click()
    names = page.get_by_role("rowheader").get_by_role("link")
    expect(names).to_have_text(["Berg, Bo", "Ångman, Örjan", "Ängström, Åsa"])
    search = page.get_by_role("searchbox")
    search.fill("ÅNG")
    expect(names).to_have_text(["Ångman, Örjan"])
    search.fill("ängström")
    expect(names).to_have_text(["Ängström, Åsa"])
    search.fill("kommun")
    expect(names).to_have_text(["Berg, Bo", "Ängström, Åsa"])
    page.get_by_role("columnheader", name="Namn").get_by_role("link").click()
    expect(names).to_have_text(["Ängström, Åsa", "Berg, Bo"])


def export(page: Page) -> None:
    """Both files hold the two that are shown, in the order that they are shown in, under the heads that are shown."""
    expected = [
        {"Namn": "Ängström, Åsa", "E-post": PEOPLE["Åsa Ängström"][0], "Organisation": "Umeå kommun"},
        {"Namn": "Berg, Bo", "E-post": PEOPLE["Bo Berg"][0], "Organisation": "Skellefteå kommun"},
    ]
    with page.expect_download() as download:
        page.get_by_role("button", name="Exportera till Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).worksheets[0]
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [pick(dict(zip(heads, row, strict=True)), expected[0]) for row in rows] == expected

    with page.expect_download() as download:
        page.get_by_role("button", name="Exportera till CSV").click()
    content = download.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), (
        "Swedish Excel reads it as UTF-8 by its first three bytes only"
    )
    table = list(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert [pick(row, expected[0]) for row in table] == expected
    assert list(table[0]) == heads


def pick(row: dict[object, object] | dict[str, str], like: dict[str, str]) -> dict[str, object]:
    return {name: row[name] for name in like}  # type: ignore[index]


def move(page: Page, mailbox: Mailbox) -> None:
    """A new day reaches everybody who is registered, in the officer's own words, once the officer has seen whom."""
    page.get_by_role("navigation", name="Aktivitetens delar").get_by_role("link", name="Innehåll").click()
    expect(page.get_by_text("Ändrar du tid eller plats får 3 personer ett brev")).to_be_visible()
    page.get_by_role("group", name="Tillfälle 1").get_by_label("Dag", exact=True).fill(iso(46))
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.get_by_role("heading", name="Innan du sparar")).to_be_visible()
    expect(page.get_by_text("3 personer får ett brev var.")).to_be_visible()
    page.get_by_label("Så börjar brevet").fill("Båten går en dag senare.")
    page.get_by_role("button", name="Spara och skicka").click()
    expect(page.get_by_text("Ändringarna är sparade.")).to_be_visible()
    for email, _ in PEOPLE.values():
        letter = mailbox.wait_for(email, number=2)
        assert letter["Subject"] == f"Ny tid eller plats: {TITLE}"
        assert in_words(46) in text_of(letter)
        assert "Båten går en dag senare." in text_of(letter)


def cancel(page: Page, visitor: Page, mailbox: Mailbox) -> None:
    """In numbers before the button; the page stays and says it, and everybody gets a letter with the reason."""
    page.get_by_role("link", name="Ställ in aktiviteten").click()
    expect(page.get_by_text("3 personer får ett brev var.")).to_be_visible()
    page.get_by_label("Varför ställs aktiviteten in?").fill("Isen bär inte.")
    page.get_by_role("button", name="Ställ in aktiviteten").click()
    expect(page.get_by_text("Aktiviteten är inställd.")).to_be_visible()
    for email, _ in PEOPLE.values():
        letter = mailbox.wait_for(email, number=3)
        assert letter["Subject"] == f"Inställt: {TITLE}"
        assert "Isen bär inte." in text_of(letter)
    visitor.goto(f"/aktiviteter/{SLUG}")
    expect(visitor.get_by_role("heading", name="Utbildningsdagen är inställd")).to_be_visible()
    expect(visitor.get_by_role("link", name="Anmäl dig")).to_have_count(0)


def test_from_nothing_to_cancelled(
    open_context: Callable[..., BrowserContext], site: Site, site_mailbox: Mailbox
) -> None:
    page, visitor = open_context().new_page(), open_context().new_page()
    sign_in(page, OFFICER)
    make_from_nothing(page)
    publish(page, visitor)
    for name, (email, organisation) in PEOPLE.items():
        assert sign_up(site.url, SLUG, email, name, organisation=organisation).heading == "Du är anmäld"
        assert site_mailbox.wait_for(email)["Subject"] == f"Du är anmäld: {TITLE}"
    see_and_search(page)
    export(page)
    move(page, site_mailbox)
    cancel(page, visitor, site_mailbox)

    page.get_by_role("navigation", name="Aktivitetens delar").get_by_role("link", name="Historik").click()
    history = page.get_by_role("main")
    for done in (
        "Karin Öberg skapade aktiviteten",
        "Karin Öberg publicerade aktiviteten",
        re.compile(
            rf"Tillfällen\s*{in_words(45)}, kl\.\s09\.00–15\.30\D*blev\s+{in_words(46)}, kl\.\s09\.00–15\.30"
        ),
        "Isen bär inte.",
    ):
        expect(history).to_contain_text(done)


def own_activity(title: str) -> Activity:
    """An activity that the officer looks after."""
    set_transaction_mode(TransactionMode.WRITE)
    officer = db.session.scalars(select(User).where(User.email == OFFICER)).one()
    return make_activity(title, responsible_id=officer.id)


def test_an_expired_sign_in_keeps_what_was_written(desktop: Page, site_data: Flask) -> None:
    activity = own_activity("Utloggad mitt i")
    sign_in(desktop, OFFICER)
    desktop.goto(f"/personal/aktiviteter/{activity.id}/innehall")
    desktop.get_by_label("Sammanfattning").first.fill("Det här tog en timme att skriva.")
    desktop.get_by_label("Kostnad").fill("Kostnadsfritt")
    desktop.context.clear_cookies()
    desktop.get_by_role("button", name="Spara", exact=True).click()

    expect(heading(desktop)).to_have_text("Logga in")
    expect(desktop.get_by_text("så finns allt du skrev kvar")).to_be_visible()
    desktop.get_by_label("E-postadress").fill(OFFICER)
    desktop.get_by_label("Lösenord").fill("fel lösenord")
    desktop.get_by_role("button", name="Logga in").click()
    expect(desktop.get_by_role("alert")).to_be_visible()
    desktop.get_by_label("Lösenord").fill("visa-upp-systemet")
    desktop.get_by_role("button", name="Logga in").click()
    desktop.get_by_role("button", name="Fortsätt").click()

    expect(heading(desktop)).to_have_text(activity.title)
    expect(desktop.get_by_label("Sammanfattning").first).to_have_value("Det här tog en timme att skriva.")
    expect(desktop.get_by_label("Kostnad")).to_have_value("Kostnadsfritt")
    desktop.get_by_role("button", name="Spara", exact=True).click()
    expect(desktop.get_by_text("Ändringarna är sparade.")).to_be_visible()
    desktop.goto(f"/aktiviteter/{activity.slug}")
    expect(desktop.get_by_text("Det här tog en timme att skriva.")).to_be_visible()


def test_a_colleagues_save_in_between_is_told(
    open_context: Callable[..., BrowserContext], site_data: Flask, check_axe: Callable[[Page], None]
) -> None:
    activity = own_activity("Två skriver")
    mine, theirs = open_context().new_page(), open_context().new_page()
    for page, email in ((mine, OFFICER), (theirs, COLLEAGUE)):
        sign_in(page, email)
        page.goto(f"/personal/aktiviteter/{activity.id}/innehall")
    theirs.get_by_label("Kostnad").fill("200 kronor")
    theirs.get_by_role("button", name="Spara", exact=True).click()
    expect(theirs.get_by_text("Ändringarna är sparade.")).to_be_visible()

    mine.get_by_label("Sammanfattning").first.fill("Min nya sammanfattning.")
    mine.get_by_role("button", name="Spara", exact=True).click()
    summary = mine.get_by_role("alert")
    expect(summary).to_contain_text("Elin Norberg sparade")
    expect(summary).to_contain_text("Då ändrades")
    expect(summary).to_be_focused()
    check_axe(mine)
    expect(mine.get_by_label("Sammanfattning").first).to_have_value("Min nya sammanfattning.")
    mine.get_by_role("button", name="Spara", exact=True).click()
    expect(mine.get_by_text("Ändringarna är sparade.")).to_be_visible()


def test_one_more_occasion_keeps_what_is_typed(desktop: Page, site_data: Flask) -> None:
    """The row comes in place, with the focus in it, and leaving the page asks first."""
    activity = own_activity("Fler tillfällen")
    sign_in(desktop, OFFICER)
    desktop.goto(f"/personal/aktiviteter/{activity.id}/innehall")
    desktop.get_by_label("Kostnad").fill("Kostnadsfritt")
    desktop.get_by_role("button", name="Lägg till tillfälle").click()
    second = desktop.get_by_role("group", name="Tillfälle 2")
    expect(second.get_by_label("Dag", exact=True)).to_be_focused()
    second.get_by_label("Dag", exact=True).fill(iso(60))
    second.get_by_label("Börjar").fill("13:00")
    second.get_by_label("Slutar").fill("16:00")
    expect(desktop.get_by_label("Kostnad")).to_have_value("Kostnadsfritt")
    desktop.get_by_role("button", name="Spara", exact=True).click()
    expect(desktop.get_by_text("Ändringarna är sparade.")).to_be_visible()
    desktop.goto(f"/aktiviteter/{activity.slug}")
    expect(desktop.get_by_role("main")).to_contain_text(in_words(60))

    desktop.goto(f"/personal/aktiviteter/{activity.id}/innehall")
    desktop.get_by_label("Kostnad").fill("Något annat")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    desktop.once("dialog", leave)
    desktop.get_by_role("link", name="Visa sidan").click()
    expect(desktop).to_have_url(re.compile(f"/aktiviteter/{activity.slug}$"))
    assert asked == ["beforeunload"]


def test_a_reader_is_told_no(desktop: Page, site_data: Flask) -> None:
    """One who may only read finds no way to change, and gets a page that says so at the address itself."""
    activity = own_activity("Bara att läsa")
    sign_in(desktop, "lasare@example.se")
    desktop.goto(f"/personal/aktiviteter/{activity.id}")
    expect(desktop.get_by_role("link", name="Ändra innehållet")).to_have_count(0)
    answer = desktop.goto(f"/personal/aktiviteter/{activity.id}/innehall")
    assert answer is not None and answer.status == 403
    expect(heading(desktop)).to_have_text("Du får inte öppna den här sidan")
