"""The letters of a demonstration, as a page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from eventsapp.app import create_app
from eventsapp.config import Mode
from eventsapp.outbox.operations import Attachment
from tests.conftest import FrozenClock
from tests.databases import Databases, settings_for_tests
from tests.factories.outbox import make_letter
from tests.page_client import PageClient


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    """Where the letters are, empty before and after."""
    folder = Path(app.instance_path) / "letters"
    for path in folder.glob("*"):
        path.unlink()
    yield folder
    for path in folder.glob("*"):
        path.unlink()


def test_a_demonstration_shows_what_would_have_been_sent(
    client: PageClient, folder: Path, run_job: Callable[[str], None], frozen_now: FrozenClock
):
    make_letter(recipient="anna@example.se", subject_line="Det första")
    run_job("deliver_letters")
    frozen_now.advance(minutes=2)
    make_letter(
        recipient="bo@example.se",
        subject_line="Du är <anmäld>",
        body_text='Ändra: http://localhost/min/anmalan/abc?x=1&y=2.\n<script>alert("x")</script>\n',
        attachments=(Attachment("dag.ics", "text/calendar", b"BEGIN:VCALENDAR"),),
    )
    run_job("deliver_letters")

    page = client.get_page("/brev")
    assert page.table("#list") == [
        ["Du är <anmäld>", "bo@example.se", "1 okt 2026 10.02"],
        ["Det första", "anna@example.se", "1 okt 2026 10.00"],
    ]

    letter = page.click("Du är <anmäld>")
    assert letter.heading == "Du är <anmäld>"
    assert letter.href("http://localhost/min/anmalan/abc?x=1&y=2") == (
        "http://localhost/min/anmalan/abc?x=1&y=2"
    )
    assert letter.one("pre").get_text() == (
        'Ändra: http://localhost/min/anmalan/abc?x=1&y=2.\n<script>alert("x")</script>\n'
    )

    response = client.get(letter.href("dag.ics"))
    assert response.data == b"BEGIN:VCALENDAR"
    assert response.mimetype == "text/calendar"
    assert response.headers["Content-Disposition"] == "attachment; filename=dag.ics"
    assert client.get(letter.href("dag.ics").removesuffix("0") + "1").status_code == 404


def test_there_may_be_no_letters(client: PageClient, folder: Path):
    assert client.get_page("/brev").text_of(".empty-state h2") == "Inga brev än"
    assert client.get_page("/en/letters").status == 200


@pytest.mark.parametrize(
    "name",
    ["finns-inte.eml", "..%2Fsecret_key", "%2e%2e%2feventsapp.db", "x.part", "x.eml%00", "letters.txt"],
)
def test_no_other_file_can_be_read(client: PageClient, folder: Path, name: str):
    folder.mkdir(exist_ok=True)
    (folder / "letters.txt").write_text("secret")
    (folder / "x.part").write_text("secret")

    assert client.get(f"/brev/{name}").status_code == 404


@pytest.mark.parametrize(
    "others", [{"mode": Mode.PRODUCTION}, {"smtp_url": "smtp://localhost:25"}], ids=["production", "smtp"]
)
def test_outside_a_demonstration_there_is_no_such_page(databases: Databases, others: dict):
    settings = settings_for_tests(databases.new("sqlite"), databases.folder("other_instance"), **others)
    client = create_app(settings).test_client()

    assert client.get("/brev").status_code == 404
    assert client.get("/en/letters").status_code == 404
