"""Reading the mail that says a letter could not be delivered (RFC 3464, RFC 6522)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from eventsapp.outbox.models import Letter
from eventsapp.outbox.operations import mark_bounced
from eventsapp.outbox.queries import find_by_message_id

_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


@dataclass(frozen=True)
class Bounce:
    """What a report says: which letter, by the Message-IDs it names, and why it did not get through."""

    message_ids: tuple[str, ...]
    status: str
    detail: str

    @property
    def is_permanent(self) -> bool:
        """Whether it is of class 5 (RFC 3463); class 4 means that the other server still tries."""
        return self.status.startswith("5.")


def parse_bounce(raw: bytes) -> Bounce | None:
    """The report in a mail, or None when the mail is something else, however malformed."""
    # The old policy takes headers as they come, where the new one may fail on what strange servers write.
    message = message_from_bytes(raw, policy=compat32)
    if message.get_content_type() != "multipart/report":
        return None
    status, detail = "", ""
    message_ids: list[str] = []
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and not status:
            status, detail = _status_of(part)
        elif part is not message:
            message_ids += _original_ids(part)
    message_ids += _ids_in(message, "In-Reply-To") + _ids_in(message, "References")
    return Bounce(tuple(message_ids), status, detail) if status and message_ids else None


def note_bounce(raw: bytes) -> Letter | None:
    """Mark the letter that a mail says was sent back for good; flushes. None when there is no such letter."""
    bounce = parse_bounce(raw)
    if bounce is None or not bounce.is_permanent:
        return None
    letter = find_by_message_id(bounce.message_ids)
    if letter is not None:
        mark_bounced(letter, bounce.detail)
    return letter


def _status_of(part: Message) -> tuple[str, str]:
    """Status and words of the worst recipient in a report."""
    found = [
        (match.group(1), str(block.get("Diagnostic-Code", "")))
        for block in _blocks(part)
        if (match := _STATUS.match(str(block.get("Status", ""))))
    ]
    status, said = max(found, default=("", ""))
    words = said.partition(";")[2].strip() or said.strip()
    return status, words if words.startswith(status) or status in words else f"{status} {words}".strip()


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))


def _original_ids(part: Message) -> list[str]:
    """The Message-IDs of the returned letter, which comes whole or as its headers alone."""
    if part.get_content_type() in ("text/rfc822-headers", "message/global-headers"):
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            return []
        return _ids_in(message_from_bytes(content, policy=compat32), "Message-ID")
    if part.get_content_type() in ("message/rfc822", "message/global"):
        return [found for block in _blocks(part) for found in _ids_in(block, "Message-ID")]
    return []


def _ids_in(message: Message, header: str) -> list[str]:
    return _MESSAGE_ID.findall(str(message.get(header, "")))
