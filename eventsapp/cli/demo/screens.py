"""Made-up people who take part together, several behind one screen; one of them has named the others."""

from collections.abc import Sequence

from sqlalchemy import select

from eventsapp.cli.demo.coming import Placed
from eventsapp.core.db import db
from eventsapp.registrations.companions import keep_names
from eventsapp.registrations.models import Registration, RegistrationStatus

KEY = "en-vecka-fri-fran-vald-uppstart"
PEOPLE = (4, 12, 2, 25, 6)
NAMES = ("Linnea Hedman", "Johan Sjöberg", "Fatima Rahimi")


def add_screens(coming: Sequence[Placed]) -> None:
    """Let the first who signed up sit with others at their screens; flushes."""
    event = next(one.event for one in coming if one.text.key == KEY)
    first = db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
        .order_by(Registration.registered_at, Registration.id)
        .limit(len(PEOPLE))
    )
    for person, people in zip(first, PEOPLE, strict=True):
        person.head_count = people
        keep_names(person, NAMES if people == PEOPLE[0] else ())
    db.session.flush()
