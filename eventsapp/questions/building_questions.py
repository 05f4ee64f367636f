"""Adding and changing questions. One that has been answered is never lost: it is retired, and so are its alternatives."""

import json
from collections.abc import Iterable

from flask_babel import gettext

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.questions.builder_queries import chosen_options, is_answered
from eventsapp.questions.builder_rules import (
    MOST_QUESTIONS,
    OptionFacts,
    QuestionFacts,
    TermFacts,
    require_option_unreferred,
    require_sensible,
    require_told,
    require_unreferred,
)
from eventsapp.questions.building import Building, Changes, done, named, put
from eventsapp.questions.models import (
    ConditionTerm,
    Question,
    QuestionOption,
    QuestionSection,
    QuestionVersion,
    SeenBy,
)
from eventsapp.questions.subjects import subject_of

_PLAIN = (
    "label_sv",
    "label_en",
    "hint_sv",
    "hint_en",
    "name",
    "is_required",
    "is_staff_only",
    "seen_by",
    "reason_sv",
    "reason_en",
    "keep_days",
    "minimum",
    "maximum",
    "file_types",
    "condition_match",
)
"""The facts that are a column each."""


def facts_of(question: Question) -> QuestionFacts:
    """What a question says and asks, without alternatives that are retired."""
    return QuestionFacts(
        kind=question.kind,
        options=tuple(
            OptionFacts(one.label_sv, one.label_en, one.capacity, one.id)
            for one in question.options
            if one.retired_at is None
        ),
        terms=tuple(
            TermFacts(one.source, one.value, one.source_question_id, one.is_negated) for one in question.terms
        ),
        **{name: getattr(question, name) for name in _PLAIN},
    )


def add_question(building: Building, section: QuestionSection, facts: QuestionFacts) -> Question:
    """A new question, the last of a section; flushes. Raises DomainError at its field for what cannot be."""
    require_sensible(facts)
    require_room(building, 1)
    question = make_question(facts)
    section.questions.append(question)
    done(building, "questions.added", {"question": ["", question.short_name]})
    keep_places(building, [question])
    return question


def change_question(
    building: Building,
    question: Question,
    section: QuestionSection,
    facts: QuestionFacts,
    *,
    confirmed: bool = False,
) -> bool:
    """Give a question these facts and put it into a section; flushes. Answers whether anything changed.

    What somebody has answered is kept as the version they saw. Raises DomainError at its field for what cannot be, and at
    "confirmed" when alternatives get fewer places than are taken and nobody said yes to it.
    """
    require_sensible(facts)
    before, here = facts_of(question), building.section_of(question)
    changed = [
        name for name in (*_PLAIN, "options", "terms") if getattr(before, name) != getattr(facts, name)
    ]
    if not changed and here is section:
        return False
    answered = is_answered(question.id)
    if answered and "seen_by" in changed:
        raise DomainError(
            gettext("Frågan har svar, så vem som ser dem kan inte ändras. Gör en kopia av frågan i stället."),
            "seen_by",
        )
    _require_told(building, before, facts, confirmed)
    wording = wording_of(question)
    called = question.short_name
    for name in _PLAIN:
        setattr(question, name, getattr(facts, name))
    if "options" in changed:
        _set_options(building, question, facts.options, answered=answered)
    if "terms" in changed:
        question.terms[:] = make_terms(facts.terms)
    if answered and wording_of(question) != wording:
        db.session.add(
            QuestionVersion(question_id=question.id, number=question.version, wording=wording, made_at=now())
        )
        question.version += 1
    changes: Changes = {"question": [called, question.short_name]}
    changes |= {f"question_{name}": None for name in changed if name != "name"}
    if here is not section:
        put(building, question, section, len(section.questions))
        changes["question_section"] = None
    done(building, "questions.changed", changes)
    if "options" in changed:
        keep_places(building, [question])
    return True


def retire_question(building: Building, question: Question) -> None:
    """Ask a question no longer; its answers stay. Raises DomainError with the names of those that depend on it."""
    if question.retired_at is None:
        require_unreferred(question, [one for one in building.questions if one.retired_at is None])
        question.retired_at = now()
        done(building, "questions.retired", named(question))
        keep_places(building, [question])


def restore_question(building: Building, question: Question) -> None:
    """Ask a retired question again, last in its section; flushes. Raises DomainError where its condition cannot hold."""
    if question.retired_at is not None:
        section = building.section_of(question)
        put(building, question, section, len(section.questions) - 1)
        question.retired_at = None
        done(building, "questions.restored", named(question))
        keep_places(building, [question])


def remove_question(building: Building, question: Question) -> bool:
    """Delete a question that nobody has answered; one that has been is retired. Flushes; answers whether it is gone.

    Raises DomainError with the names of those that depend on it.
    """
    if is_answered(question.id):
        retire_question(building, question)
        return False
    require_unreferred(question, building.questions)
    subject_of(building.subject.kind).options_changed(
        building.subject.id,
        dict.fromkeys((one.id for one in question.options if one.capacity is not None), None),
    )
    section = building.section_of(question)
    section.questions.remove(question)
    done(building, "questions.removed", {"question": [question.short_name, ""]})
    return True


def require_room(building: Building, number: int) -> None:
    """Raise DomainError when there is no room for so many further questions."""
    if len([one for one in building.questions if one.retired_at is None]) + number > MOST_QUESTIONS:
        raise DomainError(gettext("Ett formulär har högst %(max)s frågor.", max=MOST_QUESTIONS))


def make_question(facts: QuestionFacts) -> Question:
    """A question with these facts, which stands nowhere yet."""
    question = Question(kind=facts.kind, version=1, position=0, options=[], terms=[])
    for name in _PLAIN:
        setattr(question, name, getattr(facts, name))
    question.options = [
        QuestionOption(position=place, label_sv=one.label_sv, label_en=one.label_en, capacity=one.capacity)
        for place, one in enumerate(facts.options)
    ]
    question.terms = make_terms(facts.terms)
    return question


def keep_places(building: Building, questions: list[Question]) -> None:
    """Let the alternatives of these questions have the places that they say; a retired one has none to take."""
    capacities = {
        option.id: None if option.retired_at or question.retired_at else option.capacity
        for question in questions
        for option in question.options
    }
    if capacities:
        subject_of(building.subject.kind).options_changed(building.subject.id, capacities)


def wording_of(question: Question) -> str:
    """What one who answers reads, as JSON."""
    return json.dumps(
        {
            "label_sv": question.label_sv,
            "label_en": question.label_en,
            "hint_sv": question.hint_sv,
            "hint_en": question.hint_en,
            "options": [
                {"id": one.id, "label_sv": one.label_sv, "label_en": one.label_en}
                for one in question.options
                if one.retired_at is None
            ],
        },
        ensure_ascii=False,
    )


def _set_options(
    building: Building, question: Question, wanted: tuple[OptionFacts, ...], *, answered: bool
) -> None:
    """Give a question these alternatives. One that is left out is deleted, or retired if somebody has chosen it; one that
    is called as a retired one brings that back."""
    existing = {one.id: one for one in question.options}
    retired = {one.label_sv.casefold(): one for one in question.options if one.retired_at is not None}
    kept: list[QuestionOption] = []
    for facts in wanted:
        row = existing.pop(facts.id or 0, None) or retired.get(facts.label_sv.casefold()) or QuestionOption()
        row.label_sv, row.label_en, row.capacity = facts.label_sv, facts.label_en, facts.capacity
        row.retired_at = None
        kept.append(row)
    left_out = [one for one in question.options if one not in kept]
    chosen = chosen_options([one.id for one in left_out]) if left_out else set()
    for option in left_out:
        if option.retired_at is None:
            require_option_unreferred(question, option, building.questions)
        # What was chosen in a sealed answer cannot be seen from here.
        if option.id in chosen or (answered and question.seen_by is SeenBy.SENSITIVE):
            option.retired_at = option.retired_at or now()
            kept.append(option)
        elif option.capacity is not None:
            subject_of(building.subject.kind).options_changed(building.subject.id, {option.id: None})
    for place, option in enumerate(kept):
        option.position = place
    question.options[:] = kept
    db.session.flush()


def _require_told(building: Building, before: QuestionFacts, facts: QuestionFacts, confirmed: bool) -> None:
    earlier = {one.id: one.capacity for one in before.options}
    lowered = [
        one
        for one in facts.options
        if one.id is not None and one.capacity is not None and one.capacity != earlier.get(one.id)
    ]
    if lowered:
        taken = subject_of(building.subject.kind).options_taken([one.id for one in lowered if one.id])
        require_told(
            [
                (one.label_sv, taken.get(one.id or 0, 0), one.capacity or 0)
                for one in lowered
                if taken.get(one.id or 0, 0) > (one.capacity or 0)
            ],
            confirmed,
        )


def make_terms(terms: Iterable[TermFacts]) -> list[ConditionTerm]:
    """Rows for the terms of a condition."""
    return [
        ConditionTerm(
            source=one.source,
            source_question_id=one.source_question_id,
            value=one.value,
            is_negated=one.is_negated,
        )
        for one in terms
    ]
