"""Calendars to subscribe to, calendar files, and the page that explains how."""

from collections.abc import Callable, Hashable
from datetime import date

from flask import Blueprint, Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from eventsapp.config import Settings
from eventsapp.core.clock import swedish_today
from eventsapp.core.errors import NotFound
from eventsapp.events.filters import EventFilter, UnknownFilter
from eventsapp.events.public_data import public_version
from eventsapp.feeds.documents import Feed, FeedMaker, make_deadlines, make_feed
from eventsapp.feeds.kept import KeptFeed, KeptFeeds
from eventsapp.feeds.queries import Selection, read_selection
from eventsapp.feeds.short_addresses import selection_of
from eventsapp.rendering.calendar import etag_of, render_calendar
from eventsapp.web.cacheable import cacheable
from eventsapp.web.guards import public
from eventsapp.web.headers import PRIVATE_PREFIXES
from eventsapp.web.pages import page, site_url

bp = Blueprint("feeds", __name__)
CALENDAR_TYPE = "text/calendar; charset=utf-8"
Maker = Callable[[EventFilter, Selection, date, FeedMaker], Feed]
"""Makes the feed of a selection on a day."""
Asked = tuple[EventFilter, str]
"""What an address asks for, and that address, always written the same way."""


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
    def asked() -> Asked:
        return selection, site_url(str(request.endpoint), **selection.values())

    try:
        selection = EventFilter.from_args(request.args, strict=True)
        return _answer(_find_or_make((make, g.lang, selection), asked, make))
    except UnknownFilter as error:
        return Response(f"{error.message}\n", 400, content_type="text/plain; charset=utf-8")


def _of_code(make: Maker, code: str) -> ResponseReturnValue:
    def asked() -> Asked:
        if (selection := selection_of(code)) is None:
            raise NotFound
        return selection, site_url(str(request.endpoint), code=code)

    try:
        return _answer(_find_or_make((make, g.lang, code), asked, make))
    except NotFound:
        return Response("404\n", 404, content_type="text/plain; charset=utf-8")


def _answer(feed: KeptFeed) -> Response:
    return cacheable(
        feed.content,
        content_type=CALENDAR_TYPE,
        etag=feed.etag,
        last_modified=feed.changed_at,
        disposition=f'inline; filename="{"kalender" if g.lang == "sv" else "calendar"}.ics"',
        compressed=lambda: feed.compressed,
    )


def _find_or_make(key: Hashable, asked: Callable[[], Asked], make: Maker) -> KeptFeed:
    kept_feeds: KeptFeeds = current_app.extensions["kept_feeds"]
    today = swedish_today()
    # Read before the data: what changes meanwhile makes the feed out of date at once, never right too early.
    version = (public_version(), today)
    if (kept := kept_feeds.find(key, version)) is not None:
        return kept
    selection, source_url = asked()
    read = read_selection(selection)
    selection.require_known(read.labels)
    settings: Settings = current_app.config["SETTINGS"]
    maker = FeedMaker(settings.site_name, settings.feed_days_back, g.lang, pages_address())
    feed = make(selection, read, today, maker)
    content = render_calendar(feed.entries, name=feed.name, source_url=source_url, language=g.lang)
    made = KeptFeed(content, etag_of(content), feed.changed_at, version)
    kept_feeds.keep(key, made)
    return made


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """What search engines leave alone. The feeds stay open: Google's calendar asks here before it fetches one."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE_PREFIXES), ""]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


def pages_address() -> str:
    """What the address of every event's page begins with; a long feed must not build each one by itself."""
    return site_url("catalogue.event", slug="-").removesuffix("-")
