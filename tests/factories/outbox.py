"""Letters for tests."""

from itertools import count

from sqlalchemy.orm import selectinload

from eventsapp.core.db import db
from eventsapp.outbox.models import Letter
from eventsapp.outbox.operations import LetterDraft, queue_letter

_numbers = count(1)


def make_letter(**facts: object) -> Letter:
    """A waiting letter without links about event 1, flushed; `facts` are those of a LetterDraft."""
    number = next(_numbers)
    values: dict[str, object] = {
        "kind": "confirmed",
        "subject_kind": "registration",
        "subject_id": number,
        "event_id": 1,
        "recipient": f"deltagare{number}@example.se",
        "language": "sv",
        "subject_line": f"Du är anmäld {number}",
        "body_text": "Hej!\n\nDu är anmäld.\n",
        "body_html": "<p>Hej!</p><p>Du är anmäld.</p>\n",
    }
    letter_id = queue_letter(LetterDraft(**(values | facts)))  # type: ignore[arg-type]
    return db.session.get_one(Letter, letter_id, options=[selectinload(Letter.attachments)])
