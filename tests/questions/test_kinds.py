"""Whatever is posted, what a sheet gives is something that the form offered; for every kind of question."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventsapp.core.clock import now
from eventsapp.core.text import clean
from eventsapp.questions.conditions import Circumstances
from eventsapp.questions.kinds import NOTHING, Given, kind_of
from eventsapp.questions.models import (
    ConditionTerm,
    Question,
    QuestionKind,
    QuestionSection,
    TermSource,
)
from eventsapp.questions.queries import AskedQuestions, AskedSection
from eventsapp.questions.sheets import SHOWN, Sheet
from eventsapp.web.fields import is_web_address
from eventsapp.web.forms import ActionForm
from tests.factories.asked import make_question

LONG = "almost as much as a form may hold"
HERE = Circumstances(mode="onsite")
ASKED = [kind for kind in QuestionKind if kind is not QuestionKind.INFORMATION]
POSTED = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            ["", "1", "2", "3", "4", "-1", "yes", "no", "2026-11-25", "9999-01-01", "å\x00b", "on", "12"]
        ),
        st.sampled_from(
            ["asa@umea.se", "www.umea.se", "https://umea.se/a", "javascript:alert(1)", "070-123 45 67"]
        ),
        st.just(LONG),
    ),
    max_size=4,
)


def asked_questions(*questions: Question) -> AskedQuestions:
    for number, question in enumerate(questions, 1):
        question.id = question.id or number
        question.version = 1
        question.is_required = bool(question.is_required)
        for place, option in enumerate(question.options, 1):
            option.id = option.id or 10 * question.id + place
    return AskedQuestions((AskedSection(QuestionSection(title_sv=""), questions),))


@contextmanager
def posted(app: Flask, fields: Mapping[str, list[str]]) -> Iterator[None]:
    body = urlencode(
        [(name, value.replace(LONG, "x" * 400_000)) for name, values in fields.items() for value in values]
    )
    # Flask-WTF looks for the token itself; that the forms of pages have it, other tests see to.
    kept = app.config.get("WTF_CSRF_ENABLED", True)
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        with app.test_request_context(
            "/", method="POST", data=body, content_type="application/x-www-form-urlencoded"
        ):
            yield
    finally:
        app.config["WTF_CSRF_ENABLED"] = kept


def question_of(kind: QuestionKind) -> Question:
    options = ["Lunch", "Middag", "Fika"] if kind in (QuestionKind.ONE_OF, QuestionKind.MANY_OF) else []
    return make_question(kind, options=options, maximum=2 if kind is QuestionKind.MANY_OF else None)


def is_offered(question: Question, answer: Given) -> bool:
    """What may be stored for a question of each kind, said anew."""
    text = answer.value
    options = {option.id for option in question.options}
    match question.kind:
        case QuestionKind.ONE_OF:
            return not text and len(answer.options) == 1 and set(answer.options) <= options
        case QuestionKind.MANY_OF:
            return not text and len(answer.options) <= 2 and set(answer.options) <= options
        case QuestionKind.YES_NO:
            fits = text in {"yes", "no"}
        case QuestionKind.STATEMENT:
            fits = text == "yes"
        case QuestionKind.NUMBER:
            fits = text.isdecimal() and 0 <= int(text) <= 1_000_000
        case QuestionKind.DATE:
            fits = 1990 <= date.fromisoformat(text).year <= 2100
        case QuestionKind.EMAIL:
            fits = "@" in text and len(text) <= 320
        case QuestionKind.WEB_ADDRESS:
            fits = is_web_address(text)
        case QuestionKind.PHONE:
            fits = len(text) <= 40 and set(text) <= set("0123456789+-() /")
        case QuestionKind.LONG_TEXT:
            fits = len(text) <= 2000 and text == clean(text)
        case _:
            fits = len(text) <= 200 and "\n" not in text and text == clean(text)
    return fits and not answer.options


@pytest.mark.parametrize("kind", ASKED)
def test_what_is_given_was_offered(app: Flask, kind: QuestionKind) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(values=POSTED, required=st.booleans())
    def whatever_is_posted(values: list[str], required: bool) -> None:
        question = question_of(kind)
        question.is_required = required
        questions = asked_questions(question)
        values = [value.replace("1", "11", 1) if kind_of(question).has_options else value for value in values]
        with posted(app, {"q1": values, SHOWN: ["1"]}):
            sheet = Sheet(ActionForm(), questions, HERE)
            if sheet.check(HERE):
                answer = sheet.given[1]
                assert answer.is_empty or is_offered(question, answer)
                assert not (required and answer.is_empty)
            else:
                assert sheet["q1"].errors, "a no says why, at its field"

    whatever_is_posted()


@pytest.mark.parametrize("kind", ASKED)
def test_a_hidden_question_is_given_nothing(app: Flask, kind: QuestionKind) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(values=POSTED)
    def whatever_is_posted(values: list[str]) -> None:
        question = question_of(kind)
        question.is_required = True
        question.terms = [ConditionTerm(source=TermSource.MODE, value="online", is_negated=False)]
        with posted(app, {"q1": [*values, "11", "yes"], SHOWN: ["1"]}):
            sheet = Sheet(ActionForm(), asked_questions(question), HERE)
            assert sheet.check(HERE)
            assert sheet.given == {}
            assert list(sheet.sections) == []

    whatever_is_posted()


@pytest.mark.parametrize("kind", [QuestionKind.ONE_OF, QuestionKind.MANY_OF])
def test_a_full_option_is_only_for_those_who_have_it(app: Flask, kind: QuestionKind) -> None:
    question = question_of(kind)
    questions = asked_questions(question)
    with posted(app, {"q1": ["12"], SHOWN: ["1"]}):
        newcomer = Sheet(ActionForm(), questions, HERE, full={12})
        assert not newcomer.check(HERE)
        assert newcomer["q1"].errors == ["Middag är fullt. Välj något annat."]
        assert newcomer.full_values(question) == ["12"]
        holder = Sheet(ActionForm(), questions, HERE, full={12}, before={1: Given(options=(12,))})
        assert holder.check(HERE)
        assert holder.given == {1: Given(options=(12,))}


def test_a_retired_option_is_only_for_those_who_have_it(app: Flask) -> None:
    question = question_of(QuestionKind.ONE_OF)
    questions = asked_questions(question)
    question.options[1].retired_at = now()
    with posted(app, {"q1": ["12"], SHOWN: ["1"]}):
        newcomer = Sheet(ActionForm(), questions, HERE)
        assert not newcomer.check(HERE)
        assert newcomer["q1"].errors == ["Alternativet finns inte längre. Välj igen."]
        assert Sheet(ActionForm(), questions, HERE, before={1: Given(options=(12,))}).check(HERE)


def test_what_an_answer_brings_about_is_asked_before_anything_is_stored(app: Flask) -> None:
    first = make_question(QuestionKind.YES_NO, "Äter du lunch?", is_required=True)
    first.id = 1
    second = make_question(
        QuestionKind.SHORT_TEXT,
        "Vad dricker du?",
        is_required=True,
        when=[ConditionTerm(source=TermSource.QUESTION, source_question_id=1, value="yes", is_negated=False)],
    )
    questions = asked_questions(first, second)
    with posted(app, {"q1": ["yes"], SHOWN: ["1"]}):
        sheet = Sheet(ActionForm(), questions, HERE)
        assert not sheet.check(HERE)
        assert sheet.asks_more
        assert not sheet["q2"].errors, "nobody is blamed for a question they have not seen"
        assert sheet.shown == "1,2"
    with posted(app, {"q1": ["yes"], "q2": [""], SHOWN: ["1,2"]}):
        sheet = Sheet(ActionForm(), questions, HERE)
        assert not sheet.check(HERE)
        assert sheet["q2"].errors == ["Svara på frågan."]
    with posted(app, {"q1": ["no"], "q2": ["Vatten"], SHOWN: ["1,2"]}):
        sheet = Sheet(ActionForm(), questions, HERE)
        assert sheet.check(HERE)
        assert sheet.given == {1: Given("no")}


def test_every_kind_has_words_and_a_cell_for_no_answer(app: Flask) -> None:
    with app.test_request_context("/"):
        for kind in ASKED:
            question = question_of(kind)
            assert kind_of(question).words(question, NOTHING) == ""
            assert kind_of(question).cell(question, NOTHING) is None
            assert kind_of(question).missing
