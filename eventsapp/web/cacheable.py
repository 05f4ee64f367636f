"""Answers that any cache may keep: validators, compression, and no trace of who asked."""

import gzip
from collections.abc import Callable
from datetime import datetime

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from werkzeug.http import http_date, quote_etag

MAX_AGE_SECONDS = 900
_WORTH_COMPRESSING = 1000


class SessionsOfPages(SecureCookieSessionInterface):
    """Sessions as usual, except that an answer for everybody, or a calendar, gets no cookie and does not vary with one.

    Flask-Login looks into the session after every request, which would make shared caches keep a copy per visitor.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Whoever sends no cookie has nothing that must be read, which programs that fetch calendars never do."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not (
            response.headers.get("Cache-Control", "").startswith("public")
            or response.mimetype == "text/calendar"
        ):
            super().save_session(app, session, response)


def init_cacheable(app: Flask) -> None:
    app.session_interface = SessionsOfPages()


def compress_bytes(content: bytes) -> bytes:
    """As gzip; without a time in it, so that the same content always gives the same bytes."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def cacheable(
    content: bytes,
    *,
    content_type: str,
    etag: str,
    last_modified: datetime | None,
    disposition: str,
    is_private: bool = False,
    compressed: Callable[[], bytes] | None = None,
) -> Response:
    """An answer for everybody, or with `is_private` for the one who asks, who then asks each time; or 304 when the client
    has it already (RFC 9110 section 13).

    `last_modified` is None for what may shrink without leaving a time behind. `etag` names the bytes of `content`;
    compressed they get a name of their own, since a strong validator stands for one sequence of bytes. `compressed`
    makes them where they are kept.
    """
    compress = len(content) > _WORTH_COMPRESSING and request.accept_encodings["gzip"] > 0
    tag = f"{etag}-gzip" if compress else etag
    headers = {
        "ETag": quote_etag(tag),
        "Vary": "Accept-Encoding",
        "Cache-Control": "private, no-cache" if is_private else f"public, max-age={MAX_AGE_SECONDS}",
        "Content-Disposition": disposition,
    }
    if last_modified is not None:
        headers["Last-Modified"] = http_date(last_modified)
    if is_private:
        headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.if_none_match.contains_weak(tag):
        return Response(status=304, headers=headers)
    response = Response(content, headers=headers, content_type=content_type)
    response.make_conditional(request)
    if compress and response.status_code == 200:
        response.set_data(compressed() if compressed else compress_bytes(content))
        response.content_encoding = "gzip"
    return response
