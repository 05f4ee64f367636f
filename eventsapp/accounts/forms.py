"""Forms for signing in and for looking after accounts."""

from wtforms import BooleanField, HiddenField, PasswordField

from eventsapp.accounts.models import Reach, Team
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.permissions import Role
from eventsapp.core.text import clean_line
from eventsapp.web.fields import ChoiceField, RadioChoiceField, choices_of
from eventsapp.web.forms import EmailField, Form, LineField, NotTooLong, Required


class SignInForm(Form):
    email = LineField(_l("E-postadress"), [Required(_l("Fyll i din e-postadress."))])
    password = PasswordField(_l("Lösenord"), [Required(_l("Fyll i ditt lösenord."))])
    resume = HiddenField()
    """A form that waits for the sign-in, packed by `resuming`."""


class SignOutForm(Form):
    pass


class ChangePasswordForm(Form):
    old_password = PasswordField(_l("Ditt lösenord nu"), [Required(_l("Fyll i det lösenord du har nu."))])
    new_password = PasswordField(
        _l("Nytt lösenord"),
        [Required(_l("Fyll i ett nytt lösenord."))],
        description=_l("Minst 12 tecken. Tre eller fyra ord som du minns fungerar bra."),
    )


class ForgottenPasswordForm(Form):
    email = EmailField(_l("E-postadress"), [Required(_l("Fyll i din e-postadress."))])


class ChoosePasswordForm(Form):
    new_password = PasswordField(
        _l("Nytt lösenord"),
        [Required(_l("Fyll i ett nytt lösenord."))],
        description=_l("Minst 12 tecken. Tre eller fyra ord som du minns fungerar bra."),
    )


ROLES = [
    (Role.READER.value, _l("Läsare: ser aktiviteter och deltagare")),
    (Role.OFFICER.value, _l("Handläggare: gör och ändrar aktiviteter")),
    (Role.ADMINISTRATOR.value, _l("Administratör: sköter även konton och listor")),
]
REACHES = [
    (Reach.OWN.value, _l("Egna aktiviteter")),
    (Reach.TEAM.value, _l("Arbetslagets aktiviteter")),
    (Reach.ALL.value, _l("Alla aktiviteter")),
]
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
NO_TEAM = "0"


class UserForm(Form):
    """What an administrator decides about a user."""

    name = LineField(_l("Namn"), [Required(_l("Fyll i personens namn.")), NotTooLong(200)])
    role = RadioChoiceField(_l("Roll"), choices=choices_of(ROLES), default=Role.OFFICER.value)
    reach = RadioChoiceField(
        _l("Ser"),
        choices=choices_of(REACHES),
        default=Reach.TEAM.value,
        description=_l("En administratör ser alltid alla aktiviteter."),
    )
    team_id = ChoiceField(_l("Arbetslag"), default=NO_TEAM)
    language = ChoiceField(_l("Språk i brev"), choices=choices_of(LANGUAGES), default="sv")
    may_open_protected = BooleanField(
        _l("Får öppna skyddade poster"),
        description=_l(
            "Ger plats under täcknamn, låser poster och ser vem en deltagare med skyddade personuppgifter är."
            " Ge rätten till så få som möjligt. Varje gång den används står i historiken."
        ),
    )

    def offer_teams(self, teams: list[Team]) -> None:
        """Give the field for teams its choices."""
        self.team_id.choices = choices_of(
            [(NO_TEAM, _l("Inget arbetslag")), *((str(team.id), team.name) for team in teams)]
        )


class InvitationForm(UserForm):
    email = EmailField(_l("E-postadress"), [Required(_l("Fyll i personens e-postadress.")), NotTooLong(320)])


class TeamForm(Form):
    name = LineField(_l("Namn på arbetslaget"), [Required(_l("Fyll i arbetslagets namn.")), NotTooLong(200)])


def cleaned_query(value: str) -> str:
    """What was searched for, as it is shown again."""
    return clean_line(value)[:100]
