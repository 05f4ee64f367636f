"""What people have ranked, and then what they have, as a column of the list and of its exports."""

import csv
import io
from collections.abc import Callable

from eventsapp.accounts.models import Reach, User
from eventsapp.assignment.operations import assign_items
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from tests.attendees.test_attendees import export
from tests.factories.ranked import make_ranking_event, make_wisher
from tests.factories.registrations import make_registration
from tests.page_client import PageClient

QUERY = "?kolumn=namn&kolumn=program"


def test_wishes_stand_there_before_and_choices_after(
    client: PageClient, sign_in: Callable[..., User]
) -> None:
    sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)
    event, [[a, b], [c]] = make_ranking_event([0, 1], [None])
    make_wisher(event, a, b, c, name="Åsa Ahlström")
    make_registration(event, name="Bo Berg")

    def cells() -> list[list[str]]:
        text = export(client, event, "csv", QUERY).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))

    before = [
        ["Namn", "Val i programmet"],
        ["Ahlström, Åsa", "11.00: 1. 1A, 2. 1B; 13.00: 1. 2A"],
        ["Berg, Bo", ""],
    ]
    assert cells() == before
    path = f"/personal/aktiviteter/{event.id}/deltagare{QUERY}"
    assert client.get_page(path).table()[0] == before[1]
    db.session.commit()
    assign_items(event.id, actor=Actor.system())
    assert cells()[1] == ["Ahlström, Åsa", "11.00 1B; 13.00 2A"]


def test_staff_choose_an_item_for_one_whom_they_add(client: PageClient, sign_in: Callable[..., User]) -> None:
    sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)
    event, [[full, free]] = make_ranking_event([0, 5], items_are_ranked=False)
    path = f"/personal/aktiviteter/{event.id}/deltagare"
    who = {"name": "Bo Berg", "email": "bo@umea.example.se", "organisation": "Umeå kommun"}
    typed = {**who, "csrf_token": client.csrf_token(f"{path}/ny"), "slot_0": str(full.id)}
    page = client.post_page(f"{path}/ny", typed)
    assert page.problems == ["En punkt i programmet som du valde är full. Välj en annan."]
    page.submit({"slot_0": str(free.id)})
    assert client.get_page(f"{path}{QUERY}").table() == [["Berg, Bo", "11.00 1B"]]
