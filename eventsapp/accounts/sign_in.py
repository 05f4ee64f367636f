"""Who is signed in: Flask-Login, the session, and what happens to one who must sign in first."""

from datetime import UTC, datetime, timedelta

from flask import Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, login_user, logout_user

from eventsapp.accounts.models import User
from eventsapp.accounts.passwords import hash_of_nobody
from eventsapp.accounts.queries import find_signed_in_user
from eventsapp.accounts.resuming import SignInPage, local_path, posted_fields
from eventsapp.core.clock import now
from eventsapp.web.guards import SAFE_METHODS

SIGNED_IN_FOR = timedelta(hours=12)
_SIGNED_IN_AT = "_signed_in_at"


def init_sign_in(app: Flask, show_sign_in: SignInPage) -> None:
    """Connect Flask-Login. `show_sign_in(fields)` gives the sign-in page with what was posted kept in it."""
    manager = LoginManager(app)
    # A phone changes its address between two pages; what ends a sign-in is the stamp.
    manager.session_protection = None
    manager.user_loader(_load_user)
    hash_of_nobody()

    def sign_in_first() -> ResponseReturnValue:
        if request.method in SAFE_METHODS:
            return _to_sign_in()
        return show_sign_in(posted_fields())

    app.extensions["sign_in_first"] = sign_in_first


def _load_user(session_id: str) -> User | None:
    signed_in_at: float | None = session.get(_SIGNED_IN_AT)
    if signed_in_at is not None and now() - datetime.fromtimestamp(signed_in_at, UTC) > SIGNED_IN_FOR:
        return None
    user_id, _, stamp = session_id.partition(".")
    is_id = user_id.isdecimal() and len(user_id) < 10
    return find_signed_in_user(int(user_id), stamp) if is_id else None


def _to_sign_in() -> ResponseReturnValue:
    if request.headers.get("HX-Request"):
        # A list that filters in place cannot show a sign-in page inside itself; the whole page goes there.
        shown = local_path(request.headers.get("HX-Current-URL", ""), strip_origin=True)
        return "", 401, {"HX-Redirect": url_for("accounts.sign_in", lang=g.lang, next=shown)}
    return redirect(url_for("accounts.sign_in", lang=g.lang, next=request.full_path.rstrip("?")))


def start_session(user: User) -> None:
    """Sign a user in, in a session that keeps nothing of the one before."""
    _forget_session()
    login_user(user)
    session[_SIGNED_IN_AT] = now().timestamp()


def end_session() -> None:
    """Sign out, and forget everything that the session held."""
    logout_user()
    _forget_session()


def _forget_session() -> None:
    session.clear()
    # The forms of this page need a token of the new session, not the one that was made for the old.
    g.pop("csrf_token", None)
