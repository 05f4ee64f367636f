"""What new quotas would mean, before they are saved: tried out, counted and undone."""

from collections.abc import Sequence
from dataclasses import dataclass

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.registrations.line_queries import waiting_count
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.waiting_list.queries import PoolRow, pools_in_words
from eventsapp.waiting_list.quotas import QuotaFacts, set_quotas


@dataclass(frozen=True)
class QuotaProspect:
    """How full each group would be, and how many of those who wait would be given or offered a place."""

    groups: list[PoolRow]
    moved_up: int

    @property
    def above(self) -> list[PoolRow]:
        """Groups that have more people than their quota; they keep their places, and nobody more of them comes in."""
        return [group for group in self.groups if group.over]

    @property
    def full(self) -> list[PoolRow]:
        """Groups that have exactly as many as they may."""
        return [group for group in self.groups if group.free == 0 and not group.over]


def prospect_of_quotas(event: Event, facts: Sequence[QuotaFacts], *, actor: Actor) -> QuotaProspect:
    """What saving these quotas would lead to; nothing is changed. Raises DomainError as `set_quotas` does."""
    event_id, before = event.id, waiting_count(event.id)
    trial = db.session.begin_nested()
    try:
        set_quotas(event, facts, actor=actor)
        groups = [row for row in pools_in_words(event, now()) if row.by is not None and not row.is_unlocked]
        moved_up = before - waiting_count(event_id)
    finally:
        trial.rollback()
        db.session.expire_all()
        get_event_in_letters(event_id)
    return QuotaProspect(groups, moved_up)
