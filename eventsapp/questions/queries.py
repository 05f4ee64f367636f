"""Question sets and answers, each read in a bounded number of statements."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from eventsapp.core.db import db
from eventsapp.core.sealing import unseal
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import (
    Answer,
    AskedAt,
    Question,
    QuestionSection,
    QuestionSet,
    SeenBy,
)

_WHOLE = (
    selectinload(QuestionSet.sections)
    .selectinload(QuestionSection.questions)
    .options(selectinload(Question.options), selectinload(Question.terms))
)
# Each sign-up asks it, and to make a statement takes longer than to run it.
_SET = (
    select(QuestionSet)
    .where(
        QuestionSet.subject_kind == bindparam("subject_kind"),
        QuestionSet.subject_id == bindparam("subject_id"),
    )
    .options(_WHOLE)
)


@dataclass(frozen=True)
class AskedSection:
    """A section with the questions of it that are still asked."""

    section: QuestionSection
    questions: tuple[Question, ...]

    @property
    def title(self) -> str:
        return self.section.title


@dataclass(frozen=True)
class AskedQuestions:
    """The questions of a subject that are not retired, in their order."""

    sections: tuple[AskedSection, ...] = ()
    all: tuple[Question, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "all", tuple(one for section in self.sections for one in section.questions))

    def __bool__(self) -> bool:
        return bool(self.all)

    def at(self, *stages: AskedAt) -> "AskedQuestions":
        """Those of these stages alone."""
        return AskedQuestions(tuple(one for one in self.sections if one.section.asked_at in stages))

    def seen_by(self, eyes: SeenBy) -> "AskedQuestions":
        """Those whose answers are for these eyes alone."""
        return self._those(lambda one: one.seen_by is eyes)

    def for_participants(self) -> "AskedQuestions":
        """Without what only staff fill in."""
        return self._those(lambda one: not one.is_staff_only)

    def _those(self, are_meant: Callable[[Question], bool]) -> "AskedQuestions":
        return AskedQuestions(
            tuple(AskedSection(one.section, tuple(filter(are_meant, one.questions))) for one in self.sections)
        )


def find_set(subject_kind: str, subject_id: int) -> QuestionSet | None:
    """The whole question set of a subject; one statement where there is none, and five where there is."""
    return db.session.scalars(_SET, {"subject_kind": subject_kind, "subject_id": subject_id}).one_or_none()


def questions_of(subject_kind: str, subject_id: int) -> AskedQuestions:
    """What is asked about a subject, by everybody and at every stage; as many statements as `find_set`."""
    found = find_set(subject_kind, subject_id)
    if found is None:
        return AskedQuestions()
    return AskedQuestions(
        tuple(
            AskedSection(section, tuple(one for one in section.questions if one.retired_at is None))
            for section in found.sections
        )
    )


def answers_of(subject_kind: str, subject_ids: Collection[int]) -> dict[int, dict[int, Answer]]:
    """The answers of some subjects: subject id → question id → answer; two statements."""
    answers = db.session.scalars(
        select(Answer)
        .where(Answer.subject_kind == subject_kind, Answer.subject_id.in_(subject_ids))
        .options(selectinload(Answer.chosen))
    )
    found: dict[int, dict[int, Answer]] = {subject_id: {} for subject_id in subject_ids}
    for answer in answers:
        found[answer.subject_id][answer.question_id] = answer
    return found


def given_in(answer: Answer) -> Given:
    """What was answered, opened where it is sealed."""
    if answer.is_sealed:
        stored = json.loads(unseal(answer.value))
        return Given(stored["value"], tuple(stored["options"]))
    return Given(answer.value, tuple(chosen.option_id for chosen in answer.chosen))


def given_by(answers: Mapping[int, Answer]) -> dict[int, Given]:
    """What somebody has answered: question id → answer."""
    return {question_id: given_in(answer) for question_id, answer in answers.items()}


def limited_options(questions: Sequence[Question]) -> set[int]:
    """The options that have a number of places."""
    return {option.id for one in questions for option in one.options if option.capacity is not None}
