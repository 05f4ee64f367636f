"""Text in calendars, byte by byte: escaping, folding, cleaning, and nothing that injects a line."""

import re
import unicodedata

import ics
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tests.rendering.entries import PAGE, entry, event_of, lines, rendered

TEXTS = {
    "commas and semicolons": "Ett, två; tre,, fyra;;",
    "backslashes": r"C:\nya\Nya \, \; \\ slut\\",
    "line ends": "Rad ett\nRad två\n\n\nRad fem",
    "escapes as written": "bokstavligt \\n och \\, och %0A",
    "emoji": "Välkomna 👩🏽‍🏫🎉 till 🏳️‍🌈",
    "right to left": "תכנית الاجتماع في الصباح – Växjö",
    "long": "Åä öΩ漢字🎈 " * 714 + "slut",
    "long without spaces": "ö" * 5_000,
    "quotes": "\"Citat\" 'och' <b>inte html</b> & så vidare: klart",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_text_survives_three_readers(text: str) -> None:
    content = rendered(entry(summary="Titel, en; \\ två", description=text))
    assert str(event_of(content)["DESCRIPTION"]) == text
    (by_ics,) = ics.Calendar(content.decode()).events
    assert by_ics.name == "Titel, en; \\ två"
    by_vobject = vobject.readOne(content.decode()).vevent
    assert by_vobject.summary.value == "Titel, en; \\ två"
    assert by_vobject.description.value == text
    if "\\" not in text:
        # This reader undoes "\n" before "\\", so it cannot tell a written backslash-n from a line end.
        assert by_ics.description == text


def test_pasted_text_is_cleaned() -> None:
    event = event_of(
        rendered(
            entry(
                summary=" A\u030alands\r\n dag\x07 ",
                description="\ufeff Ett\r\nTva\u030a\rTre\x0bFyra\u2028Fem\tSex\x00\x1b\x85\ud83d \n",
                location=" \n ",
            )
        )
    )
    assert str(event["SUMMARY"]) == "Ålands dag"
    assert str(event["DESCRIPTION"]) == "Ett\nTvå\nTre\nFyra\nFem Sex"
    assert "LOCATION" not in event


def test_categories_have_no_commas_and_no_doubles() -> None:
    content = rendered(entry(categories=("Våld, nära", "Våld nära", r"C:\Nya; mål", " ")))
    assert r"CATEGORIES:Våld nära,C:/Nya\; mål" in lines(content)


def test_empty_values_are_left_out() -> None:
    content = rendered(
        entry(
            description="",
            location=None,
            url="",
            categories=("", " , "),
            organizer_name="Ingen",
            organizer_email="",
        ),
        name=" ",
        description="",
    )
    names = {re.split("[:;]", line)[0] for line in lines(content)}
    assert names.isdisjoint(
        {
            "DESCRIPTION",
            "LOCATION",
            "URL",
            "CATEGORIES",
            "ORGANIZER",
            "NAME",
            "X-WR-CALNAME",
            "X-WR-CALDESC",
            "SOURCE",
        }
    )
    assert not [line for line in lines(content)[:-1] if line.endswith(":")]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://exempel.se/",
        "/aktiviteter/x",
        "https:///x",
        "https://exempel.se/\r\nATTENDEE:mailto:a@exempel.se",
        "https://exempel.se/a b",
        "https://[x]/",
        "https://exempel.se@ond.se/",
        "data:text/html,x",
        "",
    ],
)
def test_only_web_addresses_become_url(url: str) -> None:
    event = event_of(rendered(entry(url=url)))
    assert "URL" not in event
    assert "ATTENDEE" not in event
    assert "DESCRIPTION" not in event


def test_a_web_address_is_ascii_and_not_escaped() -> None:
    content = rendered(entry(url="https://exempel.se/möte?a=1,2;b&c=%C3%A5#där"))
    assert "URL:https://exempel.se/m%C3%B6te?a=1,2;b&c=%C3%A5#d%C3%A4r" in lines(content)


def test_the_page_address_ends_the_description_once() -> None:
    assert (
        str(event_of(rendered(entry(description=f"Mer: \n{PAGE}", url=PAGE)))["DESCRIPTION"])
        == f"Mer:\n\n{PAGE}"
    )
    assert str(event_of(rendered(entry(url=PAGE)))["DESCRIPTION"]) == PAGE


@pytest.mark.parametrize(
    "email", ["utan-snabel-a", "a@b\r\nATTENDEE:mailto:x@y.se", "a b@exempel.se", "a@b;c", "<a@b.se>"]
)
def test_a_broken_address_gives_no_organizer(email: str) -> None:
    event = event_of(rendered(entry(organizer_name="X", organizer_email=email)))
    assert "ORGANIZER" not in event
    assert "ATTENDEE" not in event


def test_organizer_name_is_quoted_and_harmless() -> None:
    content = rendered(entry(organizer_name='Region "X", öst: a;b \\ ^n', organizer_email="kurs@exempel.se"))
    assert "ORGANIZER;CN=\"Region 'X', öst: a;b / n\":mailto:kurs@exempel.se" in lines(content)
    assert event_of(content)["ORGANIZER"].params["CN"] == "Region 'X', öst: a;b / n"
    (by_ics,) = ics.Calendar(content.decode()).events
    assert by_ics.organizer.email == "kurs@exempel.se"
    assert vobject.readOne(content.decode()).vevent.organizer.params["CN"] == ["Region 'X', öst: a;b / n"]


def assert_well_formed(content: bytes) -> None:
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r\n\r\n" not in content
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # A fold inside a character would fail here.
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line.decode())


@pytest.mark.parametrize("shift", range(8))
def test_folding_never_splits_a_character_or_an_escape(shift: int) -> None:
    text = "x" * shift + "å漢🎉\\,;\n" * 200
    content = rendered(entry(summary=text, description=text, location=text), name=text, description=text)
    assert_well_formed(content)
    for line in content.split(b"\r\n"):
        trailing = len(line) - len(line.rstrip(b"\\"))
        assert trailing % 2 == 0


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_any_text_comes_back_clean(text: str) -> None:
    content = rendered(entry(summary=text, description=text, location=text, categories=(text,)), name=text)
    assert_well_formed(content)
    event = event_of(content)
    description = str(event.get("DESCRIPTION", ""))
    assert description == description.strip() == unicodedata.normalize("NFC", description)
    # Rendering what was read gives the same again: nothing is escaped twice or lost on the way.
    again = event_of(rendered(entry(summary=text, description=description)))
    assert str(again.get("DESCRIPTION", "")) == description
    kept = {c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] in "LNPS"}
    assert kept <= set(description)
    assert "\n" not in str(event.get("SUMMARY", "")) + str(event.get("LOCATION", ""))
    assert len(Calendar.from_ical(content).subcomponents) == 2


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="aå漢🎉\\,;:\n \"'^nN", max_size=400).map(str.strip))
def test_text_made_of_special_characters_comes_back_exactly(text: str) -> None:
    event = event_of(rendered(entry(description=text)))
    assert str(event.get("DESCRIPTION", "")) == text
