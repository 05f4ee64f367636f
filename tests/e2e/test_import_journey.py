"""An officer reads a list of participants in: looks at it, accepts it, follows it, and takes it back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import PHONE
from tests.e2e.steps import check_in_both_themes, make_small_activity, registrations_to, sign_in

OFFICER = "admin@example.se"


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without"])
def test_a_list_is_read_in_and_taken_back(
    open_context: Callable[..., BrowserContext],
    site_data: Flask,
    check_axe: Callable[[Page], None],
    tmp_path: Path,
    scripts: bool,
) -> None:
    activity = make_small_activity("Läs in en lista", places=200)
    people = [f"Person {number};lista{number}@example.se;Umeå kommun" for number in range(150)]
    file = tmp_path / "deltagare.csv"
    lines = ["Namn;E-post;Arbetsplats", *people, "Fel Adress;fel@;Umeå kommun"]
    file.write_bytes("\r\n".join(lines).encode("cp1252"))

    page = open_context(java_script_enabled=scripts, viewport=PHONE).new_page()
    sign_in(page, OFFICER)
    page.goto(f"/personal/aktiviteter/{activity.id}/deltagare")
    page.get_by_role("link", name="Importera en lista").click()
    heading(page, "Importera deltagare")
    page.get_by_label("Fil", exact=True).set_input_files(file)
    page.get_by_role("button", name="Granska listan").click()
    heading(page, "Granska listan")
    expect(page.get_by_role("row", name="Fel Adress")).to_contain_text("Det är ingen e-postadress.")
    if scripts:
        check_in_both_themes(page, check_axe)
    assert registrations_to(activity) == 0

    page.get_by_label("Skicka bekräftelsen").uncheck()
    page.get_by_label("Hoppa över de rader").check()
    page.get_by_role("button", name="Läs in 150 personer").click()
    heading(page, "Import av deltagare")
    follow(page, "Listan är inläst", scripts)
    if scripts:
        check_in_both_themes(page, check_axe)
    assert registrations_to(activity) == 150
    expect(page.get_by_role("row", name="Fel Adress")).to_contain_text("Det är ingen e-postadress.")

    page.get_by_role("link", name="Ångra importen").click()
    heading(page, "Ångra importen")
    page.get_by_role("button", name="Ångra importen").click()
    follow(page, "Importen är ångrad", scripts)
    expect(page.get_by_text("150 personer är avanmälda igen.")).to_be_visible()


def follow(page: Page, end: str, scripts: bool) -> None:
    """Wait for the end of the work; without scripts one asks for how it stands."""
    ended = page.get_by_text(end)
    for _time in range(60):
        if scripts or ended.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(ended).to_be_visible(timeout=60_000)
