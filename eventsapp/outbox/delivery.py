"""Sending what is due: claim one letter in a transaction of its own, send it, note how it went."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from flask import current_app
from sqlalchemy import update

from eventsapp.audit import operations as audit
from eventsapp.config import Settings
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.outbox import queries
from eventsapp.outbox.links import link_names, mint_links
from eventsapp.outbox.message import compose, sendable_address
from eventsapp.outbox.models import FailureReason, Letter, LetterState
from eventsapp.outbox.rules import STUCK_AFTER, pause_after, stored_failure
from eventsapp.outbox.transport import DeliveryError, PermanentFailure, ServerUnusable, Transport

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ClaimedLetter:
    """A letter that this worker alone has in hand, ready to leave without another look at the database."""

    id: int
    claimed_at: datetime
    recipient: str
    message: EmailMessage


def deliver_due_letters(transport: Transport, *, seconds: float) -> bool:
    """Send the letters that are due, for about so many seconds; answers whether there may be more.

    Commits by itself, several times. A letter whose worker dies between sending and noting it is sent once more,
    with the same Message-ID: twice is better than never.
    """
    take_back_dropped_letters(now())
    ends = time.monotonic() + seconds
    with transport:
        while time.monotonic() < ends:
            claimed = claim_next_letter(now())
            if claimed is None:
                return False
            try:
                transport.send(claimed.message, claimed.recipient)
            except DeliveryError as error:
                _note_failure(claimed, error)
                if isinstance(error, ServerUnusable):
                    return False
            else:
                _note_sent(claimed, now())
    return True


def claim_next_letter(moment: datetime) -> ClaimedLetter | None:
    """Take the letter that has waited longest, with fresh links whose digests are stored; commits.

    On PostgreSQL other workers skip the row that this one has locked; on SQLite the transaction has the whole
    database. A letter that cannot be made ready is put aside and the next one is taken.
    """
    while True:
        letter = queries.lock_next_due(moment)
        if letter is None:
            db.session.rollback()
            return None
        letter.state = LetterState.SENDING
        letter.attempts += 1
        letter.claimed_at = moment
        claimed = _make_ready(letter, moment)
        db.session.commit()
        if claimed is not None:
            return claimed


def _make_ready(letter: Letter, moment: datetime) -> ClaimedLetter | None:
    settings: Settings = current_app.config["SETTINGS"]
    try:
        with db.session.begin_nested():
            links: dict[str, str] = {}
            if link_names(letter.body_text, letter.body_html):
                links = mint_links(letter.subject_kind, letter.subject_id, letter.kind, letter.recipient)
            message = compose(letter, links, settings, moment)
            return ClaimedLetter(letter.id, moment, sendable_address(letter.recipient), message)
    except DomainError as error:
        _fail_for_good(letter, FailureReason.NOTHING_TO_LINK_TO, error.message)
    except Exception as error:  # noqa: BLE001 - one bad letter never stops the others
        # The text of the error may quote the letter, so only its kind goes to the log.
        log.error("letter %d could not be made: %s", letter.id, type(error).__name__)
        _try_later(letter, FailureReason.COULD_NOT_BE_MADE, type(error).__name__)
    return None


def take_back_dropped_letters(moment: datetime) -> None:
    """Let letters whose worker stopped in the middle wait for another; commits."""
    for letter in queries.lock_claimed_before(moment - STUCK_AFTER):
        _try_later(letter, FailureReason.INTERRUPTED)
        # The wait is behind it already.
        letter.due_at = moment
    db.session.commit()


def _note_sent(claimed: ClaimedLetter, moment: datetime) -> None:
    # Only while the claim is still ours: a letter that was taken from a slow worker is another's to note.
    db.session.execute(
        update(Letter)
        .where(
            Letter.id == claimed.id,
            Letter.state == LetterState.SENDING,
            Letter.claimed_at == claimed.claimed_at,
        )
        .values(state=LetterState.SENT, sent_at=moment, last_error="")
    )
    db.session.commit()


def _note_failure(claimed: ClaimedLetter, error: DeliveryError) -> None:
    letter = queries.lock_claimed(claimed.id, claimed.claimed_at)
    if letter is not None:
        if isinstance(error, PermanentFailure):
            _fail_for_good(letter, error.reason, error.detail)
        else:
            _try_later(letter, error.reason, error.detail)
        log.warning("letter %d did not leave: %s", letter.id, error.reason)
    db.session.commit()


def _try_later(letter: Letter, reason: FailureReason, detail: str = "") -> None:
    pause = pause_after(letter.attempts)
    if pause is None:
        _fail_for_good(letter, reason, detail)
        return
    letter.state = LetterState.WAITING
    letter.due_at = now() + pause
    letter.last_error = stored_failure(reason, detail)


def _fail_for_good(letter: Letter, reason: FailureReason, detail: str = "") -> None:
    letter.state = LetterState.FAILED
    letter.last_error = stored_failure(reason, detail)
    audit.record(
        "letter.failed",
        letter.subject_kind,
        letter.subject_id,
        actor=Actor.system(),
        event_id=letter.event_id,
    )
