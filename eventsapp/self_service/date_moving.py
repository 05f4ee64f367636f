"""Moving to another date of the same series. The place there is taken before the one here is given back."""

from flask_babel import gettext

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict
from eventsapp.core.i18n import in_language
from eventsapp.events.models import Event
from eventsapp.outbox.operations import queue_letter
from eventsapp.places.operations import Claim, PoolFull, claim_place, pass_on_places, release_places
from eventsapp.questions.queries import answers_of
from eventsapp.registrations import queries, rules
from eventsapp.registrations.companions import keep_names, names_of
from eventsapp.registrations.leaving import end_registration, tell_officer
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import EndReason, Registration, RegistrationStatus
from eventsapp.registrations.operations import ADDRESS_TAKEN
from eventsapp.registrations.records import copy_for, lock_registration, note_link_opened
from eventsapp.registrations.seats import Seats, holder_of, lock_seats
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT, add_answers
from eventsapp.registrations.waiting_list import move_up
from eventsapp.registrations.wishes import wishes_of


def move_to_date(registration: Registration, other: Event, *, actor: Actor) -> None:
    """Give a person a place on another date of the series, and the one they had to the next in line; flushes. Whoever has
    moved already stays where they are.

    Raises NotOpen, PoolFull and Conflict; the caller then rolls back, and the person has the place they had. Both events
    must be loaded as `queries.EVENT_IN_LETTERS` says.
    """
    event = registration.event
    seats = lock_seats(event, other)
    lock_registration(registration)
    if registration.end_reason is EndReason.OTHER_DATE:
        return
    _require_may_move(registration, event, other)
    move_up(seats, other)  # What time has freed there goes to those who wait for it.
    taken = gettext("Du är redan anmäld till det datumet.")
    if queries.find_active(other.id, registration.email_key) is not None:
        raise Conflict(taken)
    copy = copy_for(other, registration, RegistrationStatus.CONFIRMED, registration.source)
    with conflict_if(ADDRESS_TAKEN, taken):
        db.session.add(copy)
    _take_place(seats, other, registration, copy)
    lost = what_is_lost(registration, other)
    answers = queries.answers_of(registration.id)
    add_answers(
        copy.id,
        food=answers.food if other.asks_food else "",
        access=answers.access if other.asks_access else "",
    )
    keep_names(copy, names_of([registration.id]).get(registration.id, ())[: copy.head_count - 1])
    note_link_opened(registration)
    end_registration(registration, RegistrationStatus.CANCELLED, EndReason.OTHER_DATE, copy)
    release_places(seats.ledger, [holder_of(registration)])
    tell_officer(registration, cancelled=True)
    _record("registration.moved_date", registration, actor)
    _record("registration.came_from_date", copy, actor)
    withdrawn = LettersOfEvent(event).calendar_withdrawn(registration)
    if withdrawn is not None:
        queue_letter(withdrawn)
    queue_letter(LettersOfEvent(other).date_changed(copy, event, lost=lost, withdrawn=withdrawn is not None))
    db.session.flush()
    move_up(seats, event, other)


def what_is_lost(registration: Registration, other: Event) -> list[str]:
    """What a person has said that the other date does not ask, in sentences of their language."""
    answers, people = queries.answers_of(registration.id), rules.people_on(other, registration)
    with in_language(registration.language):
        found = {
            gettext("Dina val i programmet. Välj igen på sidan för det nya datumet."): bool(
                queries.chosen_items([registration.id]) or wishes_of([registration.id])
            ),
            gettext("Svaret om mat, som inte frågas efter på det nya datumet."): bool(answers.food)
            and not other.asks_food,
            gettext("Svaret om behov, som inte frågas efter på det nya datumet."): bool(answers.access)
            and not other.asks_access,
            gettext(
                "Antalet personer vid skärmen. Anmälan till det nya datumet gäller %(people)s.", people=people
            ): people < registration.head_count,
            gettext("Svaren på arrangörens egna frågor."): bool(
                answers_of(QUESTIONS_SUBJECT, [registration.id])[registration.id]
            ),
        }
    return [sentence for sentence, is_lost in found.items() if is_lost]


def _require_may_move(registration: Registration, event: Event, other: Event) -> None:
    moment = now()
    if not rules.may_change_date(registration, event, moment):
        raise Conflict(gettext("Det går inte att byta datum. Kontakta oss."))
    if other.series_id != event.series_id or other.id == event.id or not rules.is_open_to_all(other):
        raise Conflict(gettext("Det går inte att byta till det datumet."))
    rules.require_open(other, moment)


def _take_place(seats: Seats, other: Event, registration: Registration, copy: Registration) -> None:
    """A place on the other date. Those that both dates share, as a series' own, are kept and not taken anew."""
    if registration.profession is None and seats.counts_by_profession(other):
        raise Conflict(gettext("Ändra din anmälan och välj yrkesgrupp först. Platserna fördelas efter den."))
    (needs,) = seats.needs_of(other, [copy])
    shared = set(queries.pools_held(registration.id)) & set(needs)
    pass_on_places(holder_of(registration), holder_of(copy), shared)
    try:
        claim_place(seats.ledger, Claim(holder_of(copy), tuple(pool for pool in needs if pool not in shared)))
    except PoolFull as error:
        message = gettext(
            "Det finns inga platser kvar för dig på det datumet. Du har kvar din plats som förut."
        )
        raise PoolFull(message, pool_ids=error.pool_ids) from None


def _record(action: str, registration: Registration, actor: Actor) -> None:
    audit.record(action, "registration", registration.id, actor=actor, event_id=registration.event_id)
    db.session.flush()
