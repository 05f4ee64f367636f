"""One reminder some days before, with time, place, join link and the way to cancel."""

import logging
from datetime import datetime

from sqlalchemy import update

from eventsapp.core.db import db
from eventsapp.outbox.operations import LetterDraft, queue_letters
from eventsapp.registrations import queries, rules
from eventsapp.registrations.letters import Calendar, LettersOfEvent
from eventsapp.registrations.models import Registration
from eventsapp.registrations.wishes import wishes_to_tell

log = logging.getLogger(__name__)


def events_to_remind_of(default_days: int, moment: datetime) -> list[int]:
    """The ids of events whose reminders should leave now."""
    return [
        event.id
        for event in queries.events_with_unreminded_people(moment)
        if rules.reminders_due(event, default_days, moment)
    ]


def remind_people_of(event_id: int, moment: datetime) -> int:
    """Queue the reminder to everyone who has had none, and note it, in the caller's transaction; answers how many."""
    people = queries.lock_unreminded(event_id)
    ids = [registration.id for registration in people]
    event = queries.get_event_in_letters(event_id)
    letters = LettersOfEvent(event, moment, queries.items_of(ids), wishes_to_tell(event, ids))
    letters.plan([one for one in people if rules.gets_reminder(one, moment)], Calendar.IF_MISSING)
    drafts: dict[int, LetterDraft] = {}
    for registration in people:
        if rules.gets_reminder(registration, moment):
            draft = _draft(letters, registration)
            if draft is not None:
                drafts[registration.id] = draft
    queue_letters(list(drafts.values()))
    if drafts:
        # Not through the objects: their version is for those who change what the person answered.
        db.session.execute(
            update(Registration).where(Registration.id.in_(drafts)).values(reminded_at=moment),
            execution_options={"synchronize_session": False},
        )
    return len(drafts)


def _draft(letters: LettersOfEvent, registration: Registration) -> LetterDraft | None:
    try:
        return letters.reminder(registration)
    except Exception as error:  # noqa: BLE001 - one bad row never stops the others
        # The error's text may quote the person, so only its kind goes to the log.
        log.error("no reminder for registration %d: %s", registration.id, type(error).__name__)
        return None
