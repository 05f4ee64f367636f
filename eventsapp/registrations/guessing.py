"""A limit on guessing what only a letter or a cookie knows, counted for each network address over all processes.

It is generous, since a whole municipality may share one address, and it never touches the sign-up form itself.
"""

from flask import abort

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.throttle import attempts, count_attempt
from eventsapp.web.guards import client_address, csrf_failed

SCOPE = "personal_link"
MOST_FAILURES = 300
WINDOW_MINUTES = 15


def refuse_guessers() -> None:
    """Answer 429 where too many attempts from this network address have failed."""
    if attempts(SCOPE, client_address(), minutes=WINDOW_MINUTES, now=now()) >= MOST_FAILURES:
        abort(429, retry_after=WINDOW_MINUTES * 60)


def count_failure() -> None:
    """Count a failed attempt from this network address; commits, since the request itself ends in a refusal."""
    if csrf_failed():
        # Its transaction can only read, and it has been refused whatever it guessed.
        return
    count_attempt(SCOPE, client_address(), minutes=WINDOW_MINUTES, now=now())
    db.session.commit()
