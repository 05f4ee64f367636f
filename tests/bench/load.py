"""A small load: some clients, each on a connection of its own, each asking again and again."""

import http.client
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Figures:
    """Requests a second over all clients, and the median and 95th percentile of one answer in milliseconds."""

    per_second: float
    median_ms: float
    p95_ms: float
    bytes: int

    def __str__(self) -> str:
        return (
            f"{self.per_second:8.1f} /s  median {self.median_ms:7.1f} ms  "
            f"p95 {self.p95_ms:7.1f} ms  {self.bytes:8d} bytes"
        )


@dataclass
class Connection:
    """One connection that is kept, and a client so plain that it takes little of the machine from the server."""

    connection: http.client.HTTPConnection

    @classmethod
    def to(cls, site: str) -> Self:
        address = urlsplit(site)
        return cls(http.client.HTTPConnection(address.hostname or "", address.port, timeout=60))

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        expected: int = 200,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """The answer and its bytes; raises when it is not the expected one."""
        self.connection.request(method, path, body=body or None, headers=headers or {})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != expected:
            raise RuntimeError(f"{method} {path} answered {answer.status}")
        return answer, content

    def cpu_seconds(self) -> float:
        """How much CPU the server's one process has had."""
        return float(self.ask("/bare/cpu")[1])


def figures_of(durations: list[float], elapsed: float, size: int) -> Figures:
    """Put the seconds of each answer and of the whole together."""
    ordered = sorted(durations)
    return Figures(
        per_second=len(ordered) / elapsed,
        median_ms=statistics.median(ordered) * 1000,
        p95_ms=ordered[max(0, int(len(ordered) * 0.95) - 1)] * 1000,
        bytes=size,
    )


def ask(
    site: str,
    path: str,
    *,
    status: int = 200,
    clients: int = 4,
    requests: int = 200,
    headers: dict[str, str] | None = None,
    method: str = "GET",
    body: bytes | None = None,
) -> Figures:
    """Ask for one address `requests` times over `clients` connections; raises when an answer is not as expected."""
    address = urlsplit(site)
    sizes: list[int] = []

    def client(number: int) -> list[float]:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        durations = []
        for _ in range(requests // clients):
            started = time.perf_counter()
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            content = answer.read()
            durations.append(time.perf_counter() - started)
            if answer.status != status:
                raise RuntimeError(f"{path} answered {answer.status}")
            sizes.append(len(content))
        connection.close()
        return durations

    return _together(client, clients, sizes)


def _together(client: Callable[[int], list[float]], clients: int, sizes: list[int]) -> Figures:
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        durations = [one for many in threads.map(client, range(clients)) for one in many]
    return figures_of(durations, time.perf_counter() - started, max(sizes, default=0))


def each(action: Callable[[int], int], *, clients: int, number: int) -> Figures:
    """Let `clients` threads share `number` actions; an action answers the size of what it got."""
    sizes: list[int] = []

    def client(first: int) -> list[float]:
        durations = []
        for one in range(first, number, clients):
            started = time.perf_counter()
            sizes.append(action(one))
            durations.append(time.perf_counter() - started)
        return durations

    return _together(client, clients, sizes)
