"""The form of a programme item."""

from datetime import date

from flask_babel import gettext
from wtforms import BooleanField

from eventsapp.core.clock import to_swedish
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import format_day
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.rules import (
    ItemFacts,
    day_of,
    item_times,
    speakers_as_lines,
    speakers_from_lines,
)
from eventsapp.web.fields import ChoiceField, ClockField, WholeNumberField, choices_of
from eventsapp.web.forms import Form, LineField, NotTooLong, Required, TextField

LINE = NotTooLong(300)
TEXT = NotTooLong(5000)


class ItemForm(Form):
    """One part of the programme."""

    day = ChoiceField(_l("Dag"))
    starts = ClockField(_l("Börjar"), [Required(_l("Fyll i när punkten börjar."))])
    ends = ClockField(_l("Slutar"))
    title_sv = LineField(_l("Rubrik"), [Required(_l("Skriv en rubrik.")), LINE])
    text_sv = TextField(_l("Beskrivning"), [TEXT])
    room = LineField(_l("Lokal"), [LINE])
    speakers = TextField(
        _l("Medverkande"),
        [NotTooLong(10_000)],
        description=_l("En på varje rad: namn, titel, organisation. Namnen visas på sidan."),
    )
    is_choice = BooleanField(
        _l("Valbart: deltagaren väljer"),
        description=_l(
            "Deltagaren väljer i anmälan. Valbara punkter som börjar samtidigt är ett enda val: man väljer en av dem."
        ),
    )
    capacity = WholeNumberField(
        _l("Antal platser"), description=_l("Lämna tomt om det inte finns någon gräns.")
    )
    confirmed = BooleanField(_l("Ja, den ska inte gå att välja längre"))
    """Asked for when people have chosen what is no longer to be chosen."""
    title_en = LineField(_l("Rubrik på engelska"), [LINE])
    text_en = TextField(_l("Beskrivning på engelska"), [TEXT])

    def offer(self, days: list[date]) -> None:
        """Let the days be chosen."""
        self.day.choices = choices_of((day.isoformat(), format_day(day)) for day in days)

    def facts(self) -> ItemFacts:
        """What was filled in. Raises DomainError at "starts", "ends" or "speakers"."""
        if self.starts.data is None:
            raise DomainError(gettext("Fyll i när punkten börjar."), "starts")
        starts_at, ends_at = item_times(date.fromisoformat(self.day.data), self.starts.data, self.ends.data)
        return ItemFacts(
            starts_at=starts_at,
            ends_at=ends_at,
            title_sv=self.title_sv.data or "",
            title_en=self.title_en.data or None,
            text_sv=self.text_sv.data or "",
            text_en=self.text_en.data or None,
            room=self.room.data or "",
            speakers=speakers_from_lines(self.speakers.data or ""),
            is_choice=bool(self.is_choice.data),
            capacity=self.capacity.data if self.is_choice.data else None,
        )


def form_data(item: ProgrammeItem) -> dict[str, object]:
    """What a form is filled with to show an item."""
    return {
        "day": day_of(item).isoformat(),
        "starts": to_swedish(item.starts_at).time(),
        "ends": to_swedish(item.ends_at).time() if item.ends_at else None,
        "title_sv": item.title_sv,
        "title_en": item.title_en or "",
        "text_sv": item.text_sv,
        "text_en": item.text_en or "",
        "room": item.room,
        "speakers": speakers_as_lines(item),
        "is_choice": item.is_choice,
        "capacity": item.capacity,
    }


def next_item(items: list[ProgrammeItem], days: list[date]) -> dict[str, object]:
    """What the form for one more item begins with: where the last one ended."""
    if not items:
        return {"day": days[0].isoformat() if days else ""}
    last = items[-1]
    return {
        "day": day_of(last).isoformat(),
        "starts": to_swedish(last.ends_at).time() if last.ends_at else None,
    }
