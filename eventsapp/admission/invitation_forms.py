"""The forms of invitations."""

from flask import g
from flask_babel import gettext

from eventsapp.admission.invitations import Invitee
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.networks.lines import PastedPerson
from eventsapp.web.fields import RadioChoiceField, choices_of
from eventsapp.web.forms import EmailField, Form, LineField, NotTooLong, Required, TextField


class LetterLanguageForm(Form):
    """Which language the letters are in."""

    language = RadioChoiceField(_l("Brevets språk"), default="sv")

    def offer(self) -> None:
        self.language.choices = choices_of([("sv", gettext("Svenska")), ("en", gettext("Engelska"))])


class InviteeForm(LetterLanguageForm):
    """One person to invite."""

    name = LineField(_l("Namn"), [NotTooLong(200)])
    email = EmailField(
        _l("E-postadress"), [Required(_l("Fyll i en e-postadress, till exempel namn@kommun.se"))]
    )
    organisation = LineField(
        _l("Var arbetar personen?"),
        [NotTooLong(200)],
        description=_l("Skriv kommun, region, myndighet eller organisation."),
    )

    def invitee(self) -> Invitee:
        return Invitee(
            name=self.name.data or "",
            email=self.email.data or "",
            organisation=self.organisation.data or "",
        )


class InviteesForm(LetterLanguageForm):
    """Many people to invite, as pasted lines."""

    lines = TextField(
        _l("Personer"),
        [Required(_l("Klistra in minst en rad."))],
        description=_l(
            "En person på varje rad: namn; e-post; organisation. Bara en e-postadress på raden går också bra."
        ),
    )


class LinkForm(Form):
    """The address that a link is wanted for."""

    email = EmailField(
        _l("E-postadress"),
        [Required(_l("Fyll i en e-postadress, till exempel namn@kommun.se"))],
        description=_l("Skriv adressen som du tror att du är inbjuden med."),
    )


def invitee_of(person: PastedPerson) -> Invitee:
    return Invitee(name=person.name, email=person.email, organisation=person.organisation)


def page_language() -> str:
    """The language of the page, which a letter that the visitor asks for is in too."""
    return str(g.lang)
