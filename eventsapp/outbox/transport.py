"""How messages leave: by SMTP, or as files where no server is set."""

import os
import smtplib
import ssl
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

from eventsapp.config import Settings, SettingsError
from eventsapp.core.clock import now
from eventsapp.outbox.models import FailureReason

TIMEOUT_SECONDS = 30
LETTERS_PER_CONNECTION = 50
"""Many servers hang up after a number of letters; we are polite before that."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class DeliveryError(Exception):
    """A letter did not leave. `detail` is what the server said."""

    def __init__(self, reason: FailureReason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class TemporaryFailure(DeliveryError):
    """It may go better later."""


class ServerUnusable(TemporaryFailure):
    """It may go better later, and until then no other letter goes better either."""


class PermanentFailure(DeliveryError):
    """It will never go better."""


class Transport(Protocol):
    """A way for messages to leave. It may keep a connection between letters, so it is used in a `with`."""

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand over one message; raises DeliveryError."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def letters_folder(settings: Settings) -> Path:
    """Where letters are written while no server is set."""
    return settings.instance_path / "letters"


def make_transport(settings: Settings) -> "SmtpTransport | FileTransport":
    """SMTP when SMTP_URL is set, else files."""
    if settings.smtp_url:
        host_name = urlsplit(settings.site_url).hostname or "localhost"
        return SmtpTransport(parse_smtp_url(settings.smtp_url), settings.mail_from, host_name)
    return FileTransport(letters_folder(settings))


@dataclass(frozen=True)
class SmtpServer:
    """What SMTP_URL says. `is_tls` is for smtps, where the connection begins encrypted."""

    host: str
    port: int
    is_tls: bool
    username: str = ""
    password: str = field(default="", repr=False)


def parse_smtp_url(url: str) -> SmtpServer:
    """Read SMTP_URL; raises SettingsError, without repeating the URL since it may hold a password."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise SettingsError("SMTP_URL has a port that is not a number.") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingsError("SMTP_URL must look like smtp://user:password@host:587 or smtps://host:465.")
    is_tls = parts.scheme == "smtps"
    return SmtpServer(
        parts.hostname,
        port or (465 if is_tls else 587 if parts.username else 25),
        is_tls,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


class SmtpTransport:
    """One SMTP connection for a batch of letters, made when the first needs it and made again when it is lost."""

    def __init__(self, server: SmtpServer, sender: str, host_name: str) -> None:
        self._server = server
        self._sender = sender
        self._host_name = host_name
        self._smtp: smtplib.SMTP | None = None
        self._sent_here = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand one message to the server; raises DeliveryError."""
        smtp = self._connection()
        try:
            smtp.send_message(message, from_addr=self._sender, to_addrs=[recipient])
        except smtplib.SMTPException as error:
            raise _delivery_error(error) from error
        except OSError as error:
            self._hang_up()
            raise TemporaryFailure(FailureReason.SERVER_UNREACHABLE, _what_happened(error)) from error
        self._sent_here += 1

    def _connection(self) -> smtplib.SMTP:
        if self._smtp is not None and (self._sent_here >= LETTERS_PER_CONNECTION or not _answers(self._smtp)):
            self._hang_up()
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except OSError as error:  # This is the base of smtplib's own errors, too.
                is_refused = isinstance(error, smtplib.SMTPAuthenticationError)
                reason = FailureReason.SIGN_IN_REFUSED if is_refused else FailureReason.SERVER_UNREACHABLE
                raise ServerUnusable(reason, _what_happened(error)) from error
            self._sent_here = 0
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.is_tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host,
                server.port,
                self._host_name,
                timeout=TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, self._host_name, timeout=TIMEOUT_SECONDS)
        try:
            self._secure_and_sign_in(smtp)
        except OSError:
            smtp.close()
            raise
        return smtp

    def _secure_and_sign_in(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        is_encrypted = self._server.is_tls
        if not is_encrypted and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
            is_encrypted = True
        if self._server.username:
            # One who sits on the wire can hide the offer of STARTTLS; the password must not be the price.
            if not is_encrypted and self._server.host not in LOOPBACK:
                raise smtplib.SMTPNotSupportedError("the server offers no encryption for signing in")
            smtp.login(self._server.username, self._server.password)

    def _hang_up(self) -> None:
        if self._smtp is None:
            return
        try:
            self._smtp.quit()
        except OSError:
            self._smtp.close()
        self._smtp = None


def _answers(smtp: smtplib.SMTP) -> bool:
    try:
        code, _ = smtp.noop()
    except OSError:
        return False
    return code == 250


def _delivery_error(error: smtplib.SMTPException) -> DeliveryError:
    """What an answer of the server means for the letter (RFC 5321 section 4.2.1: 4yz transient, 5yz permanent)."""
    code, detail = _code_of(error), _what_happened(error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return TemporaryFailure(FailureReason.SERVER_UNREACHABLE, detail)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return PermanentFailure(FailureReason.ADDRESS_NOT_SUPPORTED, detail)
    if isinstance(error, smtplib.SMTPSenderRefused) and code >= 500:
        # The sender is ours, so this is about the set-up, which can be mended while letters wait.
        return ServerUnusable(FailureReason.SENDER_REFUSED, detail)
    if code < 500:
        return TemporaryFailure(FailureReason.TRY_LATER, detail)
    is_recipient = isinstance(error, smtplib.SMTPRecipientsRefused)
    return PermanentFailure(
        FailureReason.RECIPIENT_REFUSED if is_recipient else FailureReason.LETTER_REFUSED, detail
    )


def _code_of(error: OSError) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in error.recipients.values())
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else 0


def _what_happened(error: OSError) -> str:
    """What the server said, for staff to read; it may name the recipient and never goes to the logs."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return ", ".join(f"{code} {_text(said)}" for code, said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


class FileTransport:
    """Writes each message as an .eml file that appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Write one message; a disk that takes nothing more is like a server that does not answer."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
                file.write(message.as_bytes())
            Path(file.name).replace(self._folder / _file_name(message, now()))
        except OSError as error:
            raise ServerUnusable(FailureReason.SERVER_UNREACHABLE, os.strerror(error.errno or 0)) from error


def _file_name(message: EmailMessage, moment: datetime) -> str:
    """Names sort by time; the Message-ID keeps letters of one moment apart."""
    identity = "".join(filter(str.isalnum, str(message["Message-ID"])))[:12]
    return f"{moment:%Y%m%d-%H%M%S-%f}-{identity}.eml"
