"""What a subscriber costs: a feed that has not changed, and a whole one, beside bare views with the same answers."""

import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from eventsapp.app import create_app
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from tests.bench.load import Connection
from tests.databases import settings_for_tests
from tests.factories.events import make_event, make_occasion

ROUNDS = 5
REQUESTS = 200


_Asked = tuple[str, int, dict[str, str]]


@dataclass(frozen=True)
class Cost:
    """The best of several rounds: requests a second over one connection, and the server's CPU for each."""

    per_second: float
    cpu_microseconds: float


def measure_feeds(site: str) -> None:
    """Print what the feed of everything costs; the server must be one process, whose CPU can be asked for."""
    client = Connection.to(site)
    answer, content = client.ask("/kalender.ics")
    tag = {"If-None-Match": answer.getheader("ETag") or ""}
    pairs: tuple[tuple[str, _Asked, _Asked], ...] = (
        ("feed, unchanged (304)", ("/kalender.ics", 304, tag), ("/bare/not-modified", 304, {})),
        ("whole feed", ("/kalender.ics", 200, {}), (f"/bare/bytes/{len(content)}", 200, {})),
    )
    for label, ours, bare in pairs:
        feed, beside = _cost(client, *ours), _cost(client, *bare)
        print(
            f"  {label:<22} {feed.per_second:8.1f} /s, {feed.cpu_microseconds:6.0f} µs of CPU; bare {beside.per_second:8.1f} /s, "
            f"{beside.cpu_microseconds:6.0f} µs   {feed.per_second / beside.per_second:6.1%} of bare",
            flush=True,
        )


def _cost(client: Connection, path: str, status: int, headers: dict[str, str]) -> Cost:
    elapsed, cpu = [], []
    for _ in range(ROUNDS):
        cpu_before, began = client.cpu_seconds(), time.perf_counter()
        for _ in range(REQUESTS):
            client.ask(path, expected=status, headers=headers)
        elapsed.append(time.perf_counter() - began)
        cpu.append(client.cpu_seconds() - cpu_before)
    return Cost(REQUESTS / min(elapsed), min(cpu) / REQUESTS * 1e6)


def add_events(url: str, folder: Path, number: int) -> None:
    """So many activities more, one a day over three years back and forth."""
    app = create_app(settings_for_tests(url, folder))
    with app.app_context():
        today = swedish_today()
        for one in range(number):
            day = today + timedelta(days=one % 1000 - 600)
            make_event(title=f"Mer om våld {one}", occasions=[make_occasion(day)])
            if one % 500 == 499:
                db.session.commit()
                db.session.expunge_all()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
