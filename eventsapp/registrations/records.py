"""The row of a registration: reading it again under a lock, filling it in, keeping it searchable."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect, update
from sqlalchemy.orm.attributes import set_committed_value

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.text import email_key, family_first, search_text, sort_key
from eventsapp.events.models import Event
from eventsapp.organisations.queries import match_organisation
from eventsapp.registrations.models import Registration, RegistrationSource, RegistrationStatus
from eventsapp.registrations.rules import mode_on, people_on
from eventsapp.registrations.submission import Submission

_REGISTRATION_COLUMNS = [column.key for column in inspect(Registration).column_attrs]


def lock_registration(registration: Registration) -> None:
    """The registration's columns as they are now, locked until the transaction ends."""
    db.session.refresh(registration, _REGISTRATION_COLUMNS, with_for_update=True)


def new_registration(event: Event, submission: Submission, source: RegistrationSource) -> Registration:
    """A registration with what was typed, not yet in the session, still without state and place."""
    moment = now()
    registration = Registration(
        event_id=event.id,
        email=submission.email,
        email_key=email_key(submission.email),
        language=submission.language,
        source=source,
        takes_any_mode=submission.takes_any_mode,
        takes_other_item=submission.takes_other_item,
        registered_at=moment,
        changed_at=moment,
    )
    fill_in(registration, submission)
    return registration


def fill_in(registration: Registration, submission: Submission) -> set[str]:
    """Put what was typed into a registration; answers which fields got another value.

    Of one who has an alias the form asks how they take part and no more, so nothing else changes.
    """
    if registration.alias_number is not None:
        changed = {"mode"} if registration.mode is not submission.mode else set()
        registration.mode = submission.mode
        registration.head_count = submission.people(registration.head_count or 1)
        return changed
    organisation = match_organisation(submission.organisation)
    values = {
        "name": submission.name,
        "organisation_name": organisation.name_sv if organisation else submission.organisation,
        "job_title": submission.job_title,
        "profession": submission.profession,
        "phone": submission.phone,
        "mode": submission.mode,
        "head_count": submission.people(registration.head_count or 1),
    }
    changed = {field for field, value in values.items() if getattr(registration, field) != value}
    for field, value in values.items():
        setattr(registration, field, value)
    registration.organisation_id = organisation.id if organisation else None
    registration.municipality_code = organisation.municipality_code if organisation else None
    index_registration(registration)
    return changed


def index_registration(registration: Registration) -> None:
    """Keep what the attendee list searches and sorts by; aliases stand in the order of their numbers."""
    alias = registration.alias_number
    registration.sort_key = sort_key(
        family_first(registration.name) if alias is None else f"{registration.name.split(' ')[0]} {alias:05d}"
    )
    registration.search_text = search_text(
        registration.name, registration.email, registration.organisation_name
    )


def change_together(registrations: Sequence[Registration], **values: Any) -> None:
    """Give several locked registrations the same values in one statement; the objects follow."""
    if not registrations:
        return
    values["changed_at"] = now()
    db.session.execute(
        update(Registration)
        .where(Registration.id.in_([registration.id for registration in registrations]))
        .values(**values, version=Registration.version + 1),
        execution_options={"synchronize_session": False},
    )
    for registration in registrations:
        set_committed_value(registration, "version", registration.version + 1)
        for name, value in values.items():
            set_committed_value(registration, name, value)


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


def copy_for(
    other: Event, person: Registration, status: RegistrationStatus, source: RegistrationSource
) -> Registration:
    """A registration for another date with the same person in it, not yet in the session and still without a place."""
    moment = now()
    same = (
        "name",
        "email",
        "email_key",
        "phone",
        "organisation_id",
        "organisation_name",
        "municipality_code",
        "job_title",
        "profession",
        "language",
        "sort_key",
        "search_text",
    )
    return Registration(
        **{name: getattr(person, name) for name in same},
        event_id=other.id,
        status=status,
        mode=mode_on(other, person),
        head_count=people_on(other, person),
        source=source,
        registered_at=moment,
        changed_at=moment,
    )
