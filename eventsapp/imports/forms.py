"""The forms of an import: the list, what its columns are, and how it is accepted."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.models import Event
from eventsapp.imports.columns import MODE, ORGANISATION, ImportColumn, columns_of
from eventsapp.imports.models import ImportBatch
from eventsapp.imports.operations import Choices
from eventsapp.imports.rules import LIMITS, MOST_BYTES, too_many_rows
from eventsapp.registrations.models import AttendanceMode
from eventsapp.rendering.table_files import Fault, TableRow, UnreadableTable, read_file, read_text
from eventsapp.web.fields import ChoiceField, RowsField, choices_of
from eventsapp.web.forms import Form, LineField, NotTooLong, TextField

_LOOKED_AT = 5
"""So many rows are looked at for an example of what a column holds."""


class ListForm(Form):
    """A list, as a file or as pasted lines."""

    file = FileField(_l("Fil"), description=_l("Excelfil (XLSX) eller CSV, högst 2 MB."))
    lines = TextField(
        _l("Eller klistra in raderna"),
        description=_l(
            "En person på varje rad, med tabb, semikolon eller komma mellan kolumnerna. Ta gärna med rubrikerna."
        ),
    )

    def validate_file(self, field: FileField) -> None:
        if not field.data and not (self.lines.data or "").strip():
            raise ValidationError(gettext("Välj en fil eller klistra in minst en rad."))
        if field.data and (self.lines.data or "").strip():
            raise ValidationError(gettext("Välj antingen en fil eller inklistrade rader, inte båda."))

    @property
    def list_field(self) -> str:
        """The field that the list came in."""
        return "file" if self.file.data else "lines"

    def table(self) -> list[TableRow]:
        """The rows of the list, once the form is valid; raises DomainError at its field."""
        field = self.list_field
        try:
            if not self.file.data:
                return read_text(self.lines.data or "", LIMITS)
            content = self.file.data.stream.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise DomainError(gettext("Filen är för stor. Den får vara högst 2 MB."), field)
            return read_file(content, self.file.data.filename or "", LIMITS)
        except UnreadableTable as error:
            if error.fault is Fault.TOO_MANY_ROWS:
                raise DomainError(too_many_rows().message, field) from None
            raise DomainError(_fault_in_words(error.fault), field) from None


def _fault_in_words(fault: Fault) -> str:
    return {
        Fault.EMPTY: gettext("Det står ingenting i listan."),
        Fault.NOT_A_TABLE: gettext("Filen är varken en Excelfil (XLSX) eller en CSV-fil."),
        Fault.NOT_AS_NAMED: gettext(
            "Filen är inte det som namnet säger. Spara den på nytt som XLSX eller CSV."
        ),
        Fault.OLD_OR_LOCKED: gettext(
            "Filen har ett äldre format eller är låst med lösenord. Spara den som XLSX utan lösenord."
        ),
        Fault.DAMAGED: gettext("Excelfilen går inte att läsa. Öppna den i Excel och spara den på nytt."),
    }[fault]


class ColumnsForm(Form):
    """What each column of a list is, and what holds where a list says nothing."""

    keys = RowsField(ChoiceField(), min_entries=0, max_entries=LIMITS.columns)
    organisation = LineField(
        _l("Arbetsplats för rader som saknar den"), validators=[NotTooLong(200)], default=""
    )
    mode = ChoiceField(_l("Deltar, för rader som inte säger hur"), default="")

    @classmethod
    def for_batch(cls, event: Event, batch: ImportBatch, headings: Sequence[str]) -> "ColumnsForm":
        """The form filled in with what holds now."""
        columns = columns_of(event)
        form = cls(
            data={
                "keys": [key if key in columns else "" for key in batch.columns],
                "organisation": batch.defaults.get(ORGANISATION, ""),
                "mode": batch.defaults.get(MODE, ""),
            }
        )
        if MODE not in columns:
            del form.mode
        else:
            form.mode.choices = choices_of(
                [("", gettext("Raden läses inte in")), *((mode.value, mode.label) for mode in AttendanceMode)]
            )
        form._offer(columns, headings)
        return form

    def _offer(self, columns: Mapping[str, ImportColumn], headings: Sequence[str]) -> None:
        choices = [("", gettext("Läses inte in")), *((key, str(one.label)) for key, one in columns.items())]
        for number, entry in enumerate(self.keys.entries, 1):
            entry.choices = choices_of(choices)
            heading = headings[number - 1] if number <= len(headings) else ""
            entry.label.text = heading or gettext("Kolumn %(number)d", number=number)

    @property
    def chosen(self) -> list[str]:
        """The key of each column, once the form is valid."""
        return [str(entry.data or "") for entry in self.keys.entries]

    @property
    def defaults(self) -> dict[str, str]:
        """What holds where a list says nothing."""
        mode = str(self.mode.data or "") if "mode" in self else ""
        return {ORGANISATION: self.organisation.data or "", MODE: mode}


class AcceptForm(Form):
    """How a list is read in. `version` is that of the preview that was seen."""

    version = HiddenField()
    tell = BooleanField(_l("Skicka bekräftelsen med e-post till var och en"), default=True)
    overbook = BooleanField(_l("Ge plats även när det är fullt"))
    skip_broken = BooleanField(_l("Hoppa över de rader som inte går att läsa in"))

    def choices(self) -> Choices:
        version = str(self.version.data or "")
        return Choices(
            version=int(version) if version.isdecimal() and len(version) < 7 else 0,
            tell=bool(self.tell.data),
            overbook=bool(self.overbook.data),
            skip_broken=bool(self.skip_broken.data),
        )


def examples_of(
    rows: Sequence[tuple[int, Sequence[str]]], keys: Sequence[str], columns: Mapping[str, ImportColumn]
) -> list[str]:
    """The first thing that each column says; nothing of what is sensitive."""
    found = [""] * len(keys)
    for _number, cells in rows[:_LOOKED_AT]:
        for place, cell in enumerate(cells):
            column = columns.get(keys[place])
            if not found[place] and not (column and column.is_sensitive):
                found[place] = "".join(sign for sign in cell if sign.isprintable())[:40]
    return found
