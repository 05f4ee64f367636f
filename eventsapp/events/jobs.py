"""What time does to events."""

import logging

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.jobs import every_night, jobs
from eventsapp.events.life_cycle import complete_event
from eventsapp.events.models import EventState
from eventsapp.events.queries import ended_event_ids, get_event_to_change
from eventsapp.events.rules import has_ended

log = logging.getLogger(__name__)


@jobs.job("complete_past_events", every=every_night)
def complete_past_events() -> None:
    """Put published events that are over among those that took place; one that fails does not stop the others."""
    moment = now()
    event_ids = ended_event_ids(moment)
    db.session.commit()
    for event_id in event_ids:
        try:
            event = get_event_to_change(event_id)
            if event.state is EventState.PUBLISHED and has_ended(event, moment):
                complete_event(event, actor=Actor.system())
            db.session.commit()
        except Exception:
            db.session.rollback()
            log.exception("could not complete event %s", event_id)
