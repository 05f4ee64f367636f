"""Journeys in a real browser against a real server with its worker and a real mail server."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from eventsapp.app import create_app
from eventsapp.cli.demo import load_demo_data
from eventsapp.config import Settings
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from tests.databases import Databases
from tests.mailbox import Mailbox, running_mailbox
from tests.serving import environment, free_port, serving, working

BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A condition is waited for as long as an action is; a busy machine is no fault of the page.
WAIT_MS = 15_000
expect.set_options(timeout=WAIT_MS)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            # One worker has the browser and the server; the others go on with everything else.
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def site_mailbox() -> Iterator[Mailbox]:
    """The mail server that the site sends its letters to."""
    with running_mailbox() as box:
        yield box


@dataclass(frozen=True)
class Site:
    """The site that the journeys are made on. `settings` opens its database from the test."""

    url: str
    settings: Settings
    folder: Path


@pytest.fixture(scope="session")
def site(databases: Databases, site_mailbox: Mailbox) -> Iterator[Site]:
    """The site with its demonstration data on SQLite, served by gunicorn, with its worker; one for all journeys."""
    folder = databases.folder("site")
    variables = environment(databases.new("sqlite"), folder, free_port(), SMTP_URL=site_mailbox.url)
    settings = Settings.from_environment(variables)
    app = create_app(settings)
    with app.app_context():
        load_demo_data()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    with (
        serving(settings.database_url, folder, variables=variables, threads=4) as served,
        working(variables, folder),
    ):
        yield Site(served.url, settings, folder)


@pytest.fixture(scope="session")
def _site_app(site: Site) -> Flask:
    return create_app(site.settings)


@pytest.fixture
def site_data(_site_app: Flask) -> Iterator[Flask]:
    """An app on the site's database, with its context pushed, for what a journey needs beforehand: commit it at once,
    since an open transaction stops the site from writing."""
    with _site_app.app_context():
        set_transaction_mode(TransactionMode.WRITE)
        yield _site_app
        db.session.remove()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium or Chrome of the system."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "no browser was found; `make test` says what to install"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


def _note_trouble(message: ConsoleMessage, troubles: list[str]) -> None:
    if message.type == "error":
        troubles.append(f"{message.text} ({message.page.url if message.page else 'no page'})")


@pytest.fixture
def open_context(browser: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """`open_context(**options)` makes a browser of one's own: cookies, size, language, theme, JavaScript or not."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_context(**options: object) -> BrowserContext:
        options = {"viewport": DESKTOP, "locale": "sv-SE", "timezone_id": "Europe/Stockholm", **options}
        context = browser.new_context(base_url=site.url, **options)  # type: ignore[arg-type]
        context.set_default_timeout(WAIT_MS)
        context.on("weberror", lambda error: troubles.append(str(error.error)))
        context.on("console", lambda message: _note_trouble(message, troubles))
        contexts.append(context)
        return context

    yield open_context
    for context in contexts:
        context.close()
    # A page that a rule of the security policy stops, or whose script fails, says so here only. An error page is
    # looked at by the journey that opens it, and htmx complains of it too, and when a newer request replaces an older.
    harmless = (
        "the server responded with a status of",
        "htmx:afterRequest",
        "htmx:sendAbort",
        "Response Status Error",
    )
    real = [trouble for trouble in troubles if not any(words in trouble for words in harmless)]
    assert not real, f"the browser complains: {real}"


@pytest.fixture
def desktop(open_context: Callable[..., BrowserContext]) -> Page:
    """A page in a browser 1,280 px wide."""
    return open_context().new_page()


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext]) -> Page:
    """A page on a phone, 390 px wide, that is touched."""
    return open_context(viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2).new_page()


@pytest.fixture
def no_js(open_context: Callable[..., BrowserContext]) -> Page:
    """A page in a browser without JavaScript."""
    return open_context(java_script_enabled=False).new_page()


AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# The rows of a long table are alike, and each costs time; the first twenty tell of the rest.
_RUN_AXE = """
async (options) => {
  const looked = { exclude: [["tbody > tr:nth-child(n+21)"]] };
  const { violations } = await axe.run(looked, { resultTypes: ["violations"], ...options });
  return violations.map((found) => `${found.id}: ${found.help}; ` + found.nodes.map((node) => node.html).join(" | "));
}
"""


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page as it stands, by the rules for WCAG 2.2 AA and those of good practice."""
    page.evaluate(AXE_SCRIPT)
    # axe leaves the size of targets out unless it is asked for.
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "rules": {"target-size": {"enabled": True}}}
    return list(page.evaluate(_RUN_AXE, options))


@pytest.fixture(scope="session")
def check_axe() -> Callable[[Page], None]:
    """`check_axe(page)` fails on anything that axe finds wrong with the page as it stands."""

    def check_axe(page: Page) -> None:
        found = violations(page)
        assert not found, "\n".join([page.url, *found])

    return check_axe
