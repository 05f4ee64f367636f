"""Taking in what people tell us about the site."""

from datetime import datetime

from flask_babel import gettext

from eventsapp.about.letters import Feedback, queue_feedback
from eventsapp.core.errors import DomainError
from eventsapp.core.throttle import count_attempt

PER_HOUR = 30
"""A whole municipality may share one address, so the limit only stops a flood."""


def send_feedback(feedback: Feedback, *, client: str, now: datetime) -> None:
    """Queue feedback as a letter to our mailbox; flushes. Raises DomainError when `client` has sent very many."""
    if count_attempt("about.feedback", client, minutes=60, now=now) > PER_HOUR:
        raise DomainError(
            gettext("Det har kommit ovanligt många meddelanden härifrån. Ring oss eller försök om en timme.")
        )
    queue_feedback(feedback)
