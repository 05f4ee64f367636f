"""Taking a person out of the letters, when nobody may read any longer who they are."""

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


def lock_letters(subject_kind: str, subject_id: int, *, event_id: int, redaction: Redaction) -> list[int]:
    """The letters to a person or about them, locked in the order of their ids.

    Whoever is about to change the person takes this lock first: the worker that sends has the letter when it asks for
    the person, so the other way round the two would wait for each other.
    """
    return list(
        db.session.scalars(
            select(Letter.id)
            .where(_concerns(subject_kind, subject_id, event_id, redaction))
            .order_by(Letter.id)
            .with_for_update()
        )
    )


def redact_letters(
    subject_kind: str, subject_id: int, *, event_id: int, redaction: Redaction, subject_line: str
) -> None:
    """Take a person out of every letter to them and about them; flushes.

    Of the letters to the person those that were sent stay as rows without recipient, text and files, under
    `subject_line`; the others are withdrawn. Other letters of the activity say the alias where they quote the person.
    """
    letters = db.session.scalars(
        select(Letter)
        .where(_concerns(subject_kind, subject_id, event_id, redaction))
        .order_by(Letter.id)
        .options(selectinload(Letter.attachments))
        .execution_options(populate_existing=True)
    ).all()
    for letter in letters:
        own = (letter.subject_kind, letter.subject_id) == (subject_kind, subject_id)
        if not own and (not redaction.email or email_key(letter.recipient) != email_key(redaction.email)):
            _redact_quotes(letter, redaction)
        elif letter.state is LetterState.SENT:
            _empty(letter, redaction.instead, subject_line)
        else:
            # The worker that may have it in hand notes nothing on a row that is gone.
            db.session.delete(letter)
    db.session.flush()


def _concerns(subject_kind: str, subject_id: int, event_id: int, redaction: Redaction) -> ColumnElement[bool]:
    texts = [
        column.ilike(like_pattern(hint), escape="\\")
        for hint in redaction.hints
        for column in (Letter.body_text, Letter.subject_line)
    ]
    same_address = func.lower(Letter.recipient) == redaction.email.lower()
    return or_(
        and_(Letter.subject_kind == subject_kind, Letter.subject_id == subject_id),
        and_(Letter.event_id == event_id, or_(same_address, *texts)),
    )


def _empty(letter: Letter, recipient: str, subject_line: str) -> None:
    letter.recipient = recipient
    letter.subject_line = subject_line
    letter.body_text = letter.body_html = ""
    letter.last_error = ""
    letter.attachments = []


def _redact_quotes(letter: Letter, redaction: Redaction) -> None:
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
