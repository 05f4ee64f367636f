"""Public activities as plain values, for JSON and for a table. The names of fields stay as they are once published."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from eventsapp.core.clock import to_swedish
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.documents import permanent_id
from eventsapp.events.models import Event, Occasion
from eventsapp.events.rules import current_occasions
from eventsapp.rendering.spreadsheet import Column, ColumnKind, Row

_COLUMNS = (
    ("id", _l("Id"), ColumnKind.TEXT),
    ("url", _l("Sida"), ColumnKind.TEXT),
    ("state", _l("Läge"), ColumnKind.TEXT),
    ("kind", _l("Typ"), ColumnKind.TEXT),
    ("title", _l("Titel"), ColumnKind.TEXT),
    ("summary", _l("Sammanfattning"), ColumnKind.TEXT),
    ("starts", _l("Börjar"), ColumnKind.DATETIME),
    ("ends", _l("Slutar"), ColumnKind.DATETIME),
    ("occasions", _l("Antal tillfällen"), ColumnKind.NUMBER),
    ("form", _l("Form"), ColumnKind.TEXT),
    ("place", _l("Plats"), ColumnKind.TEXT),
    ("address", _l("Adress"), ColumnKind.TEXT),
    ("municipality_code", _l("Kommunkod"), ColumnKind.TEXT),
    ("municipality", _l("Kommun"), ColumnKind.TEXT),
    ("counties", _l("Län"), ColumnKind.TEXT),
    ("target_groups", _l("Målgrupper"), ColumnKind.TEXT),
    ("topics", _l("Ämnen"), ColumnKind.TEXT),
    ("series", _l("Serie"), ColumnKind.TEXT),
    ("organisers", _l("Arrangörer"), ColumnKind.TEXT),
    ("language", _l("Språk"), ColumnKind.TEXT),
    ("registration", _l("Anmälan"), ColumnKind.TEXT),
    ("registration_closes", _l("Sista anmälningsdag"), ColumnKind.DATE),
    ("cost", _l("Kostnad"), ColumnKind.TEXT),
    ("changed", _l("Senast ändrad"), ColumnKind.DATETIME),
)


def activity_values(event: Event, *, page_url: str) -> dict[str, Any]:
    """One activity as JSON has it: codes with names in the current language, times with their offset.

    What `queries.public_activities` loads is enough, and nothing of those who take part is in it.
    """
    return {
        "id": permanent_id(event),
        "url": page_url,
        "state": event.state.value,
        "kind": _named(event.kind.code, event.kind.name),
        "title": event.title,
        "summary": event.summary,
        "occasions": [_occasion_values(occasion) for occasion in event.occasions],
        "form": event.format.value,
        "place": event.venue,
        "address": event.address,
        "municipality": _named(event.municipality.code, event.municipality.name)
        if event.municipality
        else None,
        "counties": [_named(county.code, county.name) for county in event.counties],
        "target_groups": [_named(group.code, group.name) for group in event.target_groups],
        "topics": [_named(topic.code, topic.name) for topic in event.topics],
        "series": _named(event.series.code, event.series.name) if event.series else None,
        "organisers": [_named(one.code, one.name) for one in _organisers(event)],
        "language": event.language.value,
        "registration": event.registration_mode.value,
        "registration_opens": _iso(event.registration_opens_on),
        "registration_closes": _iso(event.registration_closes_on),
        "cost": event.cost,
        "changed": _iso(event.changed_at),
    }


def activity_columns() -> list[Column]:
    """The heads of the table, in the current language."""
    return [Column(str(title), kind) for _, title, kind in _COLUMNS]


def activity_row(event: Event, *, page_url: str) -> Row:
    """One activity as a row of the table; what an activity has several of is divided by commas."""
    values = activity_values(event, page_url=page_url)
    cells: dict[str, Any] = {name: _cell(value) for name, value in values.items()}
    cells |= {
        "starts": event.first_starts_at,
        "ends": event.last_ends_at,
        "occasions": len(current_occasions(event)),
        "municipality_code": event.municipality_code,
        "registration_closes": event.registration_closes_on,
        "changed": event.changed_at,
    }
    return [cells[name] for name, _, _ in _COLUMNS]


def _occasion_values(occasion: Occasion) -> dict[str, Any]:
    whole_days = occasion.all_day
    return {
        "id": occasion.uid,
        "starts": _iso(occasion.first_day if whole_days else occasion.starts_at),
        "ends": _iso(occasion.last_day if whole_days else occasion.ends_at),
        "label": occasion.label,
        "cancelled": occasion.cancelled_at is not None,
    }


def _organisers(event: Event) -> Sequence[Any]:
    return [*([event.organiser] if event.organiser else []), *event.co_organisers]


def _named(code: str, name: str) -> dict[str, str]:
    return {"code": code, "name": name}


def _cell(value: object) -> object:
    if isinstance(value, dict):
        return value["name"]
    if isinstance(value, list):
        return ", ".join(one["name"] for one in value if "name" in one)
    return value


def _iso(moment: datetime | date | None) -> str | None:
    """A day, or a moment in Swedish time with its offset, to the second."""
    if isinstance(moment, datetime):
        return to_swedish(moment).isoformat(timespec="seconds")
    return moment.isoformat() if moment else None
