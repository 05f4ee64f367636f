"""What the tests stand on: an app on each database, a client that reads pages, a clock, a mail server."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import Context
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from eventsapp.accounts.models import User
from eventsapp.app import create_app
from eventsapp.core import clock
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.permissions import Role
from eventsapp.events.public_data import raise_public_version
from eventsapp.feeds.kept import KeptFeeds
from eventsapp.organisations.queries import KEPT_NAMES
from tests.databases import (
    BACKENDS,
    CleanDatabase,
    Databases,
    Watch,
    make_quick,
    open_to_all,
    settings_for_tests,
    stop_postgresql,
)
from tests.factories.accounts import make_user
from tests.mailbox import Mailbox, running_mailbox
from tests.page_client import PageClient

_FOLDER = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[*BACKENDS, "both"],
        default="both",
        help="run the tests on this database only (default: both)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a folder of its own, that its workers share."""
    if hasattr(config, "workerinput"):
        config.stash[_FOLDER] = Path(config.workerinput["eventsapp_folder"])
        return
    folder = Path(tempfile.mkdtemp(prefix="eventsapp-tests-"))
    open_to_all(folder)
    config.stash[_FOLDER] = folder


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker of pytest-xdist where the folder is."""
    node.workerinput["eventsapp_folder"] = str(node.config.stash[_FOLDER])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and _FOLDER in config.stash:
        stop_postgresql(config.stash[_FOLDER])
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that needs a database on both, one after the other."""
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        backends = BACKENDS if chosen == "both" else (chosen,)
        metafunc.parametrize("backend", backends, indirect=True, scope="session")


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Hands out databases of one's own: `databases.new("postgresql")` answers with an address."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return Databases(request.config.stash[_FOLDER], worker)


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """The database that this test runs on: "sqlite" or "postgresql"."""
    return str(request.param)


class _Installation:
    """An application on its database, kept for all tests of this worker."""

    def __init__(self, databases: Databases, backend: str) -> None:
        self.watch = Watch()
        self.app = create_app(
            settings_for_tests(databases.new(backend), databases.folder(f"instance_{backend}"))
        )
        self.app.teardown_appcontext(self.watch.note_unsaved)
        with self.app.app_context():
            make_quick(db.engine)
            self.watch.attach(db.engine)
            self.database = CleanDatabase(self.app, self.watch)


_installations: dict[str, _Installation] = {}


@pytest.fixture
def installation(databases: Databases, backend: str) -> Iterator[_Installation]:
    """The application with an empty database (but for the reference data), and again empty afterwards."""
    if backend not in _installations:
        _installations[backend] = _Installation(databases, backend)
    here = _installations[backend]
    with here.app.app_context():
        set_transaction_mode(TransactionMode.WRITE)
        yield here
        db.session.remove()
        set_transaction_mode(TransactionMode.WRITE)
        here.app.extensions["huey"].flush()
        here.app.extensions.pop(KEPT_NAMES, None)
        here.app.extensions["kept_feeds"] = KeptFeeds()
        here.app.extensions["kept_files"] = KeptFeeds()
        here.database.restore()


@pytest.fixture
def app(installation: _Installation) -> Flask:
    """The application, with its context pushed and Swedish as the language."""
    return installation.app


@pytest.fixture
def db_session(app: Flask) -> scoped_session[Session]:
    """The test's own session. What is in it is committed before each request of `client`, and read anew after."""
    return db.session


@pytest.fixture
def client(installation: _Installation) -> PageClient:
    """Opens pages as an anonymous visitor; see `tests/page_client.py`."""
    return PageClient(installation.app, installation.watch)


@pytest.fixture
def sign_in(client: PageClient) -> Callable[..., User]:
    """`sign_in(Role.OFFICER)` makes a user with that role and lets `client` be signed in as them.

    `sign_in(user)` signs in one who exists; other keywords are values of the new user.
    """

    def sign_in(who: Role | User = Role.OFFICER, **values: object) -> User:
        user = who if isinstance(who, User) else make_user(role=who, **values)
        db.session.commit()
        with client.browser.session_transaction() as session:
            session["_user_id"] = user.get_id()
            session["_fresh"] = True
        return user

    return sign_in


@pytest.fixture
def run_job(app: Flask) -> Callable[[str], None]:
    """`run_job("name")` does what the worker does with a job, once."""

    def run_job(name: str) -> None:
        db.session.commit()
        Context().run(app.extensions["huey_tasks"][name].call_local)
        db.session.expire_all()

    return run_job


@pytest.fixture
def queries(installation: _Installation) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with queries() as statements: …` collects the SQL statements sent meanwhile, without those that begin and end
    transactions."""

    @contextmanager
    def queries() -> Iterator[list[str]]:
        # What the test itself has made is new to the public; its commit must not be counted with what follows.
        raise_public_version(db.session())
        statements: list[str] = []
        installation.watch.collectors.append(statements)
        try:
            yield statements
        finally:
            installation.watch.collectors.remove(statements)

    return queries


class FrozenClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> datetime:
        self.moment = moment.astimezone(UTC)
        return self.moment

    def advance(self, **duration: float) -> datetime:
        """Let time pass: `advance(days=2, minutes=1)`."""
        return self.set(self.moment + timedelta(**duration))


@pytest.fixture
def frozen_now() -> Iterator[FrozenClock]:
    """The product's clock stands at 1 October 2026, 10.00 Swedish time; `set` and `advance` move it."""
    frozen = FrozenClock(datetime(2026, 10, 1, 8, tzinfo=UTC))
    clock.set_clock(frozen)
    yield frozen
    clock.set_clock(None)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server on loopback: `mailbox.url` for SMTP_URL, `mailbox.letters` for what has come."""
    with running_mailbox() as box:
        yield box
