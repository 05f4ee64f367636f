"""A real mail server on loopback, so that letters are read as they were sent."""

import email
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Takes every letter, except to the addresses in `refuse`, whose answers it gives instead."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.url = ""
        self._changed = threading.Condition()

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        letter = email.message_from_bytes(content, policy=default)
        assert isinstance(letter, EmailMessage)
        with self._changed:
            self.letters.append(letter)
            self._changed.notify_all()
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The letters to one address, oldest first."""
        return [letter for letter in self.letters if address in str(letter["To"])]

    def wait_for(
        self,
        address: str,
        *,
        number: int = 1,
        seconds: float = 30,
        when: Callable[[EmailMessage], bool] | None = None,
    ) -> EmailMessage:
        """The newest letter to an address, once there are `number` of them for which `when` holds."""
        ends = time.monotonic() + seconds
        with self._changed:
            while True:
                found = [letter for letter in self.to(address) if when is None or when(letter)]
                if len(found) >= number:
                    return found[-1]
                left = ends - time.monotonic()
                subjects = [f"{letter['To']}: {letter['Subject']}" for letter in self.letters]
                assert left > 0, f"no letter came to {address}, only {subjects}"
                self._changed.wait(left)


def text_of(letter: EmailMessage) -> str:
    """The plain text of a letter."""
    part = letter.get_body(("plain",))
    assert part is not None, "the letter has no plain text"
    return str(part.get_content())


def html_of(letter: EmailMessage) -> str:
    """The HTML of a letter."""
    part = letter.get_body(("html",))
    assert part is not None, "the letter has no HTML"
    return str(part.get_content())


def attachments_of(letter: EmailMessage) -> dict[str, bytes]:
    """What is attached, by file name."""
    return {str(part.get_filename()): part.get_payload(decode=True) for part in letter.iter_attachments()}  # type: ignore[misc]


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    """A mail server for as long as the block lasts."""
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    mailbox.url = f"smtp://127.0.0.1:{port}"
    try:
        yield mailbox
    finally:
        controller.stop()
