"""Names of organisations, without a database."""

import pytest

from eventsapp.organisations.models import Organisation, OrganisationKind
from eventsapp.organisations.rules import has_name, kind_of_new, mail_domains, name_key


def test_a_name_is_one_whole_line_of_the_search_text() -> None:
    organisation = Organisation(search_text="umeå kommun\numeå municipality")
    assert has_name(organisation, name_key(" UMEÅ   kommun "))
    assert has_name(organisation, "umeå municipality")
    assert not has_name(organisation, "umeå")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Kvinnojouren Iris", OrganisationKind.CIVIL_SOCIETY),
        ("Rädda Barnen region Nord", OrganisationKind.CIVIL_SOCIETY),
        ("Västerbottens idrottsförbund", OrganisationKind.CIVIL_SOCIETY),
        ("Konsultbolaget AB", OrganisationKind.OTHER),
    ],
)
def test_the_kind_of_a_new_organisation(name: str, kind: OrganisationKind) -> None:
    assert kind_of_new(name) is kind


@pytest.mark.parametrize(
    ("address", "domains"),
    [
        ("asa@Skola.Umea.se", ["skola.umea.se", "umea.se"]),
        ("umea.se", ["umea.se"]),
        ("umea", []),
        ("", []),
        ("asa@..se", []),
        ("a." * 3000 + "se", []),
    ],
)
def test_domains_to_look_up(address: str, domains: list[str]) -> None:
    assert mail_domains(address) == domains
