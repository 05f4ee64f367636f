"""What those who have signed up are told when the activity itself changes; called in the transaction that changes it."""

from collections.abc import Callable, Mapping

from flask import current_app
from sqlalchemy import update

from eventsapp.audit import operations as audit
from eventsapp.config import Settings
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.outbox.operations import LetterDraft, queue_letters
from eventsapp.registrations import queries, rules
from eventsapp.registrations.calendar_invitations import has_dead_invitation
from eventsapp.registrations.consequences import people_to_tell
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import Registration
from eventsapp.registrations.waiting_list import close_list
from eventsapp.registrations.wishes import wishes_to_tell


def tell_of_cancelled_event(event: Event, actor: Actor, message: Mapping[str, str] | None = None) -> int:
    """Queue a letter to everyone who comes, waits or has applied: the activity is off, and why. Open offers end.

    `message` has the officer's own words by language. Answers how many letters.
    """
    told = _tell_everyone(
        event, lambda letters, one: letters.event_cancelled(one, (message or {}).get(one.language, "")), actor
    )
    # Those who had an offer have been told so; now there is nothing more to answer.
    close_list(event, actor=actor)
    return told


def tell_of_moved_event(event: Event, actor: Actor, message: Mapping[str, str] | None = None) -> int:
    """Queue a letter with the new time and place to everyone who comes, waits or has applied. Answers how many letters.

    `message` has the officer's own words by language. One that is now so far off that its reminders are still to come
    reminds of the new day those who were reminded of the old one.
    """
    told = _tell_everyone(
        event, lambda letters, one: letters.event_moved(one, (message or {}).get(one.language, "")), actor
    )
    settings: Settings = current_app.config["SETTINGS"]
    if not rules.is_time_to_remind(event, settings.reminder_days, now()):
        db.session.execute(
            update(Registration)
            .where(Registration.event_id == event.id, Registration.reminded_at.is_not(None))
            .values(reminded_at=None),
            execution_options={"synchronize_session": False},
        )
    # An answer that they come was about the old time, and silence too.
    db.session.execute(
        update(Registration)
        .where(Registration.event_id == event.id, Registration.asked_again_at.is_not(None))
        .values(asked_again_at=None, answer_again_by=None, still_comes_at=None),
        execution_options={"synchronize_session": False},
    )
    return told


def _tell_everyone(
    event: Event, write: Callable[[LettersOfEvent, Registration], LetterDraft], actor: Actor
) -> int:
    # The change itself first: sign-ups in progress then either are among those we find, or wait and see the change.
    db.session.flush()
    people = people_to_tell(event.id)
    ids = [registration.id for registration in people]
    event_in_letters = queries.get_event_in_letters(event.id)
    letters = LettersOfEvent(
        event_in_letters, now(), queries.items_of(ids), wishes_to_tell(event_in_letters, ids)
    )
    withdrawn = [
        letters.calendar_withdrawn(registration)
        for registration in people
        if has_dead_invitation(registration, event_in_letters)
    ]
    letters.plan(people)
    drafts = [write(letters, registration) for registration in people]
    if drafts:
        queue_letters([*(draft for draft in withdrawn if draft is not None), *drafts])
        audit.record(
            "registrations.told",
            "event",
            event.id,
            actor=actor,
            event_id=event.id,
            changes={"letters": ["", str(len(drafts))]},
        )
    return len(drafts)
