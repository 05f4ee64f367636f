"""The trail in words. Each room says what its actions and facts are called, so that this one need not know them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import ActorKind
from eventsapp.core.i18n import join_words

_actions: dict[str, str] = {}
_facts: dict[str, str] = {}


def name_actions(words: Mapping[str, str]) -> None:
    """Say what actions are called, as they follow on a name: "publicerade aktiviteten"; the words are lazy texts."""
    _actions.update(words)


def name_facts(words: Mapping[str, str]) -> None:
    """Say what the keys of `changes` are called, in lower case: "sista anmälningsdag"; the words are lazy texts."""
    _facts.update(words)


def action_words(action: str) -> str:
    """What was done: "publicerade aktiviteten"."""
    return str(_actions.get(action, action))


def fact_words(fact: str) -> str:
    """What a changed fact is called."""
    return str(_facts.get(fact, fact))


def who(entry: AuditEntry) -> str:
    """Who did it: staff by name, others by what they are."""
    return {
        ActorKind.USER: entry.actor_name or gettext("En handläggare"),
        ActorKind.PARTICIPANT: gettext("Deltagaren"),
        ActorKind.ANONYMOUS: gettext("En besökare"),
        ActorKind.SYSTEM: gettext("Systemet"),
    }[entry.actor_kind]


def audit_words(entry: AuditEntry) -> str:
    """One line: "Karin Öberg ändrade innehållet: titel, plats och kostnad"."""
    line = f"{who(entry)} {action_words(entry.action)}"
    facts = changed_facts([entry])
    return f"{line}: {join_words(facts)}" if facts else line


def changed_facts(entries: list[AuditEntry]) -> list[str]:
    """What the facts are called that entries changed, each once; a state that only follows from the action is not told."""
    names = dict.fromkeys(fact for entry in entries for fact in entry.changes if fact in _facts)
    names.pop("state", None)
    return [fact_words(name) for name in names]


@dataclass(frozen=True)
class TrailRow:
    """One row of the trail as a page shows it: a line, and facts with what they were before and after."""

    at: datetime
    words: str
    facts: list[tuple[str, str, str]]


def trail_row(entry: AuditEntry) -> TrailRow:
    """A row in words. Personal data has names only, which stand in the line."""
    facts = [(fact_words(name), pair[0], pair[1]) for name, pair in entry.changes.items() if pair is not None]
    if facts:
        line = f"{who(entry)} {action_words(entry.action)}"
        unsaid = [fact_words(name) for name, pair in entry.changes.items() if pair is None and name in _facts]
        return TrailRow(entry.at, f"{line}: {join_words(unsaid)}" if unsaid else line, facts)
    return TrailRow(entry.at, audit_words(entry), [])
