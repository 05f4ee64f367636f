"""Answers that are files, for those who may have them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.questions.files import read_file
from eventsapp.questions.models import Answer, AnswerFile
from eventsapp.questions.queries import given_in


@dataclass(frozen=True)
class SentFile:
    """A file that is somebody's answer."""

    subject_id: int
    name: str
    media_type: str
    size: int
    stored_name: str
    is_sealed: bool

    def content(self) -> bytes | None:
        """What it holds, opened where it is sealed; None where the folder has lost it."""
        return read_file(self.stored_name, is_sealed=self.is_sealed)


def get_file(subject_kind: str, subject_id: int, question_id: int) -> SentFile:
    """The file that somebody has answered a question with; raises NotFound."""
    found = db.session.execute(
        _files(subject_kind, question_id).where(Answer.subject_id == subject_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return _sent_file(*found)


def files_of_question(
    subject_kind: str, question_id: int, subject_ids: Collection[int] | Select[int]
) -> list[SentFile]:
    """The files that these people have answered a question with."""
    found = db.session.execute(
        _files(subject_kind, question_id).where(Answer.subject_id.in_(subject_ids)).order_by(Answer.id)
    )
    return [_sent_file(*row) for row in found]


def _files(subject_kind: str, question_id: int) -> Select[Answer, AnswerFile]:
    return (
        select(Answer, AnswerFile)
        .join(AnswerFile, AnswerFile.answer_id == Answer.id)
        .where(Answer.subject_kind == subject_kind, Answer.question_id == question_id)
        .options(selectinload(Answer.chosen))
    )


def _sent_file(answer: Answer, file: AnswerFile) -> SentFile:
    return SentFile(
        answer.subject_id,
        given_in(answer).value.partition("/")[2],
        file.media_type,
        file.size,
        file.stored_name,
        answer.is_sealed,
    )
