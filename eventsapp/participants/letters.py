"""The letter with the link to "Mina anmälningar". It names nobody and no activity."""

from eventsapp.outbox.operations import LetterDraft
from eventsapp.outbox.rendering import render_letter
from eventsapp.participants.rules import LINK_MINUTES

SUBJECT_KIND = "participant_link"


def entry_letter(link_id: int, recipient: str, language: str) -> LetterDraft:
    """You have asked to see your registrations; with the link, which is minted when the letter leaves."""
    rendered = render_letter("participants/letters/entry", language, minutes=LINK_MINUTES)
    return LetterDraft(
        kind="entry",
        subject_kind=SUBJECT_KIND,
        subject_id=link_id,
        recipient=recipient,
        language=language,
        subject_line=rendered.subject_line,
        body_text=rendered.body_text,
        body_html=rendered.body_html,
    )
