"""The forms of the lists."""

from dataclasses import replace

from flask_babel import gettext

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.list_operations import RowFacts
from eventsapp.events.lists import Colour, Row
from eventsapp.events.models import EventKind, Series
from eventsapp.web.fields import ChoiceField, RadioChoiceField, WholeNumberField, choices_of
from eventsapp.web.forms import Form, LineField, NotTooLong, Required

NAME = NotTooLong(120)


class RowForm(Form):
    """What a row of a list is called."""

    name_sv = LineField(_l("Namn"), [Required(_l("Skriv ett namn.")), NAME])
    name_en = LineField(_l("Namn på engelska"), [Required(_l("Skriv ett namn på engelska.")), NAME])

    def facts(self) -> RowFacts:
        return RowFacts(name_sv=self.name_sv.data or "", name_en=self.name_en.data or "")


class KindForm(RowForm):
    """As a row, with what only kinds have."""

    definite_sv = LineField(
        _l("Bestämd form, med stor bokstav"),
        [Required(_l("Skriv den bestämda formen, till exempel Konferensen.")), NAME],
        description=_l("Som i ”Konferensen är inställd”."),
    )
    gender = RadioChoiceField(
        _l("Heter det en eller ett?"),
        description=_l("”Konferensen är inställd”, men ”Webbinariet är inställt”."),
    )
    colour = ChoiceField(_l("Färg"))
    position = WholeNumberField(
        _l("Plats i listan"), maximum=9999, description=_l("Den med lägst tal står först.")
    )

    def offer(self) -> None:
        self.gender.choices = choices_of([("en", "en"), ("ett", "ett")])
        self.colour.choices = choices_of((one.value, one.label) for one in Colour)

    def facts(self) -> RowFacts:
        return RowFacts(
            name_sv=self.name_sv.data or "",
            name_en=self.name_en.data or "",
            colour=Colour(self.colour.data),
            definite_sv=self.definite_sv.data or "",
            is_neuter=self.gender.data == "ett",
            position=100 if self.position.data is None else self.position.data,
        )


class SeriesForm(RowForm):
    """As a row, with what only series have."""

    shared_capacity = WholeNumberField(
        _l("Platser som alla datum i serien delar"),
        description=_l(
            "En gräns för alla datum tillsammans, vid sidan av varje datums egen. "
            "Lämna tomt om datumen inte delar några platser."
        ),
    )

    def facts(self) -> RowFacts:
        return replace(super().facts(), shared_capacity=self.shared_capacity.data)


def row_data(row: Row | None) -> dict[str, object]:
    """What a form is filled with to show a row, or for a new one."""
    if row is None:
        return {"gender": "en", "colour": Colour.NEUTRAL.value, "position": 100}
    data: dict[str, object] = {"name_sv": row.name_sv, "name_en": row.name_en}
    if isinstance(row, EventKind):
        data |= {
            "definite_sv": row.definite_sv,
            "gender": "ett" if row.is_neuter else "en",
            "colour": row.colour,
            "position": row.position,
        }
    if isinstance(row, Series):
        data |= {"shared_capacity": row.shared_capacity}
    return data


class MergeForm(Form):
    """Which other row of the list one becomes."""

    into = ChoiceField(_l("Slå ihop med"), validators=[Required(_l("Välj vad det ska slås ihop med."))])

    def offer(self, rows: list[Row]) -> None:
        self.into.choices = choices_of([("", gettext("Välj")), *((row.code, row.name) for row in rows)])

    def chosen(self, rows: list[Row]) -> Row:
        """The row that was chosen among those that were offered."""
        return next(row for row in rows if row.code == self.into.data)
