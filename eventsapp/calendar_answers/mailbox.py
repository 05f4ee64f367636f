"""The mailbox that calendars answer to, over IMAP (RFC 3501)."""

import imaplib
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from eventsapp.config import SettingsError
from eventsapp.outbox.transport import LOOPBACK

TIMEOUT_SECONDS = 30
LARGEST_MESSAGE = 256 * 1024
"""An answer has a few kilobytes; more is not taken from the server."""
_STATUS = re.compile(rb"(UIDNEXT|UIDVALIDITY) (\d+)")


class MailboxError(Exception):
    """The mailbox cannot be read now. What the server said is not in it, since it may name a person."""


@dataclass(frozen=True)
class MailboxAddress:
    """What ANSWERS_URL says. `is_tls` is for imaps, where the connection begins encrypted."""

    host: str
    port: int
    is_tls: bool
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"


def parse_answers_url(url: str) -> MailboxAddress:
    """Read ANSWERS_URL; raises SettingsError, without repeating the URL since it holds a password."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise SettingsError("ANSWERS_URL has a port that is not a number.") from None
    folder = unquote(parts.path.strip("/")) or "INBOX"
    is_usable = parts.scheme in ("imap", "imaps") and parts.hostname and parts.username and parts.password
    if not is_usable or not folder.isascii() or not folder.isprintable() or set(folder) & set('"\\'):
        raise SettingsError("ANSWERS_URL must look like imaps://user:password@host/INBOX.")
    is_tls = parts.scheme == "imaps"
    return MailboxAddress(
        parts.hostname or "",
        port or (993 if is_tls else 143),
        is_tls,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        folder,
    )


class AnswersMailbox:
    """One connection to the mailbox; use it in a `with`. Raises MailboxError for all that goes wrong with it."""

    uid_validity: int
    next_uid: int

    def __init__(self, address: MailboxAddress) -> None:
        self._address = address

    def __enter__(self) -> Self:
        try:
            self._imap = self._connect()
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxError(type(error).__name__) from None
        try:
            self._open()
        except (OSError, imaplib.IMAP4.error, MailboxError) as error:
            self._leave()
            raise MailboxError(type(error).__name__) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def uids_after(self, last_uid: int) -> list[int]:
        """The numbers of the messages that came after the one with this number, lowest first."""
        # "n:*" always names the last message too, however low its number is.
        (found,) = self._ask("SEARCH", f"UID {last_uid + 1}:*")[:1] or [b""]
        numbers = found.split() if isinstance(found, bytes) else []
        return sorted(uid for uid in map(int, numbers) if uid > last_uid)

    def read(self, uid: int) -> bytes | None:
        """A message as it came, without marking it as read; None for one that is too large or gone."""
        answer = self._ask("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST_MESSAGE + 1}>)")
        content = next((part[1] for part in answer if isinstance(part, tuple)), None)
        return content if isinstance(content, bytes) and len(content) <= LARGEST_MESSAGE else None

    def mark_read(self, uid: int) -> None:
        """Let people who look in the mailbox see that a message is taken care of."""
        self._ask("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)")

    def _connect(self) -> imaplib.IMAP4:
        address = self._address
        if address.is_tls:
            context = ssl.create_default_context()
            return imaplib.IMAP4_SSL(address.host, address.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
        return imaplib.IMAP4(address.host, address.port, timeout=TIMEOUT_SECONDS)

    def _open(self) -> None:
        address, imap = self._address, self._imap
        # Without encryption the password would be for anybody on the way; on this machine there is no way.
        if not address.is_tls and address.host not in LOOPBACK:
            imap.starttls(ssl_context=ssl.create_default_context())
        imap.login(address.username, address.password)
        kind, answer = imap.status(f'"{address.folder}"', "(UIDNEXT UIDVALIDITY)")
        numbers = dict(_STATUS.findall(answer[0] or b"")) if kind == "OK" else {}
        if imap.select(f'"{address.folder}"')[0] != "OK" or len(numbers) < 2:
            raise MailboxError
        self.uid_validity, self.next_uid = int(numbers[b"UIDVALIDITY"]), int(numbers[b"UIDNEXT"])

    def _ask(self, command: str, *arguments: str) -> Sequence[Any]:
        try:
            kind, answer = self._imap.uid(command, *arguments)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxError(type(error).__name__) from None
        if kind != "OK":
            raise MailboxError(command)
        return answer

    def _leave(self) -> None:
        try:
            self._imap.logout()
        except (OSError, imaplib.IMAP4.error):
            self._imap.shutdown()
