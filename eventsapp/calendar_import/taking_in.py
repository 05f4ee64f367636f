"""Taking activities of a calendar in: drafts are made, and events changed and cancelled, by the operations of events."""

from flask_babel import gettext
from sqlalchemy import insert

from eventsapp.calendar_import.merging import said_by
from eventsapp.calendar_import.models import ImportedEvent, ImportedOccasion
from eventsapp.calendar_import.planning import Fate, Planned
from eventsapp.calendar_import.queries import forget_occasions
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db, execute_plainly
from eventsapp.core.errors import DomainError
from eventsapp.events.life_cycle import cancel_event
from eventsapp.events.models import Event
from eventsapp.events.operations import SHOWN, create_event, delete_draft, update_event
from eventsapp.events.queries import get_event_to_change

_occasions = ImportedOccasion.__table__


def take(one: Planned, source: str, *, reason: str, actor: Actor) -> None:
    """Let an activity become what was planned; flushes. The plan was made in this transaction, with its entries locked.

    Raises DomainError for facts that contradict each other, at "reason" for an event that is to be cancelled without one, and
    Conflict when somebody else takes the same entry in at the same moment.
    """
    if one.event is None:
        _take_new(one, source, actor=actor)
    elif one.fate is Fate.CANCELLED:
        _take_cancelled(one, one.event, reason=reason, actor=actor)
    else:
        _take_changed(one, one.event, actor=actor)


def _take_new(one: Planned, source: str, *, actor: Actor) -> None:
    assert one.facts is not None
    entry = one.entry
    if entry is None:
        entry = ImportedEvent(source=source, uid=one.found.uid, said={}, taken_at=now())
        # The entry comes first: of two who take in the same one, the second waits here and is told.
        with conflict_if(
            "uq_imported_events_source_uid",
            gettext("Någon annan tog in samma aktivitet samtidigt. Se igenom listan igen."),
        ):
            db.session.add(entry)
    event = create_event(one.facts, actor=actor)
    _remember(one, entry, event)


def _take_changed(one: Planned, event: Event, *, actor: Actor) -> None:
    assert one.entry is not None and one.facts is not None
    update_event(event, one.facts, actor=actor)
    _remember(one, one.entry, event)


def _take_cancelled(one: Planned, event: Event, *, reason: str, actor: Actor) -> None:
    assert one.entry is not None
    if event.state in SHOWN:
        cancel_event(event, reason, actor=actor)
        one.entry.version = event.version
        db.session.flush()
        return
    if event.published_at is not None:
        raise DomainError(
            gettext("”%(title)s” har varit publicerad och kan inte tas bort.", title=event.title_sv)
        )
    delete_draft(event, actor=actor)
    # The database has let go of the event; the object must not say otherwise.
    db.session.expire(one.entry)


def _remember(one: Planned, entry: ImportedEvent, event: Event) -> None:
    """Note what the source said, and which occasion each of its times became."""
    now_is = {(o.starts_at, o.ends_at, o.all_day): o.id for o in event.occasions if o.cancelled_at is None}
    kept = {occasion.id for occasion in event.occasions if occasion.cancelled_at is None}
    ids = {key: value for key, value in (one.occasion_ids or {}).items() if value in kept}
    for time in one.found.times:
        found = now_is.get((time.starts_at, time.ends_at, time.all_day))
        if found is not None:
            ids[time.key] = found
    entry.event_id = event.id
    # What somebody has written in is theirs for good: it is asked about the next time too.
    entry.version = 0 if one.fate is Fate.CHANGED else event.version
    entry.said = said_by(one.found)
    entry.taken_at = now()
    db.session.flush()
    forget_occasions(entry.id)
    if ids:
        execute_plainly(
            insert(_occasions),  # type: ignore[arg-type]
            [
                {"imported_id": entry.id, "recurrence": key, "occasion_id": occasion_id}
                for key, occasion_id in ids.items()
            ],
        )


def lock_events(planned: list[Planned]) -> None:
    """Lock the events that are to change, in order of id, before anything is written (docs/decisions/0005)."""
    for event_id in sorted({one.event.id for one in planned if one.event is not None}):
        get_event_to_change(event_id)
