"""The backup and restore commands of docs/operators.md: taken while others write, restored elsewhere, nothing missing."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, func, select, text

from eventsapp.app import create_app
from eventsapp.config import PROJECT_ROOT, Settings
from eventsapp.core.db import Base, TransactionMode, db, set_transaction_mode
from tests.databases import Databases, settings_for_tests
from tests.factories.events import make_event
from tests.factories.registrations import make_personal_link, make_registration

FOOD, ACCESS = "Inget med selleri", "Hörslinga nära scenen"
PAGE = (PROJECT_ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
SAVED = "/var/backups/eventsapp/eventsapp"


def command(beginning: str) -> list[str]:
    """The words of the one command on the page that begins like this."""
    joined = PAGE.replace("\\\n", " ")
    [line] = [line for line in joined.splitlines() if line.startswith(beginning)]
    return shlex.split(line)


def sqlite_command(word: str) -> list[str]:
    """The words of the one Python command on the page whose code has this word, run by this Python."""
    joined = PAGE.replace("\\\n", " ")
    [line] = [line for line in joined.splitlines() if " -c '" in line and word in line]
    return [sys.executable, *shlex.split(line)[1:]]


def run(words: list[str], places: dict[str, str]) -> str:
    """Run a command of the page on other files and databases; answer what it printed."""
    for written, meant in places.items():
        words = [word.replace(written, meant) for word in words]
    assert not any("/var/" in word or "$" in word for word in words), words
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=120).stdout


def back_up(settings: Settings, folder: Path, databases: Databases) -> Path:
    """Take a copy by the commands of the page."""
    if settings.uses_postgresql:
        copy = folder / "eventsapp.dump"
        words = command("pg_dump ")
        program = program_or_skip(databases, words[0])
        run([program, *words[1:]], {f"{SAVED}.dump": str(copy), "$DATABASE_URL": settings.database_url})
        return copy
    copy = folder / "eventsapp.db"
    original = settings.database_url.removeprefix("sqlite:///")
    run(sqlite_command("VACUUM"), {f"{SAVED}.db": str(copy), "/var/lib/eventsapp/eventsapp.db": original})
    assert run(sqlite_command("integrity_check"), {f"{SAVED}.db": str(copy)}) == "ok\n"
    return copy


def restore(copy: Path, backend: str, databases: Databases, folder: Path) -> str:
    """Make an installation's database of a copy; answer its address."""
    if backend == "postgresql":
        url = databases.new(backend, empty=True)
        words = command("pg_restore ")
        program = program_or_skip(databases, words[0])
        run([program, *words[1:]], {f"{SAVED}.dump": str(copy), "$DATABASE_URL": url})
        return url
    place = folder / "restored.db"
    copy.rename(place)
    return f"sqlite:///{place}"


def program_or_skip(databases: Databases, name: str) -> str:
    program = databases.program(name)
    if program is None:
        pytest.skip(f"the PostgreSQL of the tests came without {name}")
    return str(program)


@contextmanager
def somebody_writing(app: Flask) -> Iterator[None]:
    """A transaction that has changed every name and is not committed yet."""
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        connection.execute(text("UPDATE registrations SET name = 'Halvt ändrad'"))
        yield
        connection.rollback()
    engine.dispose()


def rows_of_every_table() -> dict[str, int]:
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }


def fill() -> str:
    """An activity with a person whose needs are known; answers the token of the personal link."""
    event = make_event(asks_food=True, asks_access=True)
    registration = make_registration(event, food=FOOD, access=ACCESS)
    token = make_personal_link(registration)
    db.session.commit()
    return token


@contextmanager
def installation(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        set_transaction_mode(TransactionMode.WRITE)
        yield app
        db.session.remove()
        db.engine.dispose()
    set_transaction_mode(TransactionMode.WRITE)


def test_what_is_restored_is_what_was_there(backend: str, databases: Databases, tmp_path: Path) -> None:
    settings = settings_for_tests(databases.new(backend), tmp_path)
    with installation(settings) as app:
        token = fill()
        before = rows_of_every_table()
        db.session.rollback()
        with somebody_writing(app):
            copy = back_up(settings, tmp_path, databases)
    restored = replace(settings, database_url=restore(copy, backend, databases, tmp_path))
    with installation(restored) as app:
        upgrade()
        assert rows_of_every_table() == before
        # New rows get numbers after the old ones.
        make_registration(make_event())
        db.session.commit()
        ticket = app.test_client().get(f"/min/anmalan/{token}")
        assert (ticket.status_code, "Du är anmäld, Åsa" in ticket.text) == (200, True)
        form = app.test_client().get(f"/min/anmalan/{token}/andra").text
        assert FOOD in form
        assert ACCESS in form


def test_the_page_names_every_part_that_must_go_before_an_sqlite_file_is_put_back() -> None:
    removed = command("rm -f /var/lib/eventsapp/eventsapp.db")[2:]
    assert [re.sub(r".*/", "", path) for path in removed] == [
        "eventsapp.db",
        "eventsapp.db-wal",
        "eventsapp.db-shm",
    ]
