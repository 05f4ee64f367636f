"""What the worker does with calendars."""

import logging

from eventsapp.calendar_import.models import FetchOutcome
from eventsapp.calendar_import.operations import erase_old_readings
from eventsapp.calendar_import.partner_fetching import fetch_partner, note_fetch
from eventsapp.calendar_import.queries import get_partner, partner_ids_to_fetch
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.jobs import every_night, jobs

log = logging.getLogger(__name__)


@jobs.job("fetch_partner_calendars", every=every_night)
def fetch_partner_calendars() -> None:
    """Fetch every calendar that is not paused; one that fails does not stop the others."""
    partner_ids = partner_ids_to_fetch()
    db.session.rollback()
    for partner_id in partner_ids:
        try:
            fetch_partner(partner_id)
        except NotFound:
            # It was removed meanwhile.
            db.session.rollback()
        except Exception as error:  # noqa: BLE001 - one bad calendar never stops the others
            db.session.rollback()
            log.error("partner calendar %d failed: %s", partner_id, type(error).__name__)
            note_fetch(get_partner(partner_id, lock=True), FetchOutcome.FAILED)
            db.session.commit()


@jobs.job("erase_calendar_readings", every=every_night)
def erase_calendar_readings() -> None:
    """Forget files that somebody has looked at and left."""
    erase_old_readings(now())
    db.session.commit()
