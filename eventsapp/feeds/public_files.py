"""Files of public activities that anybody may fetch, as the calendar feed: the address alone decides what is in one, it is
made once for each version of the data, and one who has it already is told so with one statement."""

from collections.abc import Callable
from datetime import date, datetime

from flask import current_app, g, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from eventsapp.core.clock import swedish_midnight
from eventsapp.events.filters import EventFilter, UnknownFilter
from eventsapp.feeds.fetches import not_understood
from eventsapp.feeds.kept import KeptFeeds
from eventsapp.feeds.queries import Selection, read_selection
from eventsapp.feeds.routes import bp
from eventsapp.web.cacheable import cacheable

Make = Callable[[EventFilter, Selection, date, datetime], bytes]
"""Makes the file of a selection on a day; the last argument is when it may have become another."""


@bp.record_once
def _make_room_for_files(state: BlueprintSetupState) -> None:
    # Apart from the calendars: a file of everything is large, and must not drop what ten thousand calendars ask for.
    state.app.extensions["kept_files"] = KeptFeeds()


def answer(make: Make, *, content_type: str, ending: str) -> ResponseReturnValue:
    """The file of the selection in the address; 400 for a filter that nobody knows, as the calendar feed says it."""

    def made(today: date) -> tuple[bytes, datetime]:
        read = read_selection(selection)
        selection.require_known(read.labels)
        # What is over leaves at Swedish midnight, and the file becomes another.
        changed_at = max(
            moment for moment in (swedish_midnight(today), read.changed_at) if moment is not None
        )
        return make(selection, read, today, changed_at), changed_at

    kept_files: KeptFeeds = current_app.extensions["kept_files"]
    try:
        selection = EventFilter.from_args(request.args, strict=True)
        found = kept_files.find_or_make((make, g.lang, selection), made)
    except UnknownFilter as error:
        return not_understood(error)
    return cacheable(
        found.content,
        content_type=content_type,
        etag=found.etag,
        last_modified=found.changed_at,
        disposition=f'inline; filename="{"aktiviteter" if g.lang == "sv" else "events"}.{ending}"',
        compressed=lambda: found.compressed,
    )
