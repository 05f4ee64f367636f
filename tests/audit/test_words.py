"""The trail in words, without a database."""

import pytest

from eventsapp.audit.models import AuditEntry
from eventsapp.audit.words import (
    action_words,
    audit_words,
    changed_facts,
    fact_words,
    name_actions,
    name_facts,
    trail_row,
    who,
)
from eventsapp.core.actor import ActorKind
from eventsapp.core.i18n import lazy_text as _l


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventsapp.audit.words._actions", {})
    monkeypatch.setattr("eventsapp.audit.words._facts", {})
    name_actions({"thing.changed": _l("ändrade saken")})
    name_facts({"title": _l("titel"), "place": _l("plats"), "state": _l("läge")})


def entry(
    kind: ActorKind = ActorKind.USER, name: str = "Karin Öberg", **changes: list[str] | None
) -> AuditEntry:
    return AuditEntry(action="thing.changed", actor_kind=kind, actor_name=name, changes=changes)


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (ActorKind.USER, "Karin Öberg", "Karin Öberg"),
        (ActorKind.USER, "", "En handläggare"),
        (ActorKind.PARTICIPANT, "", "Deltagaren"),
        (ActorKind.ANONYMOUS, "", "En besökare"),
        (ActorKind.SYSTEM, "", "Systemet"),
    ],
)
def test_who(kind: ActorKind, name: str, expected: str) -> None:
    assert who(entry(kind, name)) == expected


def test_one_line_says_who_what_and_which_facts() -> None:
    assert audit_words(entry(title=["a", "b"], place=None)) == "Karin Öberg ändrade saken: titel och plats"
    assert audit_words(entry(state=["Utkast", "Publicerad"])) == "Karin Öberg ändrade saken"
    assert audit_words(entry(letters=["", "12"])) == "Karin Öberg ändrade saken"


def test_a_row_shows_values_and_names_what_has_none() -> None:
    row = trail_row(entry(title=["a", "b"], place=None))
    assert (row.words, row.facts) == ("Karin Öberg ändrade saken: plats", [("titel", "a", "b")])
    assert trail_row(entry(title=["a", "b"])).words == "Karin Öberg ändrade saken"
    row = trail_row(entry(place=None))
    assert (row.words, row.facts) == ("Karin Öberg ändrade saken: plats", [])


def test_facts_of_several_entries_are_named_once() -> None:
    assert changed_facts([entry(title=["a", "b"]), entry(title=["b", "c"], place=["x", "y"])]) == [
        "titel",
        "plats",
    ]


def test_what_no_room_has_named_keeps_its_code() -> None:
    assert (action_words("other.done"), fact_words("other")) == ("other.done", "other")
