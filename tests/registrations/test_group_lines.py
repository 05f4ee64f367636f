"""A group pasted as lines: reading them, and the button that fills in the rows."""

import pytest
from sqlalchemy import select

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.registrations.group_lines import PastedMember, read_members
from eventsapp.registrations.models import Registration
from tests.factories.events import make_event
from tests.page_client import Page, PageClient

BUTTON = "Fyll i raderna"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("line", "name", "address", "job_title"),
    [
        ("Åsa Ahlström; asa@umea.example.se", "Åsa Ahlström", "asa@umea.example.se", ""),
        ("Åsa Ahlström\tasa@umea.example.se\tKurator", "Åsa Ahlström", "asa@umea.example.se", "Kurator"),
        ('"Åsa Ahlström" <asa@umea.example.se>;', "Åsa Ahlström", "asa@umea.example.se", ""),
        ("Åsa  Ahlström <asa@umea.example.se>", "Åsa Ahlström", "asa@umea.example.se", ""),
        ("Åsa Ahlström; asa@umea.example.se;;", "Åsa Ahlström", "asa@umea.example.se", ""),
    ],
)
def test_lines_as_people_have_them(line: str, name: str, address: str, job_title: str) -> None:
    assert read_members(line, ()).members == [PastedMember(name, address, job_title)]


@pytest.mark.usefixtures("app")
def test_lines_that_cannot_be_read_are_named() -> None:
    text = (
        "\n\nÅsa Ahlström\nBo; ingen-adress\n<cia@example.se>\na; b@example.se; c; d\nDan; dan@example.se\n"
    )
    read = read_members(text, ())
    assert [member.name for member in read.members] == ["Dan"]
    assert [(line.number, line.reason) for line in read.bad] == [
        (3, "Skriv namn och e-postadress med semikolon emellan."),
        (4, "Det är ingen e-postadress."),
        (5, "Namnet saknas."),
        (6, "Skriv namn och e-postadress med semikolon emellan."),
    ]


@pytest.mark.usefixtures("app")
def test_an_address_is_read_once() -> None:
    text = "Åsa; asa@example.se\nÅsa A; ASA@example.se\nBo; bo@example.se"
    assert [member.name for member in read_members(text, {"bo@example.se"}).members] == ["Åsa"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("number", "words"), [(21, "Det är 21 personer"), (10_000, "Det är 10 000 personer")]
)
def test_too_many_lines_are_refused_with_the_limit(number: int, words: str) -> None:
    with pytest.raises(DomainError) as caught:
        read_members("\n".join(f"Åsa; asa{one}@example.se" for one in range(number)), ())
    assert caught.value.message.replace("\xa0", " ") == f"{words}. Anmäl högst 20 åt gången."


def form_page(client: PageClient) -> Page:
    return client.get_page(f"/aktiviteter/{make_event(allows_groups=True).slug}/anmalan/grupp")


def rows(page: Page) -> list[tuple[str, str]]:
    values = page.form(BUTTON).values
    numbers = [
        name.split("-")[1] for name in values if name.startswith("members-") and name.endswith("-name")
    ]
    return [(values[f"members-{one}-name"][0], values[f"members-{one}-email"][0]) for one in numbers]


def test_the_button_fills_in_empty_rows_and_adds_more(client: PageClient) -> None:
    page = form_page(client).submit(
        {
            "members-0-name": "Åsa Ahlström",
            "members-0-email": "asa@umea.example.se",
            "lines": "Bo Berg; bo@example.se\nCia Dahl <cia@example.se>\nÅsa Ahlström; asa@umea.example.se",
        },
        button=BUTTON,
    )
    assert rows(page) == [
        ("Åsa Ahlström", "asa@umea.example.se"),
        ("Bo Berg", "bo@example.se"),
        ("Cia Dahl", "cia@example.se"),
    ]
    assert page.form(BUTTON).values["lines"] == [""]
    page = page.submit({"organisation": "Umeå kommun"})
    assert page.heading == "Ni är anmälda"
    assert len(db.session.scalars(select(Registration)).all()) == 3


def test_unreadable_lines_stay_in_the_box_with_their_reasons(client: PageClient) -> None:
    page = form_page(client).submit(
        {"lines": "Bo Berg; bo@example.se\nCia Dahl\nDan"}, button=BUTTON, status=400
    )
    assert rows(page)[0] == ("Bo Berg", "bo@example.se")
    assert page.form(BUTTON).values["lines"] == ["Cia Dahl\r\nDan"]
    assert page.problems == [
        "Rad 2, Cia Dahl: Skriv namn och e-postadress med semikolon emellan.",
        "Rad 3, Dan: Skriv namn och e-postadress med semikolon emellan.",
    ]
    page = page.submit({"organisation": "Umeå kommun"}, status=400)
    assert page.problems == ["Tryck på Fyll i raderna, eller töm rutan."]
    assert db.session.scalars(select(Registration)).all() == []


def test_more_than_twenty_together_are_refused_with_everything_kept(client: PageClient) -> None:
    lines = "\n".join(f"Bo Berg; bo{number}@example.se" for number in range(20))
    first = {"members-0-name": "Åsa", "members-0-email": "asa@example.se", "lines": lines}
    page = form_page(client).submit(first, button=BUTTON, status=400)
    assert page.problems == ["Det är 21 personer. Anmäl högst 20 åt gången."]
    assert rows(page) == [("Åsa", "asa@example.se"), ("", "")]
    page = page.submit({"members-0-name": "", "members-0-email": ""}, button=BUTTON)
    assert len(rows(page)) == 20
    many = "\n".join(f"Bo Berg; bo{number}@example.se" for number in range(10_000))
    page = form_page(client).submit({"lines": many}, button=BUTTON, status=400)
    assert page.problems == ["Det är 10 000 personer. Anmäl högst 20 åt gången."]


def test_nothing_pasted_is_said(client: PageClient) -> None:
    page = form_page(client).submit({"lines": "  \n"}, button=BUTTON, status=400)
    assert page.problems == ["Klistra in minst en rad."]
