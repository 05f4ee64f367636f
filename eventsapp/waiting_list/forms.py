"""The forms of the waiting list: each belongs to a page that says what follows before its button."""

from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, HiddenField

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.waiting_list.placing import MAX_REASON
from eventsapp.waiting_list.prospects import GiveChoice
from eventsapp.web.fields import RadioChoiceField, WholeNumberField
from eventsapp.web.forms import Form, NotTooLong, Required, TextField

REASON = NotTooLong(MAX_REASON)


class GiveForm(Form):
    """Giving places. `over` is how many above the number of places the page has said that it may be."""

    overbook = BooleanField(
        _l("Ge plats även utöver antalet platser"), description=_l("Det syns i historiken.")
    )
    over = HiddenField()
    reason = TextField(
        _l("Varför går de före andra på listan?"),
        [REASON],
        description=_l("Skälet syns i historiken, bara för personal."),
    )

    def choice(self) -> GiveChoice:
        over = str(self.over.data or "")
        return GiveChoice(
            overbook=bool(self.overbook.data),
            over_shown=int(over) if over.isdecimal() and len(over) < 7 else 0,
            reason=self.reason.data or "",
        )


class OfferForm(Form):
    """Offering places to people whom staff choose."""

    reason = TextField(
        _l("Varför går de före andra på listan?"),
        [REASON],
        description=_l("Skälet syns i historiken, bara för personal."),
    )


class RefuseForm(Form):
    """Saying no. The letter tells the reason."""

    reason = TextField(
        _l("Varför?"),
        [Required(_l("Skriv varför.")), REASON],
        description=_l("Skälet står i brevet till den som får nej."),
    )


class WithdrawForm(Form):
    """Taking an offer back. The reason stays among staff."""

    reason = TextField(
        _l("Varför?"),
        [Required(_l("Skriv varför.")), REASON],
        description=_l("Skälet syns i historiken, bara för personal."),
    )


class MoveForm(Form):
    """Another number in the line."""

    number = WholeNumberField(_l("Nytt nummer"), minimum=1)
    reason = TextField(
        _l("Varför?"),
        [Required(_l("Skriv varför.")), REASON],
        description=_l("Skälet syns i historiken, bara för personal."),
    )

    def validate_number(self, field: Any) -> None:
        if field.data is None and not field.errors:
            field.errors = [*field.errors, gettext("Skriv ett nummer.")]


class OtherDateForm(Form):
    """Which other date people are offered."""

    other = RadioChoiceField(_l("Vilket datum?"))
