"""Calendars to subscribe to."""

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from eventsapp.config import Settings
from eventsapp.core.errors import NotFound
from eventsapp.events.filters import EventFilter, UnknownFilter
from eventsapp.feeds.documents import Feed, FeedMaker, make_deadlines, make_feed
from eventsapp.feeds.fetches import calendar_disposition, not_found, not_understood
from eventsapp.feeds.kept import KeptFeeds
from eventsapp.feeds.queries import Selection, read_selection
from eventsapp.feeds.short_addresses import selection_of
from eventsapp.rendering.calendar import CALENDAR_TYPE, render_calendar
from eventsapp.web.cacheable import cacheable
from eventsapp.web.guards import public
from eventsapp.web.headers import PRIVATE_PREFIXES
from eventsapp.web.pages import page, site_url

bp = Blueprint("feeds", __name__)
Maker = Callable[[EventFilter, Selection, date, FeedMaker], Feed]
"""Makes the feed of a selection on a day."""
Asked = tuple[EventFilter, Mapping[str, Any]]
"""The selection that an address asks for, and what that address is built of, so that it is always written the same way."""


@bp.record_once
def _make_room_for_feeds(state: BlueprintSetupState) -> None:
    state.app.extensions["kept_feeds"] = KeptFeeds()


@page(bp, "/kalender.ics", "/calendar.ics")
@public
def calendar() -> ResponseReturnValue:
    """The feed of a selection; its address alone decides what is in it."""
    return _of_address(make_feed)


@page(bp, "/kalender/anmalan.ics", "/calendar/registration.ics")
@public
def deadlines() -> ResponseReturnValue:
    """When registration opens and closes, for the same selections."""
    return _of_address(make_deadlines)


@page(bp, "/kalender/<code>.ics", "/calendar/<code>.ics")
@public
def short(code: str) -> ResponseReturnValue:
    """The feed of a selection whose own address would be too long."""
    return _of_code(make_feed, code)


@page(bp, "/kalender/anmalan/<code>.ics", "/calendar/registration/<code>.ics")
@public
def short_deadlines(code: str) -> ResponseReturnValue:
    """When registration opens and closes, for a selection whose own address would be too long."""
    return _of_code(make_deadlines, code)


def _of_address(make: Maker) -> ResponseReturnValue:
    try:
        selection = EventFilter.from_args(request.args, strict=True)
        return _answer(make, selection, lambda: (selection, selection.values()))
    except UnknownFilter as error:
        return not_understood(error)


def _of_code(make: Maker, code: str) -> ResponseReturnValue:
    def asked() -> Asked:
        if (selection := selection_of(code)) is None:
            raise NotFound
        return selection, {"code": code}

    try:
        return _answer(make, code, asked)
    except NotFound:
        return not_found()
    except UnknownFilter as error:
        return not_understood(error)


def _answer(make: Maker, key: Hashable, asked: Callable[[], Asked]) -> ResponseReturnValue:
    def made(today: date) -> tuple[bytes, datetime]:
        selection, values = asked()
        read = read_selection(selection)
        selection.require_known(read.labels)
        settings: Settings = current_app.config["SETTINGS"]
        maker = FeedMaker(settings.site_name, settings.feed_days_back, g.lang, pages_address())
        feed = make(selection, read, today, maker)
        source_url = site_url(str(request.endpoint), **values)
        content = render_calendar(feed.entries, name=feed.name, source_url=source_url, language=g.lang)
        return content, feed.changed_at

    kept_feeds: KeptFeeds = current_app.extensions["kept_feeds"]
    feed = kept_feeds.find_or_make((make, g.lang, key), made)
    return cacheable(
        feed.content,
        content_type=CALENDAR_TYPE,
        etag=feed.etag,
        last_modified=feed.changed_at,
        disposition=calendar_disposition(),
        compressed=lambda: feed.compressed,
    )


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """What search engines leave alone. The feeds stay open: Google's calendar asks here before it fetches one."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE_PREFIXES), ""]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


def pages_address() -> str:
    """What the address of every event's page begins with; a long feed must not build each one by itself."""
    return site_url("catalogue.event", slug="-").removesuffix("-")
