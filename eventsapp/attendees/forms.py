"""The form for adding a person by hand."""

from typing import Any

from flask_babel import gettext
from wtforms import BooleanField

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.models import Event
from eventsapp.registrations.forms import RegistrationForm
from eventsapp.web.forms import Required


class StaffRegistrationForm(RegistrationForm):
    """For staff who add a person by hand, also one without an address."""

    overbook = BooleanField(
        _l("Lägg till även om det är fullt"), description=_l("Personen får en plats utöver antalet platser.")
    )
    tell = BooleanField(_l("Skicka bekräftelsen med e-post"), default=True)
    code = None  # type: ignore[assignment]

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
        if "head_count" in form:
            form.head_count.label.text = gettext("Hur många är de vid skärmen?")
        form.email.description = gettext("Utan adress får personen inget brev och ingen personlig länk.")
        form.organisation.label.text = gettext("Var arbetar personen?")
        return form
