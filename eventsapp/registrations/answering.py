"""Answering an activity's questions: the answers, and the places of alternatives that have a number of them."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor, ActorKind
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.outbox.operations import queue_letter
from eventsapp.places.operations import Claim, PoolFull, claim_place, release_places
from eventsapp.questions.answers import keep_answers
from eventsapp.questions.conditions import asked
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import Question
from eventsapp.questions.queries import limited_options, questions_of
from eventsapp.registrations import queries, rules
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import Registration, RegistrationStatus, SignUpReceipt
from eventsapp.registrations.records import lock_registration, note_link_opened
from eventsapp.registrations.seats import Seats, holder_of, lock_seats
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT
from eventsapp.registrations.submission import Submission


class OptionsFull(PoolFull):
    """Alternatives that somebody else was quicker to take; `option_ids` are theirs."""

    def __init__(self, option_ids: frozenset[int]) -> None:
        super().__init__(gettext("Ett alternativ som du valde är fullt. Välj ett annat."))
        self.option_ids = option_ids


def keep_first_answers(registration: Registration, submission: Submission) -> None:
    """Keep what the form for signing up asked, or what a list said; flushes. Neither answers what has a number of places,
    and what is not asked with the other answers is not kept."""
    if not submission.answers:
        return
    questions = questions_of("event", registration.event_id).all
    found = asked(questions, submission.given, submission.circumstances)
    keep_answers(QUESTIONS_SUBJECT, registration.id, found, submission.given, moment=now(), is_new=True)


def answer_after_sign_up(
    receipt: SignUpReceipt, questions: Sequence[Question], given: Mapping[int, Given], *, actor: Actor
) -> None:
    """Keep what the browser answers that has just signed up, once. A receipt for an address that was registered before has
    no registration, and nothing is kept of it; nobody can tell the two apart. Raises as `answer_questions`."""
    registration = queries.find_registration(receipt.registration_id)
    if registration is not None:
        answer_questions(registration, questions, given, actor=actor)
    receipt.answered_at = now()
    db.session.flush()


def answer_questions(
    registration: Registration,
    questions: Sequence[Question],
    given: Mapping[int, Given],
    *,
    actor: Actor,
    tell: bool = False,
) -> None:
    """Keep what was answered to these questions, and take or give back the places of alternatives.

    `given` is what a checked sheet gives: what is not in it is not asked any more, and its answer goes. Raises Conflict for
    one who has no place (or is too late, where they answer themselves), and OptionsFull; the answers are then as they were.
    `tell` sends a letter with the registration as it is now.
    """
    event = registration.event
    seats = lock_seats(event)
    lock_registration(registration)
    if actor.kind is not ActorKind.USER:
        rules.require_may_change(registration, event, now())
    if registration.status is not RegistrationStatus.CONFIRMED:
        raise Conflict(gettext("Frågorna besvaras när platsen är klar."))
    _take_options(seats, registration, questions, given)
    changed = keep_answers(QUESTIONS_SUBJECT, registration.id, questions, given, moment=now())
    if actor.kind is ActorKind.PARTICIPANT:
        note_link_opened(registration)
    if not changed:
        return
    registration.changed_at = now()
    audit.record(
        "registration.answered",
        "registration",
        registration.id,
        actor=actor,
        event_id=event.id,
        changes=dict.fromkeys(sorted(changed)),
    )
    db.session.flush()
    if tell and registration.email:
        letters = LettersOfEvent(event, now(), queries.items_of([registration.id]))
        queue_letter(letters.changed(registration))


def _take_options(
    seats: Seats, registration: Registration, questions: Sequence[Question], given: Mapping[int, Given]
) -> None:
    limited = limited_options(questions)
    if not limited:
        return
    holder = holder_of(registration)
    pools = {pool: one for one in limited if (pool := seats.option_pool(one)) is not None}
    chosen = {option for answer in given.values() for option in answer.options}
    wanted = {pool for pool, option in pools.items() if option in chosen}
    held = set(queries.pools_held(registration.id)) & set(pools)
    full = {pool for pool in wanted - held if not seats.ledger.balances[pool].has_room_for(1)}
    if full:
        raise OptionsFull(frozenset(pools[pool] for pool in full))
    if held - wanted:
        release_places(seats.ledger, [holder], pool_ids=held - wanted)
    if wanted - held:
        claim_place(seats.ledger, Claim(holder, tuple(sorted(wanted - held))))
