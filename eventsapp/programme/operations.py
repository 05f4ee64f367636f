"""Changing a programme. Each save is one row in the trail of its event, and a new version for calendars."""

from collections.abc import Collection
from datetime import date

from flask_babel import gettext

from eventsapp.audit.operations import record
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import format_clock, format_day, in_language
from eventsapp.events.calendar_versions import was_public
from eventsapp.events.models import Event
from eventsapp.events.operations import set_speakers
from eventsapp.programme.models import ProgrammeItem, RemovedItem, Speaker
from eventsapp.programme.queries import programme_of
from eventsapp.programme.rules import (
    MAX_ITEMS,
    ItemFacts,
    day_of,
    days_to_follow,
    moved,
    occasion_days,
    speakers_as_lines,
)
from eventsapp.programme.signals import choice_changed


def add_item(event: Event, facts: ItemFacts, *, actor: Actor) -> ProgrammeItem:
    """Add an item to the programme of an event from `get_event_to_change`; flushes. Raises DomainError when it is full."""
    if len(programme_of(event.id)) >= MAX_ITEMS:
        raise DomainError(gettext("Programmet har redan %(max)s punkter.", max=MAX_ITEMS))
    item = ProgrammeItem(event_id=event.id, speakers=[], changed_at=now())
    _fill_in(item, facts)
    db.session.add(item)
    db.session.flush()
    _record("programme.item_added", event, item, {}, _told(item), actor)
    _let_open_ends_follow(event, {day_of(item)})
    _keep_speakers(event)
    if item.is_choice:
        _tell_of_choice(item)
    return item


def change_item(event: Event, item: ProgrammeItem, facts: ItemFacts, *, actor: Actor) -> bool:
    """Give an item these facts; flushes. Answers whether anything changed."""
    before, choice_before, started = _told(item), (item.is_choice, item.capacity), item.starts_at
    day_before = day_of(item)
    _fill_in(item, facts)
    after = _told(item)
    if before == after:
        return False
    _raise_version(item)
    db.session.flush()
    _record("programme.item_changed", event, item, before, after, actor)
    if item.starts_at != started:
        _let_open_ends_follow(event, {day_before, day_of(item)})
    _keep_speakers(event)
    is_moved = item.is_choice and item.starts_at != started
    if is_moved or (item.is_choice, item.capacity) != choice_before:
        _tell_of_choice(item, is_moved=is_moved)
    return True


def remove_item(event: Event, item: ProgrammeItem, *, actor: Actor) -> None:
    """Take an item out of the programme; flushes."""
    _record("programme.item_removed", event, item, _told(item), {}, actor)
    item_id, was_choice, day = item.id, item.is_choice, day_of(item)
    if was_public(event):
        db.session.add(_removed(item))
    db.session.delete(item)
    db.session.flush()
    _let_open_ends_follow(event, {day})
    _keep_speakers(event)
    if was_choice:
        choice_changed.send(event.id, item_id=item_id, is_choice=False, capacity=None)


def follow_event(event: Event, *, actor: Actor) -> int:
    """Move the items of days that the event has left to the days that it has got, where that is plain; flushes.

    Answers how many items were moved. Connected to `event_moved`; run again it finds nothing to do.
    """
    items = programme_of(event.id)
    follow = days_to_follow([day_of(item) for item in items], occasion_days(event))
    moving = [item for item in items if day_of(item) in follow]
    for item in moving:
        days = (follow[day_of(item)] - day_of(item)).days
        item.starts_at, item.ends_at = moved(item.starts_at, days), item.ends_at and moved(item.ends_at, days)
        _raise_version(item)
    if moving:
        record(
            "programme.moved",
            "programme",
            event.id,
            actor=actor,
            event_id=event.id,
            changes={"programme_days": [_days(list(follow)), _days(list(follow.values()))]},
        )
        db.session.flush()
        _keep_speakers(event)
    return len(moving)


def copy_programme(original_id: int, copy: Event, *, days: int) -> dict[int, int]:
    """Give the copy of an event the programme of the original, some days later; flushes. Answers which item became
    which: id of the original → id of the copy."""
    originals = programme_of(original_id)
    copies = [_copied(item, copy.id, days) for item in originals]
    db.session.add_all(copies)
    db.session.flush()
    _keep_speakers(copy)
    for item in copies:
        if item.is_choice:
            _tell_of_choice(item)
    return {old.id: new.id for old, new in zip(originals, copies, strict=True)}


def _raise_version(item: ProgrammeItem) -> None:
    item.sequence += 1
    item.changed_at = now()


def _let_open_ends_follow(event: Event, days: Collection[date]) -> None:
    """An item without an end lasts until the next one begins, so for calendars it changes when another comes, goes or moves."""
    for item in programme_of(event.id):
        if item.ends_at is None and day_of(item) in days:
            _raise_version(item)


def _removed(item: ProgrammeItem) -> RemovedItem:
    return RemovedItem(
        uid=item.uid,
        event_id=item.event_id,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        title_sv=item.title_sv,
        title_en=item.title_en,
        sequence=item.sequence + 1,
        changed_at=now(),
    )


def _copied(item: ProgrammeItem, event_id: int, days: int) -> ProgrammeItem:
    return ProgrammeItem(
        event_id=event_id,
        starts_at=moved(item.starts_at, days),
        ends_at=item.ends_at and moved(item.ends_at, days),
        title_sv=item.title_sv,
        title_en=item.title_en,
        text_sv=item.text_sv,
        text_en=item.text_en,
        room=item.room,
        is_choice=item.is_choice,
        capacity=item.capacity,
        changed_at=now(),
        speakers=[
            Speaker(position=one.position, name=one.name, description=one.description)
            for one in item.speakers
        ],
    )


def _tell_of_choice(item: ProgrammeItem, *, is_moved: bool = False) -> None:
    choice_changed.send(
        item.event_id,
        item_id=item.id,
        is_choice=item.is_choice,
        capacity=item.capacity,
        is_moved=is_moved,
    )


def _fill_in(item: ProgrammeItem, facts: ItemFacts) -> None:
    item.starts_at, item.ends_at = facts.starts_at, facts.ends_at
    item.title_sv, item.title_en = facts.title_sv, facts.title_en
    item.text_sv, item.text_en = facts.text_sv, facts.text_en
    item.room = facts.room
    item.is_choice = facts.is_choice
    item.capacity = facts.capacity if facts.is_choice else None
    if [(one.name, one.description) for one in item.speakers] != [
        (one.name, one.description) for one in facts.speakers
    ]:
        item.speakers = [
            Speaker(position=position, name=one.name, description=one.description)
            for position, one in enumerate(facts.speakers)
        ]


def _keep_speakers(event: Event) -> None:
    set_speakers(event, [speaker.name for item in programme_of(event.id) for speaker in item.speakers])


def _record(
    action: str,
    event: Event,
    item: ProgrammeItem,
    before: dict[str, str],
    after: dict[str, str],
    actor: Actor,
) -> None:
    changes: dict[str, list[str] | None] = {
        name: [before.get(name, ""), after.get(name, "")]
        for name in before or after
        if before.get(name, "") != after.get(name, "")
    }
    record(action, "programme", item.id, actor=actor, event_id=event.id, changes=changes)


def _told(item: ProgrammeItem) -> dict[str, str]:
    """The facts of an item in Swedish words, for the trail."""
    with in_language("sv"):
        time = f"{format_day(day_of(item))} {format_clock(item.starts_at)}"
        if item.ends_at is not None:
            time += f"–{format_clock(item.ends_at)}"
    return {
        "item_title": item.title_sv,
        "item_title_en": item.title_en or "",
        "item_time": time,
        "item_text": item.text_sv,
        "item_text_en": item.text_en or "",
        "room": item.room,
        "speakers": speakers_as_lines(item),
        "item_is_choice": "ja" if item.is_choice else "",
        "item_capacity": "" if item.capacity is None else str(item.capacity),
    }


def _days(days: list[date]) -> str:
    with in_language("sv"):
        return ", ".join(format_day(day) for day in days)
