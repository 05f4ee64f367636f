"""The forms with which a place is handed over: whom it is offered to, and what the colleague answers."""

from typing import Any

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.models import Event
from eventsapp.registrations.forms import NoLinks, RegistrationForm
from eventsapp.registrations.handovers import Colleague
from eventsapp.web.forms import EmailField, Form, LineField, NotTooLong, Required


class ColleagueForm(Form):
    """Whom a place is offered to."""

    name = LineField(
        _l("Kollegans namn"), validators=[Required(_l("Skriv kollegans namn")), NotTooLong(200), NoLinks()]
    )
    email = EmailField(
        _l("Kollegans e-postadress"),
        description=_l("Hit skickar vi ett brev där kollegan svarar ja eller nej."),
        validators=[Required(_l("Fyll i en e-postadress, till exempel namn@kommun.se"))],
    )

    def colleague(self) -> Colleague:
        return Colleague(name=self.name.data or "", email=self.email.data or "")


class TakeOverForm(RegistrationForm):
    """What the colleague answers. The address is the one that the letter went to, and the way of taking part and the choices
    in the programme come with the place."""

    email = None  # type: ignore[assignment]
    mode = None  # type: ignore[assignment]
    takes_any_mode = None  # type: ignore[assignment]
    code = None  # type: ignore[assignment]

    @classmethod
    def for_event(cls, event: Event, **values: Any) -> "TakeOverForm":
        form = super().for_event(event, **values)
        for field in form.slots:
            delattr(form, field.name)
        form.slots = ()
        assert isinstance(form, TakeOverForm)
        return form
