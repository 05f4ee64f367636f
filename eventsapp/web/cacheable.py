"""Answers that any cache may keep: validators, compression, and no trace of who asked."""

import gzip
from datetime import datetime

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

MAX_AGE_SECONDS = 900
_WORTH_COMPRESSING = 1000


class SessionsOfPages(SecureCookieSessionInterface):
    """Sessions as usual, except that an answer for everybody, or a calendar, gets no cookie and does not vary with one.

    Flask-Login looks into the session after every request, which would make shared caches keep a copy per visitor.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not (response.cache_control.public or response.mimetype == "text/calendar"):
            super().save_session(app, session, response)


def init_cacheable(app: Flask) -> None:
    app.session_interface = SessionsOfPages()


def cacheable(
    content: bytes,
    *,
    content_type: str,
    etag: str,
    last_modified: datetime | None,
    disposition: str,
    is_private: bool = False,
) -> Response:
    """An answer for everybody, or with `is_private` for the one who asks, who then asks each time; or 304 when the client
    has it already (RFC 9110 section 13).

    `last_modified` is None for what may shrink without leaving a time behind. `etag` names the bytes of `content`;
    compressed they get a name of their own, since a strong validator stands for one sequence of bytes.
    """
    compress = len(content) > _WORTH_COMPRESSING and request.accept_encodings["gzip"] > 0
    response = Response(content, content_type=content_type)
    response.set_etag(f"{etag}-gzip" if compress else etag)
    if last_modified is not None:
        response.last_modified = last_modified
    response.vary.add("Accept-Encoding")
    if is_private:
        response.cache_control.private = True
        response.cache_control.no_cache = True
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    else:
        response.cache_control.public = True
        response.cache_control.max_age = MAX_AGE_SECONDS
    response.headers["Content-Disposition"] = disposition
    response.make_conditional(request)
    if compress and response.status_code == 200:
        # Without a time in it, the same content always gives the same bytes.
        response.set_data(gzip.compress(content, compresslevel=6, mtime=0))
        response.content_encoding = "gzip"
    return response
