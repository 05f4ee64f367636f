"""The list and the archive as a visitor meets them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from eventsapp.accounts.models import User
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.events.models import EventFormat, EventState, RegistrationMode
from tests.conftest import FrozenClock
from tests.factories.events import (
    make_county,
    make_event,
    make_occasion,
    make_series,
    make_target_group,
    make_topic,
)
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]


def titles(page: Page) -> list[str]:
    return page.texts(".event-row-title")


@pytest.mark.parametrize(
    ("address", "target"), [("/", "/aktiviteter"), ("/en/", "/en/events"), ("/en", "/en/")]
)
def test_the_front_page_is_the_list(client: PageClient, address: str, target: str):
    response = client.get(address)
    assert response.status_code in {302, 308}
    assert response.headers["Location"].removeprefix("http://localhost") == target


def test_groups_in_order_of_time_with_the_undated_last(client: PageClient, frozen_now: FrozenClock):
    make_event(title="När man vill", kind="webbutbildning", occasions=[], format=EventFormat.ONLINE)
    make_event(title="I januari", occasions=[make_occasion(date(2027, 1, 8))])
    make_event(title="I november", occasions=[make_occasion(date(2026, 11, 25))])
    make_event(title="Tidigare i november", occasions=[make_occasion(date(2026, 11, 2))])
    make_event(
        title="Hela veckan",
        kind="kampanj",
        registration_mode=RegistrationMode.NONE,
        occasions=[make_occasion(date(2026, 9, 28), all_day=True, last_day=date(2026, 10, 4))],
    )
    make_event(title="I går", occasions=[make_occasion(date(2026, 9, 30))])
    make_event(title="Utkast", state=EventState.DRAFT)
    page = client.get_page("/aktiviteter")
    assert page.heading == "Kompetensstöd för kommuner och regioner"
    assert page.texts(".month-heading") == ["Pågår nu", "November 2026", "Januari 2027", "När som helst"]
    assert titles(page) == ["Hela veckan", "Tidigare i november", "I november", "I januari", "När man vill"]
    assert page.text_of(".count-line") == "5 aktiviteter"
    assert page.texts(".date-block .visually-hidden")[:2] == [
        "28 september–4 oktober 2026",
        "måndag 2 november 2026",
    ]
    english = client.get_page("/en/events")
    assert english.texts(".month-heading")[1:3] == ["November 2026", "January 2027"]


def test_a_card_says_when_where_and_whether_there_is_a_place(client: PageClient, frozen_now: FrozenClock):
    event = make_event(
        title="Att upptäcka våld",
        slug="att-upptacka-vald",
        occasions=[make_occasion(date(2026, 11, 25))],
        registration_closes_on=date(2026, 11, 18),
        is_example=True,
        moved_at=frozen_now(),
        capacity_total=3,
    )
    make_registration(event)
    page = client.get_page("/aktiviteter")
    row = page.one(".event-row")
    assert page.texts(".event-row-pills > *") == ["Utbildningsdag", "Flyttad", "Exempel"]
    assert page.href("Att upptäcka våld") == "/aktiviteter/att-upptacka-vald"
    assert page.text_of(".event-row-meta") == (
        "kl. 09.00–15.30 · Folkets hus, Umeå · sista anmälningsdag 18 november"
    )
    assert page.text_of(".event-row-places") == "2 platser kvar"
    meter = row.find("progress")
    assert meter is not None
    assert (meter["value"], meter["max"]) == ("1", "3")


def test_the_words_of_a_state_agree_with_the_kind(client: PageClient, frozen_now: FrozenClock):
    make_event(title="A", kind="konferens", state=EventState.CANCELLED, cancelled_at=frozen_now())
    make_event(title="B", kind="webbinarium", state=EventState.CANCELLED, cancelled_at=frozen_now())
    make_event(title="C", state=EventState.SAVE_THE_DATE)
    page = client.get_page("/aktiviteter")
    assert page.texts(".event-row-places") == ["Inställd", "Inställt", "Boka datumet"]
    assert page.texts(".event-row-pills") == [
        "Konferens Inställd",
        "Webbinarium Inställt",
        "Utbildningsdag Boka datumet",
    ]


def test_filters_are_chosen_in_the_form_and_taken_away_by_chips(client: PageClient, frozen_now: FrozenClock):
    make_event(
        title="Konferens i Umeå",
        kind="konferens",
        topics=[make_topic()],
        target_groups=[make_target_group("chefer")],
    )
    make_event(title="Dag i Umeå", series=make_series())
    make_event(title="Dag i Luleå", municipality="2580")
    make_event(title="Webbinarium", kind="webbinarium", municipality=None, format=EventFormat.ONLINE)
    page = client.get_page("/aktiviteter")
    assert page.texts(".filter-checks label")[:3] == [
        "Utbildningsdag (2)",
        "Konferens (1)",
        "Webbinarium (1)",
    ]
    page = page.submit(
        {"Sök aktivitet": "umeå", "Län": "Hela Västerbotten", "typ": ["konferens", "utbildningsdag"]},
        button="Sök",
    )
    assert titles(page) == ["Dag i Umeå", "Konferens i Umeå"]
    assert page.text_of(".count-line") == "2 aktiviteter"
    chips = page.texts(".chip")
    assert chips == [
        "Ta bort filtret Konferens ×",
        "Ta bort filtret Utbildningsdag ×",
        "Ta bort filtret Västerbottens län ×",
        "Ta bort filtret sökning ”umeå” ×",
    ]
    page = page.click("Ta bort filtret Konferens ×")
    assert page.url == "/aktiviteter?typ=utbildningsdag&lan=24&q=umeå"
    assert titles(page) == ["Dag i Umeå"]
    # What a tick would give is counted as if no kind were chosen.
    assert page.texts(".filter-checks label")[:3] == [
        "Utbildningsdag (1)",
        "Konferens (1)",
        "Webbinarium (0)",
    ]
    page = page.click("Ta bort alla filter")
    assert page.url == "/aktiviteter"
    assert page.all(".chip") == []


def test_a_second_value_is_kept_until_its_chip_is_removed(client: PageClient, frozen_now: FrozenClock):
    make_event(title="A", topics=[make_topic("jamstalldhet")])
    make_event(title="B", topics=[make_topic("hedersvald")])
    make_event(title="C", topics=[make_topic("andts")])
    page = client.get_page("/aktiviteter?amne=jamstalldhet&amne=hedersvald&lan=24&lan=25")
    assert titles(page) == ["A", "B"]
    page = page.submit({"q": ""}, button="Sök")
    assert titles(page) == ["A", "B"]
    assert len(page.all(".chip")) == 4


def test_filters_that_nobody_knows_are_left_out(client: PageClient, frozen_now: FrozenClock):
    make_event(title="A")
    page = client.get_page("/aktiviteter?typ=finns-inte&lan=x'y&utm_source=brev&sida=abc")
    assert titles(page) == ["A"]
    assert page.all(".chip") == []


def test_an_empty_list_says_what_to_do(client: PageClient, frozen_now: FrozenClock):
    page = client.get_page("/aktiviteter")
    assert page.text_of(".count-line") == "Inga aktiviteter"
    assert "Det finns inget att visa just nu" in page.text
    make_event()
    page = client.get_page("/aktiviteter?q=saknas")
    assert page.text_of(".empty-state h2") == "Inget passar alla dina val"
    assert page.href("Visa alla aktiviteter") == "/aktiviteter"


def test_twenty_a_page_with_the_filters_kept(client: PageClient, frozen_now: FrozenClock):
    for number in range(45):
        make_event(
            title=f"Dag {number:02}", occasions=[make_occasion(swedish_today() + timedelta(days=1 + number))]
        )
    make_event(title="Konferens", kind="konferens")
    page = client.get_page("/aktiviteter?typ=utbildningsdag")
    assert titles(page) == [f"Dag {number:02}" for number in range(20)]
    assert page.text_of(".paging-words") == "Visar 1–20 av 45"
    page = page.click("Nästa")
    assert page.url == "/aktiviteter?typ=utbildningsdag&sida=2"
    page = page.click("Nästa")
    assert titles(page) == [f"Dag {number:02}" for number in range(40, 45)]
    assert titles(client.get_page("/aktiviteter?typ=utbildningsdag&sida=99")) == titles(page)


def test_the_archive_by_year(client: PageClient, frozen_now: FrozenClock):
    for day in (date(2022, 11, 21), date(2023, 1, 1), date(2023, 12, 31), date(2026, 9, 30)):
        make_event(title=f"Den {day}", occasions=[make_occasion(day, all_day=True)])
    make_event(title="Kommer", state=EventState.PUBLISHED)
    make_event(title="Kurs", kind="webbutbildning", occasions=[], state=EventState.COMPLETED)
    page = client.get_page("/aktiviteter").click("Tidigare aktiviteter")
    assert page.url == "/aktiviteter/arkiv"
    assert page.heading == "Tidigare aktiviteter"
    assert page.texts(".month-heading") == ["2026", "2023", "2022", "Utan datum"]
    assert titles(page) == ["Den 2026-09-30", "Den 2023-12-31", "Den 2023-01-01", "Den 2022-11-21", "Kurs"]
    assert page.texts('select[name="ar"] option') == ["Alla år", "2026", "2025", "2024", "2023", "2022"]
    page = client.get_page("/aktiviteter/arkiv?ar=2023&typ=utbildningsdag")
    assert titles(page) == ["Den 2023-12-31", "Den 2023-01-01"]
    assert page.text_of(".count-line") == "2 aktiviteter"
    assert page.href("Ta bort filtret Utbildningsdag ×") == "/aktiviteter/arkiv?ar=2023"
    assert titles(client.get_page("/en/events/archive?ar=20xx"))[0] == "Den 2026-09-30"


def test_english_shows_swedish_titles_as_swedish(client: PageClient, frozen_now: FrozenClock):
    make_event(title="A", title_en="The day")
    make_event(title="Bara på svenska")
    page = client.get_page("/en/events")
    assert [(row.get_text(strip=True), row.get("lang")) for row in page.all(".event-row-title")] == [
        ("The day", None),
        ("Bara på svenska", "sv"),
    ]
    assert page.texts(".kind") == ["Training day", "Training day"]
    assert str(page.one("#prenumerera .btn-primary")["href"]).startswith("webcal://localhost/en/calendar.ics")


def test_at_most_eight_statements_however_many_there_are(
    client: PageClient, frozen_now: FrozenClock, queries: Queries, sign_in: Callable[..., User]
):
    def statements(address: str) -> int:
        with queries() as sent:
            assert client.get(address).status_code == 200
        return len(sent)

    for number in range(3):
        make_event(kind=("konferens", "kampanj", "webbstod")[number])
        make_event(occasions=[make_occasion(date(2025, 5, 1 + number))])
    few = [statements(address) for address in ("/aktiviteter?lan=24", "/aktiviteter/arkiv", "/prenumerera")]
    for number in range(60):
        make_event(
            municipality=("2480", "2482", "2481")[number % 3],
            counties=[make_county("25")],
            topics=[make_topic("andts"), make_topic()],
            target_groups=[make_target_group("chefer")],
            occasions=[make_occasion(), make_occasion(swedish_today() + timedelta(days=40))],
        )
        make_event(occasions=[make_occasion(date(2025, 5, 1 + number % 30))])
    many = [statements(address) for address in ("/aktiviteter?lan=24", "/aktiviteter/arkiv", "/prenumerera")]
    assert few == many
    assert max(many) <= 6
    sign_in()
    assert statements("/aktiviteter?lan=24") <= 8


def test_the_lists_and_feeds_are_found_by_index(
    client: PageClient, frozen_now: FrozenClock, queries: Queries, backend: str
):
    make_event(topics=[make_topic()])
    with queries() as sent:
        client.get("/aktiviteter?typ=utbildningsdag&lan=24")
        client.get("/aktiviteter/arkiv?ar=2025")
        client.get("/kalender.ics?kommun=2480")
    statements = [statement for statement in sent if "events" in statement]
    assert len(statements) >= 8
    with db.engine.connect() as connection:
        if backend == "postgresql":
            # It rightly reads the whole of a table with one row; asked here is whether it must.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement in statements:
            plan = (
                _sqlite_plan(connection, statement)
                if backend == "sqlite"
                else _postgresql_plan(connection, statement)
            )
            assert re.search(r"SCAN (events|occasions)$", plan, re.MULTILINE) is None, plan
            assert re.search(r"Seq Scan on (events|occasions)\b", plan) is None, plan
        connection.rollback()


def _sqlite_plan(connection: Connection, statement: str) -> str:
    nothing = (None,) * statement.count("?")
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", nothing)
    return "\n".join(str(row[3]) for row in rows)


def _postgresql_plan(connection: Connection, statement: str) -> str:
    parts = re.split(r"%\(\w+\)s", statement)
    numbered = "".join(f"{part}${number}" for number, part in enumerate(parts[:-1], start=1)) + parts[-1]
    rows = connection.exec_driver_sql(f"EXPLAIN (GENERIC_PLAN) {numbered}")
    return "\n".join(str(row[0]) for row in rows)
