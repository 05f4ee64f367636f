"""Fetching a calendar from an address that somebody has typed, without letting it reach what only this server can reach.

Every address that a name leads to must be public, and the connection is made to the very address that was looked at: a name
that answers differently the next time gains nothing. A redirect is looked at in the same way.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread, Timer
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from flask import current_app

from eventsapp.calendar_import.lines import MOST_BYTES
from eventsapp.calendar_import.models import FetchOutcome

SECONDS_IN_ALL = 15.0
_MOST_MOVES = 3
_PIECE = 64 * 1024
_LONGEST_ADDRESS = 2000
_LONGEST_STAMP = {"ETag": 200, "Last-Modified": 100}
_PORTS = frozenset({443, 8443})
_MOVED = frozenset({301, 302, 303, 307, 308})
_SCHEMES = {"webcal": "https", "webcals": "https"}

Resolver = Callable[[str, int], list[str]]
"""A host and a port → its addresses."""


class FetchFailed(Exception):
    """The calendar did not come."""

    def __init__(self, outcome: FetchOutcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


@dataclass(frozen=True)
class Fetched:
    """What came; `content` is None where nothing has changed since the stamps that were sent."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system knows them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchFailed(FetchOutcome.NO_ANSWER) from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: str) -> bool:
    """Whether an address is on the open internet, also where it is dressed up as another kind."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [one for one in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if one is not None]
        if not all(is_public(str(one)) for one in inner):
            return False
        # What is left of these ranges reaches a public address; the library calls some of them private.
        if ip.ipv4_mapped is not None:
            return True
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


@dataclass(frozen=True)
class Fetcher:
    """Fetches calendars. `plain_allowed` has the hosts and ports that tests serve on, without https and on loopback."""

    resolver: Resolver = resolve
    plain_allowed: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    seconds: float = SECONDS_IN_ALL
    most_bytes: int = MOST_BYTES

    def fetch(self, address: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """The calendar at an address. Raises FetchFailed."""
        until = time.monotonic() + self.seconds
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        for _ in range(_MOST_MOVES + 1):
            target = self._target(address)
            with self._connected(target, until) as connection:
                answer = self._ask(connection, target, asked, until)
                if answer.status not in _MOVED:
                    return self._received(answer, until)
                address = urljoin(target.geturl(), answer.headers.get("Location", ""))
        raise FetchFailed(FetchOutcome.TOO_MANY_MOVES)

    @classmethod
    def of_app(cls) -> "Fetcher":
        """What fetches calendars in this application."""
        found: Fetcher = current_app.extensions["calendar_fetcher"]
        return found

    def check(self, address: str) -> None:
        """Raises FetchFailed for an address that cannot be one, without asking the network."""
        self._target(address)

    def _target(self, address: str) -> SplitResult:
        """The parts of an address that may be fetched."""
        try:
            parts = urlsplit(address.strip())
            scheme = _SCHEMES.get(parts.scheme.lower(), parts.scheme.lower())
            parts = parts._replace(scheme=scheme, fragment="")
            host, port = parts.hostname or "", _port(parts)
        except ValueError:
            raise FetchFailed(FetchOutcome.BAD_ADDRESS) from None
        fits = host and len(address) <= _LONGEST_ADDRESS and parts.username is None and parts.password is None
        is_known = (host, port) in self.plain_allowed
        is_allowed = (scheme == "https" and (port in _PORTS or is_known)) or (scheme == "http" and is_known)
        if not fits or not is_allowed or not address.isprintable():
            raise FetchFailed(FetchOutcome.BAD_ADDRESS)
        return parts

    @contextmanager
    def _connected(self, target: SplitResult, until: float) -> Iterator[http.client.HTTPConnection]:
        """A connection that is cut when the time is out, however slowly the other end drips."""
        host, port = target.hostname or "", _port(target)
        addresses = self._resolved(host, port, until)
        if (host, port) not in self.plain_allowed and not all(map(is_public, addresses)):
            raise FetchFailed(FetchOutcome.NOT_PUBLIC)
        connection = http.client.HTTPConnection(host, port)
        opened = _open_first(addresses, port, until)
        if target.scheme == "https":
            # The certificate must be of the name that was typed, not of the number that was connected to.
            opened = ssl.create_default_context().wrap_socket(
                opened, server_hostname=host, do_handshake_on_connect=False
            )
        watchdog = Timer(max(0.01, until - time.monotonic()), _cut, [opened])
        watchdog.daemon = True
        watchdog.start()
        try:
            with opened:
                if isinstance(opened, ssl.SSLSocket):
                    opened.do_handshake()
                connection.sock = opened
                yield connection
        except ssl.SSLCertVerificationError:
            raise FetchFailed(FetchOutcome.UNTRUSTED) from None
        except (OSError, http.client.HTTPException, ValueError):
            late = time.monotonic() >= until
            raise FetchFailed(FetchOutcome.TOO_SLOW if late else FetchOutcome.NO_ANSWER) from None
        finally:
            watchdog.cancel()
            connection.close()

    def _resolved(self, host: str, port: int, until: float) -> list[str]:
        """The addresses of a name. It is asked for beside, since a name server may take longer than we wait."""
        found: list[list[str] | FetchFailed] = []

        def ask() -> None:
            try:
                found.append(self.resolver(host, port))
            except FetchFailed as error:
                found.append(error)

        asking = Thread(target=ask, daemon=True)
        asking.start()
        asking.join(max(0.01, until - time.monotonic()))
        answer = found[0] if found else FetchFailed(FetchOutcome.TOO_SLOW)
        if isinstance(answer, FetchFailed):
            raise answer
        return answer

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        target: SplitResult,
        stamps: dict[str, str],
        until: float,
    ) -> http.client.HTTPResponse:
        path = quote(target.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(target.query, safe="/%:@!$&'()*+,;=~-._?[]")
        connection.request(
            "GET",
            f"{path}?{query}" if query else path,
            headers={
                "Accept": "text/calendar, */*;q=0.5",
                "Accept-Encoding": "identity",
                "User-Agent": "eventsapp (calendar import)",
                "Connection": "close",
                **{name: stamp for name, stamp in stamps.items() if stamp},
            },
        )
        answer = connection.getresponse()
        if time.monotonic() >= until:
            raise FetchFailed(FetchOutcome.TOO_SLOW)
        return answer

    def _received(self, answer: http.client.HTTPResponse, until: float) -> Fetched:
        if answer.status == http.HTTPStatus.NOT_MODIFIED:
            return Fetched(None)
        if answer.status in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE):
            raise FetchFailed(FetchOutcome.GONE)
        if answer.status != http.HTTPStatus.OK:
            raise FetchFailed(FetchOutcome.REFUSED)
        if answer.headers.get("Content-Encoding", "identity").strip().lower() not in ("identity", ""):
            raise FetchFailed(FetchOutcome.NOT_A_CALENDAR)
        content = bytearray()
        while piece := answer.read1(_PIECE):
            content += piece
            if len(content) > self.most_bytes:
                raise FetchFailed(FetchOutcome.TOO_LARGE)
            if time.monotonic() >= until:
                raise FetchFailed(FetchOutcome.TOO_SLOW)
        if time.monotonic() >= until:
            raise FetchFailed(FetchOutcome.TOO_SLOW)
        if answer.length:
            raise FetchFailed(FetchOutcome.NO_ANSWER)
        etag, last_modified = (
            stamp if len(stamp) <= longest and stamp.isprintable() else ""
            for name, longest in _LONGEST_STAMP.items()
            for stamp in [answer.headers.get(name, "")]
        )
        return Fetched(bytes(content), etag, last_modified)


def _port(parts: SplitResult) -> int:
    """The port of an address. Raises ValueError for one that is no number of a port."""
    if parts.port is None:
        return 443 if parts.scheme == "https" else 80
    return parts.port


def _open_first(addresses: list[str], port: int, until: float) -> socket.socket:
    """A socket to the first of the addresses that answers; they are numbers, so nothing is looked up again."""
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            raise FetchFailed(FetchOutcome.TOO_SLOW)
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError:
            continue
    late = time.monotonic() >= until
    raise FetchFailed(FetchOutcome.TOO_SLOW if late else FetchOutcome.NO_ANSWER)


def _cut(opened: socket.socket) -> None:
    try:
        # Not the shutdown of TLS, which would take away what another thread is reading with.
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
    except OSError:
        # It is closed already.
        return
