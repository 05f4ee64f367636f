"""Keeping and erasing answers."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, insert, or_, select

from eventsapp.core.db import db
from eventsapp.core.sealing import seal
from eventsapp.questions.files import delete_after_commit
from eventsapp.questions.kinds import NOTHING, Given, kind_of
from eventsapp.questions.models import (
    Answer,
    AnswerFile,
    AnswerOption,
    Question,
    QuestionKind,
    QuestionOption,
    SeenBy,
)
from eventsapp.questions.queries import answers_of, given_in


def keep_answers(
    subject_kind: str,
    subject_id: int,
    questions: Iterable[Question],
    given: Mapping[int, Given],
    *,
    moment: datetime,
    is_new: bool = False,
) -> set[str]:
    """Store what was answered to these questions in place of earlier answers; flushes. Answers the names of those that are
    otherwise now. A question without an answer has no row, so one that is no longer asked loses its answer.

    `is_new` is for a subject that cannot have answers yet. However many the questions, it is a handful of statements.
    """
    stored = {} if is_new else answers_of(subject_kind, [subject_id])[subject_id]
    changed: dict[int, Question] = {}
    for question in questions:
        old = stored.get(question.id)
        before = given_in(old) if old else NOTHING
        if kind_of(question).is_asked and before != given.get(question.id, NOTHING):
            changed[question.id] = question
    # The old rows go first: a question has one answer.
    old_ids = [stored[question_id].id for question_id in changed if question_id in stored]
    files = _delete(old_ids) if old_ids else set()
    new = {
        question_id: given[question_id]
        for question_id in changed
        if given.get(question_id, NOTHING) != NOTHING
    }
    if new:
        rows = [_row(subject_kind, subject_id, changed[one], new[one], moment) for one in new]
        added = db.session.execute(
            insert(Answer).returning(Answer.question_id, Answer.id, Answer.is_sealed), rows
        ).all()
        chosen = [
            {"answer_id": answer_id, "option_id": option_id}
            for question_id, answer_id, is_sealed in added
            if not is_sealed
            for option_id in new[question_id].options
        ]
        if chosen:
            db.session.execute(insert(AnswerOption), chosen)
        files -= _add_files({question_id: answer_id for question_id, answer_id, _sealed in added}, new)
    delete_after_commit(files)
    return {question.short_name for question in changed.values()}


def _row(
    subject_kind: str, subject_id: int, question: Question, given: Given, moment: datetime
) -> dict[str, object]:
    is_sealed = question.seen_by is SeenBy.SENSITIVE
    value = given.value
    if is_sealed:
        value = seal(json.dumps({"value": given.value, "options": given.options}, ensure_ascii=False))
    return {
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "question_id": question.id,
        "question_version": question.version,
        "value": value,
        "is_sealed": is_sealed,
        "answered_at": moment,
    }


def _add_files(answer_ids: Mapping[int, int], given: Mapping[int, Given]) -> set[str]:
    """Note the files that are answers now; answers their names in the folder."""
    rows = [
        {
            "answer_id": answer_ids[question_id],
            "stored_name": one.value.partition("/")[0],
            "media_type": one.file.media_type,
            "size": one.file.size,
            "sha256": one.file.sha256,
        }
        for question_id, one in given.items()
        if one.file is not None
    ]
    if rows:
        db.session.execute(insert(AnswerFile), rows)
    return {str(row["stored_name"]) for row in rows}


OF_NO_USE_WITHOUT_A_PLACE = or_(
    Answer.is_sealed,
    Answer.question_id.in_(select(QuestionOption.question_id).where(QuestionOption.capacity.is_not(None))),
)
"""What nobody needs of one who does not come: what few may see, and alternatives whose places go to others."""


IN_OWN_WORDS = Answer.question_id.in_(
    select(Question.id).where(
        Question.kind.in_(
            [
                QuestionKind.SHORT_TEXT,
                QuestionKind.LONG_TEXT,
                QuestionKind.EMAIL,
                QuestionKind.PHONE,
                QuestionKind.WEB_ADDRESS,
                QuestionKind.ORGANISATION,
                QuestionKind.FILE,
            ]
        )
    )
)
"""What somebody has written themselves, which may say who they are."""


def erase_answers(
    subject_kind: str, subject_ids: Collection[int] | Select[int], *conditions: ColumnElement[bool]
) -> int:
    """Erase the answers of some subjects, or those of them that fulfil the conditions; answers how many there were."""
    ids = list(
        db.session.scalars(
            select(Answer.id).where(
                Answer.subject_kind == subject_kind, Answer.subject_id.in_(subject_ids), *conditions
            )
        )
    )
    if ids:
        delete_after_commit(_delete(ids))
    return len(ids)


def _delete(answer_ids: Collection[int]) -> set[str]:
    """Delete answers; answers the names in the folder of the files that nobody has then."""
    options = {"synchronize_session": False}
    files = db.session.scalars(
        delete(AnswerFile).where(AnswerFile.answer_id.in_(answer_ids)).returning(AnswerFile.stored_name),
        execution_options=options,
    ).all()
    db.session.execute(
        delete(AnswerOption).where(AnswerOption.answer_id.in_(answer_ids)), execution_options=options
    )
    db.session.execute(delete(Answer).where(Answer.id.in_(answer_ids)), execution_options=options)
    return set(files)
