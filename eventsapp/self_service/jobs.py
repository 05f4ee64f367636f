"""What happens by itself to those who have a place: they are asked whether they still come."""

import logging
from collections.abc import Callable, Iterable

from huey import crontab

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.jobs import jobs
from eventsapp.self_service import still_coming

log = logging.getLogger(__name__)
every_hour = crontab(minute="7")


@jobs.job("ask_again", every=every_hour)
def ask_again() -> None:
    """Ask those who have a place whether they still come, and give on the places of those who have not answered in time;
    a commit for each event. Run again it finds nothing to do."""
    moment = now()
    _for_each(still_coming.events_to_ask(moment), lambda one: still_coming.ask_people_of(one, moment))
    _for_each(still_coming.events_with_silent_people(moment), still_coming.let_silent_go)


def _for_each(event_ids: Iterable[int], work: Callable[[int], object]) -> None:
    db.session.rollback()
    for event_id in event_ids:
        try:
            work(event_id)
            db.session.commit()
        except Exception as error:  # noqa: BLE001 - one bad event never stops the others
            db.session.rollback()
            log.error("nobody of event %d was asked again: %s", event_id, type(error).__name__)
