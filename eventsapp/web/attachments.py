"""Sending somebody else's file on: to be saved, never to be shown within the site."""

from collections.abc import Iterable

from flask import Response

from eventsapp.core.text import clean_line


def as_attachment(content: bytes | Iterable[bytes], *, name: str, media_type: str) -> Response:
    """A file that came from outside, with headers that keep a browser from doing anything but save it."""
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=clean_line(name))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
