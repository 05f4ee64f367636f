"""A question that is answered with a file: built by an officer, answered on a phone with scripts and without, and fetched."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.registrations.personal_links import add_link
from tests.e2e.steps import finish, make_activity, sign_in
from tests.factories.files import make_file
from tests.factories.registrations import make_registration

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
NAME = "Poster om samverkan.pdf"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_file_is_asked_for_sent_exchanged_and_fetched(
    open_context: Callable[..., BrowserContext],
    site_data: Flask,
    check_axe: Callable[[Page], None],
    tmp_path: Path,
    javascript: bool,
) -> None:
    activity = make_activity(f"Poster {'med' if javascript else 'utan'} skript", asks_food=False)
    person = make_registration(db.session.get_one(Event, activity.id), name="Åsa Ängström")
    person_id, token = person.id, add_link(person.id)
    finish()

    officer = open_context().new_page()
    sign_in(officer, "admin@example.se")
    officer.goto(f"/personal/aktiviteter/{activity.id}/fragor/ny?typ=file")
    officer.get_by_label("Fråga", exact=True).fill("Ditt underlag")
    officer.get_by_label("Kort namn").fill("Underlag")
    officer.get_by_label("Måste besvaras").check()
    officer.get_by_label("Högst så många MB").fill("1")
    officer.get_by_role("button", name="Spara frågan").last.click()
    expect(officer.get_by_text("Frågan är sparad.")).to_be_visible()

    phone = open_context(java_script_enabled=javascript, **PHONE).new_page()
    phone.goto(f"/min/anmalan/{token}")
    phone.get_by_role("link", name="Svara på frågorna").click()
    large = written(tmp_path, "Stor.pdf", make_file() + bytes(1024 * 1024))
    phone.get_by_label("Ditt underlag").set_input_files(large)
    if not javascript:
        phone.get_by_role("button", name="Spara svaren").click()
    expect(phone.locator("p.field-error")).to_contain_text("Filen är för stor. Den får vara högst 1 MB.")
    phone.get_by_label("Ditt underlag").set_input_files(written(tmp_path, "Fel.pdf", b"MZ"))
    phone.get_by_role("button", name="Spara svaren").click()
    expect(phone.locator("p.field-error")).to_contain_text("Filen är inte det som namnet säger")
    if javascript:
        check_axe(phone)
    phone.get_by_label("Ditt underlag").set_input_files(written(tmp_path, NAME, make_file(words="först")))
    phone.get_by_role("button", name="Spara svaren").click()
    expect(phone.get_by_text("Tack! Svaren är sparade.")).to_be_visible()
    assert fetched(phone, "link", f"Hämta {NAME}") == make_file(words="först")

    phone.get_by_role("link", name="Ändra dina svar").click()
    phone.get_by_label("Välj en annan fil").set_input_files(written(tmp_path, NAME, make_file(words="sedan")))
    if javascript:
        check_axe(phone)
    phone.get_by_role("button", name="Spara svaren").click()
    assert fetched(phone, "link", f"Hämta {NAME}") == make_file(words="sedan")

    officer.goto(f"/personal/aktiviteter/{activity.id}/deltagare/{person_id}")
    assert fetched(officer, "button", f"Hämta {NAME}") == make_file(words="sedan")
    officer.goto(f"/personal/aktiviteter/{activity.id}/deltagare")
    assert fetched(officer, "button", "Hämta 1 fil: Underlag").startswith(b"PK")


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def fetched(page: Page, role: str, name: str) -> bytes:
    """What comes when a link or a button is pressed that fetches a file."""
    with page.expect_download() as download:
        page.get_by_role(role, name=name).click()  # type: ignore[arg-type]
    return Path(download.value.path()).read_bytes()
