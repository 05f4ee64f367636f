"""Reading the mailbox that calendars answer to."""

import logging

from flask import current_app
from huey import crontab
from sqlalchemy.exc import OperationalError

from eventsapp.calendar_answers.mailbox import (
    AnswersMailbox,
    MailboxError,
    parse_answers_url,
)
from eventsapp.calendar_answers.operations import ask_about, lock_read
from eventsapp.calendar_answers.replies import parse_decline
from eventsapp.config import Settings
from eventsapp.core.db import db
from eventsapp.core.jobs import jobs
from eventsapp.core.tokens import digest

log = logging.getLogger(__name__)
every_five_minutes = crontab(minute="*/5")
MOST_AT_ONCE = 200
"""More than that wait for the next run, so that a flood of mail does not keep the worker."""


@jobs.job("read_calendar_answers", every=every_five_minutes)
def read_calendar_answers() -> None:
    """Look at what has come since the last time, with a commit for each message; nothing where no mailbox is set."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.answers_url:
        return
    address = parse_answers_url(settings.answers_url)
    try:
        with AnswersMailbox(address) as mailbox:
            _read_new(mailbox, digest(f"{address.username}@{address.host}/{address.folder}"))
    except MailboxError as error:
        db.session.rollback()
        log.error("the mailbox for answers could not be read: %s", error)


def _read_new(mailbox: AnswersMailbox, mailbox_digest: str) -> None:
    numbers = {"uid_validity": mailbox.uid_validity, "next_uid": mailbox.next_uid}
    last_uid = lock_read(mailbox_digest, **numbers).last_uid
    db.session.commit()
    for uid in mailbox.uids_after(last_uid)[:MOST_AT_ONCE]:
        raw = mailbox.read(uid)
        read = lock_read(mailbox_digest, **numbers)
        if read.last_uid >= uid:
            # Another worker was quicker.
            db.session.rollback()
            continue
        is_answer = raw is not None and _take_care_of(raw, uid)
        read.last_uid = uid
        db.session.commit()
        if is_answer:
            mailbox.mark_read(uid)


def _take_care_of(raw: bytes, uid: int) -> bool:
    """Do what a message asks for; answers whether it was a no in a calendar. One that cannot be read never stops the others."""
    try:
        with db.session.begin_nested():
            decline = parse_decline(raw)
            if decline is not None:
                ask_about(decline)
            return decline is not None
    except OperationalError:
        # The database, and not the message: it is looked at again next time.
        raise
    except Exception as error:  # noqa: BLE001 - one bad message never stops the others
        # The text of the error may quote the message, so only its kind goes to the log.
        log.warning("message %d in the mailbox for answers was passed by: %s", uid, type(error).__name__)
        return False
