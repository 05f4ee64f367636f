"""A person with protected personal data rings: the place is made, the code is read out and typed on a phone."""

import re
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.events.models import EventFormat
from eventsapp.registrations.models import Registration
from tests.e2e.steps import make_activity, sign_in
from tests.mailbox import Mailbox

OFFICER = "admin@example.se"
CODE = re.compile(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}")


def only_registration(event_id: int) -> tuple[str, str, str]:
    """What the row of the only one who is registered says."""
    set_transaction_mode(TransactionMode.READ)
    row = db.session.execute(
        select(Registration.name, Registration.email, Registration.mode).where(
            Registration.event_id == event_id
        )
    ).one()
    db.session.remove()
    return row.name, row.email, row.mode.value


def test_a_place_under_an_alias(
    desktop: Page, phone: Page, site_data: Flask, site_mailbox: Mailbox, check_axe: Callable[[Page], None]
) -> None:
    activity = make_activity("Tyst plats", format=EventFormat.HYBRID)
    letters = len(site_mailbox.letters)
    sign_in(desktop, OFFICER)
    desktop.goto(f"/personal/aktiviteter/{activity.id}/deltagare")
    desktop.get_by_role("link", name="Plats under täcknamn").click()
    desktop.get_by_label("På plats").check()
    desktop.get_by_label("Kommun").select_option(label="Umeå")
    desktop.get_by_label("Namn").fill("Anna Dold")
    desktop.get_by_label("Annat du behöver veta").fill("Ring på kvällen")
    desktop.get_by_role("button", name="Ge plats och visa koden").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Koden till Deltagare 1")
    check_axe(desktop)
    code = desktop.get_by_text(CODE).inner_text()

    phone.goto(f"/aktiviteter/{activity.slug}/anmalan")
    phone.get_by_role("link", name="Se din anmälan").click()
    phone.get_by_label("Din kod").fill(code.replace(" ", "").lower())
    phone.get_by_role("button", name="Visa min anmälan").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Du är anmäld, Deltagare 1")
    check_axe(phone)
    phone.get_by_role("link", name="Ändra din anmälan").click()
    expect(phone.get_by_label("Namn")).to_have_count(0)
    phone.get_by_label("Digitalt").check()
    phone.get_by_role("button", name="Spara ändringarna").click()
    expect(phone.get_by_text("Din anmälan är ändrad.")).to_be_visible()
    assert only_registration(activity.id) == ("Deltagare 1", "", "online")

    desktop.get_by_role("link", name="Jag har lämnat koden").click()
    expect(desktop.get_by_text("Anna Dold")).to_have_count(0)
    desktop.get_by_role("button", name="Öppna den låsta posten").click()
    expect(desktop.get_by_text("Anna Dold")).to_be_visible()
    check_axe(desktop)
    desktop.get_by_role("link", name="Stäng posten").click()
    expect(desktop.get_by_text("Elin Norberg öppnade den låsta posten")).to_be_visible()
    assert len(site_mailbox.letters) == letters
