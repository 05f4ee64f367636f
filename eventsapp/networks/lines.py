"""People pasted in as lines, one a line: "Namn; e-post; organisation". A line from a spreadsheet has tabs instead."""

import re
from dataclasses import dataclass

from flask_babel import gettext
from wtforms.validators import ValidationError

from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import format_count
from eventsapp.core.text import clean_line, email_key
from eventsapp.web.forms import checked_email

MOST_LINES = 2000
_LONGEST_PART = 200
_SEPARATOR = re.compile(r"[;\t]")


@dataclass(frozen=True)
class PastedPerson:
    """One line that could be read; the organisation may be empty, and the name where it is not asked for."""

    name: str
    email: str
    organisation: str


@dataclass(frozen=True)
class BadLine:
    """A line that could not be read: its number from 1 as it was pasted, what it said, and why."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True)
class PastedLines:
    """What was pasted. `repeated` is how many lines had an address that stood in a line before."""

    people: list[PastedPerson]
    bad: list[BadLine]
    repeated: int

    @property
    def left_over(self) -> str:
        """The lines that could not be read, to be put right and sent again."""
        return "\n".join(line.text for line in self.bad)


def read_lines(text: str, *, name_needed: bool) -> PastedLines:
    """Read what was pasted; empty lines say nothing. Raises DomainError at "lines" where there are none or too many.

    Without `name_needed` a line may also be an address alone.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise DomainError(gettext("Klistra in minst en rad."), "lines")
    if len(lines) > MOST_LINES:
        raise DomainError(
            gettext(
                "Det är %(there)s rader. Klistra in högst %(most)s åt gången.",
                there=format_count(len(lines)),
                most=format_count(MOST_LINES),
            ),
            "lines",
        )
    people: dict[str, PastedPerson] = {}
    bad: list[BadLine] = []
    repeated = 0
    for number, line in lines:
        try:
            person = _read_line(line, name_needed=name_needed)
        except DomainError as error:
            bad.append(BadLine(number, line, error.message))
            continue
        repeated += email_key(person.email) in people
        people.setdefault(email_key(person.email), person)
    return PastedLines(list(people.values()), bad, repeated)


def _read_line(line: str, *, name_needed: bool) -> PastedPerson:
    parts = [clean_line(part) for part in _SEPARATOR.split(line)]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if len(parts) == 1 and "@" in parts[0] and not name_needed:
        parts = ["", parts[0]]
    if len(parts) < 2:
        raise DomainError(gettext("Skriv namn, e-post och organisation med semikolon emellan."))
    if len(parts) > 3:
        raise DomainError(gettext("Raden har fler än tre delar. Skriv en person på varje rad."))
    name, address, organisation = [*parts, ""][:3]
    if not name and name_needed:
        raise DomainError(gettext("Namnet saknas."))
    if max(len(name), len(organisation)) > _LONGEST_PART:
        raise DomainError(gettext("Skriv högst %(max)d tecken.", max=_LONGEST_PART))
    if not address:
        raise DomainError(gettext("E-postadressen saknas."))
    try:
        return PastedPerson(name, checked_email(address), organisation)
    except ValidationError:
        raise DomainError(gettext("Det är ingen e-postadress: %(text)s", text=address)) from None
