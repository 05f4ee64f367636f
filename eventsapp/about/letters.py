"""The letter that brings feedback to the function mailbox."""

from dataclasses import dataclass

from flask import current_app

from eventsapp.config import Settings
from eventsapp.outbox.operations import LetterDraft, queue_letter
from eventsapp.outbox.rendering import render_letter


@dataclass(frozen=True)
class Feedback:
    """What somebody wrote about accessibility. `email` is empty when they want to be anonymous."""

    message: str
    place: str
    aids: str
    email: str
    language: str


def queue_feedback(feedback: Feedback) -> None:
    """Put feedback in the outbox as a letter to CONTACT_EMAIL; an answer goes to the person, if they gave an address."""
    settings: Settings = current_app.config["SETTINGS"]
    letter = render_letter("about/letters/feedback", "sv", feedback=feedback)
    queue_letter(
        LetterDraft(
            kind="accessibility_feedback",
            subject_kind="site",
            subject_id=0,
            recipient=settings.contact_email,
            language="sv",
            subject_line=letter.subject_line,
            body_text=letter.body_text,
            body_html=letter.body_html,
            reply_to=feedback.email or None,
        )
    )
