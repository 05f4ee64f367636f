"""What goes with a registration when it ends, in whatever way; the places are freed by the one who ends it."""

from datetime import datetime

from flask import current_app
from sqlalchemy import or_, select, update

from eventsapp.config import Settings
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.events.models import Event, EventState
from eventsapp.outbox.operations import queue_letter
from eventsapp.registrations import queries, rules
from eventsapp.registrations.companions import forget_names
from eventsapp.registrations.handover_models import HandoverOutcome, PlaceHandover
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import EndReason, Registration, RegistrationStatus
from eventsapp.registrations.records import change_together
from eventsapp.registrations.sensitive import forget_answers


def end_registration(
    registration: Registration,
    status: RegistrationStatus,
    reason: EndReason | None = None,
    replaced_by: Registration | None = None,
) -> None:
    """Give a locked registration its last state, and let go of what nobody needs any more: the answers on food and access,
    the names of those at the screen, the offer to a colleague, the answering for a group."""
    registration.status = status
    registration.end_reason = reason
    registration.replaced_by_id = replaced_by.id if replaced_by else None
    registration.waiting_order = registration.waiting_since = None
    registration.cancelled_at = registration.changed_at = now()
    pass_on_group(registration)
    forget_answers(registration.id)
    if registration.shares_screen:
        forget_names(registration.id)
    end_handover(registration.id, HandoverOutcome.WITHDRAWN)


def end_handover(registration_id: int, outcome: HandoverOutcome) -> None:
    """End the open offer of a place to a colleague, if there is one, and forget who the colleague is."""
    db.session.execute(
        update(PlaceHandover)
        .where(PlaceHandover.registration_id == registration_id, PlaceHandover.outcome.is_(None))
        .values(outcome=outcome, answered_at=now(), name="", email=""),
        execution_options={"synchronize_session": False},
    )


def end_dead_handovers(moment: datetime) -> None:
    """End the open offers of activities that have begun or are off."""
    over = select(Event.id).where(
        or_(Event.first_starts_at <= moment, Event.state.in_((EventState.CANCELLED, EventState.COMPLETED)))
    )
    db.session.execute(
        update(PlaceHandover)
        .where(PlaceHandover.event_id.in_(over), PlaceHandover.outcome.is_(None))
        .values(outcome=HandoverOutcome.WITHDRAWN, answered_at=moment, name="", email=""),
        execution_options={"synchronize_session": False},
    )


def pass_on_group(registration: Registration) -> None:
    """The contact of a group who goes leaves the answering to the next one in it."""
    if registration.is_group_contact and registration.group_id is not None:
        registration.is_group_contact = False
        heir = queries.next_in_group(registration.group_id, registration.id)
        if heir is not None:
            change_together([heir], is_group_contact=True)


def tell_officer(
    registration: Registration,
    *,
    cancelled: bool = False,
    taken_over: bool = False,
    new_needs: bool = False,
) -> None:
    """Queue the letter to the officer about a change after the last day to register; before it there is none."""
    event = registration.event
    if not rules.must_tell_officer(event, now()):
        return
    settings: Settings = current_app.config["SETTINGS"]
    queue_letter(
        LettersOfEvent(event).officer_late_change(
            registration,
            cancelled=cancelled,
            taken_over=taken_over,
            new_needs=new_needs,
            recipient=event.contact_email or settings.contact_email,
        )
    )
