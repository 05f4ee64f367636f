"""What happens by itself: reminders, and the erasing of what nobody needs any more."""

import logging

from flask import current_app
from huey import crontab
from sqlalchemy import delete

from eventsapp.config import Settings
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.jobs import every_minute, every_night, jobs
from eventsapp.registrations import line_queries, rules
from eventsapp.registrations.leaving import end_dead_handovers
from eventsapp.registrations.models import SignUpReceipt
from eventsapp.registrations.reminders import events_to_remind_of, remind_people_of
from eventsapp.registrations.sensitive import erase_old_answers, erase_old_question_answers
from eventsapp.registrations.waiting_list import fill_free_places

log = logging.getLogger(__name__)
every_hour = crontab(minute="7")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@jobs.job("send_reminders", every=every_hour)
def send_reminders() -> None:
    """Queue the reminders that are due, with a commit for each event; those noted as reminded are passed by."""
    moment = now()
    event_ids = events_to_remind_of(_settings().reminder_days, moment)
    db.session.rollback()
    for event_id in event_ids:
        try:
            remind_people_of(event_id, moment)
            db.session.commit()
        except Exception as error:  # noqa: BLE001 - one bad event never stops the others
            db.session.rollback()
            log.error("no reminders for event %d: %s", event_id, type(error).__name__)


@jobs.job("move_waiting_lists", every=every_minute)
def move_waiting_lists() -> None:
    """Let go of what time has ended: offers past their deadline and quotas that are unlocked, a commit for each event.

    It is only the net; a place that somebody frees is offered in the transaction that frees it.
    """
    event_ids = line_queries.events_for_time(now())
    db.session.rollback()
    for event_id in event_ids:
        try:
            fill_free_places([event_id])
            db.session.commit()
        except Exception as error:  # noqa: BLE001 - one bad event never stops the others
            db.session.rollback()
            log.error("the waiting list of event %d was not moved: %s", event_id, type(error).__name__)


@jobs.job("erase_sensitive_answers", every=every_night)
def erase_sensitive_answers() -> None:
    """Erase food and access needs some days after the activity, and other answers when their question says."""
    erase_old_answers(now(), _settings().sensitive_days)
    erase_old_question_answers(now())
    db.session.commit()


@jobs.job("forget_colleagues", every=every_night)
def forget_colleagues() -> None:
    """End the offers to colleagues that nobody can accept any more, and forget whom they went to."""
    end_dead_handovers(now())
    db.session.commit()


@jobs.job("erase_receipts", every=every_night)
def erase_receipts() -> None:
    """Erase what was typed in forms, once "Fel adress?" is closed."""
    db.session.execute(delete(SignUpReceipt).where(SignUpReceipt.created_at < now() - rules.RECEIPT_LASTS))
    db.session.commit()
