"""Filters that follow each change: the focus stays, the address follows, and nothing is lost on the way."""

import re
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.steps import make_activity

WORD = "Bokbussprov"


def test_list_follows_while_one_types(desktop: Page, site_data: Flask) -> None:
    activity = make_activity(f"{WORD} ett")
    make_activity(f"{WORD} två", kind="konferens")
    desktop.goto("/aktiviteter")
    desktop.evaluate("window.samePage = true")
    search = desktop.get_by_role("searchbox", name="Sök aktivitet")
    search.press_sequentially(WORD)
    expect(desktop.get_by_role("status")).to_have_text("2 aktiviteter")
    expect(desktop).to_have_url(re.compile(rf"/aktiviteter\?q={WORD}$"))
    expect(search).to_be_focused()

    search.press_sequentially(" ett")
    expect(desktop.get_by_role("article")).to_have_count(1)
    desktop.get_by_role("link", name=activity.title).click()
    desktop.go_back()
    expect(search).to_have_value(f"{WORD} ett")
    expect(desktop.get_by_role("article")).to_have_count(1)


def test_a_newer_search_replaces_the_older(desktop: Page, site_data: Flask) -> None:
    """A request that was given up is no failure: the page is not loaded anew in the middle of a word."""
    make_activity(f"{WORD} tre")
    waiting: list[Route] = []

    def keep_the_first_waiting(route: Route) -> None:
        if waiting or route.request.headers.get("hx-request") != "true":
            route.continue_()
        else:
            waiting.append(route)

    desktop.route("**/aktiviteter?*", keep_the_first_waiting)
    desktop.goto("/aktiviteter")
    desktop.evaluate("window.samePage = true")
    search = desktop.get_by_role("searchbox", name="Sök aktivitet")
    with desktop.expect_request(re.compile(r"\?q=Bokb$")):
        search.press_sequentially("Bokb")
    search.press_sequentially("ussprov tre")
    expect(desktop.get_by_role("article")).to_have_count(1)
    expect(search).to_be_focused()
    expect(search).to_have_value("Bokbussprov tre")
    assert desktop.evaluate("window.samePage") is True
    waiting[0].abort()


def test_a_failed_search_loads_the_page(
    open_context: Callable[..., BrowserContext], site_data: Flask
) -> None:
    make_activity(f"{WORD} fyra")
    page = open_context().new_page()
    page.route(
        "**/aktiviteter?*",
        lambda route: (
            route.fulfill(status=503, body="upptaget")
            if route.request.headers.get("hx-request") == "true"
            else route.continue_()
        ),
    )
    page.goto("/aktiviteter")
    page.evaluate("window.samePage = true")
    page.get_by_role("searchbox", name="Sök aktivitet").fill(f"{WORD} fyra")
    expect(page.get_by_role("article")).to_have_count(1)
    assert page.evaluate("window.samePage") is None


def test_filters_without_javascript(no_js: Page, site_data: Flask) -> None:
    make_activity(f"{WORD} fem")
    conference = make_activity(f"{WORD} sex", kind="konferens")
    no_js.goto("/aktiviteter")
    no_js.get_by_role("searchbox", name="Sök aktivitet").fill(WORD)
    no_js.get_by_role("checkbox", name="Konferens").check()
    no_js.get_by_role("button", name="Visa urvalet").click()
    # The other tests of this file have a conference with the word too.
    titles = no_js.get_by_role("article").get_by_role("heading", level=3).all_inner_texts()
    assert conference.title in titles
    assert not [title for title in titles if "fem" in title]
    no_js.get_by_role("link", name="Ta bort filtret Konferens").click()
    expect(no_js.get_by_role("link", name=re.compile(f"{WORD} fem"))).to_be_visible()
