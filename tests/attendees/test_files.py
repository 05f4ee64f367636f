"""Staff fetch what people have sent: one file, or all of a question; and see its name in list and sheet."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.models import AuditEntry
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event
from eventsapp.questions.models import AnswerFile, Question, QuestionKind, SeenBy
from eventsapp.registrations.models import Registration
from eventsapp.rendering.archives import write_zip
from tests.factories.asked import make_question, make_questions
from tests.factories.events import make_event
from tests.factories.files import make_file
from tests.factories.registrations import make_personal_link, make_registration
from tests.page_client import PageClient, Upload


@pytest.fixture(autouse=True)
def folder(app: Flask) -> Iterator[Path]:
    """Where files are, empty afterwards."""
    path = app.config["SETTINGS"].files_path
    yield path
    for file in path.glob("*/*"):
        file.unlink()


def asked(**values: Any) -> tuple[Event, Question]:
    event = make_event()
    (question,) = make_questions(
        event.id,
        make_question(QuestionKind.FILE, "Ditt abstract", name="Abstract", file_types="pdf", **values),
    )
    return event, question


def send(client: PageClient, person: Registration, name: str, words: str) -> None:
    form = client.get_page(f"/min/anmalan/{make_personal_link(person)}/fragor")
    form.submit({"Ditt abstract": Upload(name, make_file(words=words))}, button="Spara svaren")


def officer(sign_in: Callable[..., User], role: Role = Role.OFFICER) -> User:
    return sign_in(role, name="Karin Öberg", reach=Reach.ALL)


def trail(action: str) -> list[dict[str, Any]]:
    return [
        entry.changes for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.action == action))
    ]


def test_one_file_is_fetched_and_noted(client: PageClient, sign_in: Callable[..., User]) -> None:
    event, question = asked()
    person = make_registration(event, name="Åsa Ahlström")
    send(client, person, "Min text.pdf", "hemma")
    officer(sign_in)
    url = f"/personal/aktiviteter/{event.id}/deltagare/{person.id}"
    page = client.get_page(url)
    assert "Min text.pdf" in page.text
    answer = page.form("Hämta Min text.pdf").send()
    assert answer.data == make_file(words="hemma")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Min text.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert trail("registration.file_fetched") == [{"Abstract": None}]
    assert "hämtade en fil" in client.get_page(url).text
    address = f"{url}/svar/{question.id}/fil"
    assert client.get(address).status_code == 405, "a GET fetches nothing"
    assert client.post(address).status_code == 303, "nor does a POST from elsewhere"
    assert trail("registration.file_fetched") == [{"Abstract": None}]


def test_all_files_of_a_question_are_fetched_at_once(
    client: PageClient, sign_in: Callable[..., User], folder: Path
) -> None:
    event, question = asked()
    for name, words in (("Åsa Ahlström", "1"), ("Bo Ek", "2"), ("Bo Ek", "3")):
        send(client, make_registration(event, name=name), "Text.pdf", words)
    lost = make_registration(event, name="Cia Lo")
    send(client, lost, "Borta.pdf", "4")
    (path,) = [path for path in folder.glob("*/*") if b"% 4" in path.read_bytes()]
    path.unlink()
    make_registration(event, name="Dag Utan")
    officer(sign_in)
    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare")
    answer = page.form("Hämta 4 filer: Abstract").send()
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=abstract-")
    with ZipFile(BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [
            "Ahlström, Åsa – Text.pdf",
            "Ek, Bo – Text (2).pdf",
            "Ek, Bo – Text.pdf",
            "Saknas.txt",
        ]
        assert archive.read("Ahlström, Åsa – Text.pdf") == make_file(words="1")
        assert archive.read("Saknas.txt").decode() == "Lo, Cia – Borta.pdf"
    assert trail("attendees.files_fetched") == [{"Abstract": None}]
    assert client.post(f"/personal/aktiviteter/{event.id}/deltagare/filer/{question.id}").status_code == 303


def test_who_may_not_fetch(client: PageClient, sign_in: Callable[..., User]) -> None:
    event, question = asked(seen_by=SeenBy.SENSITIVE)
    person = make_registration(event)
    send(client, person, "Intyg.pdf", "nervsjukdom")
    one = f"/personal/aktiviteter/{event.id}/deltagare/{person.id}/svar/{question.id}/fil"
    every = f"/personal/aktiviteter/{event.id}/deltagare/filer/{question.id}"
    assert client.post(one).status_code in (302, 303, 401)
    officer(sign_in, Role.READER)
    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare/{person.id}")
    assert "Intyg.pdf" not in page.text
    token = {"csrf_token": client.csrf_token(f"/personal/aktiviteter/{event.id}/deltagare/{person.id}")}
    assert client.post(one, data=token).status_code == 404
    assert client.post(every, data=token).status_code == 403
    client.forget_cookies()
    officer(sign_in)
    listed = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare")
    assert "Intyg.pdf" not in listed.text
    with ZipFile(BytesIO(listed.form("Hämta 1 fil: Abstract").send().data)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [make_file(words="nervsjukdom")]
    elsewhere = make_event()
    for url in (one, every):
        moved = url.replace(f"/{event.id}/", f"/{elsewhere.id}/")
        page = client.get_page(f"/personal/aktiviteter/{elsewhere.id}/deltagare")
        token = {"csrf_token": client.csrf_token(page.url)}
        assert client.post(moved, data=token).status_code == 404


def test_list_and_sheet_say_the_name(client: PageClient, sign_in: Callable[..., User]) -> None:
    event, question = asked()
    send(client, make_registration(event), "=Text.pdf", "hemma")
    officer(sign_in)
    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare?fraga={question.id}")
    assert "=Text.pdf" in page.text
    stored_name = db.session.scalars(select(AnswerFile.stored_name)).one()
    assert stored_name not in page.text
    sheet = page.form("Exportera till Excel").send()
    cells = [cell for row in load_workbook(BytesIO(sheet.data)).active.values for cell in row]
    assert stored_name not in str(cells)
    assert "=Text.pdf" in str(cells)


def test_names_in_an_archive_differ() -> None:
    with ZipFile(write_zip(("å.pdf", b"%d" % number) for number in range(3))) as archive:
        assert archive.namelist() == ["å.pdf", "å (2).pdf", "å (3).pdf"]
        assert archive.read("å (3).pdf") == b"2"
