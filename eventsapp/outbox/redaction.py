"""Taking a person out of the letters, when nobody may read any longer who they are."""

import re
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from eventsapp.config import Settings
from eventsapp.core.db import db
from eventsapp.core.redaction import Redaction
from eventsapp.core.text import email_key, like_pattern
from eventsapp.outbox.letter_files import letter_names, read_letter_file
from eventsapp.outbox.models import Letter, LetterState
from eventsapp.outbox.transport import letters_folder


@dataclass(frozen=True)
class Person:
    """Whom letters are about: the subject of the letters to them, the activity, how to take them out of a text, and the
    address of their page for staff, which stands in what staff are told of them."""

    subject_kind: str
    subject_id: int
    event_id: int
    redaction: Redaction
    page_path: str


def lock_letters(person: Person) -> list[int]:
    """The letters to a person or about them, locked in the order of their ids.

    Whoever is about to change the person takes this lock first: the worker that sends has the letter when it asks for
    the person, so the other way round the two would wait for each other.
    """
    return list(
        db.session.scalars(select(Letter.id).where(_concerns(person)).order_by(Letter.id).with_for_update())
    )


def redact_letters(person: Person, *, subject_line: str) -> None:
    """Take a person out of every letter to them and about them; flushes.

    Of the letters to the person those that were sent stay as rows without recipient, text and files, under
    `subject_line`; the others are withdrawn. Other letters of the activity say the alias where they quote the person.
    """
    letters = db.session.scalars(
        select(Letter)
        .where(_concerns(person))
        .order_by(Letter.id)
        .options(selectinload(Letter.attachments))
        .execution_options(populate_existing=True)
    ).all()
    for letter in letters:
        if not _is_to(letter, person):
            _redact_quotes(letter, person)
        elif letter.state is LetterState.SENT:
            _empty(letter, person.redaction.instead, subject_line)
        else:
            # The worker that may have it in hand notes nothing on a row that is gone.
            db.session.delete(letter)
    db.session.flush()


def _concerns(person: Person) -> ColumnElement[bool]:
    wanted = (*person.redaction.hints, person.page_path)
    texts = [
        column.ilike(like_pattern(hint), escape="\\")
        for hint in wanted
        for column in (Letter.body_text, Letter.subject_line)
    ]
    same_address = func.lower(Letter.recipient) == person.redaction.email.lower()
    return or_(
        and_(Letter.subject_kind == person.subject_kind, Letter.subject_id == person.subject_id),
        and_(Letter.event_id == person.event_id, or_(same_address, *texts)),
    )


def _is_to(letter: Letter, person: Person) -> bool:
    if (letter.subject_kind, letter.subject_id) == (person.subject_kind, person.subject_id):
        return True
    address = email_key(person.redaction.email)
    return address != "" and email_key(letter.recipient) == address


def _empty(letter: Letter, recipient: str, subject_line: str) -> None:
    letter.recipient = recipient
    letter.subject_line = subject_line
    letter.body_text = letter.body_html = ""
    letter.last_error = ""
    letter.attachments = []


def _redact_quotes(letter: Letter, person: Person) -> None:
    # What links to the person's page is about them, so a name of one word is theirs there.
    is_about = re.search(rf"{re.escape(person.page_path)}(?!\d)", letter.body_text) is not None
    redaction = person.redaction.with_single_names() if is_about else person.redaction
    letter.subject_line, letter.body_text, letter.body_html = redaction.of_one(
        letter.subject_line, letter.body_text, letter.body_html
    )


def forget_letter_files(redaction: Redaction) -> None:
    """Delete the files of letters to a person or that quote them, where letters are files for want of a mail server."""
    settings: Settings = current_app.config["SETTINGS"]
    folder: Path = letters_folder(settings)
    for name in letter_names(folder):
        letter = read_letter_file(folder, name)
        if redaction.finds(letter.recipient, letter.subject_line, letter.text):
            (folder / name).unlink(missing_ok=True)
