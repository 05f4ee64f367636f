"""Text that every file format can carry."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.rendering.plain_text import plain_line, plain_text


@pytest.mark.parametrize(
    ("pasted", "clean"),
    [
        ("  A\u030asa  ", "Åsa"),
        ("ett\r\ntvå\rtre\x0bfyra\u2028fem\x85sex", "ett\ntvå\ntre\nfyra\nfem\nsex"),
        ("a\tb\x00\x1b\ufeff\ud800\uffffc", "a bc"),
        ("\u202egod\u202c", "god"),
        ("10\u00a0kr", "10\u00a0kr"),
        ("👩🏽\u200d🏫", "👩🏽\u200d🏫"),
        ("", ""),
        (None, ""),
    ],
)
def test_plain_text(pasted: str | None, clean: str) -> None:
    assert plain_text(pasted) == clean


def test_plain_line() -> None:
    assert plain_line(" Sal Ö\r\n  Rådhuset\u00a0 1 ") == "Sal Ö Rådhuset 1"
    assert plain_line(None) == ""


@given(st.text(st.characters(codec=None)))
def test_anything_becomes_writable(text: str) -> None:
    clean = plain_text(text)
    assert clean == plain_text(clean) == clean.strip()
    assert unicodedata.is_normalized("NFC", clean)
    assert len(clean.splitlines()) <= clean.count("\n") + 1
    clean.encode()
    assert not {c for c in clean if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - {"\n"}
