"""Putting letters in the outbox; the worker takes them from there."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import delete, insert

from eventsapp.audit import operations as audit
from eventsapp.config import Settings
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.core.jobs import wake
from eventsapp.core.text import clean_line
from eventsapp.outbox.models import FailureReason, Letter, LetterAttachment, LetterState
from eventsapp.outbox.rules import is_emptied, stored_failure

DELIVERY_JOB = "deliver_letters"


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter; `content_type` may have parameters, as `text/calendar; charset=utf-8`."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class LetterDraft:
    """A letter to be sent.

    `kind` names the letter ("confirmed"), `subject_kind` and `subject_id` the thing it is about, `event_id` the
    activity whose staff may see it. Letters that hold personal links are about the thing whose minter makes them.
    """

    kind: str
    subject_kind: str
    subject_id: int
    event_id: int | None = None
    recipient: str
    language: str
    subject_line: str
    body_text: str
    body_html: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    due_at: datetime | None = None
    """When it may leave; None is at once."""


_ADD_LETTER = insert(Letter.__table__)  # type: ignore[arg-type]
_ADD_ATTACHMENT = insert(LetterAttachment.__table__)  # type: ignore[arg-type]


def queue_letter(draft: LetterDraft) -> int:
    """Put a letter in the outbox, in the caller's transaction; answers its id. The worker is woken after the commit."""
    moment = now()
    # Past the session: nobody changes the letter here, and as an object it would cost more than the rest of a sign-up.
    connection = db.session.connection()
    row = _row(draft, moment)
    added = connection.execute(_ADD_LETTER, row).inserted_primary_key
    assert added is not None
    letter_id: int = added[0]
    if draft.attachments:
        connection.execute(
            _ADD_ATTACHMENT, [{"letter_id": letter_id, **vars(part)} for part in draft.attachments]
        )
    _wake_for([row["due_at"]], moment)
    return letter_id


def queue_letters(drafts: Sequence[LetterDraft]) -> list[Letter]:
    """As `queue_letter` for many, in a few statements however many they are; their attachments are not loaded."""
    moment = now()
    letters = [Letter(**_row(draft, moment)) for draft in drafts]
    db.session.add_all(letters)
    db.session.flush()
    # Past the objects: nobody needs the ids of these rows, and to ask for them would cost a statement for each.
    attachments = [
        {"letter_id": letter.id, **vars(part)}
        for letter, draft in zip(letters, drafts, strict=True)
        for part in draft.attachments
    ]
    if attachments:
        db.session.execute(insert(LetterAttachment), attachments)
    _wake_for([letter.due_at for letter in letters], moment)
    return letters


def _wake_for(due: list[datetime], moment: datetime) -> None:
    if any(due_at <= moment for due_at in due):
        wake(DELIVERY_JOB)


def _row(draft: LetterDraft, moment: datetime) -> dict[str, Any]:
    due_at = draft.due_at or moment
    return {
        "kind": draft.kind,
        "subject_kind": draft.subject_kind,
        "subject_id": draft.subject_id,
        "event_id": draft.event_id,
        "recipient": clean_line(draft.recipient),
        "language": draft.language,
        "subject_line": clean_line(draft.subject_line),
        "body_text": draft.body_text,
        "body_html": draft.body_html,
        "reply_to": clean_line(draft.reply_to) if draft.reply_to else None,
        "message_id": _new_message_id(),
        "state": LetterState.WAITING,
        "created_at": moment,
        "first_due_at": due_at,
        "due_at": due_at,
    }


def resend_letter(letter: Letter, *, actor: Actor) -> None:
    """Let a letter leave again, with fresh personal links; flushes.

    It gets a new Message-ID, since receivers throw away what they have seen before. Raises Conflict while the
    worker has it in hand, and for one that has been emptied.
    """
    if is_emptied(letter):
        raise Conflict(gettext("Brevets innehåll är borttaget, så det går inte att skicka igen."))
    if letter.state is LetterState.SENDING:
        raise Conflict(gettext("Brevet skickas just nu. Vänta en stund och se hur det går."))
    moment = now()
    letter.state = LetterState.WAITING
    letter.message_id = _new_message_id()
    letter.attempts = 0
    letter.last_error = ""
    letter.first_due_at = letter.due_at = moment
    letter.claimed_at = None
    letter.sent_at = None
    audit.record(
        "letter.resent", letter.subject_kind, letter.subject_id, actor=actor, event_id=letter.event_id
    )
    db.session.flush()
    wake(DELIVERY_JOB)


def mark_bounced(letter: Letter, detail: str) -> None:
    """Note that the receiver's server sent a letter back for good, with what it said; flushes.

    A letter that waits to be sent again is left alone, and so is one that has been emptied: what the server said quotes
    the address.
    """
    if letter.state in (LetterState.WAITING, LetterState.BOUNCED) or is_emptied(letter):
        return
    letter.state = LetterState.BOUNCED
    letter.last_error = stored_failure(FailureReason.SENT_BACK, detail)
    audit.record(
        "letter.bounced",
        letter.subject_kind,
        letter.subject_id,
        actor=Actor.system(),
        event_id=letter.event_id,
    )
    db.session.flush()


def delete_letters(subject_kind: str, subject_ids: Sequence[int]) -> None:
    """Delete the letters about things that are gone, in the caller's transaction.

    The worker that may have one in hand notes nothing on a row that is gone.
    """
    db.session.execute(
        delete(Letter).where(Letter.subject_kind == subject_kind, Letter.subject_id.in_(subject_ids)),
        execution_options={"synchronize_session": False},
    )


def _new_message_id() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return f"<{uuid.uuid4().hex}@{settings.mail_from.rpartition('@')[2]}>"
