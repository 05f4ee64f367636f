"""Sending on what somebody has sent us: to be saved, never to be shown within the site."""

from io import BytesIO
from typing import IO

from flask import Response, send_file


def as_attachment(content: bytes | IO[bytes], *, name: str, media_type: str) -> Response:
    """A file that came from outside, with headers that keep a browser from doing anything but save it."""
    file = BytesIO(content) if isinstance(content, bytes) else content
    response = send_file(file, mimetype=media_type, as_attachment=True, download_name=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers.pop("Expires", None)
    return response
