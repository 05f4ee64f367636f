"""What is kept of a form is what everybody sees; what anybody has written is not."""

import pytest
from flask import Flask, g
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField, StringField

from eventsapp.core.i18n import init_i18n, lazy_text
from eventsapp.web import kept_html
from eventsapp.web.fields import choices_of
from eventsapp.web.kept_html import datalist_options, kept_field


class Sample(Form):
    name = StringField(lazy_text("Namn"), description="Som på biljetten.")
    town = SelectField(
        "Ort", choices=choices_of([("", "Välj"), ("umea", "Umeå")]), default="", validate_choice=False
    )


class Pen:
    """Draws a field, and remembers how often."""

    name = "pen"

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self, field: object, **arguments: object) -> str:
        self.drawn += 1
        return f"{self.drawn}"


@pytest.fixture
def pen(monkeypatch: pytest.MonkeyPatch) -> Pen:
    monkeypatch.setattr(kept_html, "_kept", {})
    return Pen()


@pytest.fixture(autouse=True)
def in_request() -> object:
    app = Flask("small")
    init_i18n(app)
    with app.test_request_context():
        yield


def test_an_empty_field_is_drawn_once(pen: Pen) -> None:
    assert kept_field(Sample().name, pen, width="m") == "1"
    assert kept_field(Sample().name, pen, width="m") == "1"


def test_what_is_written_is_drawn_each_time_and_not_kept(pen: Pen) -> None:
    for form in (Sample(MultiDict({"name": "Åsa Ahlström"})), Sample(data={"name": "Åsa Ahlström"})):
        before = pen.drawn
        kept_field(form.name, pen)
        kept_field(form.name, pen)
        assert pen.drawn == before + 2
    assert kept_html._kept == {}


def test_a_field_that_was_sent_empty_or_is_wrong_is_drawn_each_time(pen: Pen) -> None:
    kept_field(Sample(MultiDict({"name": ""})).name, pen)
    wrong = Sample()
    wrong.name.errors = ["Skriv ditt namn"]
    kept_field(wrong.name, pen)
    assert kept_html._kept == {}


def test_everything_that_is_shown_tells_fields_apart(pen: Pen) -> None:
    field = Sample().name
    kept_field(field, pen)
    others = [Sample().name for _ in range(4)]
    others[0].label.text = "Ditt namn"
    others[1].description = "Som du vill."
    others[2].render_kw = {"autocomplete": "name"}
    others[3].flags.required = True
    answers = [kept_field(other, pen) for other in others]
    answers += [kept_field(field, pen, hint="a&b"), kept_field(field, pen, hint=Markup("a&b"))]
    answers += [kept_field(field, pen, notes={"onsite": "(fullt)"}), kept_field(Sample(prefix="p").name, pen)]
    town = Sample().town
    town.choices = choices_of([("", "Välj"), ("lulea", "Luleå")])
    answers += [kept_field(Sample().town, pen), kept_field(town, pen)]
    assert answers == [str(number) for number in range(2, 12)]


def test_the_two_languages_are_kept_apart(pen: Pen) -> None:
    assert kept_field(Sample().town, pen) == "1"
    with _english().test_request_context():
        g.lang = "en"
        assert kept_field(Sample().town, pen) == "2"


def _english() -> Flask:
    app = Flask("other")
    init_i18n(app)
    return app


def test_no_more_than_a_limit_is_kept(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_html, "_MOST_KEPT", 3)
    for number in range(10):
        kept_field(Sample().name, pen, width=str(number))
        assert len(kept_html._kept) <= 3


def test_names_are_escaped_as_options() -> None:
    assert datalist_options(["Umeå kommun", 'A & "B"']) == (
        '<option value="Umeå kommun"></option><option value="A &amp; &#34;B&#34;"></option>'
    )
