"""What happens by itself with answers."""

from eventsapp.core.clock import now
from eventsapp.core.db import db, reading
from eventsapp.core.jobs import every_night, jobs
from eventsapp.questions.files import delete_without_rows


@jobs.job("delete_lost_files", every=every_night)
def delete_lost_files() -> None:
    """Delete the files that no answer has: those whose form was never accepted, and what a crash left behind."""
    with reading():
        delete_without_rows(now())
        db.session.rollback()
