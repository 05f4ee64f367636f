"""English is complete: every text of code and templates has its translation, with the same values in it."""

import io
import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from eventsapp.config import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "eventsapp" / "translations" / "en" / "LC_MESSAGES"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}


@pytest.fixture(scope="module")
def english() -> Catalog:
    return read_po(io.BytesIO((FOLDER / "messages.po").read_bytes()), locale="en")


@pytest.fixture(scope="module")
def texts() -> set[str]:
    """Every text that is shown, as its Swedish singular."""
    with (PROJECT_ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = set()
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(PROJECT_ROOT), methods, options, keywords=KEYWORDS
    ):
        found.add(message[0] if isinstance(message, tuple) else message)
    return found - {""}


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[sd]", text))


def test_every_text_is_translated(english: Catalog, texts: set[str]) -> None:
    missing = []
    for text in sorted(texts):
        message = english.get(text)
        strings = (
            message.string
            if message and isinstance(message.string, tuple)
            else (message.string,)
            if message
            else ("",)
        )
        if not all(strings) or (message and message.fuzzy):
            missing.append(text)
    assert missing == []


def test_the_same_values_stand_in_both_languages(english: Catalog) -> None:
    for message in english:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        # A singular may say "one" in words, so its values are compared with the singular's.
        for swedish, english_text in zip(ids, strings, strict=True):
            assert _placeholders(english_text) - {"num"} == _placeholders(swedish) - {"num"}, message.id


def test_the_compiled_catalogue_is_the_written_one(english: Catalog) -> None:
    compiled = read_mo(io.BytesIO((FOLDER / "messages.mo").read_bytes()))
    for message in english:
        if message.id:
            found = compiled.get(message.id)
            assert found is not None and tuple(found.string) == tuple(message.string), message.id
