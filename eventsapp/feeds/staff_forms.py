"""The form of calendars that staff subscribe to."""

from typing import Any

from eventsapp.accounts.models import CalendarScope
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.secret_addresses import LONGEST_NAME
from eventsapp.web.fields import RadioChoiceField, choices_of
from eventsapp.web.forms import Form, LineField, NotTooLong, Required


class StaffCalendarForm(Form):
    """One more calendar to subscribe to."""

    scope = RadioChoiceField(_l("Vilka aktiviteter?"), default=CalendarScope.OWN.value)
    name = LineField(
        _l("Vad ska den heta?"),
        [Required(_l("Skriv ett namn, till exempel Telefonen")), NotTooLong(LONGEST_NAME)],
        description=_l(
            "Så att du vet vilken kalender det är om du vill stänga den. Till exempel Telefonen eller Outlook."
        ),
    )

    def __init__(self, scopes: list[CalendarScope], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scope.choices = choices_of((scope.value, scope.label) for scope in scopes)
