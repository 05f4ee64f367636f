"""The month as a table, and the same as data."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from eventsapp.catalogue.months import Month
from eventsapp.events.models import EventState
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion
from tests.page_client import Page, PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]
OF_DECEMBER = "/kalender.json?fran=2026-11-30&till=2027-01-03"


def cell(page: Page, day: str) -> list[str]:
    """What the table's cell of a day says, the number of the day first."""
    time = page.soup.select_one(f".month-table time[datetime='{day}']")
    assert time is not None, day
    found = time.find_parent("td")
    assert found is not None
    return [" ".join(part.get_text().split()) for part in found.select(".month-day, .happening")]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-12", Month(2026, 12)),
        ("2026-13", Month(2026, 10)),
        ("1999-12", Month(2026, 10)),
        ("2026-1", Month(2026, 10)),
        ("٢٠٢٦-١٢", Month(2026, 10)),
        ("", Month(2026, 10)),
    ],
)
def test_the_month_in_an_address(text: str, month: Month) -> None:
    assert Month.from_text(text, date(2026, 10, 5)) == month


def test_months_follow_each_other() -> None:
    assert Month(2026, 12).after(1) == Month(2027, 1)
    assert Month(2027, 1).after(-1) == Month(2026, 12)
    assert Month(2028, 2).last_day == date(2028, 2, 29)


def test_a_month_has_its_weeks_and_what_happens(client: PageClient, frozen_now: FrozenClock) -> None:
    make_event(title="Att upptäcka våld", occasions=[make_occasion(date(2026, 12, 16))])
    make_event(
        title="Konferens i Umeå",
        kind="konferens",
        occasions=[make_occasion(date(2026, 12, 30), all_day=True, last_day=date(2027, 1, 1))],
    )
    make_event(
        title="En vecka fri från våld",
        kind="kampanj",
        occasions=[make_occasion(date(2026, 12, 1), all_day=True, last_day=date(2026, 12, 20))],
    )
    make_event(
        title="Inställd dag",
        state=EventState.CANCELLED,
        cancelled_at=frozen_now.moment,
        occasions=[make_occasion(date(2026, 12, 7))],
    )
    make_event(
        title="Med sista dag",
        registration_closes_on=date(2026, 12, 9),
        occasions=[make_occasion(date(2027, 2, 9))],
    )
    make_event(title="Utkast", state=EventState.DRAFT, occasions=[make_occasion(date(2026, 12, 16))])
    page = client.get_page("/kalender?manad=2026-12")
    assert page.heading == "December 2026"
    assert page.texts(".month-table thead th") == ["v.", "mån", "tis", "ons", "tors", "fre", "lör", "sön"]
    weeks = page.texts(".month-table tbody th")
    assert weeks == [f"Vecka {number}" for number in range(49, 54)]
    assert cell(page, "2026-12-16") == ["16", "09.00 Att upptäcka våld, Utbildningsdag"]
    assert cell(page, "2026-12-31") == ["31 Nyårsafton", "Konferens i Umeå (dag 2 av 3), Konferens"]
    assert cell(page, "2027-01-01") == ["1 Nyårsdagen", "Konferens i Umeå (dag 3 av 3), Konferens"]
    assert cell(page, "2026-12-07") == ["7", "Inställt: 09.00 Inställd dag, Utbildningsdag"]
    assert cell(page, "2026-12-09") == ["9", "Sista anmälningsdag: Med sista dag, Utbildningsdag"]
    assert page.texts(".month-ongoing .happening") == ["En vecka fri från våld, 1–20 december 2026"]
    assert page.text_of(".count-line") == "4 aktiviteter"
    assert page.texts(".month-steps a") == ["‹ November", "Idag", "Januari ›"]
    english = client.get_page("/en/calendar?manad=2027-05")
    assert cell(english, "2027-05-06") == ["6 Ascension Day"]
    assert cell(english, "2027-05-07") == ["7 Bridge day"]


def test_the_filters_of_the_list_hold_here_too(client: PageClient, frozen_now: FrozenClock) -> None:
    make_event(title="En dag", occasions=[make_occasion(date(2026, 12, 16))])
    make_event(title="En konferens", kind="konferens", occasions=[make_occasion(date(2026, 12, 16))])
    page = client.get_page("/kalender?manad=2026-12&typ=konferens&utm_source=brev")
    assert cell(page, "2026-12-16") == ["16", "09.00 En konferens, Konferens"]
    assert page.text_of(".count-line") == "1 aktivitet"
    assert "typ=konferens" in page.href("Januari ›")
    shown = client.get("/kalender.json?fran=2026-12-01&till=2026-12-31&typ=konferens").get_json()
    assert [event["title"] for event in shown["events"]] == ["En konferens"]


def test_a_month_costs_the_same_however_much_happens(
    client: PageClient, frozen_now: FrozenClock, queries: Queries
) -> None:
    costs = []
    for number in range(3):
        for _ in range(1 + 5 * number):
            make_event(occasions=[make_occasion(date(2026, 12, 16)), make_occasion(date(2026, 12, 17))])
        with queries() as statements:
            client.get_page("/kalender?manad=2026-12")
        costs.append(len(statements))
    assert costs[0] == costs[1] == costs[2] <= 5


def test_the_data_has_swedish_times_and_the_day_after_the_last(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    event = make_event(title="Att upptäcka våld", occasions=[make_occasion(date(2026, 12, 16))])
    whole = make_event(
        title="Konferens",
        kind="konferens",
        occasions=[make_occasion(date(2026, 12, 30), all_day=True, last_day=date(2026, 12, 31))],
    )
    uid, whole_uid, slug = event.occasions[0].uid, whole.occasions[0].uid, event.slug
    response = client.get(OF_DECEMBER)
    assert response.content_type == "application/json; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=900"
    assert "Set-Cookie" not in response.headers
    found = response.get_json()
    first, second = found["events"]
    assert (first["id"], first["start"], first["end"], first["allDay"]) == (
        uid,
        "2026-12-16T09:00:00+01:00",
        "2026-12-16T15:30:00+01:00",
        False,
    )
    assert first["url"].endswith(f"/aktiviteter/{slug}")
    assert (second["id"], second["start"], second["end"]) == (
        whole_uid,
        "2026-12-30",
        "2027-01-01",
    )
    assert {day["name"] for day in found["free"]} >= {"Julafton", "Juldagen", "Nyårsafton", "Nyårsdagen"}
    again = client.get(OF_DECEMBER, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?fran=2026-12-01",
        "?fran=2026-12-01&till=2026-11-01",
        "?fran=2026-12-01&till=2030-12-01",
        "?fran=i%20dag&till=2026-12-01",
        "?fran=9999-12-01&till=9999-12-31",
        "?fran=2026-12-01&till=2026-12-31&typ=finns-inte",
        "?fran=2026-12-01&till=2026-12-31&vad=som",
    ],
)
def test_what_cannot_be_asked_for_gets_a_sentence(client: PageClient, query: str) -> None:
    make_event()
    response = client.get(f"/kalender.json{query}")
    assert response.status_code == 400
    assert response.get_data(as_text=True).strip().endswith(".")
