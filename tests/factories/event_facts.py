"""Facts for tests, as the editor would hand them over."""

from datetime import date, time
from typing import Any

from eventsapp.events.checks import When, occasion_times
from eventsapp.events.facts import EventFacts, OccasionFacts


def occasion_facts(
    day: date = date(2026, 11, 25),
    starts: str = "09:00",
    ends: str = "15:30",
    *,
    last_day: date | None = None,
    all_day: bool = False,
    **facts: Any,
) -> OccasionFacts:
    """An occasion, as Swedish days and times of day."""
    starts_at, ends_at = occasion_times(
        When(
            first_day=day,
            starts=time.fromisoformat(starts),
            last_day=last_day,
            ends=time.fromisoformat(ends),
            all_day=all_day,
        )
    )
    return OccasionFacts(starts_at=starts_at, ends_at=ends_at, all_day=all_day, **facts)


def event_facts(**facts: Any) -> EventFacts:
    """A training day in Umeå on 25 November 2026 that could be published; every fact can be given."""
    values: dict[str, Any] = {
        "title_sv": "Att upptäcka våld",
        "kind": "utbildningsdag",
        "summary_sv": "En dag om rutiner och frågor som öppnar samtal.",
        "occasions": (occasion_facts(),),
        "venue": "Folkets hus",
        "address": "Skolgatan 59",
        "municipality": "2480",
        "organiser": "Länsstyrelsen Västerbotten",
        "contact_email": "jamstalldhet@example.se",
        "capacity_total": 80,
        "registration_closes_on": date(2026, 11, 18),
    }
    return EventFacts(**(values | facts))
