"""People who wait for something: for a place, to answer an offer, for a word. Made up, and without letters to send."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from eventsapp.audit import operations as audit
from eventsapp.cli.demo.coming import Placed
from eventsapp.cli.demo.people import Crowd, Person
from eventsapp.core.actor import Actor
from eventsapp.core.clock import clock_at, end_of_swedish_day
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.events.models import Event
from eventsapp.organisations.models import Organisation
from eventsapp.places.models import PlaceState, QuotaBy
from eventsapp.places.operations import Claim, claim_place
from eventsapp.registrations.models import (
    PlaceOffer,
    Registration,
    RegistrationSource,
    RegistrationStatus,
)
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.registrations.records import index_registration
from eventsapp.registrations.rules import modes_of
from eventsapp.registrations.seats import holder_of, lock_seats
from eventsapp.registrations.waiting_list import stand_in_line
from eventsapp.waiting_list.quotas import QuotaFacts, set_quotas

FULL, APPROVED, ALLOCATED = (
    "barnets-rattigheter-i-praktiken",
    "jamstalldhetsintegrering-serie",
    "orosanmalan-workshop",
)
"""The activities with a waiting list, with applications, and with lots to draw."""
WAITING, OFFERED, APPLIED = 14, 2, 9
APPLICANTS = {
    "Skellefteå kommun": 8,
    "Umeå kommun": 7,
    "Lycksele kommun": 5,
    "Storumans kommun": 5,
    "Vilhelmina kommun": 4,
    "Sorsele kommun": 3,
    "Malå kommun": 2,
    "Norsjö kommun": 2,
    "Åsele kommun": 1,
    "Dorotea kommun": 1,
    "Vindelns kommun": 1,
    "Bjurholms kommun": 1,
}
"""How many of each municipality would like one of the places that are allocated."""


def load_queues(placed: list[Placed], crowd: Crowd, moment: datetime) -> None:
    """Let people wait for three activities; flushes. The places that offers hold are held."""
    by_key = {one.text.key: one for one in placed}
    workplaces = {row.name_sv: row for row in db.session.scalars(select(Organisation))}
    full, approved, allocated = (by_key[key] for key in (FULL, APPROVED, ALLOCATED))
    waiting = _people(full, crowd, OFFERED + WAITING)
    for number, person in enumerate(waiting):
        at = moment - timedelta(days=9) + timedelta(hours=11 * number)
        if number < OFFERED:
            _offer(full.event, _registration(full.event, person, workplaces, at), moment, number)
        else:
            _wait(full.event, _registration(full.event, person, workplaces, at), at)
    for number, person in enumerate(_people(approved, crowd, APPLIED)):
        at = moment - timedelta(days=6) + timedelta(hours=13 * number)
        _apply(approved.event, _registration(approved.event, person, workplaces, at), at)
    _load_applicants(allocated, crowd, workplaces, moment)
    db.session.flush()


def _people(one: Placed, crowd: Crowd, number: int) -> list[Person]:
    """People whom the activity speaks to and who are not there already."""
    there = set(db.session.scalars(select(Registration.email).where(Registration.event_id == one.event.id)))
    present = [person for person in crowd.people if person.email in there]
    return crowd.gather(number, one.text.target_groups, present)


def _load_applicants(
    one: Placed, crowd: Crowd, workplaces: dict[str, Organisation], moment: datetime
) -> None:
    """Two of each municipality at most, and more who would like to come; the last day is over."""
    event = one.event
    assert event.registration_closes_on is not None
    last = min(moment, end_of_swedish_day(event.registration_closes_on))
    towns = [town for town, number in APPLICANTS.items() for _ in range(number)]
    for number, (person, town) in enumerate(zip(_people(one, crowd, len(towns)), towns, strict=True)):
        at = last - timedelta(hours=5 + 7 * (number * 17 % len(towns)))
        _apply(event, _registration(event, replace(person, workplace=town), workplaces, at), at)
    with clock_at(last - timedelta(days=20)):
        set_quotas(
            get_event_in_letters(event.id),
            [QuotaFacts(by=QuotaBy.MUNICIPALITY, capacity=2)],
            actor=Actor.system(),
        )


def _registration(
    event: Event, person: Person, workplaces: dict[str, Organisation], at: datetime
) -> Registration:
    workplace = workplaces.get(person.workplace)
    registration = Registration(
        event_id=event.id,
        status=RegistrationStatus.APPLIED,
        mode=modes_of(event)[0],
        name=person.name,
        email=person.email,
        email_key=email_key(person.email),
        organisation_id=workplace.id if workplace else None,
        organisation_name=person.workplace,
        municipality_code=workplace.municipality_code if workplace else None,
        job_title=person.job_title,
        profession=person.profession,
        source=RegistrationSource.SELF,
        registered_at=at,
        changed_at=at,
        link_opened_at=at,
        reminded_at=at,
    )
    index_registration(registration)
    return registration


def _apply(event: Event, registration: Registration, at: datetime) -> None:
    _keep(event, registration, "registration.applied", at)


def _wait(event: Event, registration: Registration, at: datetime) -> None:
    with clock_at(at):
        stand_in_line(event, [registration])
    _keep(event, registration, "registration.waiting", at)


def _offer(event: Event, registration: Registration, moment: datetime, number: int) -> None:
    """An offer of a day ago, or of this morning, with the rest of its two days to answer in."""
    made_at = moment - timedelta(hours=22 - 17 * number)
    _wait(event, registration, registration.registered_at)
    registration.status = RegistrationStatus.OFFERED
    db.session.add(
        PlaceOffer(
            registration_id=registration.id,
            event_id=event.id,
            made_at=made_at,
            answer_by=made_at + timedelta(hours=event.offer_hours),
        )
    )
    seats = lock_seats(event)
    (needs,) = seats.needs_of(event, [registration])
    claim_place(seats.ledger, Claim(holder_of(registration), needs), state=PlaceState.HELD)
    _record(event, registration, "registration.offered", Actor.system(), made_at)


def _keep(event: Event, registration: Registration, action: str, at: datetime) -> None:
    db.session.add(registration)
    db.session.flush()
    _record(event, registration, action, Actor.participant(registration.id), at)


def _record(event: Event, registration: Registration, action: str, actor: Actor, at: datetime) -> None:
    with clock_at(at):
        audit.record(action, "registration", registration.id, actor=actor, event_id=event.id)
