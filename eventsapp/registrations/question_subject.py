"""An activity as a subject of questions: who may change them, what conditions may name, and the places of alternatives."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import delete, select, update

from eventsapp.core.db import db
from eventsapp.core.i18n import format_clock
from eventsapp.core.text import like_pattern, search_words
from eventsapp.events.models import Event
from eventsapp.events.queries import ONE_EVENT, get_event, get_event_to_change, visible_to
from eventsapp.events.rules import may_edit, offers_both_modes, require_may_edit, require_may_view
from eventsapp.events.words import when_in_words
from eventsapp.places.ledger import Ledger, lock_pools
from eventsapp.places.models import Place, PlaceState, Pool, PoolName
from eventsapp.places.operations import Claim, Holder, claim_place, set_pools
from eventsapp.places.queries import places_taken
from eventsapp.programme.queries import choices_of
from eventsapp.questions.models import Answer, AnswerOption, QuestionSet
from eventsapp.questions.subjects import EVENT, OpenSubject, Other
from eventsapp.registrations.models import AttendanceMode, Registration, RegistrationStatus
from eventsapp.registrations.seats import lock_seats
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT

OPTION = "question_option"
MOST_OTHERS = 50


class EventQuestions:
    """Activities: those who may edit one may edit its questions."""

    def open(self, subject_id: int, *, to_change: bool = False) -> OpenSubject:
        event = get_event_to_change(subject_id) if to_change else get_event(subject_id)
        require_may_view(current_user, event)
        if to_change:
            require_may_edit(current_user, event)
        return replace(
            event_subject(event),
            may_edit=may_edit(current_user, event),
            words={"event": event},
        )

    def options_changed(self, subject_id: int, capacities: Mapping[int, int | None]) -> None:
        """Let options have their pools, where those who have chosen one with a limit have a place."""
        if not any(one is not None for one in capacities.values()) and not _pools(capacities):
            return
        lock_seats(get_event(subject_id))
        for option_id, capacity in sorted(capacities.items()):
            set_pools(OPTION, option_id, {} if capacity is None else {PoolName.ALL: capacity})
        _let_go([option_id for option_id, capacity in capacities.items() if capacity is None])
        _count_in([option_id for option_id, capacity in capacities.items() if capacity is not None])

    def options_taken(self, option_ids: Collection[int]) -> dict[int, int]:
        pools = places_taken(OPTION, sorted(option_ids))
        return {option_id: sum(pool.taken for pool in found) for option_id, found in pools.items()}

    def others(self, subject_id: int, query: str) -> list[Other]:
        """Activities with questions, the latest first."""
        with_questions = select(QuestionSet.subject_id).where(
            QuestionSet.subject_kind == EVENT, QuestionSet.sections.any()
        )
        statement = (
            select(Event)
            .where(Event.id.in_(with_questions), Event.id != subject_id, visible_to(current_user))
            .options(*ONE_EVENT)
            .order_by(Event.first_starts_at.desc(), Event.id.desc())
            .limit(MOST_OTHERS)
        )
        for word in search_words(query):
            statement = statement.where(Event.search_text.like(like_pattern(word), escape="\\"))
        return [Other(event.id, event.title, when_in_words(event)) for event in db.session.scalars(statement)]


def event_subject(event: Event) -> OpenSubject:
    """An activity as those who change its questions need it, but for what only pages show."""
    return OpenSubject(
        kind=EVENT,
        id=event.id,
        title=event.title,
        may_edit=True,
        layout="layouts/event_staff.html",
        event_id=event.id,
        always_asked=(
            gettext("Namn"),
            gettext("E-postadress"),
            gettext("Organisation"),
            gettext("Befattning"),
            gettext("Yrkesgrupp"),
        ),
        switches=(
            (gettext("Telefonnummer"), event.asks_phone),
            (gettext("Mat"), event.asks_food),
            (gettext("Behov för att kunna delta"), event.asks_access),
            (gettext("Antal personer vid samma skärm"), event.shared_screen_max is not None),
        ),
        switches_page="events_staff.edit",
        has_stages=True,
        modes=tuple((one.value, one.label) for one in AttendanceMode) if offers_both_modes(event) else (),
        items=tuple(
            (one.id, f"{one.title_sv} ({format_clock(one.starts_at)})") for one in choices_of(event.id)
        ),
    )


def _pools(option_ids: Collection[int]) -> bool:
    found = select(Pool.id).where(Pool.subject_kind == OPTION, Pool.subject_id.in_(option_ids)).limit(1)
    return db.session.scalar(found) is not None


def _let_go(option_ids: Collection[int]) -> None:
    """Free the places of options that have no number of them any more; who has chosen one has still chosen it."""
    places = Place.pool_id.in_(
        select(Pool.id).where(Pool.subject_kind == OPTION, Pool.subject_id.in_(option_ids))
    )
    apart = {"synchronize_session": False}
    db.session.execute(delete(Place).where(places, Place.number.is_(None)), execution_options=apart)
    db.session.execute(
        update(Place).where(places).values(state=PlaceState.FREE, holder_kind=None, holder_id=None),
        execution_options=apart,
    )


def _count_in(option_ids: Collection[int]) -> None:
    """Let those who chose an option before it had a number of places have one of them, also where they are too many."""
    ledger = Ledger(lock_pools({OPTION: option_ids}))
    for option_id in sorted(option_ids):
        pool_id = ledger.find(OPTION, option_id)
        if pool_id is None:
            continue
        holding = select(Place.holder_id).where(Place.pool_id == pool_id, Place.holder_id.is_not(None))
        chosen = db.session.scalars(
            select(Registration.id)
            .join(Answer, Answer.subject_id == Registration.id)
            .join(AnswerOption, AnswerOption.answer_id == Answer.id)
            .where(
                Answer.subject_kind == QUESTIONS_SUBJECT,
                AnswerOption.option_id == option_id,
                Registration.status == RegistrationStatus.CONFIRMED,
                Registration.id.not_in(holding),
            )
            .order_by(Registration.id)
        )
        claims = [Claim(Holder("registration", one), (pool_id,)) for one in chosen]
        if claims:
            claim_place(ledger, *claims, overbook=True)
