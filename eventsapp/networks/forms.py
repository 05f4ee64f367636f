"""The forms of networks and their members."""

from flask_babel import gettext

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.networks.member_operations import MemberFacts
from eventsapp.networks.models import Network, NetworkMember
from eventsapp.networks.operations import NetworkFacts
from eventsapp.web.fields import ChoiceField, choices_of
from eventsapp.web.forms import EmailField, Form, LineField, NotTooLong, Required, TextField


class NetworkForm(Form):
    """What staff decide about a network."""

    name = LineField(_l("Namn"), [Required(_l("Skriv ett namn.")), NotTooLong(200)])
    description = TextField(
        _l("Beskrivning"),
        [NotTooLong(4000)],
        description=_l("Vad nätverket är till för. Den visas bara för personal."),
    )
    county = ChoiceField(
        _l("Län vars kommuner ska ha en medlem"),
        description=_l("Då ser du vilka kommuner som saknar en medlem."),
    )

    def offer(self, counties: list[tuple[str, str]]) -> None:
        self.county.choices = choices_of([("", gettext("Inget län")), *counties])

    def facts(self) -> NetworkFacts:
        return NetworkFacts(
            name=self.name.data or "",
            description=self.description.data or "",
            county_code=self.county.data or None,
        )


def network_data(network: Network) -> dict[str, object]:
    """What the form is filled with to show a network."""
    return {
        "name": network.name,
        "description": network.description,
        "county": network.county_code or "",
    }


class MemberForm(Form):
    """One member."""

    name = LineField(_l("Namn"), [Required(_l("Skriv namnet")), NotTooLong(200)])
    email = EmailField(
        _l("E-postadress"), [Required(_l("Fyll i en e-postadress, till exempel namn@kommun.se"))]
    )
    organisation = LineField(
        _l("Var arbetar personen?"),
        [NotTooLong(200)],
        description=_l("Skriv kommun, region, myndighet eller organisation."),
    )
    job_title = LineField(_l("Befattning"), [NotTooLong(200)])

    def facts(self) -> MemberFacts:
        return MemberFacts(
            name=self.name.data or "",
            email=self.email.data or "",
            organisation=self.organisation.data or "",
            job_title=self.job_title.data or "",
        )


def member_data(member: NetworkMember) -> dict[str, object]:
    """What the form is filled with to show a member."""
    return {
        "name": member.name,
        "email": member.email,
        "organisation": member.organisation_name,
        "job_title": member.job_title,
    }


class LinesForm(Form):
    """People pasted in as lines."""

    lines = TextField(
        _l("Personer"),
        [Required(_l("Klistra in minst en rad."))],
        description=_l(
            "En person på varje rad: namn; e-post; organisation. Rader ur ett kalkylark går också bra."
        ),
    )


class NetworkOfEventForm(Form):
    """Which network an activity is for."""

    network = ChoiceField(_l("Välj nätverk"))

    def offer(self, networks: list[Network]) -> None:
        self.network.choices = choices_of(
            [("", gettext("Inget nätverk")), *((str(one.id), one.name) for one in networks)]
        )
