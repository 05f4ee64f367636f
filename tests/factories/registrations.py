"""People who have signed up, for tests: with their place, flushed, not committed."""

from itertools import count
from typing import Any

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.events.models import Event
from eventsapp.places.operations import claim_place
from eventsapp.registrations.models import (
    AttendanceMode,
    Registration,
    RegistrationSource,
    RegistrationStatus,
)
from eventsapp.registrations.personal_links import add_link
from eventsapp.registrations.records import holder_of, index_registration, pool_id_for
from eventsapp.registrations.rules import modes_of
from eventsapp.registrations.sensitive import keep_answers
from eventsapp.registrations.submission import Submission

_numbers = count(1)


def make_submission(event: Event | None = None, **answers: Any) -> Submission:
    """What a believable person fills in; `event` decides how they take part, on site by default."""
    number = next(_numbers)
    mode = modes_of(event)[0] if event is not None else AttendanceMode.ONSITE
    values: dict[str, Any] = {
        "name": "Åsa Ahlström",
        "email": f"person{number}@umea.example.se",
        "organisation": "Umeå kommun",
        "mode": mode,
        "nonce": f"nonce-of-a-form-{number:06d}",
    }
    return Submission(**(values | answers))


def make_registration(
    event: Event, *, place: bool = True, food: str = "", access: str = "", **facts: Any
) -> Registration:
    """A person who is confirmed, with a place unless `place` is false; `facts` are columns."""
    number = next(_numbers)
    moment = facts.pop("registered_at", now())
    values: dict[str, Any] = {
        "status": RegistrationStatus.CONFIRMED,
        "mode": modes_of(event)[0],
        "name": "Åsa Ahlström",
        "email": f"deltagare{number}@umea.example.se",
        "organisation_name": "Umeå kommun",
        "source": RegistrationSource.SELF,
        "changed_at": moment,
    }
    values |= facts
    registration = Registration(event_id=event.id, registered_at=moment, **values)
    registration.email_key = email_key(registration.email)
    index_registration(registration)
    db.session.add(registration)
    db.session.flush()
    if place and registration.status is RegistrationStatus.CONFIRMED:
        submission = make_submission(event, mode=registration.mode)
        claim_place(pool_id_for(event, submission), holder_of(registration))
    keep_answers(registration.id, food=food, access=access)
    db.session.flush()
    return registration


def make_personal_link(registration: Registration) -> str:
    """The token of a personal link, as it stands in a letter."""
    return add_link(registration.id)
