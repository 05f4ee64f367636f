"""What a list says of the choices in the programme: titles in one cell, with semicolons between them."""

from collections.abc import Callable, Sequence
from itertools import groupby

from eventsapp.core.i18n import format_clock
from eventsapp.core.text import clean_line
from eventsapp.imports.problems import ProblemKind, Unreadable
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.rules import clashing


def reader_of(items: Sequence[ProgrammeItem]) -> Callable[[str], object]:
    """How such a cell is read as the ids of the items that a person may choose.

    An item is known by its title in either language, and by that with the time before it where another has the same title.
    """
    known: dict[str, set[int]] = {}
    for item in items:
        for title in (item.title_sv, item.title_en):
            for spelling in (title, f"{format_clock(item.starts_at)}{title}") if title else ():
                known.setdefault(_key(spelling), set()).add(item.id)
    by_id = {item.id: item for item in items}

    def read(text: str) -> object:
        # A title may have a semicolon of its own.
        parts = [text] if _key(text) in known else text.replace("\n", ";").split(";")
        titles = [key for part in parts if (key := _key(part))]
        chosen = {_one(known.get(title, set())) for title in titles}
        _require_possible([by_id[item_id] for item_id in chosen])
        return tuple(sorted(chosen)) or None

    return read


def _key(title: str) -> str:
    """A title's letters and figures, in which two spellings of it are the same."""
    return "".join(sign for sign in clean_line(title).casefold() if sign.isalnum())


def _one(found: set[int]) -> int:
    if not found:
        raise Unreadable(ProblemKind.UNKNOWN)
    if len(found) > 1:
        raise Unreadable(ProblemKind.SAME_TITLE)
    return next(iter(found))


def _require_possible(items: Sequence[ProgrammeItem]) -> None:
    in_order = sorted(items, key=lambda item: item.starts_at)
    if any(len(list(together)) > 1 for _, together in groupby(in_order, lambda item: item.starts_at)):
        raise Unreadable(ProblemKind.SAME_TIME)
    if clashing(items):
        raise Unreadable(ProblemKind.OVERLAP)
