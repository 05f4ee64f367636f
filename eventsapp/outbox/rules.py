"""When a letter is tried again, and how a failure is put in words."""

from datetime import timedelta

from flask_babel import gettext

from eventsapp.core.text import clean_line
from eventsapp.outbox.models import FailureReason, Letter

FIRST_PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=60),
    timedelta(minutes=240),
)
LATER_PAUSE = timedelta(hours=12)
LAST_ATTEMPT = 12
"""With the pauses above the twelfth attempt comes after three days and five hours."""
STUCK_AFTER = timedelta(minutes=10)
"""A letter in the hands of a worker for longer than this was dropped by it."""
LONGEST_DETAIL = 300


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after this many failed attempts; None is for good."""
    if attempts >= LAST_ATTEMPT:
        return None
    return FIRST_PAUSES[attempts - 1] if attempts <= len(FIRST_PAUSES) else LATER_PAUSE


def stored_failure(reason: FailureReason, detail: str = "") -> str:
    """A failure as `Letter.last_error` keeps it, so that it can be said in any language."""
    return f"{reason}|{clean_line(detail)[:LONGEST_DETAIL]}"


def failure_in_words(last_error: str) -> str:
    """What `stored_failure` made, as a sentence and, in brackets, what the server said; empty for no failure."""
    if not last_error:
        return ""
    reason, _, detail = last_error.partition("|")
    words = {
        "server_unreachable": gettext("E-postservern svarade inte."),
        "sign_in_refused": gettext("E-postservern godtog inte systemets inloggning."),
        "sender_refused": gettext("E-postservern godtog inte avsändaren."),
        "try_later": gettext("E-postservern bad oss försöka senare."),
        "recipient_refused": gettext("Adressen godtogs inte av mottagarens e-postserver."),
        "address_not_supported": gettext("E-postservern kan inte skicka till den här adressen."),
        "letter_refused": gettext("Mottagarens e-postserver tog inte emot brevet."),
        "nothing_to_link_to": gettext("Det som brevet länkar till finns inte längre."),
        "could_not_be_made": gettext("Brevet gick inte att göra klart."),
        "interrupted": gettext("Sändningen avbröts."),
        "sent_back": gettext("Mottagarens e-postserver skickade tillbaka brevet."),
    }[FailureReason(reason).value]
    return f"{words} ({detail})" if detail else words


def is_emptied(letter: Letter) -> bool:
    """Whether the letter's content was taken away, since nobody may read any longer who it was to."""
    return letter.body_text == "" and letter.body_html == ""
