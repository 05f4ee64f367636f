"""The macros that every page is built of: wiring for screen readers, addresses that keep the query, words beside colour."""

from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, render_template_string
from jinja2 import StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from eventsapp.config import PROJECT_ROOT
from eventsapp.core.i18n import init_i18n
from eventsapp.web.fields import choices_of
from eventsapp.web.kept_html import init_kept_html
from eventsapp.web.paging import Page

IMPORTS = (
    '{% import "macros/forms.html" as forms %}{% import "macros/lists.html" as lists %}'
    '{% import "macros/ui.html" as ui %}'
)
Render = Callable[..., BeautifulSoup]


class Part(Form):
    title = StringField("Rubrik", [DataRequired("Skriv en rubrik.")])


class Sample(Form):
    nonce = HiddenField()
    name = StringField("Namn", [DataRequired("Fyll i ditt namn.")], render_kw={"autocomplete": "name"})
    phone = StringField("Telefon", description="Om vi behöver nå dig.")
    mode = RadioField(
        "Hur deltar du?",
        [DataRequired("Välj hur du deltar.")],
        choices=choices_of([("onsite", "På plats"), ("online", "Digitalt")]),
        validate_choice=False,
    )
    topics = SelectMultipleField(
        "Ämnen",
        choices=choices_of([("a", "A"), ("b", "B")]),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    parts = FieldList(FormField(Part, label="Del"), label="Delar", min_entries=2)


@pytest.fixture
def small_app() -> Flask:
    """Only what templates need, so that these tests take milliseconds."""
    app = Flask("small", template_folder=str(PROJECT_ROOT / "templates"))
    app.jinja_env.undefined = StrictUndefined
    init_i18n(app)
    init_kept_html(app)
    app.add_url_rule("/organisationer", "organisations_public.suggest", lambda: "")
    return app


@pytest.fixture
def render(small_app: Flask) -> Render:
    def render(source: str, path: str = "/lista", **values: object) -> BeautifulSoup:
        with small_app.test_request_context(path):
            return BeautifulSoup(render_template_string(IMPORTS + source, **values), "html.parser")

    return render


def one(soup: BeautifulSoup, selector: str) -> Tag:
    found = soup.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


def invalid_form() -> Sample:
    form = Sample(MultiDict({"parts-0-title": "Ett", "parts-1-title": ""}))
    assert not form.validate()
    return form


def test_a_field_that_is_right_has_no_traces_of_errors(render: Render) -> None:
    soup = render("{{ forms.field(form.name) }}", form=Sample())
    control = one(soup, "input#name")
    assert one(soup, "label[for=name]").get_text() == "Namn"
    assert control["autocomplete"] == "name"
    assert "aria-invalid" not in control.attrs
    assert "aria-describedby" not in control.attrs
    assert soup.select(".field-error, .field-invalid, .field-optional") == []


def test_an_optional_field_says_so_and_names_its_hint(render: Render) -> None:
    soup = render("{{ forms.field(form.phone, inputmode='tel') }}", form=Sample())
    assert one(soup, "label").get_text() == "Telefon (frivilligt)"
    assert one(soup, "#phone-hint").get_text() == "Om vi behöver nå dig."
    assert one(soup, "input")["aria-describedby"] == "phone-hint"
    assert one(soup, "input")["inputmode"] == "tel"


def test_an_error_is_told_at_its_field(render: Render) -> None:
    soup = render("{{ forms.field(form.name) }}", form=invalid_form())
    control = one(soup, "input#name")
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "name-error"
    assert one(soup, "#name-error").get_text().split() == ["Fel:", "Fyll", "i", "ditt", "namn."]


def test_alternatives_are_a_group_with_a_legend(render: Render) -> None:
    source = "{{ forms.field(form.mode, notes={'online': '(fullt)'}, disabled=['online']) }}"
    soup = render(source, form=invalid_form())
    group = one(soup, "fieldset[role=radiogroup]")
    assert one(soup, "legend").get_text() == "Hur deltar du?"
    assert group["aria-invalid"] == "true"
    assert group["aria-describedby"] == "mode-error"
    assert [label.get_text() for label in soup.select("label")] == ["På plats", "Digitalt (fullt)"]
    assert [control.has_attr("disabled") for control in soup.select("input[type=radio]")] == [False, True]


def test_a_group_of_boxes_is_optional_unless_it_is_required(render: Render) -> None:
    soup = render("{{ forms.field(form.topics) }}", form=Sample())
    assert one(soup, "legend").get_text() == "Ämnen (frivilligt)"
    assert [box["name"] for box in soup.select("input[type=checkbox]")] == ["topics", "topics"]


def test_the_summary_counts_and_leads_to_each_field(render: Render) -> None:
    source = "{{ forms.error_summary(form) }}{% for f in form %}{{ forms.field(f) }}{% endfor %}"
    soup = render(source, form=invalid_form())
    summary = one(soup, ".error-summary")
    assert one(soup, ".error-summary h2").get_text() == "Rätta till tre uppgifter"
    assert summary["tabindex"] == "-1"
    assert summary.has_attr("autofocus")
    links = {link["href"]: link.get_text() for link in summary.select("a")}
    assert links == {
        "#name": "Fyll i ditt namn.",
        "#mode-0": "Välj hur du deltar.",
        "#parts-1-title": "Skriv en rubrik.",
    }
    for href in links:
        one(soup, str(href))


def test_the_summary_can_tell_what_belongs_to_no_field(render: Render) -> None:
    form = Sample()
    form.form_errors.append("Det är <fullt>.")
    soup = render("{{ forms.error_summary(form) }}", form=form)
    assert one(soup, "h2").get_text() == "Det är inte klart än"
    assert one(soup, "li").get_text() == "Det är <fullt>."
    assert soup.select("a") == []


def test_no_summary_without_errors(render: Render) -> None:
    assert render("{{ forms.error_summary(form) }}", form=Sample()).get_text() == ""


def test_organisations_can_be_picked_without_a_script(render: Render) -> None:
    source = "{{ forms.organisation_field(form.phone, names=['Umeå kommun'], id_field=form.nonce) }}"
    soup = render(source, form=Sample())
    assert one(soup, "input")["list"] == one(soup, "noscript datalist")["id"]
    assert one(soup, "option")["value"] == "Umeå kommun"
    box = one(soup, "[data-organisation-combobox]")
    assert (box["data-url"], box["data-id-field"]) == ("/organisationer", "nonce")


def test_sorting_keeps_the_filters_and_starts_on_the_first_page(render: Render) -> None:
    source = "{{ lists.sort_head('Namn', 'namn', current) }}"
    path = "/lista?typ=a&typ=b&q=%C3%A5+%26&sortera=namn&sida=3"
    rising = render(source, path, current="namn")
    assert one(rising, "th")["aria-sort"] == "ascending"
    assert one(rising, "a")["href"] == "/lista?typ=a&typ=b&q=%C3%A5+%26&sortera=-namn"
    falling = render(source, path, current="-namn")
    assert one(falling, "th")["aria-sort"] == "descending"
    assert str(one(falling, "a")["href"]).endswith("&sortera=namn")
    other = render(source, path, current="organisation")
    assert "aria-sort" not in one(other, "th").attrs


def test_strange_names_in_the_query_do_no_harm(render: Render) -> None:
    path = "/lista?endpoint=x&_external=1&_anchor=y&%22%3E%3Cscript%3E=1"
    soup = render("{{ lists.sort_head('Namn', 'namn', 'namn') }}", path)
    assert soup.select("script") == []
    assert str(one(soup, "a")["href"]).startswith(
        "/lista?endpoint=x&_external=1&_anchor=y&%22%3E%3Cscript%3E=1&"
    )


def test_pages_are_told_in_words_and_linked(render: Render) -> None:
    soup = render("{{ lists.pagination(page) }}", "/lista?q=x", page=Page([], 2, 50, 2129))
    assert one(soup, ".paging-words").get_text() == "Visar 51–100 av 2\u00a0129"
    assert one(soup, "a[aria-current=page]").get_text() == "Sida 2"
    assert one(soup, "a[rel=prev]")["href"] == "/lista?q=x"
    assert one(soup, "a[rel=next]")["href"] == "/lista?q=x&sida=3"
    assert [link.get_text() for link in soup.select("li a")] == [
        "Föregående",
        "Sida 1",
        "Sida 2",
        "Sida 3",
        "Sida 43",
        "Nästa",
    ]


def test_one_page_needs_no_links(render: Render) -> None:
    soup = render("{{ lists.pagination(page) }}", page=Page([], 1, 50, 3))
    assert one(soup, ".paging-words").get_text() == "Visar 1–3 av 3"
    assert soup.select("a") == []


@pytest.mark.parametrize(
    ("taken", "capacity", "level", "words"),
    [
        (58, 80, "spruce", "22 platser kvar"),
        (75, 80, "amber", "5 platser kvar"),
        (74, 80, "amber", "6 platser kvar"),
        (71, 80, "spruce", "9 platser kvar"),
        (9, 10, "amber", "1 plats kvar"),
        (5, 10, "spruce", "5 platser kvar"),
        (80, 80, "rose", "Fullt"),
        (82, 80, "rose", "Fullt"),
        (0, 0, "rose", "Fullt"),
    ],
)
def test_a_meter_says_in_words_what_its_colour_says(
    render: Render, taken: int, capacity: int, level: str, words: str
) -> None:
    soup = render("{{ ui.meter(taken, capacity) }}", taken=taken, capacity=capacity)
    one(soup, f".meter-{level}")
    assert one(soup, ".meter-words").get_text() == words
    assert one(soup, "progress")["aria-label"] == f"{taken} av {capacity} platser är tagna"


def test_no_limit_needs_no_meter(render: Render) -> None:
    soup = render("{{ ui.meter(7, none) }}")
    assert soup.select("progress") == []
    assert soup.get_text() == "Obegränsat antal platser"


@pytest.mark.parametrize(
    ("first", "last", "seen", "read"),
    [
        (date(2026, 11, 25), None, ["25", "ons", "nov"], "onsdag 25 november 2026"),
        (date(2026, 12, 3), date(2026, 12, 4), ["3–4", "tors–fre", "dec"], "3–4 december 2026"),
        (
            date(2026, 12, 30),
            date(2027, 1, 2),
            ["30–2", "ons–lör", "dec–jan"],
            "30 december 2026–2 januari 2027",
        ),
    ],
)
def test_a_date_block_is_read_as_a_whole_date(
    render: Render, first: date, last: date | None, seen: list[str], read: str
) -> None:
    soup = render("{{ ui.date_block(first, last) }}", first=first, last=last)
    assert [part.get_text() for part in soup.select("[aria-hidden=true]")] == seen
    assert one(soup, ".visually-hidden").get_text() == read


def test_a_link_out_says_that_it_opens_a_window(render: Render) -> None:
    soup = render("{{ ui.external_link('https://example.se/?a=1&b=2', 'Strategin', 'pdf') }}")
    link = one(soup, "a[target=_blank]")
    assert link.get_text() == "Strategin (pdf, öppnas i nytt fönster)"
    assert link["href"] == "https://example.se/?a=1&b=2"
    assert "noopener" in link["rel"]


def test_what_people_wrote_is_never_markup(render: Render) -> None:
    evil = "<b>x</b>"
    source = (
        "{{ ui.pill(evil) }}{{ ui.external_link('/x', evil) }}{{ ui.join([evil, '', evil]) }}"
        "{{ ui.figure(1, evil) }}{{ ui.breadcrumbs([(evil, none)]) }}{{ lists.empty_state(evil, evil) }}"
        "{{ lists.count_line(evil, evil) }}{{ ui.copy_button(evil) }}{{ lists.search_box('q', evil, evil) }}"
    )
    assert render(source, evil=evil).select("b") == []
