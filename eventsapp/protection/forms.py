"""The forms of protected records."""

from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, HiddenField

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.tokens import new_token
from eventsapp.events.models import Event
from eventsapp.protection.operations import AliasRequest
from eventsapp.protection.rules import SealedDetails
from eventsapp.registrations.fields import PhoneField
from eventsapp.registrations.forms import RegistrationForm
from eventsapp.web.fields import ChoiceField, choices_of
from eventsapp.web.forms import ActionForm, Form, LineField, NotTooLong, Required, TextField

_SEALED = _l("Låses genast. Syns inte i någon lista.")


class AliasForm(RegistrationForm):
    """For staff who give a person a place under an alias. What begins with `sealed` is seen nowhere else."""

    name = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]
    job_title = None  # type: ignore[assignment]
    phone = None  # type: ignore[assignment]
    head_count = None  # type: ignore[assignment]
    food = None  # type: ignore[assignment]
    food_other = None  # type: ignore[assignment]
    access = None  # type: ignore[assignment]
    code = None  # type: ignore[assignment]
    organisation = LineField(
        _l("Organisation"),
        [NotTooLong(200)],
        description=_l("Syns i listan. Lämna tomt om arbetsplatsen kan avslöja vem personen är."),
    )
    municipality = ChoiceField(
        _l("Kommun"), default="", description=_l("Bara för statistiken. Välj den i stället för organisation.")
    )
    sealed_name = LineField(_l("Namn"), [NotTooLong(200)], description=_SEALED)
    sealed_phone = PhoneField(_l("Telefon"), description=_SEALED)
    sealed_note = TextField(
        _l("Annat du behöver veta"),
        [NotTooLong(2000)],
        description=_l("Till exempel hur ni når varandra. Låses genast. Skriv inte mer än ni behöver."),
    )
    overbook = BooleanField(
        _l("Ge en plats även om det är fullt"),
        description=_l("Personen får en plats utöver antalet platser."),
    )
    nonce = HiddenField(default=new_token)

    @classmethod
    def for_officer(cls, event: Event, municipalities: list[tuple[str, str]], **values: Any) -> "AliasForm":
        """The form with the choices of this event, and the municipalities."""
        form = cls.for_event(event, **values)
        assert isinstance(form, AliasForm)
        # It is not asked, since every answer makes the person easier to find.
        del form.profession
        if "mode" in form:
            form.mode.label.text = gettext("Hur deltar personen?")
        form.municipality.choices = choices_of([("", gettext("Ingen kommun")), *municipalities])
        return form

    def request(self) -> AliasRequest:
        """What was filled in, once the form is valid."""
        return AliasRequest(
            submission=self.submission(),
            details=SealedDetails(
                name=self.sealed_name.data or "",
                phone=self.sealed_phone.data or "",
                note=self.sealed_note.data or "",
            ),
            municipality_code=self.municipality.data or None,
            overbook=bool(self.overbook.data),
        )


class LockForm(ActionForm):
    """Says yes to locking a record."""

    seal_organisation = BooleanField(
        _l("Lås också organisationen"),
        description=_l(
            "Välj det om arbetsplatsen kan avslöja vem personen är. Kommunen räknas ändå i statistiken."
        ),
    )


class NewCodeForm(ActionForm):
    """Says yes to a new code in place of the one that there is."""

    instead_of = HiddenField()

    @property
    def link_id(self) -> int:
        """The id of the link whose code is to be replaced; 0 for what cannot be one."""
        text = str(self.instead_of.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class CodeForm(Form):
    """Where a person types the code that they were given by telephone."""

    typed = LineField(
        _l("Din kod"),
        [Required(_l("Skriv koden som du har fått av oss."))],
        description=_l("Tolv tecken. Stora och små bokstäver, mellanslag och bindestreck spelar ingen roll."),
    )
