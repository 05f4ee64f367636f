"""Which questions are asked: decided in order, on answers, the way of taking part and chosen programme items. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventsapp.questions.kinds import NOTHING, Given
from eventsapp.questions.models import ConditionMatch, ConditionTerm, Question, TermSource

ANSWERED = "answered"


@dataclass(frozen=True)
class Circumstances:
    """What else conditions look at: how somebody takes part, and the programme items they have chosen."""

    mode: str = ""
    items: frozenset[int] = frozenset()


def asked(
    questions: Sequence[Question],
    given: Mapping[int, Given],
    circumstances: Circumstances,
    known: Mapping[int, Given] | None = None,
) -> list[Question]:
    """The questions, in their order, whose conditions hold. The answer to one that is not asked counts as none; `known`
    are answers to questions that are not among these."""
    found: list[Question] = []
    counted: dict[int, Given] = dict(known or {})
    for question in questions:
        if is_asked(question, counted, circumstances):
            found.append(question)
            counted[question.id] = given.get(question.id, NOTHING)
    return found


def is_asked(question: Question, given: Mapping[int, Given], circumstances: Circumstances) -> bool:
    """Whether the condition of one question holds; one without a condition always does."""
    if not question.terms:
        return True
    holding = [_holds(term, given, circumstances) for term in question.terms]
    return any(holding) if question.condition_match is ConditionMatch.ANY else all(holding)


def _holds(term: ConditionTerm, given: Mapping[int, Given], circumstances: Circumstances) -> bool:
    match term.source:
        case TermSource.MODE:
            is_so = circumstances.mode == term.value
        case TermSource.ITEM:
            is_so = int(term.value) in circumstances.items
        case TermSource.QUESTION:
            is_so = _answer_is(given.get(term.source_question_id or 0, NOTHING), term.value)
    return is_so is not term.is_negated


def _answer_is(given: Given, value: str) -> bool:
    if value == ANSWERED:
        return not given.is_empty
    return given.value == value or (value.isdecimal() and int(value) in given.options)
