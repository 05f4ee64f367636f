"""Giving out ranked items when their time has come."""

import logging

from eventsapp.assignment.operations import assign_items
from eventsapp.assignment.queries import events_to_assign
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.core.jobs import every_minute, jobs

log = logging.getLogger(__name__)


@jobs.job("assign_items", every=every_minute)
def assign_due_items() -> None:
    """Give out the items whose time has come, with a commit for each event; run again it finds nothing to do."""
    event_ids = events_to_assign(now())
    db.session.rollback()
    for event_id in event_ids:
        try:
            assign_items(event_id, actor=Actor.system())
            db.session.commit()
        except Conflict:
            # Somebody has given them out, or cancelled the activity, since we looked.
            db.session.rollback()
        except Exception as error:  # noqa: BLE001 - one bad event never stops the others
            db.session.rollback()
            log.error("the items of event %d were not given out: %s", event_id, type(error).__name__)
