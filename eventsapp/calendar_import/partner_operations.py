"""Looking after partners' calendars."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.audit.operations import record
from eventsapp.calendar_import.merging import Defaults
from eventsapp.calendar_import.models import PartnerCalendar
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.sealing import seal, unseal
from eventsapp.events.models import EventKind


@dataclass(frozen=True)
class PartnerFacts:
    """What staff decide about a partner's calendar."""

    name: str
    address: str
    """Empty keeps the one that it has."""
    defaults: Defaults


def add_partner(facts: PartnerFacts, *, user: User, actor: Actor) -> PartnerCalendar:
    """Store a partner's calendar; the user answers for what comes from it. Flushes."""
    partner = PartnerCalendar(responsible_id=user.id, created_at=now(), figures={})
    _apply(partner, facts)
    db.session.add(partner)
    db.session.flush()
    record(
        "partner_calendar.added",
        "partner_calendar",
        partner.id,
        actor=actor,
        changes={"partner_name": ["", partner.name]},
    )
    db.session.flush()
    return partner


def change_partner(partner: PartnerCalendar, facts: PartnerFacts, *, actor: Actor) -> None:
    """Change what holds for a partner's calendar that is locked; flushes."""
    name_before, before = partner.name, defaults_of(partner)
    has_moved = bool(facts.address) and facts.address != address_of(partner)
    _apply(partner, facts)
    changes: dict[str, list[str] | None] = {}
    if partner.name != name_before:
        changes["partner_name"] = [name_before, partner.name]
    if has_moved:
        changes["partner_address"] = None
        partner.outcome, partner.fetched_at, partner.figures = None, None, {}
    if defaults_of(partner) != before:
        changes["partner_defaults"] = None
    if changes:
        record("partner_calendar.changed", "partner_calendar", partner.id, actor=actor, changes=changes)
    db.session.flush()


def pause_partner(partner: PartnerCalendar, *, is_paused: bool, actor: Actor) -> None:
    """Let the nights pass without fetching it, or fetch it again; flushes. Asked twice it is done once."""
    if partner.is_paused == is_paused:
        return
    partner.is_paused = is_paused
    action = "partner_calendar.paused" if is_paused else "partner_calendar.resumed"
    record(action, "partner_calendar", partner.id, actor=actor)
    db.session.flush()


def remove_partner(partner: PartnerCalendar, *, actor: Actor) -> None:
    """Forget a partner's calendar. What came from it stays. Flushes."""
    record(
        "partner_calendar.removed",
        "partner_calendar",
        partner.id,
        actor=actor,
        changes={"partner_name": [partner.name, ""]},
    )
    db.session.delete(partner)
    db.session.flush()


def address_of(partner: PartnerCalendar) -> str:
    return unseal(partner.sealed_address)


def defaults_of(partner: PartnerCalendar) -> Defaults:
    """What holds for new drafts from a partner's calendar."""
    return Defaults(
        partner.kind.code,
        partner.organiser,
        partner.registration_mode,
        partner.municipality_code or "",
        partner.county_code or "",
        partner.responsible_id,
    )


def _apply(partner: PartnerCalendar, facts: PartnerFacts) -> None:
    partner.name = facts.name
    if facts.address:
        partner.sealed_address = seal(facts.address)
        partner.host = (urlsplit(facts.address).hostname or "")[:255]
    partner.kind = db.session.scalars(select(EventKind).where(EventKind.code == facts.defaults.kind)).one()
    partner.organiser = facts.defaults.organiser
    partner.registration_mode = facts.defaults.registration_mode
    partner.municipality_code = facts.defaults.municipality or None
    partner.county_code = facts.defaults.county or None
    # What is fetched next is read whole, since it may become something else now.
    partner.etag, partner.last_modified = "", ""
