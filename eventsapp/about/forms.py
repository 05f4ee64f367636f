"""The form with which anyone tells us what is hard to use."""

from wtforms.validators import Optional

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.web.forms import EmailField, Form, LineField, NotTooLong, Required, TextField

MESSAGE_MAX = 5000


class FeedbackForm(Form):
    """Feedback on accessibility. Only the message must be filled in, so that it can be sent anonymously."""

    message = TextField(
        _l("Vad är svårt att använda?"),
        description=_l("Beskriv vad du ville göra och vad som hände. Skriv inget känsligt om dig själv."),
        validators=[Required(_l("Skriv vad som är svårt att använda")), NotTooLong(MESSAGE_MAX)],
    )
    place = LineField(
        _l("Var på webbplatsen?"),
        description=_l("Till exempel sidans rubrik eller adress."),
        validators=[Optional(), NotTooLong(300)],
    )
    aids = LineField(
        _l("Vilket hjälpmedel använder du?"),
        description=_l("Till exempel skärmläsare, förstoring eller tangentbord i stället för mus."),
        validators=[Optional(), NotTooLong(300)],
    )
    email = EmailField(
        _l("E-postadress"),
        description=_l("Fyll i den om du vill ha svar. Annars är du anonym."),
        validators=[Optional(), NotTooLong(320)],
    )
