"""Swedish text: what is searched, how it sorts, what a slug is made of; no database's collation is trusted."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SORT = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y"})
_SLUG = str.maketrans(
    {
        "å": "a",
        "ä": "a",
        "ö": "o",
        "æ": "ae",
        "ø": "o",
        "đ": "d",
        "ŋ": "n",
        "ŧ": "t",
        "ß": "ss",
    }
)


def clean(text: str) -> str:
    """NFC text without control and direction characters, trimmed; line ends are a single newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", unicodedata.normalize("NFC", text)).strip()


def clean_line(text: str) -> str:
    """As `clean`, on one line with single spaces."""
    return re.sub(r"\s+", " ", clean(text))


def search_text(*parts: str | None) -> str:
    """What a search is matched against: NFC, casefolded, parts joined with a newline."""
    return "\n".join(clean_line(part).casefold() for part in parts if part)


def search_words(query: str) -> list[str]:
    """The casefolded words of a search; every one must be found."""
    return clean_line(query).casefold().split()[:8]


def like_pattern(word: str) -> str:
    """A LIKE pattern (escape character backslash) that finds `word` anywhere."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def sort_key(text: str) -> str:
    """An ASCII key that sorts bytewise in the Swedish order: accents ignored, å, ä, ö last."""
    lowered = clean_line(text).casefold().translate(_SORT)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9 {|}]+", " ", plain).strip()[:200]


def slugify(text: str, max_length: int = 80) -> str:
    """A stable, readable part of an address: a–z, 0–9 and hyphens; never empty."""
    lowered = clean_line(text).casefold().translate(_SLUG)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > max_length:
        slug = slug[:max_length].rsplit("-", 1)[0] or slug[:max_length]
    return slug or "aktivitet"


def email_key(address: str) -> str:
    """The form in which two spellings of one address are the same."""
    return clean_line(address).casefold()


def family_first(name: str) -> str:
    """A name as a list shows it: "Ahlström, Åsa". Particles go with the family name; one word stays as it is, and so does
    an alias, "Deltagare 12"."""
    words = clean_line(name).split(" ")
    if len(words) < 2 or words[-1].isdecimal():
        return clean_line(name)
    first_of_family = len(words) - 1
    while first_of_family > 1 and words[first_of_family - 1].casefold() in _PARTICLES:
        first_of_family -= 1
    return f"{' '.join(words[first_of_family:])}, {' '.join(words[:first_of_family])}"


_PARTICLES = {
    "von",
    "af",
    "de",
    "van",
    "der",
    "den",
    "la",
    "du",
    "al",
    "bin",
    "ibn",
    "da",
    "dos",
    "zu",
    "ter",
    "le",
}
