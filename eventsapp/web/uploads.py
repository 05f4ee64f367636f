"""Pages whose forms may bring files: they take larger requests than others, and say so in words where one is too large."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, flash, redirect, request
from flask_babel import gettext

from eventsapp.config import Settings

View = TypeVar("View", bound=Callable[..., Any])
_FILES_AT_ONCE = 5
_PIECE_BYTES = 64 * 1024
_MEGABYTE = 1024 * 1024


def takes_files(view: View) -> View:
    """The forms of this page may bring files."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def init_uploads(app: Flask) -> None:
    """Let the pages that take files have room for them."""
    settings: Settings = app.config["SETTINGS"]
    room = settings.file_megabytes * _MEGABYTE * _FILES_AT_ONCE + int(app.config["MAX_CONTENT_LENGTH"])

    @app.url_value_preprocessor
    def make_room(endpoint: str | None, _values: dict[str, object] | None) -> None:
        # Before the token is looked for, which reads the form.
        if not getattr(app.view_functions.get(endpoint or ""), "takes_files", False):
            return
        request.max_content_length = room
        if (request.content_length or 0) > room:
            _read_away(room)
            flash(
                gettext(
                    "Det du skickade var för stort, så ingenting är sparat. En fil får vara högst %(size)s MB.",
                    size=settings.file_megabytes,
                ),
                "error",
            )
            abort(redirect(request.root_path + request.path, 303))


def _read_away(room: int) -> None:
    """Read what comes, within reason: a browser shows no answer before it has sent everything."""
    left = min(request.content_length or 0, 4 * room)
    stream = request.environ["wsgi.input"]
    while left > 0 and (piece := stream.read(min(left, _PIECE_BYTES))):
        left -= len(piece)
