"""The form for signing up, and its relatives for changing, correcting the address, and adding by hand."""

import re
from typing import Any

from flask import g
from flask_babel import gettext
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField
from wtforms.fields import TelField
from wtforms.validators import ValidationError

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.text import clean_line
from eventsapp.core.tokens import new_token
from eventsapp.events.models import Event
from eventsapp.events.rules import offers_both_modes
from eventsapp.registrations.models import AttendanceMode, Profession, Registration
from eventsapp.registrations.queries import Answers
from eventsapp.registrations.rules import modes_of
from eventsapp.registrations.submission import FoodChoice, Submission
from eventsapp.web.forms import EmailField, Form, LineField, NotTooLong, Required, TextField

OTHER_FOOD = "other"
_LINK = re.compile(r"://|www\.|@", re.IGNORECASE)
_NONCE = re.compile(r"[A-Za-z0-9_-]{20,64}")


class NoLinks:
    """A name is written in letters to an address that anybody can type, so it must not carry a message there."""

    def __call__(self, form: Form, field: Field) -> None:
        if _LINK.search(field.data or ""):
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
        if self.data and not re.fullmatch(r"[0-9+()\-./ ]{5,40}", self.data):
            raise ValidationError(gettext("Skriv telefonnumret med siffror, till exempel 070-123 45 67."))


class RegistrationForm(Form):
    """What a person answers. `for_event` leaves out what the event does not ask."""

    name = LineField(_l("Namn"), validators=[Required(_l("Skriv ditt namn")), NotTooLong(200), NoLinks()])
    email = EmailField(
        _l("E-postadress"),
        description=_l("Hit skickar vi bekräftelsen och kalenderfilen."),
        validators=[Required(_l("Fyll i en e-postadress, till exempel namn@kommun.se"))],
    )
    organisation = LineField(
        _l("Var arbetar du?"),
        description=_l("Skriv kommun, region, myndighet eller organisation."),
        validators=[Required(_l("Skriv var du arbetar")), NotTooLong(200)],
    )
    job_title = LineField(_l("Befattning"), validators=[NotTooLong(200)])
    profession = SelectField(
        _l("Yrkesgrupp"),
        description=_l("Vi använder den till statistik."),
        default="",
        validate_choice=False,
        validators=[OneOf(_l("Välj en av yrkesgrupperna"))],
    )
    phone = PhoneField(_l("Telefon"))
    mode = RadioField(
        _l("Hur deltar du?"),
        validate_choice=False,
        validators=[Required(_l("Välj hur du deltar")), OneOf(_l("Välj hur du deltar"))],
    )
    food = RadioField(
        _l("Vilken mat behöver du?"),
        default="",
        validate_choice=False,
        validators=[OneOf(_l("Välj ett av alternativen för mat"))],
    )
    food_other = LineField(
        _l("Annan mat eller något du inte tål"),
        description=_l("Du behöver inte skriva varför."),
        validators=[NotTooLong(300)],
    )
    access = TextField(_l("Behöver du något för att kunna delta?"), validators=[NotTooLong(1000)])

    @classmethod
    def for_event(cls, event: Event, **values: Any) -> "RegistrationForm":
        """The form with the choices of this event and without the questions that it does not ask."""
        form = cls(**values)
        form.profession.choices = [("", gettext("Välj om du vill"))] + [
            (profession.value, profession.label) for profession in Profession
        ]
        form._ask_mode(event)
        form._ask_needs(event)
        if not event.asks_phone:
            del form.phone
        return form

    def _ask_mode(self, event: Event) -> None:
        self._only_mode = modes_of(event)[0]
        if offers_both_modes(event):
            town = event.municipality.name if event.municipality else ""
            onsite = gettext("På plats i %(town)s", town=town) if town else AttendanceMode.ONSITE.label
            self.mode.choices = [("onsite", onsite), ("online", AttendanceMode.ONLINE.label)]
        else:
            del self.mode

    def _ask_needs(self, event: Event) -> None:
        if event.asks_food:
            self.food.choices = [
                ("", gettext("Vad som helst")),
                *((choice.value, choice.label) for choice in FoodChoice),
                (OTHER_FOOD, gettext("Annat, skriv vad")),
            ]
        else:
            del self.food
            del self.food_other
        if not event.asks_access:
            del self.access

    def validate_food_other(self, field: Field) -> None:
        if self.food.data == OTHER_FOOD and not field.data:
            raise ValidationError(gettext("Skriv vilken mat du behöver"))

    def submission(self) -> Submission:
        """What was typed, once the form is valid."""
        profession = self.profession.data
        return Submission(
            name=self.name.data or "",
            email=self._value("email"),
            organisation=self.organisation.data or "",
            mode=AttendanceMode(self.mode.data) if "mode" in self else self._only_mode,
            job_title=self.job_title.data or "",
            profession=Profession(profession) if profession else None,
            phone=self._value("phone"),
            food=self._food(),
            access=self._value("access"),
            language=g.lang,
            nonce=self._value("nonce"),
        )

    def _food(self) -> str:
        if "food" not in self:
            return ""
        choice = str(self.food.data or "")
        own_words: str = self.food_other.data or ""
        if own_words and choice in set(FoodChoice):
            return f"{FoodChoice(choice).label}, {own_words}"
        # One who only writes, without ticking "other", needs what they write.
        return own_words or choice

    def _value(self, name: str) -> str:
        return str(self[name].data or "") if name in self else ""


class SignUpForm(RegistrationForm):
    """The public form. Its nonce makes double clicks and resent forms one registration."""

    nonce = HiddenField(default=new_token)

    @property
    def checked_nonce(self) -> str:
        """The nonce as it came, or a new one where it cannot be ours."""
        nonce = str(self.nonce.data or "")
        return nonce if _NONCE.fullmatch(nonce) else new_token()

    def submission(self) -> Submission:
        self.nonce.data = self.checked_nonce
        return super().submission()


class ChangeForm(RegistrationForm):
    """For the person, behind the personal link. Another address needs a new registration."""

    email = None  # type: ignore[assignment]

    @classmethod
    def for_registration(cls, registration: Registration, event: Event, answers: Answers) -> "ChangeForm":
        """The form filled in with what is registered."""
        own_words = answers.food not in {"", *FoodChoice}
        form = cls.for_event(
            event,
            data={
                "name": registration.name,
                "organisation": registration.organisation_name,
                "job_title": registration.job_title,
                "profession": registration.profession.value if registration.profession else "",
                "phone": registration.phone,
                "mode": registration.mode.value,
                "food": OTHER_FOOD if own_words else answers.food,
                "food_other": answers.food if own_words else "",
                "access": answers.access,
            },
        )
        assert isinstance(form, ChangeForm)
        return form


class AddressForm(Form):
    """ "Fel adress?" on the receipt."""

    email = EmailField(
        _l("Rätt e-postadress"),
        description=_l("Hit skickar vi en ny bekräftelse."),
        validators=[Required(_l("Fyll i en e-postadress, till exempel namn@kommun.se"))],
    )


class StaffRegistrationForm(RegistrationForm):
    """For staff who add a person by hand, also one without an address."""

    overbook = BooleanField(
        _l("Lägg till även om det är fullt"), description=_l("Personen får en plats utöver antalet platser.")
    )
    tell = BooleanField(_l("Skicka bekräftelsen med e-post"), default=True)

    @classmethod
    def for_event(cls, event: Event, **values: Any) -> "StaffRegistrationForm":
        form = super().for_event(event, **values)
        assert isinstance(form, StaffRegistrationForm)
        form.email.validators = []
        form.name.validators = [Required(gettext("Skriv namnet")), *form.name.validators[1:]]
        form.organisation.validators = [
            Required(gettext("Skriv var personen arbetar")),
            *form.organisation.validators[1:],
        ]
        form.email.flags.required = False
        form.email.description = gettext("Utan adress får personen inget brev och ingen personlig länk.")
        form.organisation.label.text = gettext("Var arbetar personen?")
        return form
