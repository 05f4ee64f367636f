"""The forms of "Mina anmälningar"."""

from typing import Any

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.participants.rules import Stay
from eventsapp.web.fields import RadioChoiceField, choices_of
from eventsapp.web.forms import EmailField, Form, Required


class AskForm(Form):
    """The address whose registrations one wants to see."""

    email = EmailField(
        _l("E-postadress"),
        [Required(_l("Fyll i en e-postadress, till exempel namn@kommun.se"))],
        description=_l("Den som du anmälde dig med."),
    )


class EnterForm(Form):
    """For how long the device is let in."""

    stay = RadioChoiceField(
        _l("Hur länge ska den här enheten visa dina anmälningar?"),
        default=Stay.NOW.value,
        description=_l("Välj bara nu om fler än du använder den."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stay.choices = choices_of((stay.value, stay.label) for stay in Stay)

    @property
    def chosen(self) -> Stay:
        """What was chosen, once the form is valid."""
        return Stay(self.stay.data)
