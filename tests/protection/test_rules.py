import pytest

from eventsapp.core.redaction import Redaction
from eventsapp.core.text import family_first
from eventsapp.protection.rules import (
    SealedDetails,
    alias_name,
    grouped,
    new_code,
    normalised_code,
)
from eventsapp.registrations.rules import first_name

ASA = {"name": "Åsa von Ahlström-Berg", "email": "Asa.A@umea.example.se", "phone": "070-123 45 67"}


def test_an_alias_is_listed_and_spoken_to_as_it_is():
    assert alias_name(12) == "Deltagare 12"
    assert family_first("Deltagare 12") == "Deltagare 12"
    assert first_name("Deltagare 12") == "Deltagare 12"
    assert (family_first("Åsa Ahlström"), first_name("Åsa Ahlström")) == ("Ahlström, Åsa", "Åsa")


def test_codes_are_long_random_and_without_letters_that_are_mistaken():
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert {len(code) for code in codes} == {12}
    assert not set("".join(codes)) & set("ILOU")


@pytest.mark.parametrize(
    "typed",
    ["0123 ABCD EFGH", "0123abcdefgh", "o123-abcd-efgh", " 0l23 – ABCD – EFGH ", "OI23.abcd.efgh"],
)
def test_a_code_is_known_however_it_is_typed(typed):
    assert normalised_code(typed) == "0123ABCDEFGH"


@pytest.mark.parametrize("typed", ["", "0123 ABCD EFG", "0123 ABCD EFGHJ", "0123 ABCD EFGU", "åäö" * 4])
def test_what_cannot_be_a_code_is_none(typed):
    assert normalised_code(typed) == ""


def test_a_code_is_read_out_in_groups_of_four():
    assert grouped("0123ABCDEFGH") == "0123 ABCD EFGH"
    assert normalised_code(grouped(code := new_code())) == code


def test_details_come_back_from_the_text_that_is_sealed():
    details = SealedDetails(name="Åsa", note="Ring\nefter 17", phone="070")

    assert SealedDetails.from_text(details.to_text()) == details


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Åsa von Ahlström-Berg har avanmält sig.", "Deltagare 3 har avanmält sig."),
        ("Namn: åsa von\n    ahlström-berg, Umeå", "Namn: Deltagare 3, Umeå"),
        ("Skriv till asa.a@UMEA.example.se.", "Skriv till Deltagare 3."),
        ("Ring 070-123 45 67", "Ring Deltagare 3"),
        ("Åsa kommer. Bo von Ahlström-Berg också.", "Åsa kommer. Bo von Ahlström-Berg också."),
        ("basa.a@umea.example.se", "basa.a@umea.example.se"),
    ],
)
def test_a_person_is_taken_out_of_a_text(text, expected):
    redaction = Redaction(**ASA, instead="Deltagare 3")

    assert redaction(text) == expected
    assert redaction.finds(text) is (text != expected)


def test_a_name_is_found_as_it_stands_in_html():
    redaction = Redaction(name="Bo D'Arc & Co", instead="Deltagare 1")

    assert redaction("<p>Bo D&#39;Arc &amp; Co kom.</p>") == "<p>Deltagare 1 kom.</p>"


def test_a_name_of_one_word_is_anybodys():
    assert Redaction(name="Anna", instead="Deltagare 1")("Hej Anna!") == "Hej Anna!"
    assert Redaction(name="Anna", instead="Deltagare 1", single_names=True)("Hej Anna!") == "Hej Deltagare 1!"


def test_one_without_anything_is_found_nowhere():
    redaction = Redaction(instead="Deltagare 1")

    assert redaction("Hej!") == "Hej!"
    assert not redaction.finds("", "Hej!")
    assert redaction.hints == ()


def test_a_workplace_goes_only_from_what_quotes_the_person():
    redaction = Redaction(name="Anna Dold", instead="Deltagare 1", also=("Umeå kommun", ""))

    assert redaction.of_one("Sent besked", "Anna Dold, Umeå\nkommun, kommer inte.") == (
        "Sent besked",
        "Deltagare 1, –, kommer inte.",
    )
    assert redaction.of_one("Bo Berg, Umeå kommun, kommer.") == ("Bo Berg, Umeå kommun, kommer.",)
