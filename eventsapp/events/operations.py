"""Making, changing and copying events; each save is one row in the trail."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from eventsapp.audit.operations import record
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.text import search_text, slugify, sort_key
from eventsapp.events.calendar_versions import (
    IN_CALENDARS,
    OccasionChanges,
    apply_occasions,
    raise_versions,
    was_public,
)
from eventsapp.events.checks import require_can_delete, require_consistent, require_showable
from eventsapp.events.consequences import MOVES_PEOPLE, tells_people
from eventsapp.events.copying import CopyChoice, copied_facts
from eventsapp.events.fact_rows import FactRows, names_of, rows_of
from eventsapp.events.facts import VALUE_FACTS, EventFacts, LinkFacts, changed, facts_of, told
from eventsapp.events.models import Event, EventLink, EventState, FormerSlug
from eventsapp.events.queries import free_slug
from eventsapp.events.rules import capacities, has_ended
from eventsapp.events.signals import capacity_changed, event_moved
from eventsapp.questions.building import remove_set

NOT_PUBLIC = frozenset(
    {
        "responsible",
        "reference_number",
        "reminder_days",
        "ask_again_days",
        "room_capacity",
        "admission_code",
        "offer_hours",
    }
)
"""Facts that no visitor sees, so that changing them does not make the page newer."""
SHOWN = (EventState.PUBLISHED, EventState.SAVE_THE_DATE)
"""The states in which people look forward to the event."""


def create_event(facts: EventFacts, *, actor: Actor) -> Event:
    """A new draft with these facts and an address made of its title; flushes and sends `capacity_changed`.

    Raises SeveralProblems for facts that contradict each other.
    """
    event = _new_event(facts)
    _record_new("event.created", event, actor)
    return event


def copy_event(original: Event, choice: CopyChoice, *, responsible_id: int | None, actor: Actor) -> Event:
    """A new draft with the facts of `original`, which has everything loaded: its own address and uids, no history.

    Programme, questions and publications are copied by their own rooms. Raises DomainError at "first_day".
    """
    facts = copied_facts(facts_of(original), choice)
    event = _new_event(replace(facts, slug="", responsible_id=responsible_id))
    _record_new("event.copied", event, actor)
    return event


def update_event(
    event: Event, facts: EventFacts, *, actor: Actor, message: Mapping[str, str] | None = None
) -> frozenset[str]:
    """Give an event these facts; answers the names of those that changed.

    The event comes from `get_event_to_change`. Calendars see a new version when something that they show changed;
    a new time or place of an event that people look forward to is told by `event_moved`, with the officer's own words
    in `message` by language, which may be none; an address that the public
    knew leads to the new one. Raises SeveralProblems when the facts contradict each other, or when a public event would
    lack what the public needs, and DomainError at "slug" when another event has or had the address.
    """
    require_usable(event, facts)
    rows = rows_of(facts)
    moment = now()
    before, places_before, was_over = told(event), capacities(event), has_ended(event, moment)
    known_occasions = list(event.occasions)
    _move_address(event, facts.slug)
    occasions = _apply(event, facts, rows, moment)
    changes = changed(before, told(event))
    if not changes:
        return frozenset()
    names = frozenset(changes)
    if names - NOT_PUBLIC:
        event.changed_at = moment
    if was_public(event) and names & IN_CALENDARS:
        raise_versions([one for one in known_occasions if one in event.occasions], moment)
    # Who mends the dates of something that is long over tells nobody that it was moved.
    is_news = not (was_over and has_ended(event, moment))
    if occasions.moved and was_public(event) and is_news:
        event.moved_at = moment
    record("event.changed", "event", event.id, actor=actor, event_id=event.id, changes=changes)
    with conflict_if("uq_events_slug", _slug_taken(), field="slug"):
        db.session.flush()
    if event.state in SHOWN and is_news and (occasions.any_time or tells_people(names, event.format)):
        event_moved.send(event, actor=actor, message=dict(message or {}))
    if capacities(event) != places_before or names & MOVES_PEOPLE:
        capacity_changed.send(event)
    db.session.flush()
    return names


def preview_event(event: Event, facts: EventFacts) -> None:
    """Give an event these facts to show what it would look like; nobody is told, and the caller rolls back.

    Raises SeveralProblems as `update_event` does.
    """
    require_usable(event, facts)
    _apply(event, facts, rows_of(facts), now())


def preview_new_event(facts: EventFacts) -> Event:
    """An event with these facts that is not kept: the caller rolls back."""
    require_consistent(facts)
    return _unsaved_event(facts)


def delete_draft(event: Event, *, actor: Actor) -> None:
    """Delete a draft that was never public, with all that belongs to it; the trail stays.

    Raises DomainError for anything else, and Conflict when somebody is registered all the same.
    """
    require_can_delete(event)
    record(
        "event.deleted",
        "event",
        event.id,
        actor=actor,
        event_id=event.id,
        changes={"title_sv": [event.title_sv, ""]},
    )
    try:
        with db.session.begin_nested():
            remove_set("event", event.id)
            db.session.execute(delete(Event).where(Event.id == event.id))
    except IntegrityError as error:
        raise Conflict(gettext("Utkastet har anmälningar och kan inte tas bort.")) from error
    db.session.expunge(event)


def set_speakers(event: Event, names: list[str]) -> None:
    """Let a search find the event by those who speak, and let its page be newer; kept by the programme.

    Everything must be loaded. The version stays: it guards what the editor shows, and that has not changed.
    """
    speakers = "\n".join(dict.fromkeys(names))
    db.session.execute(
        update(Event)
        .where(Event.id == event.id)
        .values(speaker_names=speakers, search_text=searched(event, speakers), changed_at=now())
    )


def refresh_search_text(event: Event) -> None:
    """Make anew what searches and Swedish sorting look at; everything must be loaded."""
    event.sort_key = sort_key(event.title_sv)
    event.search_text = searched(event, event.speaker_names)


def searched(event: Event, speakers: str) -> str:
    """What a search for an event looks at; everything must be loaded."""
    organisations = [*([event.organiser] if event.organiser else []), *event.co_organisers]
    return search_text(
        event.title_sv,
        event.title_en,
        event.summary_sv,
        event.summary_en,
        *names_of([event.kind, *event.topics, *event.target_groups]),
        *(names_of([event.series]) if event.series else []),
        event.target_note,
        event.venue,
        event.address,
        event.municipality.name if event.municipality else None,
        *(name for one in organisations for name in (one.name_sv, one.name_en)),
        *speakers.split("\n"),
    )


def require_usable(event: Event, facts: EventFacts) -> None:
    """Raise SeveralProblems where facts contradict each other, or a public event would lack what the public needs."""
    # What is cancelled or over may lack what nobody needs any longer.
    require_showable(facts, event.state if event.state in SHOWN else EventState.DRAFT)


def _new_event(facts: EventFacts) -> Event:
    require_consistent(facts)
    event = _unsaved_event(facts)
    db.session.add(event)
    with conflict_if("uq_events_slug", _slug_taken(), field="slug"):
        db.session.flush()
    return event


def _slug_taken() -> str:
    return gettext("En annan aktivitet har den webbadressen.")


def _move_address(event: Event, wanted: str) -> None:
    if not wanted.strip() or wanted == event.slug or (slug := slugify(wanted)) == event.slug:
        return
    if free_slug(slug, event_id=event.id) != slug:
        raise DomainError(_slug_taken(), "slug")
    db.session.execute(delete(FormerSlug).where(FormerSlug.slug == slug, FormerSlug.event_id == event.id))
    if was_public(event):
        db.session.add(FormerSlug(slug=event.slug, event_id=event.id))
    event.slug = slug


def _record_new(action: str, event: Event, actor: Actor) -> None:
    record(
        action, "event", event.id, actor=actor, event_id=event.id, changes={"title_sv": ["", event.title_sv]}
    )
    capacity_changed.send(event)
    db.session.flush()


def _unsaved_event(facts: EventFacts) -> Event:
    rows = rows_of(facts)
    moment = now()
    event = Event(
        slug=free_slug(slugify(facts.slug or facts.title_sv)),
        state=EventState.DRAFT,
        created_at=moment,
        changed_at=moment,
        municipality=None,
        team=None,
        occasions=[],
        links=[],
        topics=[],
        target_groups=[],
        counties=[],
        co_organisers=[],
        speaker_names="",
    )
    _apply(event, facts, rows, moment)
    return event


def _apply(event: Event, facts: EventFacts, rows: FactRows, moment: datetime) -> OccasionChanges:
    for name in VALUE_FACTS:
        setattr(event, name, getattr(facts, name))
    _apply_counties(event, facts, rows)
    event.municipality = rows.municipality
    event.municipality_code = facts.municipality
    event.kind = rows.kind
    event.series = rows.series
    event.topics = rows.topics
    event.target_groups = rows.target_groups
    event.organiser = rows.organiser
    event.co_organisers = [one for one in rows.co_organisers if one is not rows.organiser]
    event.responsible = rows.responsible
    event.responsible_id = facts.responsible_id
    if rows.responsible is not None:
        event.team = rows.responsible.team
    _apply_links(event, facts.links)
    changes = apply_occasions(event, facts.occasions, moment)
    refresh_search_text(event)
    return changes


def _apply_counties(event: Event, facts: EventFacts, rows: FactRows) -> None:
    """Counties as chosen, always with that of the municipality; one that only followed the old municipality goes."""
    chosen = {county.code: county for county in rows.counties}
    before = event.municipality_code[:2] if event.municipality_code else None
    now_in = facts.municipality[:2] if facts.municipality else None
    was_left_alone = set(chosen) == {county.code for county in event.counties}
    if was_left_alone and before is not None and before != now_in:
        chosen.pop(before, None)
    if rows.home is not None and (now_in is not None or not chosen):
        chosen[rows.home.code] = rows.home
    event.counties = sorted(chosen.values(), key=lambda county: county.sort_key)


def _apply_links(event: Event, links: tuple[LinkFacts, ...]) -> None:
    if [(link.label, link.url) for link in event.links] != [(link.label, link.url) for link in links]:
        event.links = [
            EventLink(label=link.label, url=link.url, position=position)
            for position, link in enumerate(links)
        ]
