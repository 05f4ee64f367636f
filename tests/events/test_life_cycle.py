"""From draft to published, cancelled or completed, on both databases."""

from collections.abc import Callable

import pytest

from eventsapp.audit.queries import history_of_event
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.events.checks import SeveralProblems, problems_in
from eventsapp.events.life_cycle import MAX_REASON, cancel_event, publish, save_the_date, unpublish
from eventsapp.events.models import Event, EventState
from eventsapp.events.operations import create_event
from eventsapp.events.queries import get_event_to_change
from eventsapp.events.signals import event_cancelled
from tests.conftest import FrozenClock
from tests.factories.event_facts import event_facts
from tests.factories.events import make_event

pytestmark = pytest.mark.usefixtures("app", "frozen_now")

OFFICER = Actor.user(7, "Karin Öberg")


def draft(**facts: object) -> Event:
    return reread(create_event(event_facts(**facts), actor=OFFICER))


def reread(event: Event) -> Event:
    db.session.commit()
    return get_event_to_change(event.id)


def test_publishing_needs_what_the_public_needs() -> None:
    event = draft(summary_sv="", organiser="")
    with pytest.raises(SeveralProblems) as caught:
        publish(event, actor=OFFICER)
    assert [problem.field for problem in problems_in(caught.value)] == ["organiser", "summary_sv"]
    assert event.state is EventState.DRAFT


def test_a_save_the_date_needs_less() -> None:
    event = draft(summary_sv="", venue="", address="", municipality=None)
    save_the_date(event, actor=OFFICER)
    event = reread(event)
    assert (event.state, event.is_public) == (EventState.SAVE_THE_DATE, True)
    with pytest.raises(SeveralProblems):
        publish(event, actor=OFFICER)


def test_each_step_is_told_in_the_trail() -> None:
    event = draft()
    save_the_date(event, actor=OFFICER)
    publish(event, actor=OFFICER)
    unpublish(event, registered=0, actor=OFFICER)
    publish(event, actor=OFFICER)
    cancel_event(event, "För få anmälda.", actor=OFFICER)
    assert [(entry.action, entry.changes) for entry in history_of_event(event.id)][:-1] == [
        ("event.cancelled", {"state": ["Publicerad", "Inställd"], "cancel_reason": ["", "För få anmälda."]}),
        ("event.published", {"state": ["Utkast", "Publicerad"]}),
        ("event.unpublished", {"state": ["Publicerad", "Utkast"]}),
        ("event.published", {"state": ["Boka datumet", "Publicerad"]}),
        ("event.save_the_date", {"state": ["Utkast", "Boka datumet"]}),
    ]


def test_first_publication_is_remembered(frozen_now: FrozenClock) -> None:
    event = draft()
    publish(event, actor=OFFICER)
    first = event.published_at
    frozen_now.advance(days=1)
    unpublish(event, registered=0, actor=OFFICER)
    publish(event, actor=OFFICER)
    assert reread(event).published_at == first


def test_what_somebody_has_signed_up_for_does_not_become_a_draft() -> None:
    event = draft()
    publish(event, actor=OFFICER)
    with pytest.raises(DomainError) as caught:
        unpublish(event, registered=1, actor=OFFICER)
    assert caught.value.message == "Det finns anmälda. Ställ in aktiviteten i stället, så får de besked."
    assert event.state is EventState.PUBLISHED


def test_cancelling_tells_the_rooms_above() -> None:
    event = draft()
    publish(event, actor=OFFICER)
    heard: list[tuple[Event, Actor, dict[str, str]]] = []

    def listener(sender: Event, *, actor: Actor, message: dict[str, str]) -> None:
        heard.append((sender, actor, message))

    with event_cancelled.connected_to(listener):
        cancel_event(event, "För få anmälda.", actor=OFFICER, message={"sv": "Vi ses i vår."})
    assert heard == [(event, OFFICER, {"sv": "Vi ses i vår."})]
    event = reread(event)
    assert (event.state, event.cancel_reason, event.cancelled_at) == (
        EventState.CANCELLED,
        "För få anmälda.",
        event.changed_at,
    )
    assert [occasion.cancelled_at for occasion in event.occasions] == [None]


@pytest.mark.parametrize("reason", ["", "x" * (MAX_REASON + 1)])
def test_cancelling_needs_a_reason(reason: str) -> None:
    event = draft()
    publish(event, actor=OFFICER)
    with pytest.raises(DomainError) as caught:
        cancel_event(event, reason, actor=OFFICER)
    assert caught.value.field == "reason"


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (EventState.PUBLISHED, publish),
        (EventState.CANCELLED, publish),
        (EventState.COMPLETED, publish),
        (EventState.PUBLISHED, save_the_date),
        (EventState.CANCELLED, save_the_date),
    ],
)
def test_steps_that_cannot_be_taken(state: EventState, verb: Callable[..., None]) -> None:
    event = reread(make_event(state=state))
    with pytest.raises(DomainError):
        verb(event, actor=OFFICER)
    assert event.state is state


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.CANCELLED, EventState.COMPLETED])
def test_only_what_is_public_and_coming_is_cancelled_or_taken_back(state: EventState) -> None:
    event = reread(make_event(state=state))
    with pytest.raises(DomainError):
        cancel_event(event, "För få anmälda.", actor=OFFICER)
    with pytest.raises(DomainError):
        unpublish(event, registered=0, actor=OFFICER)


def test_what_is_over_is_not_cancelled(frozen_now: FrozenClock) -> None:
    event = reread(make_event())
    frozen_now.advance(days=60)
    with pytest.raises(DomainError):
        cancel_event(event, "För få anmälda.", actor=OFFICER)


def test_the_night_completes_what_is_over(frozen_now: FrozenClock, run_job: Callable[[str], None]) -> None:
    past, cancelled, coming, open_ended, held = (
        make_event(),
        make_event(state=EventState.CANCELLED),
        make_event(),
        make_event(occasions=[], kind="webbutbildning"),
        make_event(state=EventState.SAVE_THE_DATE),
    )
    (occasion,) = past.occasions
    frozen_now.set(occasion.ends_at)
    coming.last_ends_at = frozen_now.advance(seconds=1)
    frozen_now.set(occasion.ends_at)
    run_job("complete_past_events")
    run_job("complete_past_events")
    assert past.state is EventState.COMPLETED
    assert [(entry.action, entry.actor_kind.value, entry.changes) for entry in history_of_event(past.id)] == [
        ("event.completed", "system", {"state": ["Publicerad", "Genomförd"]})
    ]
    assert [occasion.sequence for occasion in get_event_to_change(past.id).occasions] == [0]
    assert [one.state for one in (cancelled, coming, open_ended, held)] == [
        EventState.CANCELLED,
        EventState.PUBLISHED,
        EventState.PUBLISHED,
        EventState.SAVE_THE_DATE,
    ]
