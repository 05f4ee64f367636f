"""The pages of an organiser, a topic and a series: what is coming of it, and the calendar of just that."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.events.lists import ListName
from eventsapp.events.merging import merge_row
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion, make_organiser, make_series, make_topic
from tests.feeds.readers import by_icalendar
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]
PAGES = {
    "/arrangorer/region-exempel": "arrangor=region-exempel",
    "/amnen/jamstalldhet": "amne=jamstalldhet",
    "/serier/demokratimorgon": "serie=demokratimorgon",
}


def make_belonging(title: str, day: int = 3) -> None:
    make_event(
        title=title,
        occasions=[make_occasion(date(2026, 11, day))],
        organiser_id=make_organiser("region-exempel", name_sv="Region Exempel").id,
        topics=[make_topic("jamstalldhet")],
        series_id=make_series().id,
    )


@pytest.mark.parametrize(("address", "query"), PAGES.items())
def test_what_is_coming_of_it_and_nothing_else(
    client: PageClient, frozen_now: FrozenClock, address: str, query: str
) -> None:
    make_belonging("Hör hit")
    make_event(title="Hör inte hit", occasions=[make_occasion(date(2026, 11, 4))])
    page = client.get_page(address)
    assert page.texts(".event-row-title") == ["Hör hit"]
    assert page.heading in ("Region Exempel", "Jämställdhet", "Demokratimorgon")
    assert page.text_of(".subscribe-card h2") == "Prenumerera på den här kalendern"
    assert page.href("Tidigare aktiviteter") == f"/aktiviteter/arkiv?{query}"
    assert page.href("Filtrera i listan") == f"/aktiviteter?{query}"


@pytest.mark.parametrize("address", PAGES)
def test_the_calendar_in_the_head_holds_what_the_page_shows(
    client: PageClient, frozen_now: FrozenClock, address: str
) -> None:
    make_belonging("Hör hit")
    make_event(title="Hör inte hit", occasions=[make_occasion(date(2026, 11, 4))])
    calendar = client.get_page(address).one('head link[type="text/calendar"]')["href"]
    found = by_icalendar(client.get(str(calendar).removeprefix("http://localhost")).data)
    assert [entry.summary for entry in found.values()] == ["Hör hit"]


@pytest.mark.parametrize(
    "address", ["/amnen/finns-inte", "/en/topics/finns-inte", "/serier/å", "/arrangorer/0"]
)
def test_what_nobody_knows_has_no_page(client: PageClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_it_stands_though_nothing_is_coming(client: PageClient) -> None:
    make_topic("jamstalldhet")
    db.session.commit()
    page = client.get_page("/en/topics/jamstalldhet")
    assert page.heading == "Gender equality"
    assert page.texts(".event-row-title") == []


def test_the_page_of_an_activity_leads_there(client: PageClient, frozen_now: FrozenClock) -> None:
    make_belonging("Hör hit")
    other = make_organiser("annan", name_sv="Annan & Co")
    make_event(
        title="Tillsammans", slug="tillsammans", co_organisers=[other, make_organiser("b", name_sv="B")]
    )
    page = client.get_page("/aktiviteter").click("Hör hit")
    assert page.href("Jämställdhet") == "/amnen/jamstalldhet"
    assert page.href("Demokratimorgon") == "/serier/demokratimorgon"
    assert page.href("Region Exempel") == "/arrangorer/region-exempel"
    page = client.get_page("/aktiviteter/tillsammans")
    assert "Länsstyrelsen Västerbotten med Annan & Co och B" in page.text
    assert page.href("Annan & Co") == "/arrangorer/annan"


@pytest.mark.parametrize(("address", "query"), PAGES.items())
def test_the_list_leads_there_when_it_is_chosen(
    client: PageClient, frozen_now: FrozenClock, address: str, query: str
) -> None:
    make_belonging("Hör hit")
    page = client.get_page(f"/aktiviteter?{query}")
    assert address in [link["href"] for link in page.all("#resultat a")]


@pytest.mark.parametrize("address", ["/aktiviteter", "/aktiviteter/arkiv", "/kalender"])
def test_every_list_can_be_subscribed_to_as_it_is(
    client: PageClient, frozen_now: FrozenClock, address: str
) -> None:
    make_belonging("Hör hit")
    page = client.get_page(f"{address}?amne=jamstalldhet")
    calendar = "http://localhost/kalender.ics?amne=jamstalldhet"
    assert page.one('head link[type="text/calendar"]')["href"] == calendar
    assert page.one(".subscribe-card [data-copy]")["data-copy"] == calendar


def test_it_asks_the_database_the_same_for_one_and_for_three(
    client: PageClient, frozen_now: FrozenClock, queries: Queries
) -> None:
    make_belonging("Ett")
    costs = []
    for _ in range(2):
        client.get("/amnen/jamstalldhet")
        with queries() as statements:
            client.get("/amnen/jamstalldhet")
        costs.append(len(statements))
        for day in (4, 5):
            make_belonging(f"Dag {day}", day)
    assert costs[0] == costs[1]


def test_a_topic_that_became_part_of_another_leads_there(client: PageClient, frozen_now: FrozenClock) -> None:
    make_belonging("Hör hit")
    old = make_topic("gammalt")
    merge_row(ListName.TOPICS, old, make_topic("jamstalldhet"), actor=Actor.system())
    db.session.commit()
    response = client.get("/amnen/gammalt")
    assert (response.status_code, response.headers["Location"]) == (301, "/amnen/jamstalldhet")
