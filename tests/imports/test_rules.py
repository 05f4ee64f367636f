"""How lists are understood: headings, cells, and what is wrong with a row."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import in_language
from eventsapp.events.models import Event, EventFormat
from eventsapp.imports.columns import columns_of, heading_key, keys_by_heading
from eventsapp.imports.matching import match
from eventsapp.imports.problems import Problem, ProblemKind, Unreadable
from eventsapp.imports.rules import LIMITS, Reading, check_rows, require_columns
from eventsapp.registrations.models import AttendanceMode, Profession
from eventsapp.rendering.table_files import TableRow, read_text


@pytest.fixture(autouse=True)
def _words(app: Flask) -> None:
    """The labels of columns are texts of the application."""


def make_event(**facts: object) -> Event:
    values = {"format": EventFormat.ONSITE, "asks_phone": True, "asks_food": True, "asks_access": True}
    return Event(**(values | facts))


HYBRID = {"format": EventFormat.HYBRID}


def columns_found(text: str, **facts: object) -> tuple[str, ...]:
    return match(read_text(text, LIMITS), columns_of(make_event(**facts))).columns


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        ("Namn;E-post;Organisation", ("name", "email", "organisation")),
        ("FÖRNAMN;efternamn ;E-postadress*;Arbetsgivare", ("first_name", "last_name", "email", "organisation")),
        ("Name;E-mail;Workplace;Job title;Phone", ("name", "email", "organisation", "job_title", "phone")),
        ("Deltar;Specialkost;Behov;Yrkesgrupp;Namn", ("mode", "food", "access", "profession", "name")),
        ("Namn;Skostorlek;Namn;", ("name", "", "", "")),
        # The heads of our own export; those that say what became of a registration are left out.
        (
            "Namn;E-post;Telefon;Organisation;Kommun;Befattning;Yrkesgrupp;Deltar;Status;Anmäld",
            ("name", "email", "phone", "organisation", "", "job_title", "profession", "mode", "", ""),
        ),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_headings(headings: str, columns: tuple[str, ...]) -> None:
    assert columns_found(f"{headings}\nx;y;z", **HYBRID) == columns


def test_headings_may_stand_below_a_title() -> None:
    found = match(
        read_text("Konferensen;\n2026;\nNamn;Epost\nÅsa;a@example.se", LIMITS), columns_of(make_event())
    )
    assert [row.number for row in found.rows] == [4]
    assert found.headings == ("Namn", "Epost")


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Åsa Ahlström;asa@example.se;Umeå kommun\nBo;bo@example.se;X", ("name", "email", "organisation")),
        ("asa@example.se\tÅsa\tUmeå kommun\tx", ("email", "name", "organisation", "")),
        ("Åsa Ahlström;Umeå", ("name", "organisation")),
        ("Bo;bo@example.se;Skola", ("name", "email", "organisation")),
    ],
)  # fmt: skip
def test_without_headings_the_columns_are_guessed(text: str, columns: tuple[str, ...]) -> None:
    found = match(read_text(text, LIMITS), columns_of(make_event()))
    assert found.columns == columns
    assert found.rows[0].number == 1


def test_only_what_the_activity_asks_can_be_read() -> None:
    nothing = make_event(asks_phone=False, asks_food=False, asks_access=False)
    assert not {"phone", "food", "access", "mode"} & columns_of(nothing).keys()
    assert {"phone", "food", "access", "mode"} <= columns_of(make_event(**HYBRID)).keys()


def test_no_two_columns_have_the_same_heading() -> None:
    columns = columns_of(make_event(**HYBRID))
    owners: dict[str, set[str]] = {}
    for language in ("sv", "en"):
        with in_language(language):
            for one in columns.values():
                for text in (*one.headings, str(one.label)):
                    owners.setdefault(heading_key(text), set()).add(one.key)
    assert {heading: keys for heading, keys in owners.items() if len(keys) > 1} == {}
    assert set(keys_by_heading(columns).values()) == set(columns)


@pytest.mark.parametrize(
    ("key", "cell", "value"),
    [
        ("name", "  Åsa\u00a0  Ahlström ", "Åsa Ahlström"),
        ("name", "Ahlström, Åsa", "Åsa Ahlström"),
        ("name", "Ek, Åsa, Bo", "Ek, Åsa, Bo"),
        ("email", " ASA@Example.SE ", "ASA@example.se"),
        ("profession", "socialtjänst", Profession.SOCIAL_SERVICES),
        ("profession", "Hälso- och sjukvård och tandvård", Profession.HEALTH_CARE),
        ("profession", "POLIS", Profession.JUSTICE),
        ("mode", "På plats", AttendanceMode.ONSITE),
        ("mode", "på distans", AttendanceMode.ONLINE),
        ("mode", "Via länk", AttendanceMode.ONLINE),
        ("language", "English", "en"),
        ("language", "SVENSKA", "sv"),
        ("language", "en-GB", "en"),
        ("food", "Vegetarisk", "vegetarian"),
        ("food", "Nej", None),
        ("food", "inte jordnötter", "inte jordnötter"),
        ("phone", "+46 (0)70-123 45 67", "+46 (0)70-123 45 67"),
        ("access", "rad 1\r\nrad 2", "rad 1\nrad 2"),
        ("job_title", "", None),
    ],
)
def test_what_cells_mean(key: str, cell: str, value: object) -> None:
    assert columns_of(make_event(**HYBRID))[key].value(cell) == value


@pytest.mark.parametrize(
    ("key", "cell", "kind"),
    [
        ("name", "Se www.example.se", ProblemKind.LINK),
        ("name", "Å\x00sa", ProblemKind.CONTROL),
        ("name", "�sa", ProblemKind.CONTROL),
        ("name", "x" * 201, ProblemKind.TOO_LONG),
        ("email", "a b@example.se", ProblemKind.BAD_ADDRESS),
        ("profession", "Astronaut", ProblemKind.UNKNOWN),
        ("mode", "kanske", ProblemKind.UNKNOWN),
        ("phone", "ring mig", ProblemKind.BAD_PHONE),
        ("language", "finska", ProblemKind.UNKNOWN),
        ("access", "x" * 1001, ProblemKind.TOO_LONG),
    ],
)
def test_cells_that_cannot_be_read(key: str, cell: str, kind: ProblemKind) -> None:
    with pytest.raises(Unreadable) as refused:
        columns_of(make_event(**HYBRID))[key].value(cell)
    assert refused.value.kind is kind


def check(keys: str, *rows: str, **defaults: str) -> list[object]:
    """Each row as its problems, or as its name and workplace."""
    reading = Reading(make_event(), tuple(keys.split(";")), defaults, "sv")
    checked = check_rows(reading, [(number, row.split(";")) for number, row in enumerate(rows, 1)])
    return [
        [problem.to_pair() for problem in row.problems]
        if row.submission is None
        else (row.submission.name, row.submission.organisation)
        for row in checked
    ]


def test_rows() -> None:
    assert check(
        "first_name;last_name;email;organisation",
        "Åsa;Ahlström;a@example.se;Umeå kommun",
        "Åsa;;;Umeå kommun",
        ";;b@example.se;Umeå kommun",
        "Bo;Berg;A@EXAMPLE.SE;Umeå kommun",
        "Bo",
    ) == [
        ("Åsa Ahlström", "Umeå kommun"),
        ("Åsa", "Umeå kommun"),
        [["missing", "name"]],
        [["repeated", "1"]],
        [["missing", "organisation"]],
    ]


def test_a_broken_row_does_not_keep_its_address_from_a_good_one() -> None:
    assert check("name;email;organisation", ";a@example.se;X", "Åsa;a@example.se;X") == [
        [["missing", "name"]],
        ("Åsa", "X"),
    ]


def test_what_holds_where_a_list_says_nothing() -> None:
    assert check("name;organisation", "Åsa;", "Bo;Eget", organisation="Gemensamt") == [
        ("Åsa", "Gemensamt"),
        ("Bo", "Eget"),
    ]


def test_columns_that_are_left_out_are_not_read() -> None:
    assert check("name;;organisation", "Åsa;\x00www;X") == [("Åsa", "X")]


@pytest.mark.parametrize("keys", [["name", "name"], ["email"], ["name", "shoe_size"]])
def test_choices_of_columns_that_make_no_sense(keys: list[str]) -> None:
    with pytest.raises(DomainError):
        require_columns(keys, columns_of(make_event()))


def test_every_problem_has_words_in_both_languages() -> None:
    for kind in ProblemKind:
        for language in ("sv", "en"):
            with in_language(language):
                assert Problem(kind, "name").in_words({"name": "Namn"}).endswith(".")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("Åsa;X;online;12", 12),
        ("Åsa;X;online;", None),
        ("Åsa;X;online;1", 1),
        ("Åsa;X;online;20", 20),
        ("Åsa;X;online;21", [["bad_count", "head_count"]]),
        ("Åsa;X;online;0", [["bad_count", "head_count"]]),
        ("Åsa;X;online;-3", [["bad_count", "head_count"]]),
        ("Åsa;X;online;många", [["bad_count", "head_count"]]),
        ("Åsa;X;online;1,5", [["bad_count", "head_count"]]),
        ("Åsa;X;på plats;1", 1),
        ("Åsa;X;på plats;2", [["alone_on_site", "head_count"]]),
    ],
)
def test_how_many_sit_at_a_screen(rows: str, expected: object) -> None:
    event = make_event(**HYBRID, shared_screen_max=20)
    found = match(read_text(f"Namn;Arbetsplats;Deltar;Antal personer\n{rows}", LIMITS), columns_of(event))
    assert found.columns == ("name", "organisation", "mode", "head_count")
    (row,) = check_rows(Reading(event, found.columns, {}, "sv"), [(1, found.rows[0].cells)])
    if row.submission is None:
        assert [problem.to_pair() for problem in row.problems] == expected
    else:
        assert row.submission.head_count == expected


def test_nobody_is_counted_where_everybody_has_a_screen() -> None:
    assert columns_found("Namn;Antal personer\nÅsa;3") == ("name", "")
    assert columns_found("Namn;Antal personer\nÅsa;3", shared_screen_max=5) == ("name", "")


CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=7), min_size=1, max_size=10))
def test_whatever_stands_in_a_list_what_comes_out_could_have_been_typed(rows: list[list[str]]) -> None:
    """Each row is a submission within the limits of the form, or has a reason."""
    event = make_event(**HYBRID)
    found = match([TableRow(number, tuple(cells)) for number, cells in enumerate(rows, 1)], columns_of(event))
    assert len(found.headings) == len(found.columns)
    reading = Reading(event, found.columns, {"organisation": "X", "mode": "online"}, "sv")
    for row in check_rows(reading, [(one.number, one.cells) for one in found.rows]):
        assert bool(row.problems) != bool(row.submission)
        if row.submission is not None:
            person = row.submission
            assert 0 < len(person.name) <= 200
            assert 0 < len(person.organisation) <= 200
            assert "\n" not in person.name and "\0" not in person.name
            assert person.email == "" or "@" in person.email
