"""An activity as search engines and other sites read it: schema.org's Event, in JSON-LD. Public facts only."""

from typing import Any

from eventsapp.core.clock import to_swedish
from eventsapp.events.models import Event, EventFormat, EventState, Occasion

_CONTEXT = "https://schema.org"
_ATTENDANCE = {
    EventFormat.ONSITE: "OfflineEventAttendanceMode",
    EventFormat.ONLINE: "OnlineEventAttendanceMode",
    EventFormat.HYBRID: "MixedEventAttendanceMode",
}


def structured_data(event: Event, *, page_url: str) -> dict[str, Any] | None:
    """The event as JSON-LD; None for one without a date, which schema.org has no way to say. Kind, municipality, organiser,
    co-organisers and occasions must be loaded.

    Several occasions are each a part of the whole. A cancelled one keeps its times, as search engines ask for. The
    address to join online is never here: the page stands in its place.
    """
    if not event.occasions:
        return None
    whole = {"@context": _CONTEXT} | _facts(event, page_url)
    if len(event.occasions) == 1:
        whole |= _times(event, event.occasions[0])
    else:
        first, last = event.occasions[0], max(event.occasions, key=lambda one: one.ends_at)
        whole |= {"startDate": _start(first), "endDate": _end(last), "eventStatus": _status(event, None)}
        whole["subEvent"] = [
            {"@type": "Event", "name": event.title, "location": whole["location"]} | _times(event, occasion)
            for occasion in event.occasions
        ]
    return whole


def _facts(event: Event, page_url: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "@type": "Event",
        "@id": page_url,
        "url": page_url,
        "name": event.title,
        "eventAttendanceMode": f"{_CONTEXT}/{_ATTENDANCE[event.format]}",
        "inLanguage": event.language.value,
        "location": _locations(event, page_url),
    }
    if event.summary:
        facts["description"] = event.summary
    organisers = [one for one in (event.organiser, *event.co_organisers) if one is not None]
    if organisers:
        facts["organizer"] = [{"@type": "Organization", "name": one.name} for one in organisers]
    return facts


def _locations(event: Event, page_url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if event.format is not EventFormat.ONLINE:
        address = {"@type": "PostalAddress", "addressCountry": "SE"}
        if event.address:
            address["streetAddress"] = event.address
        if event.municipality is not None:
            address["addressLocality"] = event.municipality.name
        name = event.venue or (event.municipality.name if event.municipality else "")
        found.append({"@type": "Place", "address": address} | ({"name": name} if name else {}))
    if event.format is not EventFormat.ONSITE:
        found.append({"@type": "VirtualLocation", "url": page_url})
    return found


def _times(event: Event, occasion: Occasion) -> dict[str, Any]:
    return {
        "startDate": _start(occasion),
        "endDate": _end(occasion),
        "eventStatus": _status(event, occasion),
    }


def _start(occasion: Occasion) -> str:
    """A day, or a Swedish time with its offset."""
    return (occasion.first_day if occasion.all_day else to_swedish(occasion.starts_at)).isoformat()


def _end(occasion: Occasion) -> str:
    return (occasion.last_day if occasion.all_day else to_swedish(occasion.ends_at)).isoformat()


def _status(event: Event, occasion: Occasion | None) -> str:
    cancelled = event.state is EventState.CANCELLED or (
        occasion is not None and occasion.cancelled_at is not None
    )
    return f"{_CONTEXT}/{'EventCancelled' if cancelled else 'EventScheduled'}"
