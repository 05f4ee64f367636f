"""Web and worker are killed at random moments in the middle of the races: nothing is half done afterwards."""

import http.client
import os
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from pathlib import Path
from subprocess import Popen

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from tests.databases import Databases
from tests.races.replay import replay, snapshot
from tests.races.stage import Heat, make_app, prepare
from tests.races.test_races import THREADS, Racer, Start, engine_of, sign_in
from tests.registrations.invariants import faults
from tests.serving import Served, environment, free_port, serving, working

PAIRS = [
    ("sign_up", "cancel"),
    ("group", "cancel"),
    ("accept", "decline"),
    ("accept", "expire"),
    ("decline", "sign_up"),
    ("change_mode", "group"),
    ("change_item", "cancel"),
    ("raise", "cancel"),
    ("approve", "staff_add"),
    ("expire", "sign_up"),
    ("hand_over", "cancel"),
    ("move_date", "sign_up"),
]
CUTS = 3
PEOPLE = 12
"""How many each of the two verbs of a pair has, over all cuts."""


def work_of(heats: list[Heat], cut: int) -> list[Start]:
    """What is to be done before a cut comes."""
    each = PEOPLE // CUTS
    found: list[Start] = []
    for number in range(cut * each, (cut + 1) * each):
        for heat in heats:
            for side in (0, 1):
                people = heat.people[side] or heat.people[1 - side]
                found.append((heat.verbs[side], heat, people[number] if people else None))
    return found


def run_against_the_odds(site: str, app: Flask, staff: dict[str, str], todo: list[Start]) -> int:
    """Do it from many threads, at a server that goes away; answers how much was answered."""

    def go(start: Start) -> int:
        verb, heat, someone = start
        racer = Racer(site, app, staff)
        try:
            racer.get_ready(heat)
            return int(racer.run(verb, heat, someone) < 400)
        except (OSError, http.client.HTTPException, OperationalError, AssertionError, ValueError):
            return 0
        finally:
            racer.close()

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(go, todo))


def cut_the_power(server: Served, worker: Popen[bytes]) -> None:
    """End every process of both at once."""
    for process in (server.process, worker):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


def run_job_again(app: Flask) -> None:
    """The job that moves the waiting lists, once."""

    def run() -> None:
        set_transaction_mode(TransactionMode.WRITE)
        app.extensions["huey_tasks"]["move_waiting_lists"].call_local()

    Context().run(run)


def written(connection: Connection) -> tuple[int, ...]:
    """How much there is of what a step writes."""
    tables = ("letters", "audit_entries", "place_offers", "places", "registrations")
    return tuple(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables)


@pytest.mark.slow
@pytest.mark.xdist_group("races")
def test_nothing_is_half_done_when_web_and_worker_are_killed(
    backend: str, databases: Databases, tmp_path: Path
) -> None:
    url = databases.new(backend)
    app = make_app(url, tmp_path)
    heats = prepare(app, PAIRS, PEOPLE)
    engine = engine_of(url)
    plain = [heat.event_id for heat in heats if not heat.has_quota]
    with engine.connect() as connection:
        before, written_before = snapshot(connection, plain), written(connection)
    variables = environment(url, tmp_path, free_port())
    chance = random.Random(3)
    for cut in range(CUTS):
        with (
            serving(url, tmp_path, variables=variables) as server,
            working(variables, tmp_path) as worker,
        ):
            staff = sign_in(server.url)
            timer = threading.Timer(chance.uniform(2, 6), cut_the_power, (server, worker))
            timer.start()
            run_against_the_odds(server.url, app, staff, work_of(heats, cut))
            timer.join()
        with engine.connect() as connection:
            found = faults(connection)
            found += [fault for start in before for fault in replay(connection, start)]
        assert not found, "\n".join(found)
    with engine.connect() as connection:
        assert all(now > then for now, then in zip(written(connection)[:2], written_before[:2], strict=True))
    run_job_again(app)
    with engine.connect() as connection:
        once = written(connection)
        assert faults(connection) == []
    run_job_again(app)
    with engine.connect() as connection:
        assert written(connection) == once
    with app.app_context():
        db.engine.dispose()
    engine.dispose()
