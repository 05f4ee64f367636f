"""The form in which a person names the others at their screen: pasted or typed, a name on each line."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import Field, TextAreaField
from wtforms.validators import ValidationError

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.text import clean, clean_line
from eventsapp.registrations.fields import carries_link
from eventsapp.registrations.models import Registration
from eventsapp.registrations.rules import too_many_names
from eventsapp.web.forms import Form

_MOST_CHARACTERS = 200
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class LinesField(TextAreaField):
    """Lines of text. Characters that are none are refused rather than taken away, since a name might be another then."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        typed = self.data or ""
        self.data = clean(typed)
        if _UNREADABLE.search(typed):
            raise ValueError(gettext("Några tecken går inte att läsa. Skriv raderna igen."))


class CompanionsForm(Form):
    """Who the others at the screen are. Nothing has to be answered."""

    names = LinesField(
        _l("Namnen på er andra vid skärmen"),
        description=_l("Ett namn på varje rad. Du kan skriva några av dem, eller inga alls."),
    )

    @classmethod
    def for_registration(cls, registration: Registration, names: Sequence[str]) -> "CompanionsForm":
        """The form filled in with the names that there are."""
        form = cls(data={"names": "\n".join(names)})
        form.people = registration.head_count
        return form

    @property
    def lines(self) -> list[str]:
        """The names, without empty lines."""
        return [line for text in (self.names.data or "").split("\n") if (line := clean_line(text))]

    def validate_names(self, _field: Field) -> None:
        lines = self.lines
        if len(lines) > self.people - 1:
            raise ValidationError(too_many_names(len(lines), self.people))
        if any(len(line) > _MOST_CHARACTERS for line in lines):
            raise ValidationError(gettext("Ett namn får ha högst %(most)s tecken.", most=_MOST_CHARACTERS))
        if any(carries_link(line) for line in lines):
            raise ValidationError(gettext("Skriv bara namnen, utan länkar och adresser."))
