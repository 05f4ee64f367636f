"""The attendee list: search, filters, order, paging, columns, exports."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta

import openpyxl
import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from eventsapp.attendees.queries import AttendeeColumn, AttendeeView, attendee_page
from eventsapp.audit.models import AuditEntry
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.core.tokens import derived_token
from eventsapp.events.models import Event
from eventsapp.outbox.models import Letter
from eventsapp.questions.answers import keep_answers
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import QuestionKind, SeenBy
from eventsapp.registrations.models import (
    AttendanceMode,
    Profession,
    Registration,
    RegistrationSource,
    RegistrationStatus,
)
from tests.factories.asked import make_question, make_questions
from tests.factories.events import make_event, make_municipality
from tests.factories.registrations import make_personal_link, make_registration
from tests.page_client import PageClient

SignIn = Callable[..., object]


def view(**args: object) -> AttendeeView:
    values = MultiDict[str, str]()
    for name, value in args.items():
        values.setlist(name, value if isinstance(value, list) else [str(value)])
    return AttendeeView.from_args(values)


def names(event: Event, **args: object) -> list[str]:
    return [row.registration.name for row in attendee_page(event.id, view(**args), 1).rows]


@pytest.fixture
def event(app: Flask) -> Event:
    event = make_event(title="Dagen om våld", format="hybrid", capacity_total=200)
    make_municipality("2480")
    make_municipality("2482")
    people = [
        ("Åsa Ahlström", "asa.ahlstrom@umea.example.se", "Umeå kommun", "2480", "onsite", "socialtjanst"),
        (
            "Östen Öberg",
            "osten@skelleftea.example.se",
            "Skellefteå kommun",
            "2482",
            "online",
            "forskola-skola",
        ),
        ("Zoe Zetterlund", "zoe@example.se", "Region Västerbotten", None, "onsite", None),
        ("Ärla Adamsson", "arla@example.se", "Åsele kommun", None, "online", "ovriga"),
    ]
    for number, (name, email, organisation, municipality, mode, profession) in enumerate(people):
        make_registration(
            event,
            name=name,
            email=email,
            organisation_name=organisation,
            municipality_code=municipality,
            mode=AttendanceMode(mode),
            profession=Profession(profession) if profession else None,
            registered_at=now() - timedelta(days=10 - number),
        )
    make_registration(
        event,
        name="Per Edvinsson",
        email="per@example.se",
        status=RegistrationStatus.CANCELLED,
        cancelled_at=now(),
    )
    return event


def test_the_list_is_in_swedish_order_of_family_names(event: Event) -> None:
    assert names(event) == ["Ärla Adamsson", "Åsa Ahlström", "Per Edvinsson", "Zoe Zetterlund", "Östen Öberg"]
    assert names(event, sortera="-namn") == list(reversed(names(event)))


def test_other_orders(event: Event) -> None:
    assert names(event, sortera="organisation", status="confirmed") == [
        "Zoe Zetterlund",
        "Östen Öberg",
        "Åsa Ahlström",
        "Ärla Adamsson",
    ]
    assert names(event, sortera="anmald", status="confirmed")[0] == "Åsa Ahlström"
    assert names(event, sortera="-anmald", status="confirmed")[0] == "Ärla Adamsson"
    assert names(event, sortera="something; DROP TABLE") == names(event)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("åsa", ["Åsa Ahlström"]),
        ("ÖBERG", ["Östen Öberg"]),
        ("oberg", []),
        ("zoe@example", ["Zoe Zetterlund"]),
        ("skellefteå", ["Östen Öberg"]),
        ("umeå ahlström", ["Åsa Ahlström"]),
        ("100%", []),
        ("_", []),
        ("'", []),
    ],
)
def test_search_finds_every_word_with_the_swedish_letters_right(
    event: Event, query: str, found: list[str]
) -> None:
    assert [name for name in names(event, q=query) if name != "Per Edvinsson"] == found


def test_filters_can_be_combined(event: Event) -> None:
    assert names(event, status="cancelled") == ["Per Edvinsson"]
    assert names(event, deltar="online") == ["Ärla Adamsson", "Östen Öberg"]
    assert names(event, kommun="2480") == ["Åsa Ahlström"]
    assert names(event, yrkesgrupp="ovriga", deltar="online") == ["Ärla Adamsson"]
    assert names(event, yrkesgrupp="ovriga", deltar="onsite") == []


def test_a_scanned_ticket_finds_its_person(event: Event) -> None:
    person = attendee_page(event.id, view(q="zoe"), 1).rows[0].registration
    code = derived_token(make_personal_link(person), "ticket")
    assert names(event, q=code) == ["Zoe Zetterlund"]
    assert names(event, q=code.lower()) == ["Zoe Zetterlund"]
    assert names(event, q=f"{code[:5]} {code[5:10]} {code[10:15]} {code[15:]}") == ["Zoe Zetterlund"]
    assert names(event, q="0" * 20) == []


def test_an_address_describes_the_whole_view() -> None:
    whole = view(
        q="åsa",
        status="confirmed",
        kommun="2480",
        deltar="onsite",
        yrkesgrupp="ovriga",
        brev="fel",
        sortera="-anmald",
        kolumn=["namn", "telefon"],
    )
    assert AttendeeView.from_args(MultiDict(whole.to_query())) == whole
    assert view().to_query() == {}
    assert view(kolumn=["telefon"]).columns == (AttendeeColumn.NAME, AttendeeColumn.PHONE)
    assert view(status="x", kommun="x", deltar="x", yrkesgrupp="x", kolumn=["kost"]) == AttendeeView()


def test_pages_are_fifty_and_one_past_the_end_is_the_last(app: Flask) -> None:
    event = make_event(capacity_total=None)
    for number in range(101):
        make_registration(event, name=f"Åsa Ahlström {number:03}", place=False)
    last = attendee_page(event.id, AttendeeView(), 99)
    assert (last.number, last.total, len(last.rows), last.first_row, last.last_row) == (3, 101, 1, 101, 101)


def test_the_page_shows_the_list(event: Event, client: PageClient, sign_in: SignIn) -> None:
    sign_in(Role.ADMINISTRATOR)
    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare")
    text = page.soup.get_text(" ", strip=True)
    assert "Ahlström, Åsa" in text
    assert "5 personer" in text
    english = client.get_page(f"/en/staff/events/{event.id}/attendees?q=nobody")
    assert english.soup.html["lang"] == "en"


def test_the_page_costs_the_same_for_three_and_for_many(
    app: Flask, client: PageClient, sign_in: SignIn, queries: Callable
) -> None:
    sign_in(Role.ADMINISTRATOR)
    counts = []
    for people in (3, 60):
        event = make_event(capacity_total=None)
        for _ in range(people):
            make_registration(event)
        db.session.commit()
        with queries() as statements:
            client.get_page(f"/personal/aktiviteter/{event.id}/deltagare")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def export(client: PageClient, event: Event, kind: str, query: str = "") -> bytes:
    path = f"/personal/aktiviteter/{event.id}/deltagare"
    answer = client.post(
        f"{path}/export{query}", data={"csrf_token": client.csrf_token(path), "format": kind}
    )
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.get_data()


def test_an_export_is_exactly_the_shown_selection(event: Event, client: PageClient, sign_in: SignIn) -> None:
    sign_in(Role.OFFICER, reach="all")
    query = "?status=confirmed&deltar=online&sortera=-namn&kolumn=namn&kolumn=epost&kolumn=anmald"
    rows = list(
        csv.reader(io.StringIO(export(client, event, "csv", query).decode("utf-8-sig")), delimiter=";")
    )
    assert rows[0] == ["Namn", "E-post", "Anmäld"]
    assert [row[:2] for row in rows[1:]] == [
        ["Öberg, Östen", "osten@skelleftea.example.se"],
        ["Adamsson, Ärla", "arla@example.se"],
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(export(client, event, "xlsx", query))).active
    assert sheet is not None
    table = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert [row[:2] for row in table] == [row[:2] for row in rows]
    assert isinstance(table[1][2], datetime)


def test_no_cell_of_an_export_can_run_and_phone_numbers_stay_whole(
    app: Flask, client: PageClient, sign_in: SignIn
) -> None:
    event = make_event()
    evil = '=HYPERLINK("https://evil.example","Klicka")'
    make_registration(event, name=evil, job_title="+1+1", organisation_name="@SUM(A1)", phone="070-123 45 67")
    sign_in(Role.ADMINISTRATOR)
    query = "?kolumn=namn&kolumn=telefon&kolumn=organisation&kolumn=befattning"
    text = export(client, event, "csv", query).decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(text), delimiter=";"))[1]
    assert all(cell[:1] not in {"=", "+", "@", "-"} for cell in row)
    assert "070-123 45 67" in row
    sheet = openpyxl.load_workbook(io.BytesIO(export(client, event, "xlsx", query))).active
    assert sheet is not None
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "070-123 45 67" in {cell.value for cell in cells}


def test_food_and_access_needs_are_in_no_export_and_no_list(
    app: Flask, client: PageClient, sign_in: SignIn
) -> None:
    event = make_event(asks_food=True, asks_access=True)
    make_registration(event, food="Glutenfritt XYZZY", access="Teckenspråkstolk PLUGH")
    sign_in(Role.ADMINISTRATOR)
    every = "?" + "&".join(f"kolumn={column.value}" for column in AttendeeColumn) + "&kolumn=mat&kolumn=behov"
    exported = export(client, event, "csv", every).decode("utf-8-sig")
    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare{every}").soup.get_text()
    found = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare?q=XYZZY").soup.get_text()
    for text in (exported, page, found):
        assert "Glutenfritt" not in text
        assert "PLUGH" not in text
    assert "Ingen passar in på urvalet" in found


def test_an_export_is_in_the_trail_with_the_names_of_its_columns(
    event: Event, client: PageClient, sign_in: SignIn
) -> None:
    sign_in(Role.ADMINISTRATOR)
    export(client, event, "csv", "?kolumn=namn&kolumn=epost")
    entry = db.session.query(AuditEntry).filter_by(action="attendees.exported_csv").one()
    assert (entry.event_id, entry.changes) == (event.id, {"namn": None, "epost": None})


def test_a_reader_sees_the_list_but_takes_nothing_out(
    event: Event, client: PageClient, sign_in: SignIn
) -> None:
    sign_in(Role.READER, reach="all")
    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare")
    assert "Exportera" not in page.soup.get_text()
    token = page.soup.find("input", attrs={"name": "csrf_token"})["value"]
    answer = client.post(
        f"/personal/aktiviteter/{event.id}/deltagare/export", data={"csrf_token": token, "format": "csv"}
    )
    assert answer.status_code == 403


def test_another_teams_list_is_closed(event: Event, client: PageClient, sign_in: SignIn) -> None:
    sign_in(Role.OFFICER, reach="own")
    client.get_page(f"/personal/aktiviteter/{event.id}/deltagare", status=403)


def test_needs_are_counted_without_names(app: Flask, client: PageClient, sign_in: SignIn) -> None:
    event = make_event(asks_food=True, asks_access=True)
    make_registration(event, name="Åsa Hemlig", food="vegan")
    make_registration(event, food="vegan")
    make_registration(event, food="Utan nötter", access="Hörslinga")
    make_registration(event, food="utan nötter", status=RegistrationStatus.CANCELLED)
    sign_in(Role.OFFICER, reach="all")
    text = client.get_page(f"/personal/aktiviteter/{event.id}/behov").soup.main.get_text(" ", strip=True)
    assert "2 Veganskt" in text
    assert "1 Utan nötter" in text
    assert "1 Hörslinga" in text
    assert "Hemlig" not in text
    sign_in(Role.READER, reach="all")
    client.get_page(f"/personal/aktiviteter/{event.id}/behov", status=403)


def test_an_officer_adds_changes_and_cancels_a_person(
    app: Flask, client: PageClient, sign_in: SignIn
) -> None:
    event = make_event(capacity_total=1)
    sign_in(Role.ADMINISTRATOR)
    list_url = f"/personal/aktiviteter/{event.id}/deltagare"
    new = {"name": "Åsa Ahlström", "email": "asa@example.se", "organisation": "Umeå kommun", "tell": "y"}
    client.post_page(f"{list_url}/ny", {"csrf_token": client.csrf_token(f"{list_url}/ny"), **new})
    person = db.session.query(Registration).one()
    assert (person.name, person.source) == ("Åsa Ahlström", RegistrationSource.STAFF)
    other = {**new, "name": "Per Edvinsson", "email": "per@example.se"}
    full = client.post_page(f"{list_url}/ny", {"csrf_token": client.csrf_token(f"{list_url}/ny"), **other})
    assert "Det finns inga platser kvar." in full.text
    client.post_page(
        f"{list_url}/ny", {"csrf_token": client.csrf_token(f"{list_url}/ny"), **other, "overbook": "y"}
    )
    assert db.session.query(Registration).count() == 2
    url = f"{list_url}/{person.id}/andra"
    changed = {"csrf_token": client.csrf_token(url), "name": "Åsa Ek", "organisation": "Lycksele kommun"}
    assert "Anmälan är ändrad." in client.post_page(url, changed).text
    url = f"{list_url}/{person.id}/avanmal"
    client.post_page(url, {"csrf_token": client.csrf_token(url)})
    db.session.expire_all()
    person = db.session.query(Registration).filter_by(id=person.id).one()
    assert (person.name, person.status) == ("Åsa Ek", RegistrationStatus.CANCELLED)
    subjects = [
        letter.kind for letter in db.session.query(Letter).filter_by(subject_id=person.id).order_by(Letter.id)
    ]
    assert subjects == ["confirmed", "changed", "cancelled_by_staff"]


def test_answers_are_columns_and_narrow_the_list_but_never_what_few_may_see(
    client: PageClient, sign_in: SignIn
) -> None:
    sign_in(Role.ADMINISTRATOR)
    event = make_event()
    lunch, seats, secret = make_questions(
        event.id,
        make_question(QuestionKind.ONE_OF, "Vill du ha lunch?", name="Lunch", options=["Fisk", "Inget"]),
        make_question(QuestionKind.NUMBER, "Hur många samåker?", name="Samåker", is_staff_only=True),
        make_question(QuestionKind.YES_NO, "Behöver du tolk?", name="Tolk", seen_by=SeenBy.SENSITIVE),
    )
    fish = lunch.options[0].id
    eats = make_registration(event, name="Åsa Ek")
    make_registration(event, name="Bo Ek")
    keep_answers(
        "registration",
        eats.id,
        [lunch, seats, secret],
        {lunch.id: Given(options=(fish,)), seats.id: Given("3"), secret.id: Given("yes")},
        moment=now(),
    )
    numbers = lunch.id, seats.id, secret.id
    url = f"/personal/aktiviteter/{event.id}/deltagare"
    plain = client.get_page(url)
    assert [option.get_text() for option in plain.all("select[name=svar] option")] == [
        "Alla svar",
        "Lunch: Fisk",
        "Lunch: Inget",
    ]
    chosen = client.get_page(url + "?" + "&".join(f"fraga={number}" for number in numbers))
    assert chosen.texts("#attendees thead th")[-2:] == ["Lunch", "Samåker"]
    assert [row[-2:] for row in chosen.table("#attendees")] == [["–", "–"], ["Fisk", "3"]]
    narrowed = client.get_page(f"{url}?svar={numbers[0]}:{fish}")
    assert [row[0].startswith("Ek, Åsa") for row in narrowed.table("#attendees")] == [True]
    assert client.get_page(f"{url}?svar={numbers[2]}:yes").all("#attendees") == []
    token = client.csrf_token(url)
    answer = client.post(
        f"{url}/export?fraga={numbers[0]}&fraga={numbers[1]}&fraga={numbers[2]}",
        data={"csrf_token": token, "format": "xlsx"},
    )
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row][-2:] for row in sheet.iter_rows()]
    assert ["Lunch", "Samåker"] in rows
    assert ["Fisk", 3] in rows
