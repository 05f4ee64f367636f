"""Which device this request comes from. The cookie holds the device's token, signed; without it the row is of no use."""

from dataclasses import dataclass

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug import Response

from eventsapp.core.clock import now
from eventsapp.participants.models import Device
from eventsapp.participants.queries import find_device
from eventsapp.participants.rules import Stay

COOKIE = "eventsapp_device"


@dataclass(frozen=True)
class LetIn:
    """A device that is let in, with the token that its browser holds."""

    device: Device
    token: str


def current_device() -> LetIn | None:
    """The device of this request, while it is let in. Asks the database once in a request, and only of one with a cookie."""
    if "participant_device" not in g:
        g.participant_device = _find()
    found: LetIn | None = g.participant_device
    return found


def _find() -> LetIn | None:
    signed = request.cookies.get(COOKIE)
    if not signed:
        return None
    try:
        token = _serializer().loads(signed)
    except BadData:
        return None
    device = find_device(token, now()) if isinstance(token, str) else None
    return None if device is None else LetIn(device, token)


def keep_device(response: Response, token: str, stay: Stay) -> None:
    """Let the browser hold a device's token; "only now" ends with the browser too."""
    response.set_cookie(
        COOKIE,
        str(_serializer().dumps(token)),
        max_age=None if stay is Stay.NOW else stay.lasts,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def drop_device(response: Response) -> None:
    """Let the browser forget its token."""
    response.delete_cookie(
        COOKIE, secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax"
    )


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="participant device")
