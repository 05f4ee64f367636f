"""The forms of what spans rooms."""

from typing import Any

from flask_babel import gettext

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.desk.new_dates import NewDate
from eventsapp.events.models import Event
from eventsapp.events.rules import capacities
from eventsapp.web.fields import RadioChoiceField, WholeNumberField, choices_of
from eventsapp.web.forms import DayField, Form, Required

CHOSEN = "markerade"
EVERYBODY = "alla"


class NewDateForm(Form):
    """A new date for those who wait. Of the fields for places there are those that the activity counts by."""

    first_day = DayField(_l("Första dagen"), [Required(_l("Fyll i vilken dag."))])
    places = WholeNumberField(_l("Antal platser"))
    onsite = WholeNumberField(_l("Antal på plats"))
    online = WholeNumberField(_l("Antal digitalt"))
    who = RadioChoiceField(_l("Vilka ska erbjudas det nya datumet?"))

    @classmethod
    def for_event(cls, event: Event, *, chosen: int, waiting: int) -> "NewDateForm":
        """The form for an activity with so many who wait, of whom so many are ticked."""
        form = cls(data={"who": CHOSEN if chosen else EVERYBODY})
        counted = capacities(event)
        for name, pool in (("places", "all"), ("onsite", "onsite"), ("online", "online")):
            if pool not in counted:
                del form[name]
        choices = [(EVERYBODY, gettext("Alla som väntar, i listans ordning (%(number)s)", number=waiting))]
        if chosen:
            choices.insert(0, (CHOSEN, gettext("De som är markerade (%(number)s)", number=chosen)))
        form.who.choices = choices_of(choices)
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that there is a place at all."""
        valid = super().validate(extra_validators)
        numbers = [self[name] for name in ("places", "onsite", "online") if name in self]
        if valid and all(field.data == 0 for field in numbers):
            numbers[0].errors = [gettext("Skriv hur många platser det nya datumet har.")]
            return False
        return bool(valid)

    def new_date(self) -> NewDate:
        """What was filled in; only after a successful validation."""
        assert self.first_day.data is not None
        return NewDate(
            first_day=self.first_day.data,
            **{name: self[name].data for name in ("places", "onsite", "online") if name in self},
        )
