"""Activities as JSON and CSV: all that is public, nothing that is not, and the filters of the list."""

import csv
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import StringIO
from typing import Any

import pytest

from eventsapp.core.db import db
from eventsapp.events.models import Event, EventFormat, EventState
from tests.conftest import FrozenClock
from tests.factories.events import (
    make_event,
    make_occasion,
    make_organiser,
    make_series,
    make_target_group,
    make_topic,
)
from tests.factories.registrations import make_registration
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]
FILES = ("/aktiviteter.json", "/aktiviteter.csv")


def on(day: int, title: str, **facts: object) -> Event:
    return make_event(title=title, occasions=[make_occasion(date(2026, 11, day))], **facts)  # type: ignore[arg-type]


def rows(client: PageClient, address: str = "/aktiviteter.csv") -> list[dict[str, str]]:
    text = client.get(address).data.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def activities(client: PageClient, address: str = "/aktiviteter.json") -> list[dict[str, Any]]:
    found = json.loads(client.get(address).data)
    return list(found["activities"])


def test_all_facts_of_one(client: PageClient, frozen_now: FrozenClock) -> None:
    event = on(
        3,
        "Att upptäcka våld",
        slug="att-upptacka-vald",
        format=EventFormat.HYBRID,
        topics=[make_topic("jamstalldhet")],
        target_groups=[make_target_group("socialtjanst")],
        series_id=make_series().id,
        co_organisers=[make_organiser("annan", name_sv="Annan")],
        registration_closes_on=date(2026, 10, 30),
        cost="Kostnadsfritt",
    )
    uid = event.occasions[0].uid
    (found,) = activities(client)
    assert str(found.pop("id")).startswith("urn:uuid:")
    assert found.pop("changed")
    assert found.pop("target_groups")
    assert found == {
        "url": "http://localhost/aktiviteter/att-upptacka-vald",
        "state": "published",
        "kind": {"code": "utbildningsdag", "name": "Utbildningsdag"},
        "title": "Att upptäcka våld",
        "summary": "En dag om rutiner och frågor som öppnar samtal.",
        "occasions": [
            {
                "id": uid,
                "starts": "2026-11-03T09:00:00+01:00",
                "ends": "2026-11-03T15:30:00+01:00",
                "label": "",
                "cancelled": False,
            }
        ],
        "form": "hybrid",
        "place": "Folkets hus",
        "address": "Skolgatan 59",
        "municipality": {"code": "2480", "name": "Umeå"},
        "counties": [],
        "topics": [{"code": "jamstalldhet", "name": "Jämställdhet"}],
        "series": {"code": "demokratimorgon", "name": "Demokratimorgon"},
        "organisers": [
            {"code": "lansstyrelsen-vasterbotten", "name": "Länsstyrelsen Västerbotten"},
            {"code": "annan", "name": "Annan"},
        ],
        "language": "sv",
        "registration": "required",
        "registration_opens": None,
        "registration_closes": "2026-10-30",
        "cost": "Kostnadsfritt",
    }
    (row,) = rows(client)
    assert (row["Titel"], row["Börjar"], row["Slutar"], row["Antal tillfällen"]) == (
        "Att upptäcka våld",
        "2026-11-03 09:00",
        "2026-11-03 15:30",
        "1",
    )
    assert (row["Arrangörer"], row["Kommun"]) == ("Länsstyrelsen Västerbotten, Annan", "Umeå")


def test_the_table_says_it_in_the_language_of_the_address(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    on(3, "Kurs", title_en="Course", topics=[make_topic("jamstalldhet")])
    (found,) = activities(client, "/en/events.json")
    assert (found["title"], found["topics"]) == (
        "Course",
        [{"code": "jamstalldhet", "name": "Gender equality"}],
    )
    assert found["id"] == activities(client)[0]["id"]


def test_whole_days_are_days(client: PageClient, frozen_now: FrozenClock) -> None:
    first, last = date(2026, 11, 3), date(2026, 11, 5)
    make_event(occasions=[make_occasion(first, last_day=last, all_day=True)])
    (found,) = activities(client)
    (occasion,) = found["occasions"]
    assert (occasion["starts"], occasion["ends"]) == ("2026-11-03", "2026-11-05")


def test_what_has_been_is_there_and_drafts_are_not(client: PageClient, frozen_now: FrozenClock) -> None:
    make_event(title="Var", occasions=[make_occasion(date(2025, 11, 3))], state=EventState.COMPLETED)
    on(3, "Kommer")
    on(4, "Inställd", state=EventState.CANCELLED)
    on(5, "Utkast", state=EventState.DRAFT)
    make_event(title="När som helst", occasions=[])
    expected = ["Var", "Kommer", "Inställd", "När som helst"]
    assert [one["title"] for one in activities(client)] == expected
    assert [one["Titel"] for one in rows(client)] == expected


@pytest.mark.parametrize("address", FILES)
def test_nothing_that_is_not_public(client: PageClient, frozen_now: FrozenClock, address: str) -> None:
    event = on(
        3,
        "Kurs",
        format=EventFormat.ONLINE,
        join_url="https://mote.example.se/hemlig",
        join_note="hemlig kod",
        admission_code="hemlig",
        reference_number="hemlig-2026",
        contact_email="hemlig@example.se",
    )
    make_registration(event, name="Hemlig Person", email="hemlig@umea.example.se")
    assert "hemlig" not in client.get(address).text.casefold()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\uff1d"])
def test_no_cell_can_run(client: PageClient, frozen_now: FrozenClock, start: str) -> None:
    on(3, f"{start}HYPERLINK(1)", venue=f"{start}cmd")
    (row,) = rows(client)
    assert row["Titel"].startswith("'") and row["Plats"].startswith("'")


@pytest.mark.parametrize("address", FILES)
def test_the_filters_are_those_of_the_calendar(
    client: PageClient, frozen_now: FrozenClock, address: str
) -> None:
    on(3, "Den valda", topics=[make_topic("jamstalldhet")])
    on(4, "Den andra")
    text = client.get(f"{address}?amne=jamstalldhet").text
    assert "Den valda" in text and "Den andra" not in text
    refused = client.get(f"{address}?amne=finns-inte")
    assert (refused.status_code, refused.text) == (400, "Filtret amne kan inte ha värdet finns-inte.\n")
    assert client.get(f"{address}?utm_source=brev").status_code == 400


@pytest.mark.parametrize("address", FILES)
def test_one_who_has_it_is_told_so(
    client: PageClient, frozen_now: FrozenClock, queries: Queries, address: str
) -> None:
    event_id = on(3, "Förr").id
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=900"
    etag = {"If-None-Match": first.headers["ETag"]}
    with queries() as statements:
        assert client.get(address, headers=etag).status_code == 304
    assert len(statements) <= 1
    frozen_now.advance(minutes=5)
    event = db.session.get(Event, event_id)
    assert event is not None
    event.title_sv = "Efter"
    db.session.commit()
    second = client.get(address, headers=etag)
    assert second.status_code == 200 and "Efter" in second.text


@pytest.mark.parametrize("address", FILES)
def test_it_asks_the_database_the_same_for_one_and_for_three(
    client: PageClient, frozen_now: FrozenClock, queries: Queries, address: str
) -> None:
    costs = []
    for day in (3, 4, 5):
        on(
            day,
            f"Dag {day}",
            topics=[make_topic("jamstalldhet")],
            target_groups=[make_target_group("socialtjanst")],
            co_organisers=[make_organiser("annan")],
            series_id=make_series().id,
        )
        db.session.commit()
        with queries() as statements:
            client.get(address)
        costs.append(len(statements))
    assert costs[0] == costs[2] <= 9
