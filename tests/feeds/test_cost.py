"""What it costs to say that nothing has changed, seen from the driver and not from the session."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from eventsapp.core.db import db
from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.page_client import PageClient


@contextmanager
def driver_statements() -> Iterator[list[str]]:
    """What is really sent to the database, with every BEGIN and ROLLBACK."""
    sent: list[str] = []
    traced: list[Any] = []
    # libpq writes one line for each message of the protocol; a Sync or a Query ends each thing that is asked.
    with tempfile.TemporaryFile("w+") as messages:

        def trace(connection: Any, _record: object, _proxy: object) -> None:
            if db.engine.dialect.name == "sqlite":
                connection.set_trace_callback(sent.append)
            else:
                connection.pgconn.trace(messages.fileno())
            traced.append(connection)

        pool = db.engine.pool
        event.listen(pool, "checkout", trace)
        try:
            yield sent
        finally:
            event.remove(pool, "checkout", trace)
            for connection in traced:
                if db.engine.dialect.name == "sqlite":
                    connection.set_trace_callback(None)
                else:
                    connection.pgconn.untrace()
            messages.seek(0)
            sent += [line for line in messages if "\tF\t" in line and ("Sync" in line or "Query" in line)]


def test_a_304_is_one_statement_and_no_transaction(client: PageClient, frozen_now: FrozenClock) -> None:
    make_event()
    for path in ("/kalender.ics", "/kalender.ics?lan=24&typ=utbildningsdag", "/en/calendar.ics"):
        tag = client.get(path).headers["ETag"]
        db.session.commit()
        with driver_statements() as sent:
            answer = client.get(path, headers={"If-None-Match": tag})
        assert answer.status_code == 304
        assert len(sent) == 1, sent


def test_a_change_is_seen_at_once(client: PageClient, frozen_now: FrozenClock) -> None:
    changing = make_event(title="Innan")
    tag = client.get("/kalender.ics").headers["ETag"]
    changing.title_sv = "Efteråt"
    answer = client.get("/kalender.ics", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "SUMMARY;LANGUAGE=sv:Efteråt" in answer.text
