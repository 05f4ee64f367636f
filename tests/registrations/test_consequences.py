"""What a change means for those who have signed up, counted before it is saved, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.events.consequences import Consequences
from eventsapp.events.facts import EventFacts, facts_of
from eventsapp.events.models import Event, EventFormat, EventState, WaitingListRule
from eventsapp.events.operations import update_event
from eventsapp.events.queries import get_event_to_change
from eventsapp.outbox.models import Letter
from eventsapp.places.queries import pools_of
from eventsapp.registrations.consequences import active_count, addressed_count, consequences
from eventsapp.registrations.models import AttendanceMode, Registration, RegistrationStatus
from tests.factories.events import make_county, make_event, make_occasion
from tests.factories.registrations import make_registration

pytestmark = pytest.mark.usefixtures("app")

STAFF = Actor.user(7, "Karin Öberg")


def made(**facts: Any) -> Event:
    return make_event(**({"counties": [make_county("24")]} | facts))


def locked(event: Event) -> Event:
    db.session.commit()
    return get_event_to_change(event.id)


def changed(event: Event, **facts: Any) -> tuple[Event, EventFacts]:
    event = locked(event)
    return event, replace(facts_of(event), **facts)


def test_people_are_counted_by_what_they_are_told(app: Any) -> None:
    event = made(format=EventFormat.HYBRID)
    for _ in range(2):
        make_registration(event)
    make_registration(event, mode=AttendanceMode.ONLINE, language="en")
    make_registration(event, email="")
    for status in (
        RegistrationStatus.WAITING,
        RegistrationStatus.OFFERED,
        RegistrationStatus.APPLIED,
        RegistrationStatus.CANCELLED,
        RegistrationStatus.DECLINED,
    ):
        make_registration(event, status=status)
    make_registration(make_event())
    found = consequences(*changed(event, venue="Stadshuset"))
    assert found == Consequences(
        letters=3,
        waiting_letters=2,
        applied_letters=1,
        unreachable=1,
        onsite=4,
        online=1,
        moved_texts={
            "sv": "Tiden, platsen eller den digitala länken har ändrats. Det här gäller nu:",
            "en": found.moved_texts["en"],
        },
        cancelled_texts=found.cancelled_texts,
    )
    assert set(found.cancelled_texts) == {"sv", "en"}
    assert (active_count(event.id), addressed_count(event.id)) == (7, 6)


def test_nobody_to_tell_leaves_no_text() -> None:
    event = made()
    make_registration(event, email="")
    found = consequences(*changed(event, venue="Stadshuset"))
    assert (found.unreachable, found.moved_texts, found.cancelled_texts) == (1, {}, {})


def test_those_who_are_elsewhere_at_the_new_time_are_counted() -> None:
    day = swedish_today(now()) + timedelta(days=40)

    def elsewhere(email: str, **facts: Any) -> None:
        other = made(**({"occasions": [make_occasion(day, "10.00", "12.00")]} | facts))
        make_registration(other, email=email)

    event = made()
    for name in ("asa", "john", "maria", "per", "eva"):
        make_registration(event, email=f"{name}@umea.example.se")
    make_registration(event, email="ASA@umea.example.se", status=RegistrationStatus.CANCELLED)
    elsewhere("Asa@umea.example.se")
    elsewhere("asa@umea.example.se")
    elsewhere("john@umea.example.se", state=EventState.CANCELLED)
    elsewhere("maria@umea.example.se", occasions=[make_occasion(day, "15.00", "16.00")])
    elsewhere(
        "per@umea.example.se", occasions=[make_occasion(day, "10.00", cancelled_at=now()), make_occasion()]
    )
    elsewhere("nobody@umea.example.se")
    event = locked(event)
    (occasion,) = facts_of(event).occasions
    moved = replace(
        occasion,
        starts_at=make_occasion(day).starts_at,
        ends_at=make_occasion(day).starts_at + timedelta(hours=3),
    )
    assert consequences(event, replace(facts_of(event), occasions=(moved,))).elsewhere == 1
    # Where the time stays nobody is in two places because of this.
    assert consequences(event, replace(facts_of(event), venue="Stadshuset")).elsewhere == 0


@pytest.mark.parametrize("rule", [WaitingListRule.OFFER, WaitingListRule.AUTOMATIC])
def test_those_who_would_move_up_are_those_who_do(rule: WaitingListRule) -> None:
    event = made(capacity_total=2, waiting_list=rule)
    for _ in range(2):
        make_registration(event)
    for _ in range(5):
        make_registration(event, status=RegistrationStatus.WAITING)
    event, facts = changed(event, capacity_total=5, title_sv="Ny titel", organiser="Nybildade föreningen")
    trail, letters, version = counted(AuditEntry), counted(Letter), event.version
    assert consequences(event, facts).moved_up == 3
    # It was tried out, and nothing of it is left.
    assert (event.title_sv, event.capacity_total, event.version) != ("Ny titel", 5, version + 1)
    assert (counted(AuditEntry), counted(Letter), waiting(event)) == (trail, letters, 5)
    assert [pool.capacity for pool in pools_of("event", event.id)] == [2]
    update_event(event, facts, actor=STAFF)
    db.session.commit()
    assert waiting(event) == 2


def test_nobody_moves_up_where_the_change_gives_no_place() -> None:
    event = made(capacity_total=2, waiting_list=WaitingListRule.OFFER)
    make_registration(event)
    make_registration(event)
    make_registration(event, status=RegistrationStatus.WAITING)
    assert consequences(*changed(event, capacity_total=1)).moved_up == 0
    assert consequences(*changed(event, venue="Stadshuset")).moved_up == 0
    assert consequences(*changed(event, waiting_list=WaitingListRule.NONE, capacity_total=9)).moved_up == 0


def test_the_figures_cost_the_same_for_many(queries: Any) -> None:
    spent = []
    for number in (2, 40):
        event = made(capacity_total=None)
        for _ in range(number):
            make_registration(event)
        event = locked(event)
        (occasion,) = facts_of(event).occasions
        facts = replace(
            facts_of(event), occasions=(replace(occasion, ends_at=occasion.ends_at + timedelta(hours=1)),)
        )
        with queries() as statements:
            assert consequences(event, facts).letters == number
        spent.append(len(statements))
    assert spent == [2, 2]


def counted(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def waiting(event: Event) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Registration)
            .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.WAITING)
        )
        or 0
    )
