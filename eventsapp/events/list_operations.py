"""Adding to the lists, renaming and retiring. Codes stand in addresses and never change; rows are never deleted."""

from dataclasses import dataclass
from itertools import count

from flask_babel import gettext
from sqlalchemy import select, update

from eventsapp.audit.operations import record
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import DomainError
from eventsapp.core.text import slugify, sort_key
from eventsapp.events.lists import Colour, ListName, Row, find_row_by_name, taken_codes
from eventsapp.events.models import Event, EventKind, MergedCode, Occasion, Series
from eventsapp.events.operations import searched
from eventsapp.events.queries import EVERYTHING, ONE_EVENT
from eventsapp.events.signals import series_capacity_changed

IN_CALENDARS = (ListName.KINDS, ListName.TOPICS)
"""The lists whose names calendars show, as categories."""
_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class RowFacts:
    """What a row is called; the rest is for kinds only, but the last, which is for series."""

    name_sv: str
    name_en: str
    colour: Colour = Colour.NEUTRAL
    definite_sv: str = ""
    is_neuter: bool = False
    position: int = 100
    shared_capacity: int | None = None


def add_row(name: ListName, facts: RowFacts, *, actor: Actor) -> Row:
    """A new row with a code made of its Swedish name; flushes. Raises DomainError at "name_sv" for a name that is taken."""
    _require_free(name, facts.name_sv, None)
    row = name.model(code=_free_code(name, facts.name_sv))
    _fill_in(row, facts)
    with conflict_if(f"uq_{name.model.__tablename__}_code", _taken(), field="name_sv"):
        db.session.add(row)
    record("list.added", name.value, row.id, actor=actor, changes={"name_sv": ["", row.name_sv]})
    if isinstance(row, Series) and row.shared_capacity is not None:
        series_capacity_changed.send(row.id, capacity=row.shared_capacity)
    return row


def change_row(name: ListName, row: Row, facts: RowFacts, *, actor: Actor) -> bool:
    """Rename a row, and find its activities under the new name; flushes. Answers whether anything changed."""
    _require_free(name, facts.name_sv, row)
    before = _told(row)
    _fill_in(row, facts)
    after = _told(row)
    changes: dict[str, list[str] | None] = {
        fact: [before[fact], after[fact]] for fact in before if before[fact] != after[fact]
    }
    if not changes:
        return False
    db.session.flush()
    record("list.changed", name.value, row.id, actor=actor, changes=changes)
    if changes.keys() & {"name_sv", "name_en"}:
        follow_name(name, row)
    if isinstance(row, Series) and "shared_capacity" in changes:
        series_capacity_changed.send(row.id, capacity=row.shared_capacity)
    return True


def retire_row(name: ListName, row: Row, *, actor: Actor) -> None:
    """Offer a row no longer; activities that have it keep it. Raises DomainError for the last kind."""
    if row.is_retired:
        return
    others = select(name.model.id).where(name.model.is_retired.is_(False), name.model.id != row.id).limit(1)
    if name is ListName.KINDS and db.session.scalar(others) is None:
        raise DomainError(gettext("Den sista typen kan inte tas bort."))
    row.is_retired = True
    db.session.flush()
    record("list.retired", name.value, row.id, actor=actor, changes={"name_sv": [row.name_sv, ""]})


def restore_row(name: ListName, row: Row, *, actor: Actor) -> None:
    """Offer a retired row again."""
    if not row.is_retired:
        return
    row.is_retired = False
    old = db.session.get(MergedCode, (name.model.__tablename__, row.code))
    if old is not None:
        db.session.delete(old)
    db.session.flush()
    record("list.restored", name.value, row.id, actor=actor, changes={"name_sv": ["", row.name_sv]})


def _taken() -> str:
    return gettext("Det namnet finns redan i listan.")


def _require_free(name: ListName, wanted: str, own: Row | None) -> None:
    found = find_row_by_name(name, wanted)
    if found is not None and found is not own:
        raise DomainError(_taken(), "name_sv")


def _free_code(name: ListName, wanted: str) -> str:
    base, taken = slugify(wanted, max_length=70), taken_codes(name)
    if base not in taken:
        return base
    return next(code for number in count(2) if (code := f"{base}-{number}") not in taken)


def _fill_in(row: Row, facts: RowFacts) -> None:
    row.name_sv, row.name_en, row.sort_key = facts.name_sv, facts.name_en, sort_key(facts.name_sv)
    if isinstance(row, EventKind):
        row.colour, row.definite_sv = facts.colour.value, facts.definite_sv
        row.is_neuter, row.position = facts.is_neuter, facts.position
    if isinstance(row, Series):
        row.shared_capacity = facts.shared_capacity


def _told(row: Row) -> dict[str, str]:
    told = {"name_sv": row.name_sv, "name_en": row.name_en}
    if isinstance(row, EventKind):
        told |= {
            "colour": Colour(row.colour).label,
            "definite_sv": row.definite_sv,
            "is_neuter": "ett" if row.is_neuter else "en",
            "position": str(row.position),
        }
    if isinstance(row, Series):
        told["shared_capacity"] = "" if row.shared_capacity is None else str(row.shared_capacity)
    return told


def follow_name(name: ListName, row: Row) -> None:
    """Activities are found by the new name, and calendars that show it see a new version of what is still to come.

    The activities' own versions stay: nothing that an editor has open has changed.
    """
    event_ids = list(db.session.scalars(name.events_with(row.id)))
    moment = now()
    for start in range(0, len(event_ids), _BATCH):
        batch = event_ids[start : start + _BATCH]
        events = db.session.scalars(select(Event).where(Event.id.in_(batch)).options(*ONE_EVENT, *EVERYTHING))
        for event in events:
            db.session.execute(
                update(Event)
                .where(Event.id == event.id)
                .values(search_text=searched(event, event.speaker_names), changed_at=moment)
            )
        if name in IN_CALENDARS:
            shown = select(Event.id).where(Event.id.in_(batch), Event.published_at.is_not(None))
            db.session.execute(
                update(Occasion)
                .where(Occasion.event_id.in_(shown), Occasion.ends_at > moment)
                .values(sequence=Occasion.sequence + 1, changed_at=moment)
                .execution_options(synchronize_session=False)
            )
