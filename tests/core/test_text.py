"""Swedish order, search, slugs and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.core.text import clean, clean_line, family_first, like_pattern, search_words, slugify, sort_key


def test_the_swedish_letters_come_last_in_their_order() -> None:
    names = ["Öberg", "Åberg", "Ärlig", "Zetterlund", "Adam", "Östlund", "Wallin", "Éclair", "Edvinsson"]
    assert sorted(names, key=sort_key) == [
        "Adam",
        "Éclair",
        "Edvinsson",
        "Wallin",
        "Zetterlund",
        "Åberg",
        "Ärlig",
        "Öberg",
        "Östlund",
    ]


@given(st.text())
def test_a_sort_key_is_plain_ascii_of_bounded_length(text: str) -> None:
    key = sort_key(text)
    assert key.isascii()
    assert len(key) <= 200


@given(st.text())
def test_a_slug_is_never_empty_and_safe_in_an_address(text: str) -> None:
    slug = slugify(text)
    assert slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug) <= 80


def test_a_slug_is_readable() -> None:
    assert slugify("Att våga se – och kunna stå kvar") == "att-vaga-se-och-kunna-sta-kvar"
    assert slugify("!!!") == "aktivitet"


@given(st.text())
def test_cleaned_text_has_no_control_or_direction_characters(text: str) -> None:
    cleaned = clean(text)
    assert not set(cleaned) & set("\x00\x07\x1b\x7f\u202e\u2066\ufeff\r")
    assert clean(cleaned) == cleaned
    assert "\n" not in clean_line(text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Åsa Ahlström", "Ahlström, Åsa"),
        ("Anna Karin von Sydow", "von Sydow, Anna Karin"),
        ("Ludvig van der Berg", "van der Berg, Ludvig"),
        ("Madonna", "Madonna"),
        ("  Per   Edvinsson ", "Edvinsson, Per"),
        ("", ""),
    ],
)
def test_a_list_shows_the_family_name_first(name: str, shown: str) -> None:
    assert family_first(name) == shown


def test_signs_with_a_meaning_in_like_are_found_as_themselves() -> None:
    assert like_pattern("100%_\\") == "%100\\%\\_\\\\%"


def test_a_search_is_casefolded_words_of_a_bounded_number() -> None:
    assert search_words("  ÅSA  Umeå ") == ["åsa", "umeå"]
    assert len(search_words("a " * 100)) == 8
