"""What the worker does with letters, and the signs that it lives."""

from flask import current_app

from eventsapp.config import Settings
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.jobs import beat, every_minute, every_night, jobs, wake
from eventsapp.core.throttle import forget_old_attempts
from eventsapp.outbox.delivery import deliver_due_letters
from eventsapp.outbox.operations import DELIVERY_JOB
from eventsapp.outbox.transport import make_transport

BATCH_SECONDS = 45
"""A worker with one thread comes up for air before its next minute."""


@jobs.job("beat_of_worker", every=every_minute)
def beat_of_worker() -> None:
    """Show that the worker lives."""
    beat("worker")
    db.session.commit()


@jobs.job(DELIVERY_JOB, every=every_minute)
def deliver_letters() -> None:
    """Send what is due; what is left after a while goes on in a new run, so that other jobs get their turn."""
    settings: Settings = current_app.config["SETTINGS"]
    if deliver_due_letters(make_transport(settings), seconds=BATCH_SECONDS):
        wake(DELIVERY_JOB)
        db.session.commit()


@jobs.job("forget_old_attempts", every=every_night)
def forget_attempts() -> None:
    """Erase the counts behind the limits, which are of no use after a day."""
    forget_old_attempts(now())
    db.session.commit()
