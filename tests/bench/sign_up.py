"""What a sign-up costs: the server's CPU for opening the form and for sending it, and both beside a bare insert."""

import itertools
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.bench.load import Connection, Figures, each

_HIDDEN = re.compile(r'<input[^>]*\bname="(csrf_token|nonce)"[^>]*\bvalue="([^"]+)"')
_people = itertools.count(1)


class Client:
    """One who signs up, over and over, as somebody else each time."""

    def __init__(self, site: str, slug: str) -> None:
        self._connection = Connection.to(site)
        self._path = f"/aktiviteter/{slug}/anmalan"

    def open_form(self) -> tuple[str, bytes]:
        """A new visitor opens the form: their cookie, and what they will send."""
        answer, content = self._connection.ask(self._path)
        hidden = dict(_HIDDEN.findall(content.decode()))
        person = {"name": "Åsa Ahlström", "email": f"bank{next(_people)}@example.se"}
        fields = hidden | person | {"organisation": "Umeå kommun"}
        return (answer.getheader("Set-Cookie") or "").split(";")[0], urlencode(fields).encode()

    def send_form(self, ready: tuple[str, bytes]) -> int:
        """They send it; the page after is not opened."""
        cookie, body = ready
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._connection.ask(self._path, method="POST", expected=303, body=body, headers=headers)
        return len(answer[1])

    def sign_up(self) -> int:
        return self.send_form(self.open_form())

    def insert(self) -> int:
        """One row by a bare view."""
        return len(self._connection.ask("/bare/insert", method="POST", body=b"x")[1])

    def cpu_seconds(self) -> float:
        """How much CPU the server's one process has had."""
        return self._connection.cpu_seconds()


def measure_throughput(site: str, slug: str, *, clients: int, number: int) -> tuple[Figures, Figures]:
    """Form and sending together by several clients at a time, and a bare insert by as many."""
    # A server closes what is idle for long, so each of the two has connections of its own.
    visitors = [Client(site, slug) for _ in range(clients)]
    each(lambda one: visitors[one].sign_up(), clients=clients, number=clients)
    signed_up = each(lambda one: visitors[one % clients].sign_up(), clients=clients, number=number)
    others = [Client(site, slug) for _ in range(clients)]
    each(lambda one: others[one].insert(), clients=clients, number=clients)
    bare = each(lambda one: others[one % clients].insert(), clients=clients, number=number * 4)
    return signed_up, bare


@dataclass(frozen=True)
class Cost:
    """Milliseconds of the server's CPU for one request of each kind."""

    form: float
    sending: float
    bare: float


def measure_cpu(site: str, slug: str, *, number: int, rounds: int = 3) -> Cost:
    """On a server with one process; the least of some rounds, since others on the machine only add to a round."""
    client = Client(site, slug)
    for _ in range(number // 4):
        client.sign_up()
        client.insert()
    found: list[Cost] = []
    for _ in range(rounds):
        start = client.cpu_seconds()
        ready = [client.open_form() for _ in range(number)]
        opened = client.cpu_seconds()
        for one in ready:
            client.send_form(one)
        sent = client.cpu_seconds()
        for _ in range(number):
            client.insert()
        times = start, opened, sent, client.cpu_seconds()
        found.append(Cost(*(1000 * (b - a) / number for a, b in itertools.pairwise(times))))
    return Cost(*(min(getattr(cost, part) for cost in found) for part in ("form", "sending", "bare")))
