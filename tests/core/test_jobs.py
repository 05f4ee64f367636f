"""Jobs are woken after the commit, and only then."""

from flask import Flask

from eventsapp.core.db import db
from eventsapp.core.jobs import beat, wake

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
