"""Fields and checks that forms about people share."""

import re
from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.fields import TelField
from wtforms.validators import ValidationError

from eventsapp.core.text import clean_line
from eventsapp.web.forms import Form

_LINK = re.compile(r"://|www\.|@", re.IGNORECASE)


def carries_link(name: str) -> bool:
    """Whether there is more in a name than a name: an address or a link."""
    return _LINK.search(name) is not None


def is_phone(text: str) -> bool:
    """Whether a text is a telephone number as people write it."""
    return re.fullmatch(r"[0-9+()\-./ ]{5,40}", text) is not None


class NoLinks:
    """A name is written in letters to an address that anybody can type, so it must not carry a message there."""

    def __call__(self, form: Form, field: Field) -> None:
        if carries_link(field.data or ""):
            raise ValidationError(gettext("Skriv bara namnet, utan länkar och adresser."))


class OneOf:
    """The value is one of the field's choices; for fields that must not answer in the form library's own words."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Form, field: Any) -> None:
        if field.data not in {value for value, *_ in field.iter_choices()}:
            raise ValidationError(str(self.message))


class PhoneField(TelField):
    """A telephone number as people write it, on one line."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = clean_line(self.data or "")

    def pre_validate(self, form: Any) -> None:
        if self.data and not is_phone(self.data):
            raise ValidationError(gettext("Skriv telefonnumret med siffror, till exempel 070-123 45 67."))
