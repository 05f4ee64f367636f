"""The forms of approving and of settling a draw: each belongs to a page that says what follows before its button."""

from wtforms import BooleanField, HiddenField

from eventsapp.admission.allocation import SettleChoice
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.waiting_list.placing import MAX_REASON
from eventsapp.waiting_list.prospects import GiveChoice
from eventsapp.web.forms import Form, NotTooLong, Required, TextField


class _PlacesForm(Form):
    """Giving places. `over` is how many above the number of places the page has said that it may be."""

    overbook = BooleanField(
        _l("Ge plats även utöver antalet platser"), description=_l("Det syns i historiken.")
    )
    over = HiddenField()

    @property
    def give(self) -> GiveChoice:
        over = str(self.over.data or "")
        return GiveChoice(
            overbook=bool(self.overbook.data),
            over_shown=int(over) if over.isdecimal() and len(over) < 7 else 0,
        )


class ApproveForm(_PlacesForm):
    """Saying yes to applications."""

    rest_to_list = BooleanField(
        _l("Ställ dem som inte får plats på reservlistan"),
        description=_l("De får ett brev med sitt nummer. Annars väntar de vidare på besked."),
        default=True,
    )


class RefuseApplicationsForm(Form):
    """Saying no to applications. The letter tells the reason."""

    reason = TextField(
        _l("Varför?"),
        [Required(_l("Skriv varför.")), NotTooLong(MAX_REASON)],
        description=_l("Skälet står i brevet till den som får nej."),
    )


class SettleForm(_PlacesForm):
    """Settling a draw. `state` is that of the lots that the page has shown."""

    state = HiddenField()
    reason = TextField(_l("Vad ska brevet säga till dem som inte får plats?"), [NotTooLong(MAX_REASON)])

    def choice(self) -> SettleChoice:
        return SettleChoice(
            state=str(self.state.data or ""),
            give=self.give,
            reason=self.reason.data or "" if "reason" in self else "",
        )
