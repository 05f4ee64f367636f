"""Going on where one was when the sign-in ended: an address of ours, and a form with everything in it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request
from flask.typing import ResponseReturnValue

_NEVER_KEPT = {"csrf_token"}


@dataclass(frozen=True)
class PostedForm:
    """What was posted by one whose sign-in had ended, and where to."""

    path: str
    fields: tuple[tuple[str, str], ...]

    def packed(self) -> str:
        """As the value of one hidden field."""
        return json.dumps([self.path, self.fields], ensure_ascii=False)


SignInPage = Callable[[PostedForm], ResponseReturnValue]


def posted_fields() -> PostedForm:
    """The form of this request, with every field in its order; tokens and passwords are left out.

    A form that another site made the browser send is not kept: it is not what the person wrote.
    """
    path = request.full_path.rstrip("?")
    if _comes_from_elsewhere():
        return PostedForm(path, ())
    fields = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NEVER_KEPT and "password" not in name
    )
    return PostedForm(path, fields)


def unpacked(value: str) -> PostedForm | None:
    """What `PostedForm.packed` made, or None where it is anything else."""
    try:
        path, fields = json.loads(value)
        form = PostedForm(str(path), tuple((str(name), str(text)) for name, text in fields))
    except (ValueError, TypeError):
        return None
    return form if form.path and local_path(form.path) == form.path else None


def local_path(address: str, *, strip_origin: bool = False) -> str:
    """The address when it is a path on this site, else "". Nothing that a browser could read as another site passes.

    With `strip_origin` the path and query of a whole address are taken, whatever its host.
    """
    if strip_origin:
        parts = urlsplit(address)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
    # Browsers take "//host", "/\\host" and, since they drop tabs and newlines, "/\t/host" for another site.
    is_path = address.startswith("/") and not address.startswith("//")
    has_trick = "\\" in address or any(ord(character) <= 32 or ord(character) == 127 for character in address)
    return address if is_path and not has_trick else ""


def _comes_from_elsewhere() -> bool:
    # Our own staff pages send no referrer, and then the origin is "null".
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "null")
    return site not in ("same-origin", "none") or (
        origin != "null" and urlsplit(origin).netloc != request.host
    )
