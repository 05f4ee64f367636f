"""Who may open a page: each route wears exactly one guard, and a route without one is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect

from eventsapp.core.actor import Actor
from eventsapp.core.db import TransactionMode, set_transaction_mode
from eventsapp.core.errors import NotFound
from eventsapp.core.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class GuardKind(StrEnum):
    PUBLIC = "public"
    PARTICIPANT = "participant"
    STAFF = "staff"


@dataclass(frozen=True)
class Guard:
    kind: GuardKind
    permission: Permission | None = None


def _wear(view: View, guard: Guard) -> View:
    if hasattr(view, "guard"):
        raise TypeError(f"{view.__name__} has two guards")
    view.guard = guard  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anyone may open this page."""
    return _wear(view, Guard(GuardKind.PUBLIC))


def participant_required(view: View) -> View:
    """Only one who has the personal link, whose token is the route's `token`; `g.participant` says who it is."""
    return _wear(view, Guard(GuardKind.PARTICIPANT))


def staff_required(permission: Permission) -> Callable[[View], View]:
    """Only staff whose role has the permission."""

    def wear(view: View) -> View:
        return _wear(view, Guard(GuardKind.STAFF, permission))

    return wear


def guard_of(view: Callable[..., Any]) -> Guard | None:
    """The guard that a view wears."""
    return getattr(view, "guard", None)


def current_actor() -> Actor:
    """The one who makes this request, as the trail names it."""
    if current_user and current_user.is_authenticated:
        return Actor.user(current_user.id, current_user.name)
    participant: int | None = getattr(g, "participant_id", None)
    return Actor.participant(participant) if participant is not None else Actor.anonymous()


def client_address() -> str:
    """The network address of the caller, after TRUSTED_PROXIES; for keyed counting only, never stored."""
    return request.remote_addr or "unknown"


def csrf_failed() -> bool:
    """Whether this request is a POST without a valid token; its transaction can then only read."""
    return bool(getattr(g, "csrf_failed", False))


ParticipantLoader = Callable[[str], object | None]


def init_guards(app: Flask) -> None:
    """Check every request in one place: guard, transaction mode, cross-site request forgery."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    # Private pages send no referrer, so over HTTPS a check of it would refuse every form of theirs.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    csrf.init_app(app)

    @app.before_request
    def check() -> ResponseReturnValue | None:
        g.csrf_failed = False
        if request.method in SAFE_METHODS:
            set_transaction_mode(TransactionMode.READ)
        else:
            set_transaction_mode(TransactionMode.WRITE)
        if request.endpoint is None or request.endpoint == "static":
            return None
        if "\0" in request.path:
            # PostgreSQL has no such character, so nothing can be found by it.
            abort(404)
        guard = guard_of(current_app.view_functions[request.endpoint])
        if guard is None:
            abort(403)
        if request.method not in SAFE_METHODS:
            _check_csrf()
        return _check_guard(guard)


def _check_csrf() -> None:
    # The form is shown again with everything kept, so the request goes on, but in a transaction that
    # cannot write: a view that forgets to validate its form still changes nothing.
    try:
        csrf.protect()
    except CSRFError:
        g.csrf_failed = True
        set_transaction_mode(TransactionMode.READ)


def _check_guard(guard: Guard) -> ResponseReturnValue | None:
    if guard.kind is GuardKind.STAFF:
        if not current_user.is_authenticated:
            unauthorized: Callable[[], ResponseReturnValue] = current_app.extensions["sign_in_first"]
            return unauthorized()
        if not current_user.may(guard.permission):
            abort(403)
    if guard.kind is GuardKind.PARTICIPANT:
        loader: ParticipantLoader = current_app.extensions["participant_loader"]
        participant = loader((request.view_args or {})["token"])
        if participant is None:
            raise NotFound
        g.participant = participant
    return None
