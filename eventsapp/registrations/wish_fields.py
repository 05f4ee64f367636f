"""The part of the form in which people rank the programme items of each time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext
from wtforms import Field, SelectField
from wtforms.validators import ValidationError

from eventsapp.core.clock import to_swedish
from eventsapp.core.i18n import format_clock, format_day
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.rules import MOST_WISHES, Slot

LABELS = (_l("Förstahandsval"), _l("Andrahandsval"), _l("Tredjehandsval"))


@dataclass(frozen=True)
class WishSlot:
    """The fields of one time, the first wish first, and what stands above them."""

    legend: str
    fields: tuple[Any, ...]


class OffersIt:
    """The value is one of the field's choices, in our own words."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data not in {value for value, *_ in field.iter_choices()}:
            raise ValidationError(gettext("Välj en av punkterna"))


class ComesNext:
    """A wish that is another one than those before it, none of which is left out."""

    def __call__(self, form: Any, field: Field) -> None:
        slot, rank = (int(part) for part in field.short_name.split("_")[1:])
        before = [form[f"wish_{slot}_{number}"] for number in range(rank)]
        if field.data and field.data in [one.data for one in before]:
            raise ValidationError(gettext("Du har redan rangordnat den punkten. Välj en annan."))
        left_out = next((one for one in before if not one.data), None)
        if field.data and left_out is not None:
            raise ValidationError(
                gettext("Välj i ordning. Fyll i %(wish)s först.", wish=left_out.label.text.lower())
            )


def fields_for(sizes: Sequence[int]) -> dict[str, Any]:
    """A field for each wish that one can have; `sizes` says how many items each time has."""
    return {
        f"wish_{slot}_{rank}": SelectField(
            LABELS[rank], default="", validate_choice=False, validators=[OffersIt(), ComesNext()]
        )
        for slot, size in enumerate(sizes)
        for rank in range(min(size, MOST_WISHES))
    }


def offer_items(form: Any, slots: Sequence[Slot]) -> list[WishSlot]:
    """Let the items of each time be chosen in its fields."""
    days = {to_swedish(slot.starts_at).date() for slot in slots}
    found = []
    for number, slot in enumerate(slots):
        fields = tuple(form[f"wish_{number}_{rank}"] for rank in range(min(len(slot.items), MOST_WISHES)))
        choices = [("", gettext("Inget val")), *((str(item.id), _in_words(item)) for item in slot.items)]
        for field in fields:
            field.choices = choices
        clock = format_clock(slot.starts_at)
        if len(days) > 1:
            day = format_day(to_swedish(slot.starts_at).date(), year=False)
            legend = gettext("Rangordna punkterna %(day)s kl. %(time)s", day=day, time=clock)
        else:
            legend = gettext("Rangordna punkterna kl. %(time)s", time=clock)
        found.append(WishSlot(legend, fields))
    return found


def chosen_wishes(slots: Iterable[WishSlot]) -> tuple[int, ...]:
    """What was wished for, of each time the first wish first, once the form is valid."""
    return tuple(int(field.data) for slot in slots for field in slot.fields if field.data)


def fill_in_wishes(slots: Iterable[WishSlot], wishes: Sequence[int]) -> None:
    """Show what a person has wished for."""
    for slot in slots:
        offered = {value for value, *_ in slot.fields[0].choices}
        wished = [str(item_id) for item_id in wishes if str(item_id) in offered]
        for position, field in enumerate(slot.fields):
            field.data = wished[position] if position < len(wished) else ""


def _in_words(item: ProgrammeItem) -> str:
    if item.capacity is None:
        return item.title
    places = ngettext("%(num)s plats", "%(num)s platser", item.capacity)
    return f"{item.title} ({places})"
