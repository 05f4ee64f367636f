"""The form for correcting the address on the receipt."""

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.web.forms import EmailField, Form, Required


class AddressForm(Form):
    """ "Fel adress?" on the receipt."""

    email = EmailField(
        _l("Rätt e-postadress"),
        description=_l("Hit skickar vi en ny bekräftelse."),
        validators=[Required(_l("Fyll i en e-postadress, till exempel namn@kommun.se"))],
    )
