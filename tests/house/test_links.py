"""Every page that a template links to exists: a misspelt endpoint would be an error page for whoever opens it."""

import re

from flask import Flask

from eventsapp.config import PROJECT_ROOT

TEMPLATES = PROJECT_ROOT / "templates"
NAMED = re.compile(r"(?:url_for|nav_link|has_page)\(\s*\"([\w.]+)\"|\(\"\w+\", \"(\w+\.\w+)\", _\(")


def linked_endpoints() -> dict[str, str]:
    """The endpoints that templates name, each with one template that does."""
    return {
        first or second: path.relative_to(TEMPLATES).as_posix()
        for path in sorted(TEMPLATES.rglob("*.*"))
        if path.is_file()
        for first, second in NAMED.findall(path.read_text())
    }


def test_the_pattern_finds_links_and_tabs() -> None:
    found = linked_endpoints()
    assert {"static", "catalogue.index", "about.privacy", "events_staff.history"} <= found.keys()


def test_what_templates_link_to_exists(app: Flask) -> None:
    missing = {
        endpoint: template
        for endpoint, template in linked_endpoints().items()
        if endpoint not in app.view_functions
    }
    assert missing == {}
