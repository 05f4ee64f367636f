"""Connections: encryption, signing in, and letters as files."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path

import aiosmtpd.smtp
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from eventsapp.config import SettingsError
from eventsapp.outbox import transport
from eventsapp.outbox.models import FailureReason
from eventsapp.outbox.transport import (
    FileTransport,
    ServerUnusable,
    SmtpServer,
    SmtpTransport,
    parse_smtp_url,
)
from tests.conftest import FrozenClock
from tests.serving import free_port


class Door:
    """Takes letters, and notes whether they came encrypted and who had signed in."""

    def __init__(self) -> None:
        self.came: list[tuple[bool, str]] = []

    async def handle_DATA(self, _server: aiosmtpd.smtp.SMTP, session: Session, envelope: Envelope) -> str:
        self.came.append((session.ssl is not None, str(session.auth_data or "")))
        return "250 OK"


def check_password(
    _server: aiosmtpd.smtp.SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
) -> AuthResult:
    right = (data.login, data.password) == (b"user", b"se@cret")
    return AuthResult(success=right, auth_data=data.login.decode() if right else None, handled=False)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def server(certificate: Path | None, *, needs_tls: bool = False) -> Iterator[tuple[Door, int]]:
    door, port = Door(), free_port()
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    controller = Controller(
        door,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=needs_tls,
        authenticator=check_password,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield door, port
    finally:
        controller.stop()


def letter() -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = "<0123456789abcdef@example.se>"
    message["To"] = "anna@example.se"
    message.set_content("Hej Åsa!\n")
    return message


def send(to: SmtpServer) -> None:
    with SmtpTransport(to, "kurser@example.se", "localhost") as smtp:
        smtp.send(letter(), "anna@example.se")


def test_the_connection_is_encrypted_when_the_server_offers_it(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with server(certificate, needs_tls=True) as (door, port):
        send(SmtpServer("127.0.0.1", port, is_tls=False, username="user", password="se@cret"))

    assert door.came == [(True, "user")]


def test_a_server_that_shows_a_wrong_certificate_gets_nothing(certificate: Path):
    with server(certificate) as (door, port), pytest.raises(ServerUnusable) as refused:
        send(SmtpServer("127.0.0.1", port, is_tls=False, username="user", password="se@cret"))

    assert refused.value.reason is FailureReason.SERVER_UNREACHABLE
    assert "certificate" in refused.value.detail.lower()
    assert door.came == []


def test_a_password_is_never_sent_in_the_clear_over_a_network(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transport, "LOOPBACK", frozenset())
    with server(None) as (door, port), pytest.raises(ServerUnusable) as refused:
        send(SmtpServer("127.0.0.1", port, is_tls=False, username="user", password="se@cret"))

    assert refused.value.detail == "the server offers no encryption for signing in"
    assert door.came == []


def test_a_wrong_password_is_told_apart_from_a_server_that_is_away():
    with server(None) as (door, port), pytest.raises(ServerUnusable) as refused:
        send(SmtpServer("127.0.0.1", port, is_tls=False, username="user", password="wrong"))

    assert refused.value.reason is FailureReason.SIGN_IN_REFUSED
    assert door.came == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost", SmtpServer("localhost", 25, False)),
        ("smtp://mail.example.se:2525", SmtpServer("mail.example.se", 2525, False)),
        ("smtp://u%40x:p%2Fw@mail.example.se", SmtpServer("mail.example.se", 587, False, "u@x", "p/w")),
        ("smtps://u:p@mail.example.se", SmtpServer("mail.example.se", 465, True, "u", "p")),
    ],
)
def test_the_address_of_the_server(url: str, expected: SmtpServer):
    assert parse_smtp_url(url) == expected
    assert "p/w" not in repr(parse_smtp_url(url))


@pytest.mark.parametrize("url", ["mail.example.se", "http://secret@x", "smtp://", "smtp://u:secret@x:many"])
def test_an_address_that_is_none_stops_the_start(url: str):
    with pytest.raises(SettingsError) as refused:
        parse_smtp_url(url)

    assert "secret" not in str(refused.value)


def test_letters_become_files_that_appear_whole(tmp_path: Path, frozen_now: FrozenClock):
    folder = tmp_path / "letters"
    with FileTransport(folder) as files:
        files.send(letter(), "anna@example.se")
        frozen_now.advance(seconds=1)
        files.send(letter(), "anna@example.se")

    assert sorted(path.name for path in folder.iterdir()) == [
        "20261001-080000-000000-0123456789ab.eml",
        "20261001-080001-000000-0123456789ab.eml",
    ]
    for path in folder.iterdir():
        assert message_from_bytes(path.read_bytes(), policy=SMTP).get_content() == "Hej Åsa!\r\n"
        assert path.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_like_a_server_that_is_away(tmp_path: Path):
    (tmp_path / "letters").write_text("This is a file.")
    with FileTransport(tmp_path / "letters") as files, pytest.raises(ServerUnusable) as refused:
        files.send(letter(), "anna@example.se")

    assert refused.value.reason is FailureReason.SERVER_UNREACHABLE
