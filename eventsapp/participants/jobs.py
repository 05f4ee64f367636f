"""What happens by itself: links and devices whose time is up are erased."""

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.jobs import every_night, jobs
from eventsapp.participants.operations import erase_old


@jobs.job("erase_participant_links", every=every_night)
def erase_participant_links() -> None:
    """Erase old links with their letters, and the devices that are let in no longer."""
    erase_old(now())
    db.session.commit()
