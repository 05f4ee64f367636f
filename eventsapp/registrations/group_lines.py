"""The people of a group, pasted as lines: "Namn; adress" or "Namn <adress>"; a line from a spreadsheet has tabs instead."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext
from wtforms.validators import ValidationError

from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import format_count
from eventsapp.core.text import clean_line, email_key
from eventsapp.registrations.submission import MOST_IN_GROUP
from eventsapp.web.forms import checked_email

_SEPARATOR = re.compile(r"[;\t]")
_ADDRESS_IN_BRACKETS = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>[;,]?")


@dataclass(frozen=True)
class PastedMember:
    """One line that could be read."""

    name: str
    email: str
    job_title: str = ""


@dataclass(frozen=True)
class UnreadableLine:
    """A line that could not be read: its number from 1 as it was pasted, what it said, and why."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True)
class ReadMembers:
    members: list[PastedMember]
    bad: list[UnreadableLine]


def too_many(there: int) -> str:
    """The sentence on more people than one can sign up at once."""
    return gettext(
        "Det är %(there)s personer. Anmäl högst %(most)s åt gången.",
        there=format_count(there),
        most=MOST_IN_GROUP,
    )


def read_members(text: str, known: Collection[str]) -> ReadMembers:
    """Read what was pasted; empty lines say nothing, and neither does an address that stood before or is `known`.

    Raises DomainError at "lines" where there are no lines, or more than a group may have.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise DomainError(gettext("Klistra in minst en rad."), "lines")
    if len(lines) > MOST_IN_GROUP:
        raise DomainError(too_many(len(lines)), "lines")
    members: dict[str, PastedMember] = {}
    bad: list[UnreadableLine] = []
    for number, line in lines:
        try:
            member = _read_line(line)
        except DomainError as error:
            bad.append(UnreadableLine(number, line, error.message))
        else:
            if email_key(member.email) not in known:
                members.setdefault(email_key(member.email), member)
    return ReadMembers(list(members.values()), bad)


def _read_line(line: str) -> PastedMember:
    bracketed = _ADDRESS_IN_BRACKETS.fullmatch(line)
    parts = [bracketed["name"], bracketed["address"]] if bracketed else _SEPARATOR.split(line)
    parts = [clean_line(part).strip('"') for part in parts]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if not 2 <= len(parts) <= 3:
        raise DomainError(gettext("Skriv namn och e-postadress med semikolon emellan."))
    name, address, job_title = [*parts, ""][:3]
    if not name:
        raise DomainError(gettext("Namnet saknas."))
    try:
        return PastedMember(name, checked_email(address), job_title)
    except ValidationError:
        raise DomainError(gettext("Det är ingen e-postadress.")) from None
