"""Every route wears exactly one guard, and the table beside this file says which."""

from pathlib import Path

import pytest
from flask import Flask

from eventsapp.core.permissions import Permission, Role
from eventsapp.web.guards import GuardKind, guard_of
from tests.page_client import PageClient

TABLE = Path(__file__).with_name("access_table.txt")


def access_table(app: Flask) -> str:
    """One line per endpoint: its guard, permission and methods."""
    lines = []
    for endpoint in sorted(app.view_functions):
        if endpoint == "static":
            continue
        guard = guard_of(app.view_functions[endpoint])
        assert guard is not None, f"{endpoint} has no guard"
        methods = {method for rule in app.url_map.iter_rules(endpoint) for method in rule.methods or ()}
        words = [endpoint, guard.kind.value, *([guard.permission.value] if guard.permission else [])]
        lines.append(" ".join([*words, ",".join(sorted(methods & {"GET", "POST"}))]))
    return "\n".join(lines) + "\n"


def test_every_route_is_guarded_as_the_table_says(app: Flask) -> None:
    """A new route is added to the table on purpose: `make test ARGS="-k access_table"` prints what is missing."""
    assert access_table(app) == TABLE.read_text()


def test_staff_routes_stand_below_the_staff_address(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        guard = guard_of(app.view_functions[rule.endpoint])
        if guard and guard.kind is GuardKind.STAFF:
            assert rule.rule.startswith(("/personal/", "/en/staff/")), rule.rule
        if guard and guard.kind is GuardKind.PARTICIPANT:
            assert rule.rule.startswith(("/min/", "/en/my/")), rule.rule


def _example_urls(app: Flask, method: str) -> list[tuple[str, str]]:
    """An address for every rule with the method, with made-up values in the place of its arguments."""
    urls = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method in (rule.methods or set()) and rule.endpoint != "static":
                converted = {
                    name: 1 if "IntegerConverter" in type(converter).__name__ else "1"
                    for name, converter in rule._converters.items()
                }
                _domain, path = rule.build(converted) or ("", "")
                urls.append((rule.endpoint, path))
    return urls


def test_staff_pages_ask_visitors_to_sign_in(app: Flask, client: PageClient) -> None:
    for endpoint, path in _example_urls(app, "GET"):
        guard = guard_of(app.view_functions[endpoint])
        if guard and guard.kind is GuardKind.STAFF:
            answer = client.browser.get(path)
            assert answer.status_code in {302, 303}, path
            assert "logga-in" in answer.location or "sign-in" in answer.location, path


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_no_more_than_it_may(
    app: Flask, client: PageClient, sign_in: object, role: Role
) -> None:
    assert callable(sign_in)
    user = sign_in(role)
    for endpoint, path in _example_urls(app, "GET"):
        guard = guard_of(app.view_functions[endpoint])
        if guard and guard.permission and not user.may(Permission(guard.permission)):
            assert client.browser.get(path).status_code == 403, path


def test_a_post_without_its_token_changes_nothing(app: Flask, client: PageClient, sign_in: object) -> None:
    """The forms come back or an error page is shown; nothing is written, and nothing breaks."""
    assert callable(sign_in)
    sign_in(Role.ADMINISTRATOR)
    watch = client.watch
    for endpoint, path in _example_urls(app, "POST"):
        watch.begin()
        answer = client.browser.post(path, data={"name": "x", "email": "x@example.se"})
        assert answer.status_code < 500, (endpoint, path)
        assert watch.writes() == [], (endpoint, path)


def test_a_page_in_two_languages_has_both_addresses(app: Flask) -> None:
    """What people read exists in Swedish and in English."""
    languages: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.defaults and "lang" in rule.defaults:
            languages.setdefault(rule.endpoint, set()).add(rule.defaults["lang"])
            assert rule.rule.startswith("/en/") == (rule.defaults["lang"] == "en"), rule.rule
    assert languages
    assert all(both == {"sv", "en"} for both in languages.values())
