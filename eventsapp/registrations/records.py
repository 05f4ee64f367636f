"""The row of a registration: reading it again under a lock, filling it in, keeping it searchable."""

from flask_babel import gettext
from sqlalchemy import inspect, update

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.text import email_key, family_first, search_text, sort_key
from eventsapp.events.models import Event
from eventsapp.organisations.queries import match_organisation
from eventsapp.places.operations import Holder, PoolFull
from eventsapp.registrations import queries, rules
from eventsapp.registrations.models import Registration, RegistrationSource, RegistrationStatus
from eventsapp.registrations.submission import Submission

_EVENT_COLUMNS = [column.key for column in inspect(Event).column_attrs]
_REGISTRATION_COLUMNS = [column.key for column in inspect(Registration).column_attrs]


def read_event_again(event: Event) -> None:
    """The event's own columns as they are in the database now, locked so that they stay until this transaction ends.

    Sign-ups do not wait for each other here, only for one who cancels or changes the event, and the other way round.
    """
    db.session.refresh(event, _EVENT_COLUMNS, with_for_update={"read": True})


def lock_registration(registration: Registration) -> None:
    """The registration's columns as they are now, locked until the transaction ends."""
    db.session.refresh(registration, _REGISTRATION_COLUMNS, with_for_update=True)


def add_registration(event: Event, submission: Submission, source: RegistrationSource) -> Registration:
    """Insert a confirmed registration, still without its place; flushes."""
    moment = now()
    registration = Registration(
        event_id=event.id,
        status=RegistrationStatus.CONFIRMED,
        email=submission.email,
        email_key=email_key(submission.email),
        language=submission.language,
        source=source,
        registered_at=moment,
        changed_at=moment,
    )
    fill_in(registration, submission)
    db.session.add(registration)
    db.session.flush()
    return registration


def fill_in(registration: Registration, submission: Submission) -> set[str]:
    """Put what was typed into a registration; answers which fields got another value."""
    organisation = match_organisation(submission.organisation)
    values = {
        "name": submission.name,
        "organisation_name": organisation.name_sv if organisation else submission.organisation,
        "job_title": submission.job_title,
        "profession": submission.profession,
        "phone": submission.phone,
        "mode": submission.mode,
    }
    changed = {field for field, value in values.items() if getattr(registration, field) != value}
    for field, value in values.items():
        setattr(registration, field, value)
    registration.organisation_id = organisation.id if organisation else None
    registration.municipality_code = organisation.municipality_code if organisation else None
    index_registration(registration)
    return changed


def index_registration(registration: Registration) -> None:
    """Keep what the attendee list searches and sorts by."""
    registration.sort_key = sort_key(family_first(registration.name))
    registration.search_text = search_text(
        registration.name, registration.email, registration.organisation_name
    )


def holder_of(registration: Registration) -> Holder:
    """The name under which a registration holds its place."""
    return Holder("registration", registration.id)


def pool_id_for(event: Event, submission: Submission) -> int:
    pool_id = queries.pool_ids(event.id).get(rules.pool_name_for(event, submission.mode))
    if pool_id is None:
        raise PoolFull(gettext("Det finns inga platser kvar."))
    return pool_id


def note_link_opened(registration: Registration) -> None:
    """Note that the person has done something behind the letter's link, so the address is right.

    Not through the object: its version is for those who change what the person answered.
    """
    if registration.link_opened_at is None:
        db.session.execute(
            update(Registration)
            .where(Registration.id == registration.id, Registration.link_opened_at.is_(None))
            .values(link_opened_at=now()),
            execution_options={"synchronize_session": False},
        )
