"""What an alias is called, the code that is read out, and what is sealed; on values alone."""

import json
import re
import secrets
from dataclasses import asdict, dataclass

from flask_babel import gettext

from eventsapp.core.errors import Conflict
from eventsapp.registrations.models import Registration

CODE_LENGTH = 12
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's, without the letters that are mistaken for digits; twelve of them are 60 random bits."""
_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, kw_only=True)
class SealedDetails:
    """What is known of the person behind an alias; "" is not known."""

    name: str = ""
    email: str = ""
    phone: str = ""
    job_title: str = ""
    organisation: str = ""
    note: str = ""

    def to_text(self) -> str:
        """For sealing."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> "SealedDetails":
        """What `to_text` made."""
        return cls(**json.loads(text))


def alias_name(number: int) -> str:
    """The alias as it is stored, the same in every language since it is a name: "Deltagare 12"."""
    return f"Deltagare {number}"


def is_alias(registration: Registration) -> bool:
    return registration.alias_number is not None


def new_code() -> str:
    """A random code that can be read out and typed."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """A code in groups of four, as it is read out."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalised_code(typed: str) -> str:
    """A typed code as `new_code` made it, whatever its capitals, spaces and hyphens; "" for what cannot be one."""
    code = re.sub(r"[\s\-–.]+", "", typed).upper().translate(_TYPED)
    return code if len(code) == CODE_LENGTH and set(code) <= set(_ALPHABET) else ""


def require_alias(registration: Registration) -> None:
    if not is_alias(registration):
        raise Conflict(gettext("Posten är inte låst."))
