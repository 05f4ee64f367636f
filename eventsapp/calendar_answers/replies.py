"""Reading what a calendar answers to an invitation (RFC 5546 section 3.2.3, RFC 6047). Anybody can send such a message."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from itertools import islice

from icalendar import Calendar

from eventsapp.core.text import email_key

LARGEST_CALENDAR = 64 * 1024
MOST_PARTS = 50
_TYPES = ("text/calendar", "application/ics")


@dataclass(frozen=True)
class Decline:
    """Somebody's calendar says no to the invitation with this number to one occasion; so the message says."""

    uid: str
    sequence: int
    email_key: str


def parse_decline(raw: bytes) -> Decline | None:
    """The no in a mail, or None when the mail is something else.

    Raises whatever the parsers raise for malformed content: the caller passes such a message by.
    """
    # The old policy takes headers as they come, where the new one may fail on what strange programs write.
    message = message_from_bytes(raw, policy=compat32)
    for part in islice(message.walk(), MOST_PARTS):
        if part.get_content_type() in _TYPES and (content := _content(part)):
            return _decline_in(content)
    return None


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) and len(content) <= LARGEST_CALENDAR else b""


def _decline_in(content: bytes) -> Decline | None:
    calendar = Calendar.from_ical(content)
    entries = calendar.walk("VEVENT")
    if str(calendar.get("METHOD", "")).upper() != "REPLY" or len(entries) != 1:
        return None
    (entry,) = entries
    attendee = entry.get("ATTENDEE")
    # One person answers (RFC 5546 section 3.2.3), and our invitations are never to one day of a repeated entry.
    if attendee is None or isinstance(attendee, list) or "RECURRENCE-ID" in entry or "UID" not in entry:
        return None
    if str(attendee.params.get("PARTSTAT", "")).upper() != "DECLINED":
        return None
    scheme, _, address = str(attendee).partition(":")
    if scheme.lower() != "mailto" or not (key := email_key(address)):
        return None
    return Decline(str(entry["UID"]), int(entry.get("SEQUENCE", 0)), key)
