"""Question sets, as officers build them."""

from collections.abc import Sequence
from typing import Any

from eventsapp.core.db import db
from eventsapp.places.models import PoolName
from eventsapp.places.operations import set_pools
from eventsapp.questions.models import (
    AskedAt,
    ConditionTerm,
    Question,
    QuestionKind,
    QuestionOption,
    QuestionSection,
    QuestionSet,
    TermSource,
)


def make_question(
    kind: QuestionKind = QuestionKind.SHORT_TEXT,
    label: str = "Vad undrar du?",
    *,
    options: Sequence[str | tuple[str, int]] = (),
    when: Sequence[ConditionTerm] = (),
    **values: Any,
) -> Question:
    """A question that is not in a set yet; an option is a label, or a label with its number of places."""
    rows = [(one, None) if isinstance(one, str) else one for one in options]
    return Question(
        kind=kind,
        label_sv=label,
        options=[
            QuestionOption(position=position, label_sv=name, capacity=capacity)
            for position, (name, capacity) in enumerate(rows)
        ],
        terms=list(when),
        **values,
    )


def make_questions(
    event_id: int, *questions: Question, asked_at: AskedAt = AskedAt.AFTER, title: str = ""
) -> list[Question]:
    """Put questions into a new section of an event's set, with pools for the options that have places; flushes."""
    found = db.session.query(QuestionSet).filter_by(subject_kind="event", subject_id=event_id).one_or_none()
    if found is None:
        found = QuestionSet(subject_kind="event", subject_id=event_id)
        db.session.add(found)
        db.session.flush()
    number = db.session.query(QuestionSection).filter_by(set_id=found.id).count()
    section = QuestionSection(set_id=found.id, position=number, title_sv=title, asked_at=asked_at)
    section.questions = list(questions)
    for position, question in enumerate(questions):
        question.position = position
    db.session.add(section)
    db.session.flush()
    for question in questions:
        for option in question.options:
            if option.capacity is not None:
                set_pools("question_option", option.id, {PoolName.ALL: option.capacity})
    return list(questions)


def when_answer(source: Question, value: str, *, is_negated: bool = False) -> ConditionTerm:
    """A term on the answer to a question that is stored already."""
    return ConditionTerm(
        source=TermSource.QUESTION, source_question_id=source.id, value=value, is_negated=is_negated
    )
