"""Files that people send as answers: with the form put right, replaced, removed and fetched; and pages that take too much."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.accounts.models import User
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.outbox.models import Letter
from eventsapp.questions.models import Answer, AnswerFile, Question, QuestionKind, SeenBy
from eventsapp.registrations.answered import given_to
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.queries import get_event_in_letters
from tests.factories.asked import make_question, make_questions, when_answer
from tests.factories.events import make_event
from tests.factories.files import make_file
from tests.factories.registrations import make_personal_link, make_registration
from tests.page_client import Page, PageClient, Upload

MEGABYTE = 1024 * 1024
ABSTRACT = Upload("Självskattning.pdf", make_file(words="hemma"))


@pytest.fixture(autouse=True)
def folder(app: Flask) -> Iterator[Path]:
    """Where files are, empty afterwards."""
    path = app.config["SETTINGS"].files_path
    yield path
    for file in path.glob("*/*"):
        file.unlink()


def on_disk(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob("*/*")]


def asked(**values: Any) -> tuple[Registration, Question, Question]:
    """One who has a place, and two questions: a file, and a text that must be answered."""
    event = make_event()
    file, wish = make_questions(
        event.id,
        make_question(QuestionKind.FILE, "Ditt abstract", file_types="pdf", maximum=1, **values),
        make_question(label="Vad vill du veta?", is_required=True),
    )
    return make_registration(event), file, wish


def own_page(client: PageClient, person: Registration) -> Page:
    return client.get_page(f"/min/anmalan/{make_personal_link(person)}")


def form_of(client: PageClient, person: Registration) -> Page:
    return client.get_page(f"/min/anmalan/{make_personal_link(person)}/fragor")


def test_a_file_is_sent_once_and_fetched_again(client: PageClient, folder: Path) -> None:
    person, file, wish = asked()
    form = form_of(client, person)
    assert "PDF, högst 1 MB." in form.text
    refused = form.submit({"Ditt abstract": ABSTRACT}, status=400, button="Spara svaren")
    assert refused.problems == ["Svara på frågan."]
    assert "Självskattning.pdf Mottagen. Sparas när du skickar formuläret." in refused.text
    assert db.session.scalar(select(func.count()).select_from(AnswerFile)) == 0
    done = refused.submit({"Vad vill du veta?": "Allt"}, button="Spara svaren")
    assert done.messages == ["Tack! Svaren är sparade."]
    assert "Självskattning.pdf" in done.text
    answer = client.get(done.href("Hämta Självskattning.pdf"))
    assert answer.data == ABSTRACT.content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=Sjalvskattning.pdf; filename*=UTF-8''Sj%C3%A4lvskattning.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert set(given_to(person)) == {file.id, wish.id}
    assert on_disk(folder) == [ABSTRACT.content]


def test_what_is_wrong_with_a_file_is_said_at_the_field(client: PageClient, folder: Path) -> None:
    person, _file, _wish = asked()
    form = form_of(client, person)
    for upload, sentence in (
        (Upload("a.pdf", b"MZ"), "Filen är inte det som namnet säger"),
        (Upload("a.exe", b"MZ"), "Den sortens fil går inte att skicka. Välj PDF."),
        (Upload("a.pdf", b""), "Filen är tom. Välj en annan fil."),
        (Upload("a.pdf", make_file() + bytes(3 * MEGABYTE)), "Filen är för stor. Den får vara högst 1 MB."),
        (Upload("../a.pdf", make_file()), "Filens namn får inte innehålla snedstreck"),
    ):
        refused = form.submit(
            {"Ditt abstract": upload, "Vad vill du veta?": "Allt"}, status=400, button="Spara svaren"
        )
        assert [problem.startswith(sentence) for problem in refused.problems] == [True]
        assert refused.form("Spara svaren").values["q" + str(_wish.id)] == ["Allt"], "nothing typed is lost"
    assert on_disk(folder) == []
    assert given_to(person) == {}


def test_a_request_that_is_far_too_large_gets_a_sentence_and_the_page(client: PageClient) -> None:
    person, _file, _wish = asked()
    form = form_of(client, person)
    page = form.submit({"Ditt abstract": Upload("a.pdf", bytes(53 * MEGABYTE))}, button="Spara svaren")
    assert page.heading == "Frågor från arrangören"
    assert page.messages == [
        "Det du skickade var för stort, så ingenting är sparat. En fil får vara högst 10 MB."
    ]


def test_other_pages_take_as_little_as_before(client: PageClient) -> None:
    person, _file, _wish = asked()
    url = f"/min/anmalan/{make_personal_link(person)}/andra"
    answer = client.post(url, data={"name": "x" * (3 * MEGABYTE)})
    assert answer.status_code == 413


def test_a_file_is_replaced_and_removed(client: PageClient, folder: Path) -> None:
    person, file, wish = asked()
    fields = {"Vad vill du veta?": "Allt"}
    form_of(client, person).submit({**fields, "Ditt abstract": ABSTRACT}, button="Spara svaren")
    form = form_of(client, person)
    assert "Självskattning.pdf Sparad." in form.text
    form.submit({}, button="Spara svaren")
    assert on_disk(folder) == [ABSTRACT.content], "it stays when nothing is said of it"
    newer = Upload("Ny.pdf", make_file(words="nyare"))
    done = form_of(client, person).submit({"Välj en annan fil": newer}, button="Spara svaren")
    assert "Ny.pdf" in done.text
    assert on_disk(folder) == [newer.content]
    form_of(client, person).submit({"Ta bort filen Ny.pdf": True}, button="Spara svaren")
    assert set(given_to(person)) == {wish.id}
    assert on_disk(folder) == []
    assert client.get(f"/min/anmalan/{make_personal_link(person)}/fragor/{file.id}/fil").status_code == 404


def test_nobody_else_gets_the_file(client: PageClient, sign_in: Callable[..., User]) -> None:
    person, file, _wish = asked()
    form_of(client, person).submit(
        {"Vad vill du veta?": "Allt", "Ditt abstract": ABSTRACT}, button="Spara svaren"
    )
    other = make_registration(get_event_in_letters(person.event_id))
    link = make_personal_link(other)
    assert client.get(f"/min/anmalan/{link}/fragor/{file.id}/fil").status_code == 404
    assert client.get(f"/min/anmalan/finns-inte/fragor/{file.id}/fil").status_code == 404
    token = make_personal_link(person)
    db.session.get(Registration, person.id).status = RegistrationStatus.CANCELLED
    assert client.get(f"/min/anmalan/{token}/fragor/{file.id}/fil").status_code == 404


def test_what_only_staff_fill_in_is_not_the_participants(
    client: PageClient, sign_in: Callable[..., User]
) -> None:
    person, file, _wish = asked(is_staff_only=True)
    sign_in(Role.ADMINISTRATOR)
    form = client.get_page(f"/personal/aktiviteter/{person.event_id}/deltagare/{person.id}/svar")
    form.submit({"Vad vill du veta?": "Allt", "Ditt abstract": ABSTRACT}, button="Spara")
    assert file.id in given_to(person)
    client.forget_cookies()
    assert "Självskattning" not in own_page(client, person).text
    assert client.get(f"/min/anmalan/{make_personal_link(person)}/fragor/{file.id}/fil").status_code == 404


def test_the_browser_that_has_just_signed_up_sends_a_file(client: PageClient, folder: Path) -> None:
    event = make_event()
    make_questions(
        event.id, make_question(QuestionKind.FILE, "Ditt abstract", file_types="pdf", is_required=True)
    )
    form = client.get_page(f"/aktiviteter/{event.slug}/anmalan")
    person = {"Namn": "Åsa Ahlström", "E-postadress": "asa@example.se", "Var arbetar du?": "Umeå kommun"}
    questions = form.submit(person, button="Skicka anmälan").click("Svara på frågorna")
    refused = questions.submit({}, status=400, button="Spara svaren")
    assert refused.problems == ["Välj en fil."]
    done = refused.submit({"Ditt abstract": ABSTRACT}, button="Spara svaren")
    assert done.messages == ["Tack! Svaren är sparade."]
    assert on_disk(folder) == [ABSTRACT.content]
    assert db.session.scalars(select(AnswerFile.size)).one() == len(ABSTRACT.content)


def test_a_file_that_answers_lead_to_is_kept_while_one_looks(client: PageClient, folder: Path) -> None:
    event = make_event()
    (file,) = make_questions(event.id, make_question(QuestionKind.FILE, "Ditt abstract", file_types="pdf"))
    make_questions(
        event.id, make_question(label="Vem har skrivit det?", when=[when_answer(file, "answered")])
    )
    person = make_registration(event)
    form = form_of(client, person)
    assert form.one("[hx-post]")["hx-encoding"] == "multipart/form-data"
    form.soup.find("form").append(form.soup.new_tag("input", attrs={"name": "look", "value": "1"}))
    looked = form.submit({"Ditt abstract": ABSTRACT}, button="Spara svaren")
    assert "Vem har skrivit det?" in looked.text
    assert "Självskattning.pdf Mottagen." in looked.text
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 0
    looked.submit({"Vem har skrivit det?": "Åsa"}, button="Spara svaren")
    assert len(given_to(person)) == 2


def test_a_file_of_a_form_that_was_too_old_is_kept(client: PageClient, folder: Path) -> None:
    person, file, _wish = asked()
    form = form_of(client, person).form("Spara svaren")
    form.values["csrf_token"] = ["gammal"]
    again = form.submit({"Ditt abstract": ABSTRACT, "Vad vill du veta?": "Allt"}, status=400)
    assert "Självskattning.pdf Mottagen." in again.text
    again.submit({}, button="Spara svaren")
    assert file.id in given_to(person)


@pytest.mark.parametrize(("seen_by", "stands"), [(SeenBy.ATTENDEE_LIST, True), (SeenBy.SENSITIVE, False)])
def test_letters_say_the_name_unless_few_may_see_it(
    client: PageClient, sign_in: Callable[..., User], seen_by: SeenBy, stands: bool
) -> None:
    person, _file, _wish = asked(seen_by=seen_by)
    sign_in(Role.ADMINISTRATOR)
    form = client.get_page(f"/personal/aktiviteter/{person.event_id}/deltagare/{person.id}/svar")
    form.submit(
        {"Vad vill du veta?": "Allt", "Ditt abstract": ABSTRACT, "tell": True},
        button="Spara",
    )
    letter = db.session.scalars(select(Letter)).one()
    assert ("Självskattning.pdf" in letter.body_text) is stands
    assert "hemma" not in letter.body_text
