"""One event by itself: as a file, as a calendar to subscribe to, and its programme."""

from datetime import datetime

from flask import Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import selectinload

from eventsapp.config import Settings
from eventsapp.core.errors import NotFound
from eventsapp.events.documents import calendar_entries
from eventsapp.events.models import Event
from eventsapp.events.queries import current_slug, get_public_event
from eventsapp.feeds.fetches import calendar_disposition
from eventsapp.feeds.queries import get_event_once_public
from eventsapp.feeds.routes import bp, pages_address
from eventsapp.programme.documents import programme_entries
from eventsapp.programme.queries import programme_of, removed_from
from eventsapp.rendering.calendar import CALENDAR_TYPE, CalendarEntry, etag_of, render_calendar
from eventsapp.web.cacheable import cacheable
from eventsapp.web.guards import public
from eventsapp.web.pages import page, site_url


@page(bp, "/aktiviteter/<slug>.ics", "/events/<slug>.ics")
@public
def event(slug: str) -> ResponseReturnValue:
    """One event as a file, with all its occasions."""
    try:
        found = get_public_event(slug, selectinload(Event.topics))
    except NotFound:
        return _moved(slug)
    if not found.occasions:
        raise NotFound
    entries = calendar_entries(found, language=g.lang, page_url=pages_address() + found.slug)
    content = render_calendar(entries, name=None, refresh_hours=None, language=g.lang)
    return _answer(content, _changed_at(found, entries), f'attachment; filename="{found.slug}.ics"')


@page(bp, "/aktiviteter/<slug>/kalender.ics", "/events/<slug>/calendar.ics")
@public
def occasions(slug: str) -> ResponseReturnValue:
    """All occasions of one event, to subscribe to; cancelled for those who have it when it is a draft again."""
    try:
        found = get_event_once_public(slug)
    except NotFound:
        return _moved(slug)
    entries = calendar_entries(found, language=g.lang, page_url=pages_address() + found.slug)
    return _feed(found, entries, found.title)


@page(bp, "/aktiviteter/<slug>/program.ics", "/events/<slug>/programme.ics")
@public
def programme(slug: str) -> ResponseReturnValue:
    """The programme of one event, to subscribe to, an entry for each item."""
    try:
        found = get_event_once_public(slug)
    except NotFound:
        return _moved(slug)
    entries = programme_entries(
        found,
        programme_of(found.id),
        removed_from(found.id),
        language=g.lang,
        page_url=pages_address() + found.slug,
    )
    return _feed(found, entries, gettext("Program: %(title)s", title=found.title))


def _moved(slug: str) -> ResponseReturnValue:
    if (newer := current_slug(slug)) is None:
        raise NotFound
    return redirect(url_for(str(request.endpoint), slug=newer), 301)


def _feed(found: Event, entries: list[CalendarEntry], name: str) -> Response:
    settings: Settings = current_app.config["SETTINGS"]
    content = render_calendar(
        entries,
        name=f"{name} – {settings.site_name}",
        source_url=site_url(str(request.endpoint), slug=found.slug),
        language=g.lang,
    )
    return _answer(content, _changed_at(found, entries), calendar_disposition())


def _changed_at(found: Event, entries: list[CalendarEntry]) -> datetime:
    return max(found.changed_at, *(entry.last_modified_at for entry in entries), found.created_at)


def _answer(content: bytes, changed_at: datetime, disposition: str) -> Response:
    return cacheable(
        content,
        content_type=CALENDAR_TYPE,
        etag=etag_of(content),
        last_modified=changed_at,
        disposition=disposition,
    )
