"""Finding and adding organisations."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.organisations.models import Organisation, OrganisationKind
from eventsapp.organisations.operations import find_or_create_organisation
from eventsapp.organisations.queries import (
    find_by_name,
    match_organisation,
    official_names,
    suggest,
    suggest_by_domain,
)

pytestmark = pytest.mark.usefixtures("app")


def test_a_known_name_is_found_whatever_its_capitals() -> None:
    found = find_by_name("  umeå KOMMUN ")
    assert found is not None and found.code == "umea-kommun"
    assert find_by_name("Umeå") is None
    assert find_by_name("") is None
    assert find_by_name("%") is None
    assert find_by_name("x" * 5000) is None


def test_a_chosen_id_counts_only_with_its_own_name() -> None:
    umea = find_by_name("Umeå kommun")
    lycksele = find_by_name("Lycksele kommun")
    assert umea is not None and lycksele is not None
    assert match_organisation("Umeå kommun", umea.id) is umea
    assert match_organisation("Umeå kommun", lycksele.id) is umea
    assert match_organisation("Kvinnojouren Iris", umea.id) is None
    assert match_organisation("Umeå kommun", 10**30) is umea


def test_suggestions_begin_with_what_was_typed() -> None:
    names = [suggestion.name for suggestion in suggest("umeå")]
    assert names[:2] == ["Umeå kommun", "Umeå universitet"]
    assert suggest("umeå kom")[0].note == "Västerbottens län"
    assert suggest("") == []
    assert suggest("%%%") == []


def test_suggestions_by_mail_domain_look_at_the_parent_domain_too() -> None:
    assert [one.name for one in suggest_by_domain("asa@skola.umea.se")] == ["Umeå kommun"]
    assert suggest_by_domain("asa@example.invalid") == []


def test_official_names_are_in_swedish_order() -> None:
    names = official_names()
    assert names.index("Umeå kommun") < names.index("Åre kommun") < names.index("Älmhults kommun")
    assert names.index("Älmhults kommun") < names.index("Örebro kommun")


def test_a_new_name_is_added_once() -> None:
    first = find_or_create_organisation(" Kvinnojouren  Iris ")
    again = find_or_create_organisation("kvinnojouren iris")
    assert again is first
    assert (first.name_sv, first.code, first.is_official) == ("Kvinnojouren Iris", "kvinnojouren-iris", False)
    assert first.kind is OrganisationKind.CIVIL_SOCIETY
    assert "Kvinnojouren Iris" not in official_names()
    assert suggest("kvinnojouren iris") == []


def test_two_names_with_one_slug_get_two_codes() -> None:
    first = find_or_create_organisation("Håbo ideella")
    second = find_or_create_organisation("Habo ideella")
    assert (first.code, second.code) == ("habo-ideella", "habo-ideella-2")


def test_an_empty_or_endless_name_is_refused() -> None:
    before = db.session.scalar(select(func.count(Organisation.id)))
    for name in ("", "   ", "x" * 201):
        with pytest.raises(DomainError):
            find_or_create_organisation(name)
    assert db.session.scalar(select(func.count(Organisation.id))) == before


def test_an_official_organisation_is_never_added_again(app: Flask) -> None:
    assert find_or_create_organisation("Region Västerbotten").is_official


def test_official_names_are_read_once_a_minute(
    queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    with queries() as statements:
        assert official_names() == official_names()
    assert len(statements) == 1
