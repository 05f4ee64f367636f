"""Jobs are woken after the commit, and only then."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

from flask import Flask

from eventsapp.core.db import db
from eventsapp.core.jobs import beat, make_queue, wake
from tests.databases import Databases, settings_for_tests

JOB = "deliver_letters"


def waiting(app: Flask) -> int:
    return len(app.extensions["huey"])


def test_a_commit_wakes_the_job_once(app: Flask) -> None:
    beat("worker")
    wake(JOB)
    wake(JOB)
    assert waiting(app) == 0
    db.session.commit()
    assert waiting(app) == 1
    beat("worker")
    db.session.commit()
    assert waiting(app) == 1


def test_a_rollback_wakes_nobody(app: Flask) -> None:
    beat("worker")
    wake(JOB)
    db.session.rollback()
    beat("worker")
    db.session.commit()
    assert waiting(app) == 0


def test_a_savepoint_wakes_nobody_until_the_whole_is_committed(app: Flask) -> None:
    with db.session.begin_nested():
        beat("worker")
        wake(JOB)
    assert waiting(app) == 0
    with db.session.begin_nested() as savepoint:
        savepoint.rollback()
    db.session.commit()
    assert waiting(app) == 1


def test_processes_that_start_together_share_one_new_queue(
    backend: str, databases: Databases, tmp_path: Path
) -> None:
    """Each makes the queue's tables if they are missing, and none of them fails because of the others."""
    url = databases.new(backend, empty=True)
    settings = replace(settings_for_tests(url, tmp_path), testing=False)
    together = Barrier(4, timeout=30)

    def start(number: int) -> None:
        together.wait()
        queue = make_queue(settings)
        queue.storage.enqueue(f"task {number}".encode())
        queue.storage.close()

    with ThreadPoolExecutor(4) as processes:
        list(processes.map(start, range(4)))
    queue = make_queue(settings)
    assert len(queue) == 4
    queue.storage.close()
