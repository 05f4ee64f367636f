"""Staff's pages: the setting, what is wished and would come of it, the button, and what came of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from eventsapp.accounts.models import Reach, User
from eventsapp.assignment.operations import assign_items
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today, to_swedish
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventState
from eventsapp.events.queries import get_event
from eventsapp.registrations.queries import chosen_items
from tests.factories.events import make_event
from tests.factories.ranked import make_item, make_ranking_event, make_wisher
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]
STAFF = Actor.user(7, "Karin Öberg")


@pytest.fixture(autouse=True)
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


def address(event: Event, rest: str = "") -> str:
    return f"/personal/aktiviteter/{event.id}/rangordning{rest}"


def test_the_programme_leads_to_the_setting(client: PageClient) -> None:
    event = make_event()
    make_item(event, "Att fråga", 5)
    make_item(event, "Att lyssna", 5)
    page = client.get_page(f"/personal/aktiviteter/{event.id}/program")
    assert "Rangordning" not in page.text
    page = page.click("Låt deltagarna rangordna i stället").submit(
        {"way": "ranked", "day": str(swedish_today() + timedelta(days=3)), "clock": "12"}
    )
    assert page.messages == ["Inställningen är sparad."]
    assert "Ingen som har en plats har rangordnat än." in page.text
    kept = get_event(event.id)
    assert kept.ranks_items and kept.assign_items_at is not None
    assert to_swedish(kept.assign_items_at).strftime("%H.%M") == "12.00"
    page = page.click("Ändra hur platserna fördelas")
    assert page.form().values["way"] == ["ranked"] and page.form().values["clock"] == ["12:00"]
    page = page.submit({"way": "first_come"})
    assert "Först till kvarn" in page.text
    assert get_event(event.id).assign_items_at is None


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"clock": "12"}, "Fyll i vilken dag."),
        ({"day": "2030-01-01"}, "Fyll i ett klockslag."),
        ({"day": "2020-01-01", "clock": "12"}, "Välj en tid som inte har varit."),
        ({"day": "2090-01-01", "clock": "12"}, "Välj en tid innan aktiviteten börjar."),
        (
            {"day": "2027-03-28", "clock": "02.30"},
            "Den tiden finns inte: klockan ställs fram till sommartid.",
        ),
    ],
)
def test_a_time_that_cannot_be_is_refused(client: PageClient, typed: dict[str, str], problem: str) -> None:
    event = make_event()
    make_item(event, "Att fråga", 5)
    page = client.get_page(address(event, "/installning")).submit({"way": "ranked", **typed})
    assert len(page.problems) == 1 and page.problems[0].startswith(problem)
    assert not get_event(event.id).items_are_ranked


def test_the_page_says_what_is_wished_and_what_would_come_of_it(client: PageClient) -> None:
    event, [[a, b], [c]] = make_ranking_event([1, 1], [None])
    for _ in range(2):
        make_wisher(event, a, c)
    make_wisher(event, b)
    page = client.get_page(address(event))
    assert page.table("#slot-1") == [["1A", "1", "2", "0", "0"], ["1B", "1", "1", "0", "0"]]
    assert page.table("#slot-2") == [["2A", "ingen gräns", "2", "0", "0"]]
    assert "2 får sitt förstahandsval och 1 får ingen punkt." in page.text
    assert "3 personer har rangordnat och får besked." in page.text
    assert event.items_seed not in page.text
    page = page.submit(button="Fördela platserna")
    assert page.messages == ["Platserna är fördelade. 3 personer får ett brev."]
    assert page.text_of(".seed") == event.items_seed
    assert len(page.table("#unplaced")) == 1
    assert page.table("#result") == [
        ["Kl. 11.00", "2", "0", "0", "0", "1"],
        ["Kl. 13.00", "2", "0", "0", "0", "0"],
    ]
    assert page.table("#slot-1")[0][:3] == ["1A", "1", "1"]
    assert "Fördela platserna" not in page.buttons()


def test_the_preview_is_what_comes_of_it(client: PageClient) -> None:
    event, [[a, b, _]] = make_ranking_event([2, 1, 1])
    people = [make_wisher(event, a, b, takes_other_item=number % 2 == 0) for number in range(6)]
    text = client.get_page(address(event)).text
    db.session.commit()
    assign_items(event.id, actor=STAFF)
    got = chosen_items([one.id for one in people])
    assert f"{sum(items == (a.id,) for items in got.values())} får sitt förstahandsval" in text
    assert f"{6 - len(got)} får ingen punkt" in text


def test_a_time_that_the_activity_has_moved_before_is_pointed_out(client: PageClient) -> None:
    event, _ = make_ranking_event([1], assign_items_at=now() + timedelta(days=60))
    assert "Då har aktiviteten redan börjat." in client.get_page(address(event)).text
    event.assign_items_at = now() + timedelta(days=1)
    assert "Då har aktiviteten redan börjat." not in client.get_page(address(event)).text


def test_pressed_twice_it_says_that_it_is_done(client: PageClient) -> None:
    event, [[a]] = make_ranking_event([1])
    make_wisher(event, a)
    page = client.get_page(address(event))
    page.submit(button="Fördela platserna")
    second = page.submit(button="Fördela platserna")
    assert second.messages[0].startswith("Platserna fördelades ")


def test_nobody_gives_out_the_places_of_a_draft(client: PageClient) -> None:
    event, [[a]] = make_ranking_event([1], state=EventState.DRAFT)
    make_wisher(event, a)
    assert "Fördela platserna" not in client.get_page(address(event)).buttons()


def test_what_is_given_out_cannot_be_set_otherwise(client: PageClient) -> None:
    event, _ = make_ranking_event([1], items_assigned_at=now())
    page = client.get_page(address(event, "/installning"))
    assert "Platserna fördelades" in page.text and "Spara" not in page.buttons()


def test_those_who_only_read_see_it_and_change_nothing(
    client: PageClient, sign_in: Callable[..., User]
) -> None:
    event, [[a]] = make_ranking_event([1])
    make_wisher(event, a)
    sign_in(Role.READER, name="Bo Läsare", reach=Reach.ALL)
    page = client.get_page(address(event))
    assert "Fördela platserna" not in page.buttons()
    client.get_page(address(event, "/installning"), status=403)


def test_the_page_costs_the_same_for_one_and_for_many(client: PageClient, queries: Queries) -> None:
    event, [[a, b]] = make_ranking_event([3, 3])
    make_wisher(event, a, b)
    with queries() as one:
        client.get_page(address(event))
    for _ in range(5):
        make_wisher(event, a, b)
    with queries() as many:
        client.get_page(address(event))
    assert len(many) == len(one)
