"""Taking the invitations of an address out of its calendar, for one who has chosen another way."""

from sqlalchemy import select

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.outbox.operations import LetterDraft, queue_letters
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import Registration
from eventsapp.registrations.queries import WITH_EVENT, of_address


def withdraw_invitations(email_key: str) -> int:
    """Queue a letter for each invitation of an address to something that is not over; answers how many. The registrations
    stay as they are."""
    moment = now()
    people = db.session.scalars(
        select(Registration)
        .join(Registration.event)
        .where(of_address(email_key), Registration.is_invited, Event.last_ends_at > moment)
        .order_by(Registration.id)
        .options(WITH_EVENT)
    ).unique()
    drafts: list[LetterDraft] = []
    for registration in people:
        draft = LettersOfEvent(registration.event, moment).calendar_withdrawn(registration)
        if draft is not None:
            drafts.append(draft)
    queue_letters(drafts)
    return len(drafts)
