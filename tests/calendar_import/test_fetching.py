"""Fetching calendars from a real server on loopback, and what is refused."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from eventsapp.calendar_import.fetching import Fetched, Fetcher, FetchFailed, is_public
from eventsapp.calendar_import.models import FetchOutcome

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A server on loopback that answers as the test says, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append((self.path, dict(self.headers.items())))
                answer(self)

            def log_message(self, *_args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]

    @property
    def fetcher(self) -> Fetcher:
        return Fetcher(
            resolver=loopback, plain_allowed=frozenset({("kalender.example.se", self.port)}), seconds=3
        )

    def address(self, path: str = "/kalender.ics", host: str = "kalender.example.se") -> str:
        return f"http://{host}:{self.port}{path}"


def loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


@contextmanager
def serving(answer: Answer) -> Iterator[Server]:
    server = Server(answer)
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
        thread.join()


def answer(status: int, content: bytes = b"", **headers: str) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return send


def outcome_of(fetcher: Fetcher, address: str) -> FetchOutcome:
    with pytest.raises(FetchFailed) as caught:
        fetcher.fetch(address)
    return caught.value.outcome


def test_a_calendar_comes_with_its_stamps_and_is_asked_for_with_them_the_next_time() -> None:
    with serving(answer(200, CALENDAR, ETag='"1"', Last_Modified="Tue, 01 Sep 2026 08:00:00 GMT")) as server:
        fetched = server.fetcher.fetch(server.address("/å ä.ics?nyckel=a%2Fb"))
        assert fetched == Fetched(CALENDAR, '"1"', "Tue, 01 Sep 2026 08:00:00 GMT")
        server.fetcher.fetch(server.address(), etag=fetched.etag, last_modified=fetched.last_modified)
    (path, first), (_path, second) = server.asked
    assert path == "/%C3%A5%20%C3%A4.ics?nyckel=a%2Fb"
    assert first["Host"] == f"kalender.example.se:{server.port}"
    assert first["Accept-Encoding"] == "identity"
    assert "If-None-Match" not in first and "Cookie" not in first and "Authorization" not in first
    assert (second["If-None-Match"], second["If-Modified-Since"]) == ('"1"', "Tue, 01 Sep 2026 08:00:00 GMT")


def test_what_has_not_changed_is_said_to_be_so() -> None:
    with serving(answer(304)) as server:
        assert server.fetcher.fetch(server.address(), etag='"1"').content is None


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, FetchOutcome.GONE),
        (410, FetchOutcome.GONE),
        (401, FetchOutcome.REFUSED),
        (403, FetchOutcome.REFUSED),
        (500, FetchOutcome.REFUSED),
        (204, FetchOutcome.REFUSED),
    ],
)
def test_an_answer_that_is_no_calendar_is_told(status: int, outcome: FetchOutcome) -> None:
    with serving(answer(status)) as server:
        assert outcome_of(server.fetcher, server.address()) is outcome


def test_what_is_packed_is_not_unpacked() -> None:
    with serving(answer(200, b"\x1f\x8b", Content_Encoding="gzip")) as server:
        assert outcome_of(server.fetcher, server.address()) is FetchOutcome.NOT_A_CALENDAR


def test_too_much_is_left_in_the_middle() -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            return

    with serving(endless) as server:
        assert outcome_of(server.fetcher, server.address()) is FetchOutcome.TOO_LARGE


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_is_left_when_the_time_is_out(part: str) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        if part == "body":
            handler.send_response(200)
            handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"H")
                handler.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    with serving(drip) as server:
        quick = Fetcher(loopback, server.fetcher.plain_allowed, seconds=0.5)
        began = time.monotonic()
        assert outcome_of(quick, server.address()) is FetchOutcome.TOO_SLOW
        assert time.monotonic() - began < 2


def test_a_name_that_nobody_answers_for_is_left_when_the_time_is_out() -> None:
    answered = threading.Event()

    def slow(_host: str, _port: int) -> list[str]:
        answered.wait(10)
        return ["8.8.8.8"]

    began = time.monotonic()
    assert outcome_of(Fetcher(slow, seconds=0.2), "https://example.se/") is FetchOutcome.TOO_SLOW
    assert time.monotonic() - began < 2
    answered.set()


def test_a_calendar_that_was_cut_off_is_not_taken() -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(CALENDAR)

    with serving(cut) as server:
        assert outcome_of(server.fetcher, server.address()) is FetchOutcome.NO_ANSWER


def test_a_redirect_is_followed_only_where_its_target_may_be_fetched() -> None:
    def move(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/kalender.ics":
            answer(302, Location="/ny.ics")(handler)
        else:
            answer(200, CALENDAR)(handler)

    with serving(move) as server:
        assert server.fetcher.fetch(server.address()).content == CALENDAR
    assert [path for path, _headers in server.asked] == ["/kalender.ics", "/ny.ics"]


@pytest.mark.parametrize(
    ("target", "outcome"),
    [
        ("http://127.0.0.1/", FetchOutcome.BAD_ADDRESS),
        ("https://intern.example.se/", FetchOutcome.NOT_PUBLIC),
        ("https://169.254.169.254/latest/meta-data", FetchOutcome.NOT_PUBLIC),
        ("file:///etc/passwd", FetchOutcome.BAD_ADDRESS),
        ("https://kim:hemlig@example.se/", FetchOutcome.BAD_ADDRESS),
        ("/kalender.ics", FetchOutcome.TOO_MANY_MOVES),
    ],
)
def test_a_redirect_to_somewhere_else_is_not(target: str, outcome: FetchOutcome) -> None:
    with serving(answer(301, Location=target)) as server:
        assert outcome_of(server.fetcher, server.address()) is outcome


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kalender.ics",
        "http://example.se/kalender.ics",
        "ftp://example.se/kalender.ics",
        "file:///etc/passwd",
        "gopher://example.se/",
        "https://kim:hemlig@example.se/",
        "https://kim@example.se/",
        "https:///kalender.ics",
        "https://example.se:22/",
        "https://example.se:0/",
        "https://example.se:99999/",
        "https://example.se/\r\nHost: annan",
        "https://[::1/",
        "https://example.se/" + "x" * 2000,
    ],
)
def test_an_address_that_cannot_be_one_is_never_asked_for(address: str) -> None:
    looked_up: list[str] = []

    def note(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return []

    assert outcome_of(Fetcher(note), address) is FetchOutcome.BAD_ADDRESS
    assert looked_up == []


@pytest.mark.parametrize(
    "address", ["webcal://example.se/a.ics", "WEBCAL://example.se/a.ics", "https://example.se:8443/"]
)
def test_webcal_is_https(address: str) -> None:
    asked: list[tuple[str, int]] = []

    def note(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["10.0.0.1"]

    assert outcome_of(Fetcher(note), address) is FetchOutcome.NOT_PUBLIC
    assert asked == [("example.se", 8443 if "8443" in address else 443)]


INTERNAL = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:a00:1::1",
    "2001:db8::1",
    "::127.0.0.1",
    "inget",
]


@pytest.mark.parametrize("address", INTERNAL)
def test_an_internal_address_is_none_of_the_internets(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.180.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["10.0.0.7", "::1", "::ffff:192.168.0.1", "169.254.169.254"])
def test_a_name_that_leads_inside_is_refused_even_when_it_leads_outside_too(address: str) -> None:
    fetcher = Fetcher(lambda _host, _port: ["8.8.8.8", address])
    assert outcome_of(fetcher, "https://example.se/kalender.ics") is FetchOutcome.NOT_PUBLIC


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "2130706433", "[::1]", "localhost", "0"])
def test_every_way_to_write_loopback_is_refused_by_the_systems_own_lookup(host: str) -> None:
    assert outcome_of(Fetcher(), f"https://{host}/kalender.ics") in (
        FetchOutcome.NOT_PUBLIC,
        FetchOutcome.NO_ANSWER,
    )


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to() -> None:
    """A name that first leads outside and then inside (DNS rebinding) is looked up once."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    with serving(answer(200, CALENDAR)) as server:
        fetcher = Fetcher(lambda _host, _port: next(answers), server.fetcher.plain_allowed)
        assert fetcher.fetch(server.address()).content == CALENDAR
    assert next(answers) == ["10.0.0.1"]


def certificate(folder: Path) -> ssl.SSLContext:
    """What a server needs to speak TLS with a certificate that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kalender.example.se")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("kalender.example.se")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (folder / "signed.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "signed.pem", folder / "key.pem")
    return context


def test_a_certificate_must_be_one_that_is_trusted(tmp_path: Path) -> None:
    with serving(answer(200, CALENDAR)) as server:
        server.http.socket = certificate(tmp_path).wrap_socket(server.http.socket, server_side=True)
        address = server.address().replace("http:", "https:")
        assert outcome_of(server.fetcher, address) is FetchOutcome.UNTRUSTED
    assert server.asked == []


def test_tls_goes_through_the_connection_that_was_checked_under_the_name_that_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answer(200, CALENDAR)) as server:
        server.http.socket = certificate(tmp_path).wrap_socket(server.http.socket, server_side=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "signed.pem"))
        address = server.address().replace("http:", "https:")
        assert server.fetcher.fetch(address).content == CALENDAR
        other = Fetcher(loopback, frozenset({("annan.example.se", server.port)}), seconds=3)
        assert (
            outcome_of(other, address.replace("kalender.example", "annan.example")) is FetchOutcome.UNTRUSTED
        )


def test_a_server_that_is_not_there_is_said_to_be_silent() -> None:
    with serving(answer(200)) as server:
        pass
    assert outcome_of(server.fetcher, server.address()) is FetchOutcome.NO_ANSWER
