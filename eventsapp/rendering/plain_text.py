"""Text as file formats can carry it: what people paste from Word or a PDF holds more than letters."""

import re
import unicodedata

from eventsapp.core.text import clean

# Python, several calendar readers and Excel each take some of these for the end of a line. Word writes U+000B for
# a line break inside a paragraph.
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# C1 controls, halves of surrogate pairs and noncharacters cannot stand in UTF-8 or XML 1.0.
_UNWRITABLE = re.compile(r"[\x80-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plain_text(text: str | None) -> str:
    """NFC text with `\\n` as its only line end and only control character, without outer spaces; None gives ""."""
    if not text:
        return ""
    if text.isprintable():
        # Nearly all text; none of what is taken away below is printable.
        return unicodedata.normalize("NFC", text).strip()
    return clean(_UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " "))


def plain_line(text: str | None) -> str:
    """As `plain_text` on one line: line ends and runs of spaces become one space."""
    return " ".join(plain_text(text).split())
