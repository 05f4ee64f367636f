"""Reading people out of pasted lines; no database."""

import pytest

from eventsapp.core.errors import DomainError
from eventsapp.networks.lines import BadLine, PastedPerson, read_lines


@pytest.fixture(autouse=True)
def _swedish(app) -> None:
    """Reasons are sentences in the page's language."""


def test_lines_are_read_from_semicolons_and_from_a_spreadsheet() -> None:
    pasted = read_lines(
        "Åsa Ahlström; asa@example.se; Umeå kommun\r\n\r\nBo Berg\tBO@EXAMPLE.SE\tRegion Västerbotten\n Cia ;cia@example.se;",
        name_needed=True,
    )
    assert pasted.people == [
        PastedPerson("Åsa Ahlström", "asa@example.se", "Umeå kommun"),
        PastedPerson("Bo Berg", "BO@example.se", "Region Västerbotten"),
        PastedPerson("Cia", "cia@example.se", ""),
    ]
    assert (pasted.bad, pasted.repeated, pasted.left_over) == ([], 0, "")


def test_each_bad_line_has_its_number_and_reason_and_is_kept_as_it_was() -> None:
    text = "Åsa; asa@example.se\nbara ett namn\n\n; bo@example.se\nCia; cia\nDan; ; Umeå\nEva; eva@example.se; Umeå; chef\nx"
    pasted = read_lines(f"{text}{'y' * 200}; y@example.se", name_needed=True)
    assert [person.name for person in pasted.people] == ["Åsa"]
    assert [(line.number, line.reason) for line in pasted.bad] == [
        (2, "Skriv namn, e-post och organisation med semikolon emellan."),
        (4, "Namnet saknas."),
        (5, "Det är ingen e-postadress: cia"),
        (6, "E-postadressen saknas."),
        (7, "Raden har fler än tre delar. Skriv en person på varje rad."),
        (8, "Skriv högst 200 tecken."),
    ]
    assert pasted.bad[1] == BadLine(4, "; bo@example.se", "Namnet saknas.")
    assert pasted.left_over.splitlines()[:2] == ["bara ett namn", "; bo@example.se"]


def test_an_address_counts_once_whatever_its_capitals() -> None:
    pasted = read_lines("Åsa; asa@example.se\nÅsa A; ASA@example.se\nAsa; asa@EXAMPLE.se", name_needed=True)
    assert [person.name for person in pasted.people] == ["Åsa"]
    assert pasted.repeated == 2


def test_an_address_alone_is_enough_where_no_name_is_asked_for() -> None:
    pasted = read_lines("asa@example.se\n;bo@example.se;Umeå kommun\nBo", name_needed=False)
    assert pasted.people == [
        PastedPerson("", "asa@example.se", ""),
        PastedPerson("", "bo@example.se", "Umeå kommun"),
    ]
    assert [line.number for line in pasted.bad] == [3]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" \n\t\n", "Klistra in minst en rad."),
        ("x\n" * 2001, "Det är 2\u00a0001 rader. Klistra in högst 2\u00a0000 åt gången."),
    ],
)
def test_none_and_too_many_are_refused_as_a_whole(text: str, sentence: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_lines(text, name_needed=True)
    assert (refused.value.message, refused.value.field) == (sentence, "lines")


def test_two_thousand_lines_are_read() -> None:
    text = "\n".join(f"Person {number}; person{number}@example.se; Umeå kommun" for number in range(2000))
    assert len(read_lines(text, name_needed=True).people) == 2000
