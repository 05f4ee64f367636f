"""The forms with which a place is handed over: whom it is offered to, and what the colleague answers."""

from collections.abc import Collection

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.questions.conditions import Circumstances
from eventsapp.registrations.fields import NoLinks
from eventsapp.registrations.forms import SignUpForm
from eventsapp.registrations.handover_models import PlaceHandover
from eventsapp.self_service.handovers import Colleague
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


class TakeOverForm(SignUpForm):
    """What the colleague answers. The address is the one that the letter went to, and the way of taking part and the choices
    in the programme come with the place."""

    email = None  # type: ignore[assignment]
    mode = None  # type: ignore[assignment]
    takes_any_mode = None  # type: ignore[assignment]
    head_count = None  # type: ignore[assignment]
    takes_other_item = None  # type: ignore[assignment]
    code = None  # type: ignore[assignment]
    of_place: Circumstances

    @classmethod
    def for_place(cls, handover: PlaceHandover, items: Collection[int]) -> "TakeOverForm":
        """The form for the place that is offered; `items` are the choices in the programme that come with it."""
        first = handover.registration
        form = super(SignUpForm, cls).for_event(first.event, data={"name": handover.name})
        assert isinstance(form, TakeOverForm)
        for field in (*form.slots, *(wish for slot in form.wish_slots for wish in slot.fields)):
            delattr(form, field.name)
        form.slots, form.wish_slots = (), ()
        form.of_place = Circumstances(first.mode.value, frozenset(items))
        form.ask_questions(first.event)
        return form

    @property
    def circumstances(self) -> Circumstances:
        return self.of_place
