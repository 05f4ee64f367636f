"""The links that put an event into somebody's calendar."""

from dataclasses import dataclass
from datetime import datetime

from eventsapp.core.i18n import format_span
from eventsapp.events.documents import calendar_entries
from eventsapp.events.models import Event, Occasion
from eventsapp.rendering.calendar import AddLinks, add_to_calendar_links


@dataclass(frozen=True)
class SaveLinks:
    """Links that open a web calendar with one occasion filled in; `when` tells several occasions apart."""

    when: str
    links: AddLinks


def save_links(event: Event, now: datetime, *, language: str, page_url: str) -> list[SaveLinks]:
    """The links for each occasion that will take place and is not over."""
    entries = calendar_entries(event, language=language, page_url=page_url)
    return [
        SaveLinks(_when(occasion), add_to_calendar_links(entry, language=language))
        for entry, occasion in zip(entries, event.occasions, strict=True)
        if not entry.cancelled and occasion.ends_at > now
    ]


def _when(occasion: Occasion) -> str:
    return format_span(occasion.starts_at, occasion.ends_at, all_day=occasion.all_day)
