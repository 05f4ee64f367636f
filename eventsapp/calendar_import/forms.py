"""The forms: where a calendar is, what holds for new drafts, what is taken in, and a partner's calendar."""

import re
from urllib.parse import urlsplit

from flask_babel import gettext
from flask_wtf.file import FileField
from wtforms import SelectMultipleField
from wtforms.fields import URLField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from eventsapp.calendar_import.fetching import Fetcher, FetchFailed
from eventsapp.calendar_import.merging import Defaults
from eventsapp.calendar_import.models import PartnerCalendar
from eventsapp.calendar_import.partner_operations import PartnerFacts, defaults_of
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.text import clean_line
from eventsapp.events.editor_choices import EditorChoices
from eventsapp.events.life_cycle import MAX_REASON
from eventsapp.events.models import RegistrationMode
from eventsapp.web.fields import ChoiceField, choice_in, choices_of
from eventsapp.web.forms import Form, LineField, NotTooLong, Required

_MOST_CHOSEN = 1000
_CHOSEN = re.compile(r"([0-9]{1,4})\.([0-9]{1,9})")


class CalendarAddressField(URLField):
    """The address of a calendar: https or webcal, on the open internet as far as can be seen without asking."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = clean_line(self.data or "")

    def pre_validate(self, form: BaseForm) -> None:
        if not self.data:
            return
        try:
            Fetcher.of_app().check(self.data)
        except FetchFailed as error:
            raise ValidationError(error.outcome.words) from None


class DefaultsForm(Form):
    """What holds for new drafts where a calendar says nothing."""

    kind = ChoiceField(
        _l("Typ"), description=_l("Gäller alla nya utkast. Du kan ändra varje utkast för sig efteråt.")
    )
    organiser = LineField(_l("Arrangör"), validators=[NotTooLong(200)])
    municipality = ChoiceField(_l("Kommun"))
    county = ChoiceField(_l("Län"), description=_l("Fyll i det när aktiviteterna gäller hela länet."))
    registration_mode = ChoiceField(_l("Anmälan"))

    def offer(self, choices: EditorChoices) -> None:
        """Give the fields what can be chosen in them."""
        self.kind.choices = choices_of(choices.kinds)
        self.municipality.choices = [
            *choices_of([("", gettext("Ingen kommun"))]),
            *(choice_in(county, code, name) for county, code, name in choices.municipalities),
        ]
        self.county.choices = choices_of([("", gettext("Inget län")), *choices.counties])
        self.registration_mode.choices = choices_of((one.value, one.label) for one in RegistrationMode)

    def defaults(self, responsible_id: int | None) -> Defaults:
        return Defaults(
            self.kind.data or "",
            self.organiser.data or "",
            RegistrationMode(self.registration_mode.data),
            self.municipality.data or "",
            self.county.data or "",
            responsible_id,
        )


class SourceForm(DefaultsForm):
    """A calendar file, or the address of one."""

    file = FileField(_l("Kalenderfil"), description=_l("En fil som slutar på .ics, högst 5 MB."))
    address = CalendarAddressField(
        _l("Eller kalenderns adress"),
        description=_l(
            "Länken till iCal-formatet, till exempel https://… eller webcal://… som slutar på .ics."
        ),
    )

    def validate_file(self, field: FileField) -> None:
        if not field.data and not self.address.data:
            raise ValidationError(gettext("Välj en fil eller fyll i en adress."))
        if field.data and self.address.data:
            raise ValidationError(gettext("Välj antingen en fil eller en adress, inte båda."))

    @property
    def source_field(self) -> str:
        """The field that the calendar came in."""
        return "file" if self.file.data else "address"

    @property
    def source_name(self) -> str:
        """What the calendar is called until it says so itself: the file's name, or where it is."""
        if self.file.data:
            return clean_line(self.file.data.filename or "")
        return urlsplit(self.address.data or "").hostname or ""


class TakeInForm(Form):
    """Which activities of a file are taken in; each box says its number and the version of the event that was seen."""

    chosen = SelectMultipleField(_l("Aktiviteter"), validate_choice=False)
    reason = LineField(
        _l("Orsak när en aktivitet ställs in"),
        validators=[NotTooLong(MAX_REASON)],
        description=_l("Står på aktivitetens sida och i breven till dem som är anmälda."),
    )

    def numbers(self) -> dict[int, int]:
        """Number → version of what was chosen; what is no such box counts for nothing."""
        found = [_CHOSEN.fullmatch(value) for value in (self.chosen.data or [])[:_MOST_CHOSEN]]
        return {int(one[1]): int(one[2]) for one in found if one is not None}


class PartnerForm(DefaultsForm):
    """A partner's calendar."""

    name = LineField(
        _l("Partnerns namn"),
        [Required(_l("Skriv vad partnern heter.")), NotTooLong(120)],
        description=_l("Till exempel Region Västerbotten."),
    )
    address = CalendarAddressField(_l("Kalenderns adress"))

    is_new = True

    def validate_address(self, field: CalendarAddressField) -> None:
        if self.is_new and not field.data:
            raise ValidationError(gettext("Fyll i kalenderns adress."))

    def validate_organiser(self, field: LineField) -> None:
        if not field.data:
            raise ValidationError(gettext("Fyll i vem som arrangerar."))

    def facts(self, responsible_id: int) -> PartnerFacts:
        return PartnerFacts(self.name.data or "", self.address.data or "", self.defaults(responsible_id))


def partner_data(partner: PartnerCalendar) -> dict[str, object]:
    """What the form is filled with. The address is not shown again, since it may hold a secret."""
    defaults = defaults_of(partner)
    return {
        "name": partner.name,
        "kind": defaults.kind,
        "organiser": defaults.organiser,
        "municipality": defaults.municipality,
        "county": defaults.county,
        "registration_mode": defaults.registration_mode.value,
    }
