"""The forms of "Mina anmälningar"."""

from typing import Any

from wtforms import BooleanField

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.secret_addresses import LONGEST_NAME
from eventsapp.participants.models import CalendarWay
from eventsapp.participants.rules import Stay
from eventsapp.web.fields import RadioChoiceField, choices_of
from eventsapp.web.forms import EmailField, Form, LineField, NotTooLong, Required


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


class CalendarWayForm(Form):
    """How registrations come into one's calendar."""

    way = RadioChoiceField(
        _l("Hur ska dina anmälningar komma in i din kalender?"),
        validators=[Required(_l("Välj ett av alternativen."))],
    )
    withdraw = BooleanField(
        _l("Ta bort inbjudningarna som redan finns i min kalender"),
        description=_l("Du får ett brev för varje. Gäller om du väljer bort inbjudan."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.way.choices = choices_of((way.value, way.label) for way in CalendarWay)

    @property
    def chosen(self) -> CalendarWay:
        """What was chosen, once the form is valid."""
        return CalendarWay(self.way.data)


class CalendarForm(Form):
    """One more calendar to subscribe to."""

    name = LineField(
        _l("Vad ska den heta?"),
        [Required(_l("Skriv ett namn, till exempel Telefonen")), NotTooLong(LONGEST_NAME)],
        description=_l(
            "Så att du vet vilken kalender det är om du vill stänga den. Till exempel Telefonen eller Outlook."
        ),
    )
    instead = BooleanField(
        _l("Skicka inga fler kalenderinbjudningar i breven"),
        default=True,
        description=_l("Annars syns allt två gånger."),
    )
