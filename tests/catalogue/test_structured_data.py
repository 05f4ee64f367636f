"""What a page says to search engines and other sites."""

import json
from datetime import date
from typing import Any

from eventsapp.events.models import EventFormat, EventState
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion, make_organiser
from tests.page_client import PageClient

SECRET = "https://meet.example.se/hemligt"


def said(client: PageClient, slug: str, prefix: str = "/aktiviteter") -> Any:
    page = client.get_page(f"{prefix}/{slug}")
    return json.loads(page.one("script[type='application/ld+json']").string or "")


def test_one_occasion_on_site(client: PageClient, frozen_now: FrozenClock) -> None:
    organiser = make_organiser()
    event = make_event(
        title="Att upptäcka våld", organiser=organiser, occasions=[make_occasion(date(2026, 11, 25))]
    )
    slug, name = event.slug, organiser.name
    found = said(client, slug)
    assert found == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": found["url"],
        "url": found["url"],
        "name": "Att upptäcka våld",
        "description": "En dag om rutiner och frågor som öppnar samtal.",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "eventStatus": "https://schema.org/EventScheduled",
        "inLanguage": "sv",
        "startDate": "2026-11-25T09:00:00+01:00",
        "endDate": "2026-11-25T15:30:00+01:00",
        "location": [
            {
                "@type": "Place",
                "name": "Folkets hus",
                "address": {
                    "@type": "PostalAddress",
                    "addressCountry": "SE",
                    "streetAddress": "Skolgatan 59",
                    "addressLocality": "Umeå",
                },
            }
        ],
        "organizer": [{"@type": "Organization", "name": name}],
    }
    assert found["url"].endswith(f"/aktiviteter/{slug}")
    assert said(client, slug, "/en/events")["url"].endswith(f"/en/events/{slug}")


def test_several_occasions_are_parts_of_the_whole(client: PageClient, frozen_now: FrozenClock) -> None:
    event = make_event(
        format=EventFormat.HYBRID,
        join_url=SECRET,
        occasions=[
            make_occasion(date(2026, 10, 20)),
            make_occasion(date(2026, 11, 3), cancelled_at=frozen_now.moment),
            make_occasion(date(2026, 11, 17), all_day=True),
        ],
    )
    slug = event.slug
    found = said(client, slug)
    assert (found["startDate"], found["endDate"]) == ("2026-10-20T09:00:00+02:00", "2026-11-17")
    assert [part["startDate"] for part in found["subEvent"]] == [
        "2026-10-20T09:00:00+02:00",
        "2026-11-03T09:00:00+01:00",
        "2026-11-17",
    ]
    assert [part["eventStatus"].rsplit("/", 1)[1] for part in found["subEvent"]] == [
        "EventScheduled",
        "EventCancelled",
        "EventScheduled",
    ]
    assert found["location"][1] == {"@type": "VirtualLocation", "url": found["url"]}
    assert SECRET not in json.dumps(found)


def test_a_cancelled_event_keeps_its_times(client: PageClient, frozen_now: FrozenClock) -> None:
    event = make_event(
        state=EventState.CANCELLED,
        cancelled_at=frozen_now.moment,
        occasions=[make_occasion(date(2026, 11, 25))],
    )
    found = said(client, event.slug)
    assert found["eventStatus"] == "https://schema.org/EventCancelled"
    assert found["startDate"] == "2026-11-25T09:00:00+01:00"


def test_markup_in_a_title_ends_no_script(client: PageClient, frozen_now: FrozenClock) -> None:
    title = "Om </script><script>alert('våld & hot')</script> <!-- 1 < 2"
    event = make_event(title=title)
    assert said(client, event.slug)["name"] == title


def test_what_has_no_date_says_nothing(client: PageClient) -> None:
    event = make_event(occasions=[], format=EventFormat.ONLINE)
    page = client.get_page(f"/aktiviteter/{event.slug}")
    assert not page.all("script[type='application/ld+json']")
