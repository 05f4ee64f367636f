"""Files as answers: what is stored, what is kept while a form is put right, and what is deleted."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from eventsapp.config import Settings
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.questions.answers import erase_answers, keep_answers
from eventsapp.questions.conditions import Circumstances
from eventsapp.questions.file_fields import FileAnswerField
from eventsapp.questions.file_queries import files_of_question, get_file
from eventsapp.questions.file_rules import clean_name
from eventsapp.questions.files import MOST_WAITING, WAITS_FOR, delete_without_rows
from eventsapp.questions.kinds import NOTHING, Given, file_rule, kind_of
from eventsapp.questions.models import (
    Answer,
    AnswerFile,
    Question,
    QuestionKind,
    QuestionSection,
    SeenBy,
)
from eventsapp.questions.queries import AskedQuestions, AskedSection, given_in, questions_of
from eventsapp.questions.sheets import SHOWN, Sheet
from eventsapp.rendering.file_types import FileType, type_of
from eventsapp.web.forms import ActionForm
from tests.factories.asked import make_question, make_questions
from tests.factories.events import make_event
from tests.factories.files import make_file

LARGE = b"more than the question takes"
OWNER = "registration:1"
SUBJECT = "registration"


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    """Where files are, empty before and after."""
    path = app.config["SETTINGS"].files_path
    yield path
    for file in stored(path):
        file.unlink()


def stored(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*/*") if path.is_file())


@contextmanager
def posted(app: Flask, fields: list[tuple[str, Any]]) -> Iterator[None]:
    # Flask-WTF looks for the token itself; that the forms of pages have it, other tests see to.
    kept = app.config.get("WTF_CSRF_ENABLED", True)
    app.config["WTF_CSRF_ENABLED"] = False
    data: MultiDict[str, Any] = MultiDict([*fields, (SHOWN, "1")])
    try:
        with app.test_request_context("/", method="POST", data=data):
            request.max_content_length = 5 * 1024 * 1024
            yield
    finally:
        app.config["WTF_CSRF_ENABLED"] = kept


def file_question(**values: Any) -> Question:
    question = make_question(QuestionKind.FILE, "Ditt abstract", file_types="pdf", maximum=1, **values)
    question.id, question.version, question.is_required = 1, 1, bool(question.is_required)
    return question


def sheet_of(question: Question, *, owner: str = OWNER, before: Given = NOTHING) -> Sheet:
    questions = AskedQuestions((AskedSection(QuestionSection(title_sv=""), (question,)),))
    answers = {} if before.is_empty else {question.id: before}
    return Sheet(ActionForm(), questions, Circumstances(), before=answers, owner=owner)


def upload(name: str = "Abstract.pdf", content: bytes | None = None) -> tuple[str, Any]:
    return "q1", (BytesIO(make_file() if content is None else content), name)


def send(app: Flask, question: Question, *fields: tuple[str, Any], **values: Any) -> tuple[Sheet, bool]:
    with posted(app, list(fields)):
        sheet = sheet_of(question, **values)
        return sheet, sheet.check(Circumstances())


def file_field(sheet: Sheet) -> FileAnswerField:
    field = sheet["q1"]
    assert isinstance(field, FileAnswerField)
    return field


def kept_fields(sheet: Sheet) -> list[tuple[str, str]]:
    field = file_field(sheet)
    return [(field.part("kept"), field.token), (field.part("called"), field.data.name)]


def test_whatever_is_posted_is_a_file_that_the_form_offered(app: Flask, folder: Path) -> None:
    names = st.one_of(
        st.text(max_size=30),
        st.sampled_from(["a.pdf", "a.PDF", "a.png", "../a.pdf", "a\x00.pdf", "å.pdf", "a.pdf.exe", ".pdf"]),
    )
    contents = st.one_of(
        st.binary(max_size=60),
        st.sampled_from([make_file(kind) for kind in FileType]),
        st.just(LARGE),
    )

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        sent=st.lists(st.tuples(names, contents), max_size=2),
        texts=st.lists(st.text(max_size=20), max_size=2),
        kept=st.text(max_size=40),
        removed=st.booleans(),
        required=st.booleans(),
    )
    def whatever_is_posted(
        sent: list[tuple[str, bytes]], texts: list[str], kept: str, removed: bool, required: bool
    ) -> None:
        question = file_question(is_required=required)
        fields: list[tuple[str, Any]] = [
            upload(name, content.replace(LARGE, make_file() + bytes(1024 * 1024))) for name, content in sent
        ]
        fields += [("q1", text) for text in texts]
        fields += [("q1-kept", kept), ("q1-called", "a.pdf")]
        fields += [("q1-remove", "y")] if removed else []
        sheet, is_right = send(app, question, *fields)
        if not is_right:
            assert sheet["q1"].errors, "a no says why, at its field"
            return
        answer = sheet.given[1]
        assert not (required and answer.is_empty)
        if answer.is_empty:
            return
        stored_name, _, name = answer.value.partition("/")
        content = (folder / stored_name[:2] / stored_name).read_bytes()
        assert type_of(content) is FileType.PDF
        assert len(content) <= file_rule(question).most_bytes
        assert (name.casefold().endswith(".pdf"), clean_name(name)) == (True, name)
        assert answer.file is not None
        assert (answer.file.media_type, answer.file.size) == ("application/pdf", len(content))
        (folder / stored_name[:2] / stored_name).unlink()

    whatever_is_posted()


def test_a_hidden_question_takes_no_file(app: Flask, folder: Path) -> None:
    question = file_question(is_staff_only=False)
    question.terms = []
    with posted(app, [upload()]):
        sheet = sheet_of(question)
        sheet.questions = AskedQuestions()
        assert sheet.check(Circumstances())
        assert sheet.given == {}
    assert stored(folder) == []


def test_a_file_that_has_come_need_not_be_sent_again(app: Flask, folder: Path) -> None:
    question = file_question(is_required=True)
    first, _ = send(app, question, upload())
    again, is_right = send(app, question, *kept_fields(first))
    assert is_right
    assert again.given == first.given
    assert again.given[1].file == first.given[1].file
    assert len(stored(folder)) == 1
    other, is_right = send(app, question, *kept_fields(first), upload("Ny.pdf"))
    assert is_right
    assert kind_of(question).words(question, other.given[1]) == "Ny.pdf", "another file wins"
    bad, is_right = send(app, question, *kept_fields(first), upload("Bild.png"))
    assert not is_right
    assert bad["q1"].errors == ["Den sortens fil går inte att skicka. Välj PDF."]
    assert bad["q1"].data.name == "Abstract.pdf", "the one that was right is still there"


def test_the_token_counts_for_one_form_and_question(app: Flask, folder: Path) -> None:
    question = file_question()
    first, _ = send(app, question, upload())
    for owner, sealed in (("registration:2", False), (OWNER, True)):
        other = file_question(seen_by=SeenBy.SENSITIVE) if sealed else question
        sheet, is_right = send(app, other, *kept_fields(first), owner=owner)
        assert not is_right
        assert sheet["q1"].errors == ["Filen finns inte kvar. Välj den igen."]
        assert sheet.given[1].is_empty


def test_the_kept_name_is_judged_too(app: Flask, folder: Path) -> None:
    first, _ = send(app, file_question(), upload())
    token = kept_fields(first)[0]
    for name in ("a.exe", "../a.pdf", "", "a.png"):
        sheet, is_right = send(app, file_question(), token, ("q1-called", name))
        assert not is_right
        assert sheet.given[1].is_empty


def test_the_earlier_file_stays_until_it_is_replaced_or_removed(app: Flask, folder: Path) -> None:
    question, before = file_question(is_required=True), Given("abc/Gammal.pdf")
    assert send(app, question, before=before)[0].given == {1: before}
    assert send(app, question, upload("Fel.exe"), before=before)[0].given == {1: before}
    sheet, is_right = send(app, question, ("q1-remove", "y"), before=before)
    assert not is_right
    assert sheet["q1"].errors == ["Välj en fil."]
    question.is_required = False
    assert send(app, question, ("q1-remove", "y"), before=before)[0].given[1].is_empty
    assert send(app, question, ("q1-kept", "x"), ("q1-called", "a.pdf"), before=before)[0].given == {
        1: before
    }


def test_nothing_is_stored_where_questions_are_only_tried_out(app: Flask, folder: Path) -> None:
    sheet, is_right = send(app, file_question(is_required=True), upload(), owner="")
    assert is_right
    assert not file_field(sheet).is_kept
    assert stored(folder) == []


def test_one_who_sends_file_after_file_is_stopped(app: Flask, folder: Path) -> None:
    for _ in range(MOST_WAITING):
        assert send(app, file_question(), upload())[1]
    sheet, is_right = send(app, file_question(), upload())
    assert not is_right
    assert sheet["q1"].errors == ["Du har skickat många filer. Vänta till i morgon med att skicka fler."]
    assert send(app, file_question(), upload(), owner="registration:2")[1]


def test_the_installation_decides_how_large_a_file_may_be(app: Flask) -> None:
    question = file_question()
    question.maximum = 50
    assert file_rule(question).megabytes == 10
    question.maximum = None
    assert file_rule(question).megabytes == 5


def asked(**values: Any) -> Question:
    event_id = make_event().id
    make_questions(event_id, make_question(QuestionKind.FILE, "Abstract", file_types="pdf", **values))
    db.session.commit()
    db.session.expire_all()
    (question,) = questions_of("event", event_id).all
    db.session.expunge_all()
    return question


def answer(app: Flask, question: Question, content: bytes = b"", name: str = "Abstract.pdf") -> Given:
    with posted(app, [(question.field_name, (BytesIO(content or make_file()), name))]):
        sheet = sheet_of(question)
        assert sheet.check(Circumstances())
    keep_answers(SUBJECT, 1, [question], sheet.given, moment=now())
    return sheet.given[question.id]


def test_an_answer_has_its_file(app: Flask, folder: Path) -> None:
    question = asked()
    given = answer(app, question, make_file(words="hemma"))
    db.session.commit()
    file = get_file(SUBJECT, 1, question.id)
    assert (file.name, file.media_type, file.content()) == (
        "Abstract.pdf",
        "application/pdf",
        make_file(words="hemma"),
    )
    assert "Abstract" not in file.stored_name
    assert keep_answers(SUBJECT, 1, [question], {question.id: given}, moment=now()) == set()
    assert [one.subject_id for one in files_of_question(SUBJECT, question.id, [1, 2])] == [1]
    assert files_of_question(SUBJECT, question.id, [2]) == []
    (path,) = stored(folder)
    assert path.stat().st_mode & 0o077 == 0, "for the service's own eyes"


def test_what_few_may_see_is_sealed(app: Flask, folder: Path) -> None:
    question = asked(seen_by=SeenBy.SENSITIVE)
    answer(app, question, make_file(words="nervsjukdom"), "Intyg.pdf")
    db.session.commit()
    (path,) = stored(folder)
    assert b"nervsjukdom" not in path.read_bytes()
    row = db.session.scalars(select(Answer)).one()
    assert "Intyg" not in row.value
    assert given_in(row).value.endswith("/Intyg.pdf")
    file = get_file(SUBJECT, 1, question.id)
    assert (file.name, file.content()) == ("Intyg.pdf", make_file(words="nervsjukdom"))
    assert db.session.scalars(select(AnswerFile.sha256)).one() == ""


def test_old_bytes_go_after_the_commit(app: Flask, folder: Path) -> None:
    question = asked()
    answer(app, question, make_file(words="1"))
    db.session.commit()
    (first,) = stored(folder)
    answer(app, question, make_file(words="2"), "Nytt.pdf")
    assert first in stored(folder), "not before it counts"
    db.session.rollback()
    assert get_file(SUBJECT, 1, question.id).content() == make_file(words="1")
    answer(app, question, make_file(words="3"), "Nytt.pdf")
    db.session.commit()
    assert first not in stored(folder)
    assert get_file(SUBJECT, 1, question.id).content() == make_file(words="3")
    assert erase_answers(SUBJECT, [1]) == 1
    db.session.rollback()
    assert get_file(SUBJECT, 1, question.id).content() == make_file(words="3")
    erase_answers(SUBJECT, [1])
    db.session.commit()
    assert db.session.scalars(select(AnswerFile)).all() == []
    assert not [path for path in stored(folder) if b"% 3" in path.read_bytes()]


def test_the_night_job_deletes_what_no_answer_has(
    app: Flask, folder: Path, run_job: Callable[[str], None]
) -> None:
    question = asked()
    given = answer(app, question)
    db.session.commit()
    send(app, file_question(), upload(), owner="registration:2")
    kept = folder / given.value[:2] / given.value.partition("/")[0]
    (waiting,) = [path for path in stored(folder) if path != kept]
    half = waiting.with_name(f"{waiting.name}-0a1b2c3d.part")
    half.write_bytes(b"%PDF")
    foreign = waiting.with_name("brev.pdf")
    foreign.write_bytes(b"somebody else's")
    run_job("delete_lost_files")
    assert len(stored(folder)) == 4, "not while its form may still be sent"
    for path in stored(folder):
        os.utime(path, ((now() - WAITS_FOR).timestamp() - 60,) * 2)
    run_job("delete_lost_files")
    assert set(stored(folder)) == {kept, foreign}
    assert delete_without_rows(now() + timedelta(days=9)) == 0


def test_the_folder_can_be_elsewhere(tmp_path: Path) -> None:
    elsewhere = {"EVENTSAPP_INSTANCE": str(tmp_path), "FILES_FOLDER": "/srv/files", "FILE_MEGABYTES": "7"}
    settings = Settings.from_environment(elsewhere)
    assert (settings.files_path, settings.file_megabytes) == (Path("/srv/files"), 7)
    assert Settings.from_environment({"EVENTSAPP_INSTANCE": str(tmp_path)}).files_path == tmp_path / "files"
