"""The waiting list against a model of ten lines, whatever happens to it and in whatever order."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, set_clock
from eventsapp.core.db import db
from eventsapp.events.models import WaitingListRule
from eventsapp.events.queries import get_event_to_change
from eventsapp.events.signals import capacity_changed
from eventsapp.places.queries import pools_of
from eventsapp.registrations import line_queries, queries
from eventsapp.registrations.models import RegistrationStatus
from eventsapp.registrations.operations import cancel_registration, register
from eventsapp.registrations.waiting_list import accept_offer, decline_offer, fill_free_places
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_submission

OFFER_HOURS = 48


class Model:
    """Who comes, who has an offer until when, who waits. A free place is always the first one's in the line."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.coming, self.offers, self.line = (
            capacity,
            set[int](),
            dict[int, float](),
            list[int](),
        )

    def take_out(self, person: int) -> None:
        self.coming.discard(person)
        self.offers.pop(person, None)
        self.line = [one for one in self.line if one != person]

    def fill(self, hour: float) -> None:
        self.offers = {person: until for person, until in self.offers.items() if until > hour}
        while self.line and len(self.coming) + len(self.offers) < self.capacity:
            self.offers[self.line.pop(0)] = hour + OFFER_HOURS


def waiting_list_machine(app: Flask, clock: FrozenClock) -> type[RuleBasedStateMachine]:
    """The machine on this application's database; each run has an event of its own."""
    began = clock.moment

    class WaitingListMachine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            clock.set(began)
            start = make_occasion(starts_at=began + timedelta(days=900), ends_at=began + timedelta(days=901))
            event = make_event(
                occasions=[start],
                capacity_total=2,
                waiting_list=WaitingListRule.OFFER,
                offer_hours=OFFER_HOURS,
            )
            self.event_id = event.id
            db.session.commit()
            self.hour = 0.0
            self.model = Model(2)

        def do(self, work: Callable[[], None]) -> None:
            db.session.expire_all()
            work()
            db.session.commit()

        def change(self, person: int, verb: Callable[..., None]) -> None:
            found = queries.find_with_event(person)
            assert found is not None
            self.do(lambda: verb(found, actor=Actor.participant(person)))

        @rule()
        def sign_up(self) -> None:
            event = queries.get_event_in_letters(self.event_id)
            done = register(event, make_submission(event), actor=Actor.anonymous())
            db.session.commit()
            assert done.registration is not None
            # Who comes when it is full sees to it that dead offers end.
            if len(self.model.coming) + len(self.model.offers) >= self.model.capacity:
                self.model.fill(self.hour)
            if len(self.model.coming) + len(self.model.offers) < self.model.capacity:
                self.model.coming.add(done.registration.id)
            else:
                self.model.line.append(done.registration.id)

        @precondition(lambda self: self.model.coming or self.model.line or self.model.offers)
        @rule(which=st.integers(0, 30))
        def cancel_or_leave(self, which: int) -> None:
            people = [*self.model.coming, *self.model.line, *self.model.offers]
            person = people[which % len(people)]
            self.change(person, cancel_registration)
            self.model.take_out(person)
            self.model.fill(self.hour)

        @precondition(lambda self: self.open_offers())
        @rule(which=st.integers(0, 30), says_yes=st.booleans())
        def answer(self, which: int, says_yes: bool) -> None:
            person = self.open_offers()[which % len(self.open_offers())]
            self.change(person, accept_offer if says_yes else decline_offer)
            self.model.take_out(person)
            if says_yes:
                self.model.coming.add(person)
            else:
                self.model.fill(self.hour)

        def open_offers(self) -> list[int]:
            return [person for person, until in self.model.offers.items() if until > self.hour]

        @rule(hours=st.sampled_from([1, 24, 48]))
        def time_passes(self, hours: int) -> None:
            clock.advance(hours=hours)
            self.hour += hours

        @rule()
        def the_job_runs(self) -> None:
            self.do(lambda: fill_free_places(line_queries.events_for_time(now())))
            self.model.fill(self.hour)

        @rule(capacity=st.integers(0, 5))
        def change_places(self, capacity: int) -> None:
            def change() -> None:
                event = get_event_to_change(self.event_id)
                event.capacity_total = capacity
                db.session.flush()
                capacity_changed.send(event)

            self.do(change)
            self.model.capacity = capacity
            self.model.fill(self.hour)

        @invariant()
        def is_as_the_model(self) -> None:
            db.session.expire_all()
            found = {
                status: [one.id for one in queries.people_with_status(self.event_id, status)]
                for status in RegistrationStatus
            }
            assert set(found[RegistrationStatus.CONFIRMED]) == self.model.coming
            assert set(found[RegistrationStatus.OFFERED]) == set(self.model.offers)
            waiting = [one.id for one in line_queries.lock_waiting(self.event_id)]
            assert waiting == self.model.line
            assert pools_of("event", self.event_id)[0].taken == len(self.model.coming) + len(
                self.model.offers
            )
            db.session.commit()

        def teardown(self) -> None:
            db.session.rollback()

    return WaitingListMachine


def test_the_waiting_list_is_as_its_model_after_every_step(app: Flask, frozen_now: FrozenClock) -> None:
    set_clock(frozen_now)
    run_state_machine_as_test(
        waiting_list_machine(app, frozen_now),
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
