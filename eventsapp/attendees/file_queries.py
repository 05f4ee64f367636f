"""The files that the people of an activity have answered with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import Select, func, select

from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.text import family_first
from eventsapp.questions.file_queries import SentFile, files_of_question
from eventsapp.questions.models import Answer, AnswerFile, Question, SeenBy
from eventsapp.registrations.models import ACTIVE, Registration
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT

_NOT_IN_NAMES = re.compile(r'[/\\<>:"|?*]')
"""What one system or another cannot have in the name of a file."""


@dataclass(frozen=True)
class FileQuestion:
    """A question, and how many files have come."""

    id: int
    name: str
    files: int


def file_questions(event_id: int, *, sees_sensitive: bool) -> list[FileQuestion]:
    """The questions of an activity that people have answered with files, as far as one may see them; one statement."""
    seen_by = SeenBy if sees_sensitive else [SeenBy.ATTENDEE_LIST]
    found = db.session.execute(
        select(Question.id, Question.name, Question.label_sv, func.count())
        .join(Answer, Answer.question_id == Question.id)
        .join(AnswerFile, AnswerFile.answer_id == Answer.id)
        .where(
            Answer.subject_kind == QUESTIONS_SUBJECT,
            Answer.subject_id.in_(_people_of(event_id)),
            Question.seen_by.in_(list(seen_by)),
        )
        .group_by(Question.id)
        .order_by(Question.id)
    )
    return [FileQuestion(question_id, name or label, number) for question_id, name, label, number in found]


def get_file_question(event_id: int, question_id: int, *, sees_sensitive: bool) -> FileQuestion:
    """One of these; raises NotFound."""
    for one in file_questions(event_id, sees_sensitive=sees_sensitive):
        if one.id == question_id:
            return one
    raise NotFound


@dataclass(frozen=True)
class NamedFile:
    """A file with the name of the one who has sent it."""

    person: str
    file: SentFile


def named_files(event_id: int, question_id: int) -> list[NamedFile]:
    """The files of one question, by person."""
    people = db.session.execute(
        select(Registration.id, Registration.name)
        .where(Registration.id.in_(_people_of(event_id)))
        .order_by(Registration.sort_key, Registration.id)
    ).all()
    files = {
        one.subject_id: one for one in files_of_question(QUESTIONS_SUBJECT, question_id, _people_of(event_id))
    }
    return [
        NamedFile(family_first(name), files[person_id]) for person_id, name in people if person_id in files
    ]


def members_of_archive(files: list[NamedFile]) -> Iterator[tuple[str, bytes]]:
    """The files as members of an archive, read one at a time: "Ahlström, Åsa – Abstract.pdf". Those that the folder has lost
    are named in a text at the end."""
    lost = []
    for one in files:
        name = _NOT_IN_NAMES.sub("-", f"{one.person} – {one.file.name}")
        content = one.file.content()
        if content is None:
            lost.append(name)
        else:
            yield name, content
    if lost:
        yield gettext("Saknas.txt"), "\r\n".join(lost).encode()


def _people_of(event_id: int) -> Select[int]:
    return select(Registration.id).where(Registration.event_id == event_id, Registration.status.in_(ACTIVE))
