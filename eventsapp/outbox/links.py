"""Personal links in letters: a placeholder in the stored row, a fresh token only in the letter that leaves.

A room that mails personal links registers a minter for its kind of subject (in `wiring.py`). The worker calls it
while it sends, in the transaction that claims the letter; the minter stores digests only.
"""

import re
from collections.abc import Callable, Mapping
from html import escape

from flask_babel import gettext

from eventsapp.core.errors import Conflict

Minter = Callable[[int, str], dict[str, str]]
"""(subject_id, kind of letter) → link name → absolute URL. Raises DomainError when there is nothing left to link to."""

RecipientCheck = Callable[[int, str], bool]
"""(subject_id, address) → whether the address may still have the links of that subject."""

PLACEHOLDER = re.compile(r"\[\[link:([a-z_]+)\]\]")
_minters: dict[str, tuple[Minter, RecipientCheck | None]] = {}


def register_minter(subject_kind: str, minter: Minter, *, may_receive: RecipientCheck | None = None) -> None:
    """Say who makes the links of letters about this kind of subject; a later minter replaces an earlier one.

    `may_receive` refuses an address that is no longer the right one, as when it was mistyped and then corrected.
    """
    _minters[subject_kind] = (minter, may_receive)


def link_names(*bodies: str) -> set[str]:
    """The names of the links that bodies have placeholders for."""
    return {name for body in bodies for name in PLACEHOLDER.findall(body)}


def mint_links(subject_kind: str, subject_id: int, kind: str, recipient: str = "") -> dict[str, str]:
    """Fresh links for one letter to `recipient`.

    Raises LookupError where no room has said how to make them, and Conflict where the address may not have them.
    """
    minter, may_receive = _minters[subject_kind]
    if may_receive is not None and not may_receive(subject_id, recipient):
        raise Conflict(gettext("Adressen har ändrats sedan brevet skrevs."))
    return minter(subject_id, kind)


def fill_text(body: str, links: Mapping[str, str]) -> str:
    """A text body with its links; raises KeyError for a name that was not minted."""
    return PLACEHOLDER.sub(lambda found: links[found.group(1)], body)


def fill_html(body: str, links: Mapping[str, str]) -> str:
    """As `fill_text`, for HTML."""
    return PLACEHOLDER.sub(lambda found: escape(links[found.group(1)]), body)


def in_words(body: str) -> str:
    """A text body as staff read it: where a link goes there are words, since the link is its receiver's alone."""
    return PLACEHOLDER.sub(lambda _: gettext("[personlig länk, bara för mottagaren]"), body)
