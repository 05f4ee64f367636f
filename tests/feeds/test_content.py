"""What is in a feed: read by two readers and compared with the database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventsapp.core.clock import STOCKHOLM, swedish_today
from eventsapp.core.db import db
from eventsapp.events.documents import calendar_entries
from eventsapp.events.models import Event, EventFormat, EventState, Occasion
from eventsapp.events.queries import get_event
from tests.conftest import FrozenClock
from tests.databases import SITE_URL
from tests.factories.events import (
    make_county,
    make_event,
    make_occasion,
    make_series,
    make_target_group,
    make_topic,
)
from tests.feeds.readers import Read, by_icalendar, by_vobject
from tests.page_client import PageClient

SUMMER_TIME_BEGINS = date(2027, 3, 28)
SUMMER_TIME_ENDS = date(2026, 10, 25)


def fetch(client: PageClient, query: str = "") -> dict[str, Read]:
    """The feed as two readers understand it, who must agree; what more of them say is in test_readers.py."""
    content = client.get(f"/kalender.ics{query}").data
    found = by_icalendar(content)
    assert found == by_vobject(content)
    return found


def from_database() -> dict[str, Read]:
    """What the database says that the feed must hold of every event in it."""
    found = {}
    for occasion in db.session.scalars(select(Occasion).order_by(Occasion.id)).all():
        event = get_event(occasion.event_id, selectinload(Event.topics))
        entry = next(
            entry
            for entry in calendar_entries(
                event, language="sv", page_url=f"{SITE_URL}/aktiviteter/{event.slug}"
            )
            if entry.uid == occasion.uid
        )
        cancelled = occasion.cancelled_at is not None or event.state is EventState.CANCELLED
        found[occasion.uid] = Read(
            uid=occasion.uid,
            starts=occasion.first_day if occasion.all_day else occasion.starts_at,
            ends=occasion.last_day + timedelta(days=1) if occasion.all_day else occasion.ends_at,
            summary=("INSTÄLLT: " if cancelled else "") + entry.summary,
            description="\n\n".join(
                part
                for part in ("Aktiviteten är inställd." if cancelled else "", entry.description, entry.url)
                if part
            ),
            status="CANCELLED"
            if cancelled
            else ("TENTATIVE" if event.state is EventState.SAVE_THE_DATE else "CONFIRMED"),
            sequence=occasion.sequence,
            location=entry.location or "",
            url=f"{SITE_URL}/aktiviteter/{event.slug}",
            categories=tuple(sorted(" ".join(name.replace(",", " ").split()) for name in entry.categories)),
            organizer=f"mailto:{event.contact_email}",
            changed_at=max(one.changed_at for one in event.occasions),
        )
    return found


def test_every_kind_of_occasion_is_read_as_it_is_stored(client: PageClient, frozen_now: FrozenClock):
    soon = swedish_today() + timedelta(days=20)
    make_event(occasions=[make_occasion(soon, sequence=4)], topics=[make_topic("andts"), make_topic()])
    make_event(occasions=[make_occasion(SUMMER_TIME_BEGINS, "00.30", "05.00")])
    make_event(occasions=[make_occasion(SUMMER_TIME_ENDS, "01.30", "04.30")])
    make_event(
        occasions=[
            make_occasion(
                SUMMER_TIME_ENDS,
                starts_at=datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=1).astimezone(UTC),
                ends_at=datetime(2026, 10, 25, 3, 30, tzinfo=STOCKHOLM).astimezone(UTC),
            )
        ]
    )
    make_event(
        occasions=[
            make_occasion(SUMMER_TIME_ENDS - timedelta(days=1), "22.00", "08.00", last_day=SUMMER_TIME_ENDS)
        ]
    )
    make_event(occasions=[make_occasion(SUMMER_TIME_ENDS, all_day=True)])
    make_event(
        kind="kampanj",
        occasions=[
            make_occasion(SUMMER_TIME_BEGINS, all_day=True, last_day=SUMMER_TIME_BEGINS + timedelta(days=6))
        ],
    )
    make_event(
        state=EventState.CANCELLED, cancelled_at=frozen_now(), occasions=[make_occasion(soon, sequence=1)]
    )
    make_event(
        moved_at=frozen_now(),
        occasions=[make_occasion(soon, sequence=7, changed_at=frozen_now() + timedelta(minutes=5))],
    )
    make_event(format=EventFormat.HYBRID, room="Sal Ö; stora, \\ lilla")
    make_event(state=EventState.SAVE_THE_DATE)
    make_event(
        title='Ledarskap, del; för "chefer"',
        occasions=[
            make_occasion(soon),
            make_occasion(soon + timedelta(days=7), cancelled_at=frozen_now(), sequence=2),
            make_occasion(soon + timedelta(days=14)),
        ],
    )
    assert fetch(client) == from_database()
    assert len(from_database()) == 14


def test_the_window_of_days(client: PageClient, frozen_now: FrozenClock):
    today = swedish_today()
    make_event(title="60 dagar", occasions=[make_occasion(today - timedelta(days=60))])
    make_event(title="61 dagar", occasions=[make_occasion(today - timedelta(days=61))])
    cancelled = {"state": EventState.CANCELLED, "cancelled_at": frozen_now()}
    make_event(title="inställd 30", occasions=[make_occasion(today - timedelta(days=30))], **cancelled)
    make_event(title="inställd 31", occasions=[make_occasion(today - timedelta(days=31))], **cancelled)
    make_event(
        title="serie",
        occasions=[make_occasion(today - timedelta(days=90)), make_occasion(today + timedelta(days=9))],
    )
    make_event(title="om tre år", occasions=[make_occasion(today + timedelta(days=1100))])
    make_event(title="utan datum", occasions=[])

    def titles() -> list[str]:
        return sorted(entry.summary for entry in fetch(client).values())

    assert titles() == ["60 dagar", "INSTÄLLT: inställd 30", "om tre år", "serie (2 av 2)"]
    frozen_now.set(datetime(2026, 10, 1, 21, 59, tzinfo=UTC))
    assert len(titles()) == 4
    frozen_now.set(datetime(2026, 10, 1, 22, 0, tzinfo=UTC))
    assert titles() == ["om tre år", "serie (2 av 2)"]


def test_who_may_be_seen(client: PageClient, frozen_now: FrozenClock):
    make_event(title="Publik")
    make_event(title="Aldrig publicerad", state=EventState.DRAFT, published_at=None)
    make_event(title="Åter utkast", state=EventState.DRAFT, summary_sv="Bara för oss")
    entries = {entry.summary: entry for entry in fetch(client).values()}
    assert set(entries) == {"Publik", "INSTÄLLT: Åter utkast"}
    assert entries["INSTÄLLT: Åter utkast"].status == "CANCELLED"
    assert entries["INSTÄLLT: Åter utkast"].url == ""
    assert "Bara för oss" not in client.get("/kalender.ics").text


@pytest.fixture
def varied(app: Flask, frozen_now: FrozenClock) -> None:
    """Events of which each filter takes some and leaves some, more than fit on one page of the list."""
    for number in range(24):
        make_event(
            title=f"Dag {number}",
            kind=("utbildningsdag", "konferens", "kampanj")[number % 3],
            municipality=("2480", "2482", "2580", None)[number % 4],
            counties=[make_county("25")] if number % 5 == 0 else [],
            format=(EventFormat.ONSITE, EventFormat.ONLINE, EventFormat.HYBRID)[number % 3],
            topics=[make_topic("jamstalldhet")] if number % 2 else [make_topic("hedersvald")],
            target_groups=[make_target_group("chefer")] if number % 4 == 0 else [],
            series=make_series() if number % 6 == 0 else None,
            state=EventState.CANCELLED if number == 7 else EventState.PUBLISHED,
            occasions=[make_occasion(swedish_today() + timedelta(days=3 + number))],
        )
    make_event(title="Öppen kurs", kind="webbutbildning", occasions=[], municipality=None)
    make_event(title="Var i juli", occasions=[make_occasion(date(2026, 7, 1))])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?typ=konferens",
        "?typ=konferens&typ=kampanj&lan=24",
        "?lan=25",
        "?kommun=2480&kommun=2580",
        "?malgrupp=chefer",
        "?amne=hedersvald&form=digitalt",
        "?arrangor=lansstyrelsen-vasterbotten",
        "?serie=demokratimorgon",
        "?form=plats",
        "?sprak=sv&q=dag+1",
        "?q=finns+inte",
        "?utm_source=brev&typ=konferens&typ=okand",
    ],
)
def test_the_subscribe_link_of_a_list_leads_to_exactly_what_the_list_shows(
    client: PageClient, varied: None, query: str
):
    page = client.get_page(f"/aktiviteter{query}")
    link = page.one('link[rel="alternate"][type="text/calendar"]')["href"]
    assert page.one("#prenumerera .btn-primary")["href"] == str(link).replace("http://", "webcal://")
    shown: set[str] = set()
    while True:
        shown |= {str(a["href"]) for a in page.all(".event-row-title a")}
        following = page.all('.pagination a[rel="next"]')
        if not following:
            break
        page = client.get_page(str(following[0]["href"]))
    # What has no date can be in no calendar, and a calendar keeps what was a while ago.
    open_course = {str(a["href"]) for a in page.all(".event-row-title a") if a.get_text() == "Öppen kurs"}
    content = client.get(str(link)).data
    entries = by_icalendar(content).values()
    assert by_vobject(content) == by_icalendar(content)
    coming = {entry.url.removeprefix(SITE_URL) for entry in entries if _ends(entry) > swedish_today()}
    assert coming == shown - open_course


def _ends(entry: Read) -> date:
    return entry.ends.astimezone(STOCKHOLM).date() if isinstance(entry.ends, datetime) else entry.ends


def test_the_name_says_what_the_selection_is(client: PageClient, varied: None):
    lines = client.get("/kalender.ics?typ=utbildningsdag&lan=24").text.replace("\r\n ", "").split("\r\n")
    name = "Kurser och konferenser – Utbildningsdag\\, Västerbottens län"
    assert f"NAME:{name}" in lines
    assert f"X-WR-CALNAME:{name}" in lines
    assert f"SOURCE;VALUE=URI:{SITE_URL}/kalender.ics?typ=utbildningsdag&lan=24" in lines
    assert "NAME:Kurser och konferenser" in client.get("/kalender.ics").text.split("\r\n")


def test_in_english(client: PageClient, frozen_now: FrozenClock):
    make_event(title="Dagen", title_en="The day", slug="dagen", state=EventState.CANCELLED)
    content = client.get("/en/calendar.ics?typ=utbildningsdag").data
    (entry,) = by_icalendar(content).values()
    assert entry.summary == "CANCELLED: The day"
    assert entry.url == f"{SITE_URL}/en/events/dagen"
    assert entry.categories == ("Training day",)
    assert "NAME:Kurser och konferenser – Training day" in content.decode().split("\r\n")


def test_a_selection_without_anything_is_still_a_calendar(client: PageClient, frozen_now: FrozenClock):
    response = client.get("/kalender.ics?typ=konferens&q=finns+inte")
    assert response.status_code == 200
    assert by_vobject(response.data) == by_icalendar(response.data) == {}
    assert "BEGIN:VTIMEZONE" in response.text
