"""Files of public activities that anybody may fetch, as the calendar feed: the address alone decides what is in one, it is
made once for each version of the data, and one who has it already is told so with one statement."""

from collections.abc import Callable
from datetime import date, datetime

from flask import Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from eventsapp.core.clock import swedish_midnight, swedish_today
from eventsapp.events.filters import EventFilter, UnknownFilter
from eventsapp.events.public_data import public_version
from eventsapp.feeds.kept import KeptFeed, KeptFeeds
from eventsapp.feeds.queries import Selection, read_selection
from eventsapp.feeds.routes import bp
from eventsapp.rendering.calendar import etag_of
from eventsapp.web.cacheable import cacheable

Make = Callable[[EventFilter, Selection, date, datetime], bytes]
"""Makes the file of a selection on a day; the last argument is when it may have become another."""


@bp.record_once
def _make_room_for_files(state: BlueprintSetupState) -> None:
    # Apart from the calendars: a file of everything is large, and must not drop what ten thousand calendars ask for.
    state.app.extensions["kept_files"] = KeptFeeds()


def answer(make: Make, *, content_type: str, ending: str) -> ResponseReturnValue:
    """The file of the selection in the address; 400 for a filter that nobody knows, as the calendar feed says it."""
    try:
        found = _find_or_make(make, EventFilter.from_args(request.args, strict=True))
    except UnknownFilter as error:
        return Response(f"{error.message}\n", 400, content_type="text/plain; charset=utf-8")
    return cacheable(
        found.content,
        content_type=content_type,
        etag=found.etag,
        last_modified=found.changed_at,
        disposition=f'inline; filename="{"aktiviteter" if g.lang == "sv" else "events"}.{ending}"',
        compressed=lambda: found.compressed,
    )


def _find_or_make(make: Make, selection: EventFilter) -> KeptFeed:
    kept_files: KeptFeeds = current_app.extensions["kept_files"]
    today = swedish_today()
    key = (make, g.lang, selection)
    # Read before the data: what changes meanwhile makes the file out of date at once, never right too early.
    version = (public_version(), today)
    if (kept := kept_files.find(key, version)) is not None:
        return kept
    read = read_selection(selection)
    selection.require_known(read.labels)
    # What is over leaves at Swedish midnight, and the file becomes another.
    changed_at = max(moment for moment in (swedish_midnight(today), read.changed_at) if moment is not None)
    content = make(selection, read, today, changed_at)
    made = KeptFeed(content, etag_of(content), changed_at, version)
    kept_files.keep(key, made)
    return made
