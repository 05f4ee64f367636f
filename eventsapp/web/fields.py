"""Fields that several forms use: numbers, times of day, choices and addresses, with our own sentences."""

import re
from collections.abc import Iterable, Iterator
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext
from wtforms import FieldList, IntegerField, SelectField, SelectMultipleField, TimeField, ValidationError
from wtforms.fields import URLField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the types are of 3.2
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.text import clean_line

MAX_ADDRESS = 2000

_CLOCK = re.compile(r"([0-9]{1,2})(?:[.:]?([0-9]{2}))?(?:[.:]00)?")


class WholeNumberField(IntegerField):
    """A whole number between two limits, or empty."""

    def __init__(
        self, label: str | None = None, *, minimum: int = 0, maximum: int = 100_000, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.minimum = minimum
        self.maximum = maximum

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = clean_line(valuelist[0]).replace(" ", "") if valuelist else ""
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"-?[0-9]{1,9}", text) or not self.minimum <= int(text) <= self.maximum:
            raise ValueError(
                gettext(
                    "Skriv ett helt tal mellan %(least)s och %(most)s.", least=self.minimum, most=self.maximum
                )
            )
        self.data = int(text)


class ClockField(TimeField):
    """A time of day: "09:00" as browsers send it, and "9", "9.00" or "0900" as people write it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = clean_line(valuelist[0]) if valuelist else ""
        self.data = None
        if not text:
            return
        found = _CLOCK.fullmatch(text)
        if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise ValueError(gettext("Skriv tiden som 09.00."))
        self.data = time(int(found[1]), int(found[2] or 0))


class ChoiceField(SelectField):
    """One of a list, with a sentence of our own for what is not in it."""

    def __init__(self, label: str | None = None, **options: Any) -> None:
        options.setdefault("invalid_choice_message", _l("Välj ett av alternativen."))
        super().__init__(label, **options)


class RadioChoiceField(ChoiceField):
    """As `ChoiceField`, with every alternative in view."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class TicksField(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str | None = None, **options: Any) -> None:
        options.setdefault("invalid_choice_message", _l("Välj bland alternativen."))
        super().__init__(label, **options)


class WebAddressField(URLField):
    """A web address that a page may link to: http or https with a host; "www.…" gets its https."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = clean_line(self.data or "")
        if self.data.casefold().startswith("www."):
            self.data = f"https://{self.data}"

    def pre_validate(self, form: Any) -> None:
        if self.data and not is_web_address(self.data):
            raise ValidationError(gettext("Skriv en webbadress som börjar med https://"))


class RowsField(FieldList):  # type: ignore[type-arg]  # generic in the types only
    """A list of rows named "rows-0-title", "rows-1-title" …; strange numbers are not rows."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        for name in formdata:
            found = re.match(re.escape(prefix) + r"-([0-9]{1,4})(?:-|$)", name)
            if found:
                yield int(found[1])


def choices_of(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """What `choices=` of a field takes, from pairs of value and label."""
    return [SelectChoice(value, label) for value, label in pairs]


def choice_in(group: str, value: str, label: str) -> SelectChoice:
    """A choice that stands under the heading of its group."""
    return SelectChoice(value, label, optgroup=group)


def is_web_address(address: str) -> bool:
    """Whether a page may link to the address: http or https, a host, no spaces, no password, not endless."""
    if len(address) > MAX_ADDRESS or re.search(r"[\s<>\"\\^`{|}]", address):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and "." in host.strip(".")
        and port_is_a_number
        and parts.username is None
    )
