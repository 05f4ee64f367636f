"""What the builder says in words: a condition, and what somebody else did meanwhile."""

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext

from eventsapp.audit.models import AuditEntry
from eventsapp.audit.words import action_words, who
from eventsapp.core.clock import to_swedish
from eventsapp.core.i18n import format_clock, format_day
from eventsapp.questions.conditions import ANSWERED
from eventsapp.questions.kinds import NO, YES
from eventsapp.questions.models import (
    ConditionMatch,
    ConditionTerm,
    Question,
    QuestionKind,
    TermSource,
)
from eventsapp.questions.subjects import OpenSubject


def condition_in_words(question: Question, by_id: Mapping[int, Question], subject: OpenSubject) -> str:
    """ "Visas om Deltar är På plats och Lunch är Ja"; empty for a question that is always asked."""
    terms = [_term_in_words(term, by_id, subject) for term in question.terms]
    if not terms:
        return ""
    last = gettext("eller") if question.condition_match is ConditionMatch.ANY else gettext("och")
    joined = terms[0] if len(terms) == 1 else f"{', '.join(terms[:-1])} {last} {terms[-1]}"
    return gettext("Visas om %(terms)s", terms=joined)


def _term_in_words(term: ConditionTerm, by_id: Mapping[int, Question], subject: OpenSubject) -> str:
    if term.source is TermSource.MODE:
        name, value = gettext("Deltar"), dict(subject.modes).get(term.value, gettext("något som inte finns"))
    elif term.source is TermSource.ITEM:
        name = gettext("Programpunkten")
        value = dict(subject.items).get(int(term.value), gettext("något som inte finns"))
    else:
        source = by_id.get(term.source_question_id or 0)
        name = _called(source) if source else gettext("en fråga som inte finns")
        value = answer_in_words(source, term.value)
        if term.value == ANSWERED:
            told = (
                gettext("%(name)s inte är besvarad") if term.is_negated else gettext("%(name)s är besvarad")
            )
            return told % {"name": name}
    told = gettext("%(name)s inte är %(value)s") if term.is_negated else gettext("%(name)s är %(value)s")
    return told % {"name": name, "value": value}


def _called(source: Question) -> str:
    return source.name or f"”{source.label_sv}”"


def answer_in_words(source: Question | None, value: str) -> str:
    """What a term's value is called."""
    if value == ANSWERED:
        return gettext("besvarad")
    if source is not None and source.kind is QuestionKind.STATEMENT:
        return gettext("Godkänt")
    if value in (YES, NO):
        return gettext("Ja") if value == YES else gettext("Nej")
    labels = {str(one.id): one.label_sv for one in source.options} if source is not None else {}
    return labels.get(value, gettext("något som inte finns"))


def condition_choices(sources: Iterable[Question], subject: OpenSubject) -> list[tuple[str, str]]:
    """What a condition can look at: the way of taking part, programme items, and the answers to these questions, each as
    the value and label of a choice."""
    found = [(f"mode:{value}", f"{gettext('Deltar')} – {label}") for value, label in subject.modes]
    found += [
        (f"item:{item_id}", f"{gettext('Programpunkten')} – {title}") for item_id, title in subject.items
    ]
    for source in sources:
        found += [
            (f"q{source.id}:{value}", f"{source.short_name} – {answer_in_words(source, value)}")
            for value in _values_of(source)
        ]
    return found


def _values_of(source: Question) -> list[str]:
    match source.kind:
        case QuestionKind.YES_NO:
            return [YES, NO, ANSWERED]
        case QuestionKind.ONE_OF | QuestionKind.MANY_OF:
            return [*(str(one.id) for one in source.options if one.retired_at is None), ANSWERED]
        case QuestionKind.STATEMENT:
            return [YES]
        case QuestionKind.INFORMATION:
            return []
        case _:
            return [ANSWERED]


def changes_in_words(entries: Sequence[AuditEntry]) -> list[str]:
    """What others did while somebody wrote: "Karin Öberg ändrade en fråga: Lunch (23 november 2026 kl. 13.20)."."""
    return [
        gettext(
            "%(what)s (%(day)s kl. %(time)s).",
            what=_what(entry),
            day=format_day(to_swedish(entry.at).date(), weekday=False),
            time=format_clock(entry.at),
        )
        for entry in entries
    ]


def _what(entry: AuditEntry) -> str:
    line = f"{who(entry)} {action_words(entry.action)}"
    names = [
        next(filter(None, reversed(pair)), "")
        for name, pair in entry.changes.items()
        if pair is not None and name in ("question", "question_section")
    ]
    return f"{line}: {', '.join(filter(None, names))}" if any(names) else line
