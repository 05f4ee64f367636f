"""Who a device remembers, when the person has asked it to: a cookie that only we can read, and nothing in the database."""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta

from cryptography.fernet import InvalidToken
from flask import Response as PageResponse
from flask import after_this_request, current_app, request
from werkzeug import Response

from eventsapp.core.clock import now
from eventsapp.core.sealing import seal, unseal

COOKIE = "eventsapp_person"
KEPT_FOR = timedelta(days=365)


@dataclass(frozen=True)
class RememberedPerson:
    """What a person would otherwise type each time. `profession` is a code, or empty."""

    name: str
    email: str
    organisation: str
    job_title: str = ""
    profession: str = ""


def find_remembered() -> RememberedPerson | None:
    """The person whom this device remembers. A page that says who it is must stay out of every cache, and so it does."""
    sealed = request.cookies.get(COOKIE)
    if not sealed:
        return None
    after_this_request(_keep_out_of_caches)
    try:
        values = json.loads(unseal(sealed))
        until = values.pop("until")
        return RememberedPerson(**values) if now().timestamp() < until else None
    except (InvalidToken, ValueError, TypeError, KeyError):
        return None


def remember(response: Response, person: RememberedPerson) -> None:
    """Let the device remember a person for twelve months. The longest words that a form takes fit in a cookie."""
    values = asdict(person) | {"until": (now() + KEPT_FOR).timestamp()}
    response.set_cookie(
        COOKIE,
        seal(json.dumps(values, ensure_ascii=False, separators=(",", ":"))),
        max_age=KEPT_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def forget_person(response: Response) -> None:
    """Let the device forget whom it remembers."""
    response.delete_cookie(
        COOKIE, secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax"
    )


def _keep_out_of_caches(response: PageResponse) -> PageResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response
