"""Reading the letters that were written as files, for the demonstration."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import cast

from markupsafe import Markup, escape

from eventsapp.core.errors import NotFound
from eventsapp.web.paging import Page

FILES_PER_PAGE = 20
_NAME = re.compile(r"[0-9A-Za-z-]+\.eml")
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


@dataclass(frozen=True)
class LetterAttachmentFile:
    """A file in a letter."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class LetterFile:
    """A letter as its receiver would read it."""

    name: str
    recipient: str
    sender: str
    subject_line: str
    written_at: datetime | None
    text: str
    attachments: tuple[LetterAttachmentFile, ...]

    @property
    def html(self) -> Markup:
        """The text with its addresses as links."""
        parts, last = [], 0
        for found in _URL.finditer(self.text):
            url = escape(found.group())
            parts += [escape(self.text[last : found.start()]), Markup('<a href="{0}">{0}</a>').format(url)]
            last = found.end()
        return Markup().join([*parts, escape(self.text[last:])])


def letter_names(folder: Path) -> list[str]:
    """The names of the files of letters in a folder, newest first; they begin with the time."""
    return sorted((path.name for path in folder.glob("*.eml") if _NAME.fullmatch(path.name)), reverse=True)


def letter_files_page(folder: Path, number: int) -> Page[LetterFile]:
    """One page of the letters in a folder, newest first."""
    names = letter_names(folder)
    first = (number - 1) * FILES_PER_PAGE
    rows = [read_letter_file(folder, name) for name in names[first : first + FILES_PER_PAGE]]
    return Page(rows, number, FILES_PER_PAGE, len(names))


def read_letter_file(folder: Path, name: str) -> LetterFile:
    """One letter by the name of its file; raises NotFound."""
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound
    message = message_from_bytes(path.read_bytes(), policy=default)
    body = message.get_body(("plain",))
    return LetterFile(
        name=name,
        recipient=str(message["To"]),
        sender=str(message["From"]),
        subject_line=str(message["Subject"]),
        written_at=message["Date"].datetime if message["Date"] else None,
        text=str(body.get_content()) if body is not None else "",
        attachments=tuple(
            LetterAttachmentFile(
                part.get_filename() or "bilaga",
                part.get_content_type(),
                cast(bytes, part.get_payload(decode=True)),
            )
            for part in message.iter_attachments()
        ),
    )
