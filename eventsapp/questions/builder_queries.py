"""What the builder reads beside the questions themselves."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from eventsapp.audit.models import AuditEntry
from eventsapp.audit.queries import history_of
from eventsapp.core.db import db
from eventsapp.questions.models import Answer, AnswerOption, Question, QuestionSection, QuestionSet

TRAIL = "questions"
"""What the trail calls a set of questions; its rows are as many as the set's versions."""


def lock_set(subject_kind: str, subject_id: int) -> QuestionSet | None:
    """The whole set of a subject, read anew and locked until the transaction ends."""
    return db.session.scalars(
        select(QuestionSet)
        .where(QuestionSet.subject_kind == subject_kind, QuestionSet.subject_id == subject_id)
        .options(
            selectinload(QuestionSet.sections)
            .selectinload(QuestionSection.questions)
            .options(selectinload(Question.options), selectinload(Question.terms))
        )
        .with_for_update(of=QuestionSet)
        .execution_options(populate_existing=True)
    ).one_or_none()


def answer_counts(set_id: int) -> dict[int, int]:
    """How many have answered each question of a set that anybody has answered."""
    rows = db.session.execute(
        select(Answer.question_id, func.count().label("number"))
        .join(Question, Question.id == Answer.question_id)
        .join(QuestionSection, QuestionSection.id == Question.section_id)
        .where(QuestionSection.set_id == set_id)
        .group_by(Answer.question_id)
    )
    return {row.question_id: row.number for row in rows}


def is_answered(question_id: int) -> bool:
    """Whether anybody has answered a question."""
    return db.session.scalar(select(Answer.id).where(Answer.question_id == question_id).limit(1)) is not None


def chosen_options(option_ids: Collection[int]) -> set[int]:
    """The options among these that anybody has chosen, as far as it can be seen from outside a sealed answer."""
    return set(
        db.session.scalars(
            select(AnswerOption.option_id).where(AnswerOption.option_id.in_(option_ids)).distinct()
        )
    )


def changes_after(question_set: QuestionSet, version: int) -> Sequence[AuditEntry]:
    """What was done to a set since it had a version, oldest first; each version has one row in the trail."""
    number = min(question_set.version - version, 20)
    return history_of(TRAIL, question_set.id, limit=number)[::-1] if number > 0 else []
