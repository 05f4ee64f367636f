"""People who have signed up, for tests: with their place, flushed, not committed."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.events.models import Event
from eventsapp.places.models import PlaceState
from eventsapp.places.operations import Claim, claim_place
from eventsapp.registrations.handover_models import PlaceHandover
from eventsapp.registrations.models import (
    AttendanceMode,
    PlaceOffer,
    Registration,
    RegistrationSource,
    RegistrationStatus,
)
from eventsapp.registrations.personal_links import add_link
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.registrations.records import index_registration
from eventsapp.registrations.rules import modes_of
from eventsapp.registrations.seats import holder_of, lock_seats
from eventsapp.registrations.sensitive import keep_answers
from eventsapp.registrations.submission import Submission
from eventsapp.registrations.waiting_list import stand_in_line

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
    """A person who is confirmed, with a place unless `place` is false; `facts` are columns. One who waits stands last in
    the line, and one who has an offer has two days to answer."""
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
    if registration.status is RegistrationStatus.WAITING and registration.waiting_order is None:
        stand_in_line(event, [registration])
    db.session.add(registration)
    db.session.flush()
    if registration.status is RegistrationStatus.OFFERED:
        db.session.add(
            PlaceOffer(
                registration_id=registration.id,
                event_id=event.id,
                made_at=moment,
                answer_by=moment + timedelta(hours=48),
            )
        )
    if place and registration.status in (RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED):
        seats = lock_seats(event)
        state = PlaceState.HELD if registration.status is RegistrationStatus.OFFERED else PlaceState.TAKEN
        (needs,) = seats.needs_of(event, [registration])
        claim_place(seats.ledger, Claim(holder_of(registration), needs), state=state)
    keep_answers(registration.id, food=food, access=access)
    db.session.flush()
    return registration


def make_personal_link(registration: Registration) -> str:
    """The token of a personal link, as it stands in a letter."""
    return add_link(registration.id)


def make_handover(registration: Registration, **facts: Any) -> PlaceHandover:
    """An unanswered offer of a person's place to a colleague, with the registration and its event loaded."""
    values: dict[str, Any] = {
        "name": "Bo Berg",
        "email": "bo.berg@skelleftea.example.se",
        "language": registration.language or "sv",
        "made_at": now(),
    }
    handover = PlaceHandover(
        registration_id=registration.id, event_id=registration.event_id, **(values | facts)
    )
    db.session.add(handover)
    db.session.flush()
    set_committed_value(registration, "event", get_event_in_letters(registration.event_id))
    set_committed_value(handover, "registration", registration)
    return handover
