"""What a change of an event means for those who have signed up, counted before it is saved."""

from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from eventsapp.core.db import db
from eventsapp.core.i18n import in_language
from eventsapp.events.consequences import Consequences, changes_time, may_move_people
from eventsapp.events.facts import EventFacts, facts_of
from eventsapp.events.models import Event, EventState, Occasion
from eventsapp.events.operations import preview_event
from eventsapp.events.queries import get_event_to_change
from eventsapp.events.signals import capacity_changed
from eventsapp.registrations.models import ACTIVE, AttendanceMode, Registration, RegistrationStatus
from eventsapp.registrations.words import cancelled_paragraph, moved_paragraph

_WAITS = (RegistrationStatus.WAITING, RegistrationStatus.OFFERED)
_HAS_PLACE = (RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED)
_LOOKED_FORWARD_TO = (EventState.PUBLISHED, EventState.SAVE_THE_DATE)


def active_count(event_id: int) -> int:
    """How many come or still may come: they have a place or an offer, wait, or have applied."""
    return _count(Registration.event_id == event_id, Registration.status.in_(ACTIVE))


def addressed_count(event_id: int) -> int:
    """How many of those have an address, and so get the letters of an event."""
    return _count(
        Registration.event_id == event_id, Registration.status.in_(ACTIVE), Registration.email != ""
    )


def people_to_tell(event_id: int) -> Sequence[Registration]:
    """Everyone who comes or still may come and has an address."""
    return db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event_id, Registration.status.in_(ACTIVE), Registration.email != "")
        .order_by(Registration.id)
    ).all()


def consequences(event: Event, facts: EventFacts) -> Consequences:
    """What would follow if an event, with everything loaded, got these facts; nothing is changed.

    Where some of those who wait might move up, it is tried out and undone, so that the number is the one that saving
    gives; the event must then come from `get_event_to_change`. One statement else, two for a new time.
    """
    before, event_id = facts_of(event), event.id
    counts, languages, at_screens = _people(event_id)
    reached = Counter[RegistrationStatus]()
    placed = Counter[AttendanceMode]()
    unreachable = 0
    for (status, mode, addressed), number in counts.items():
        if addressed:
            reached[status] += number
        else:
            unreachable += number
        if status in _HAS_PLACE:
            placed[mode] += number
    waiting = sum(number for (status, *_), number in counts.items() if status is RegistrationStatus.WAITING)
    elsewhere = _elsewhere(event_id, facts) if counts and changes_time(before, facts) else 0
    moved_up = _moved_up(event, facts, waiting) if waiting and may_move_people(before, facts) else 0
    return Consequences(
        letters=reached[RegistrationStatus.CONFIRMED],
        waiting_letters=sum(reached[status] for status in _WAITS),
        applied_letters=reached[RegistrationStatus.APPLIED],
        unreachable=unreachable,
        at_screens=at_screens,
        elsewhere=elsewhere,
        onsite=placed[AttendanceMode.ONSITE],
        online=placed[AttendanceMode.ONLINE],
        moved_up=moved_up,
        moved_texts=_in_each(languages, lambda: moved_paragraph(facts.format)),
        cancelled_texts=_in_each(languages, cancelled_paragraph),
    )


def _people(
    event_id: int,
) -> tuple[dict[tuple[RegistrationStatus, AttendanceMode, bool], int], set[str], int]:
    """How many registrations there are of each status and way of taking part, with and without an address; the letters'
    languages; and how many more people sit at the screens."""
    addressed = Registration.email != ""
    columns = (Registration.status, Registration.mode, addressed, Registration.language)
    rows = db.session.execute(
        select(*columns, func.count(), func.sum(Registration.head_count))
        .where(Registration.event_id == event_id, Registration.status.in_(ACTIVE))
        .group_by(*columns)
    )
    counts = Counter[tuple[RegistrationStatus, AttendanceMode, bool]]()
    languages = set()
    people = 0
    for status, mode, has_address, language, number, heads in rows:
        counts[status, mode, bool(has_address)] += number
        people += heads - number
        if has_address:
            languages.add(language)
    return dict(counts), languages, people


def _elsewhere(event_id: int, facts: EventFacts) -> int:
    """How many have signed up for another event that takes place at the same time."""
    if not facts.occasions:
        return 0
    overlapping = or_(
        *(
            (Occasion.starts_at < occasion.ends_at) & (Occasion.ends_at > occasion.starts_at)
            for occasion in facts.occasions
        )
    )
    others = (
        select(Occasion.event_id)
        .join(Event, Event.id == Occasion.event_id)
        .where(
            overlapping,
            Occasion.cancelled_at.is_(None),
            Event.state.in_(_LOOKED_FORWARD_TO),
            Event.id != event_id,
        )
    )
    other = aliased(Registration)
    return (
        db.session.scalar(
            select(func.count(Registration.id.distinct()))
            .join(other, other.email_key == Registration.email_key)
            .where(
                Registration.event_id == event_id,
                Registration.status.in_(ACTIVE),
                Registration.email_key != "",
                other.event_id.in_(others),
                other.status.in_(ACTIVE),
            )
        )
        or 0
    )


def _moved_up(event: Event, facts: EventFacts, waiting: int) -> int:
    """How many of those who wait would get a place or be offered one: what saving does is done, counted and undone."""
    event_id = event.id
    trial = db.session.begin_nested()
    try:
        preview_event(event, facts)
        db.session.flush()
        capacity_changed.send(event)
        still_waiting = _count(
            Registration.event_id == event_id, Registration.status == RegistrationStatus.WAITING
        )
    finally:
        trial.rollback()
        # What was tried out is forgotten, and the event is as it is in the database.
        get_event_to_change(event_id)
    return waiting - still_waiting


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Registration).where(*conditions)) or 0


def _in_each(languages: set[str], text: Callable[[], str]) -> dict[str, str]:
    """A text in Swedish and in each language that somebody has their letters in; empty where nobody gets a letter."""
    found = {}
    for language in ["sv", *sorted(languages - {"sv"})] if languages else []:
        with in_language(language):
            found[language] = text()
    return found
