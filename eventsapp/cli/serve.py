"""`make run`: prepare the database, then run the web server and the background worker side by side."""

import http.client
import socket
import sys
from collections.abc import Callable
from http import HTTPStatus

from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate import upgrade
from sqlalchemy import select

from eventsapp.cli.demo import DEMO_ACCOUNTS, DEMO_PASSWORD, load_demo_data
from eventsapp.cli.reference import load_reference_data
from eventsapp.cli.together import Together, say
from eventsapp.config import Settings, SettingsError
from eventsapp.core.db import db
from eventsapp.events.models import Event

HOST = "127.0.0.1"
WEB_PROCESSES = 2
THREADS_PER_PROCESS = 4


def main() -> int:
    """Serve until told to stop; the exit code is 0 then, and that of the part that failed otherwise."""
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        say(str(error))
        return 2
    door = _open_door(settings.port)
    if door is None:
        say(f"Port {settings.port} is taken. Choose another one: make run PORT={settings.port + 1}")
        return 1
    with door:
        # This room stands below app.py, so the application is found by its name, as `flask --app eventsapp` does.
        prepare(ScriptInfo(app_import_path="eventsapp").load_app())
        together = Together(
            _commands(door), is_ready=_answers(settings.port), welcome=lambda: _welcome(settings)
        )
        return together.run(keep_open=door)


def prepare(app: Flask) -> None:
    """Bring the schema and the reference data up to date; the first time also load the demonstration."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        upgrade()
        load_reference_data()
        is_new = db.session.scalars(select(Event.id).limit(1)).first() is None
        db.session.commit()
        if settings.is_demonstration and is_new:
            say("Loading demonstration data, the first time only")
            load_demo_data()
            db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _open_door(port: int) -> socket.socket | None:
    """A listening socket, or None when somebody else has the port."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
        door.listen(128)
    except OSError:
        door.close()
        return None
    return door


def _commands(door: socket.socket) -> dict[str, list[str]]:
    return {
        "web server": [
            *(sys.executable, "-m", "gunicorn", "eventsapp.wsgi:app"),
            *("--bind", f"fd://{door.fileno()}", "--no-control-socket", "--log-level", "warning"),
            *(
                "--workers",
                str(WEB_PROCESSES),
                "--worker-class",
                "gthread",
                "--threads",
                str(THREADS_PER_PROCESS),
            ),
        ],
        "worker": [
            *(sys.executable, "-m", "huey.bin.huey_consumer", "eventsapp.worker.huey"),
            # A letter leaves within a second of the commit that wrote it.
            *("--quiet", "--max-delay", "1", "--shutdown-timeout", "30"),
        ],
    }


def _answers(port: int) -> Callable[[], bool]:
    """A question to the web server on a port: does it answer?"""

    def ask() -> bool:
        connection = http.client.HTTPConnection(HOST, port, timeout=1)
        try:
            connection.request("GET", "/halsa")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


def _welcome(settings: Settings) -> None:
    address = f"http://{HOST}:{settings.port}"
    lines = ["", f"{settings.site_name}: {address}"]
    if settings.site_url != address:
        lines.append(f"Letters and calendars say {settings.site_url}")
    if settings.is_demonstration:
        lines.append(f"Staff sign in at {address}/personal/logga-in with the password {DEMO_PASSWORD}")
        lines += [f"    {account.email}   {account.role}" for account in DEMO_ACCOUNTS]
    if settings.smtp_url:
        lines.append("Letters are sent by the mail server of SMTP_URL.")
    else:
        where = f" and at {address}/brev" if settings.is_demonstration else ""
        lines.append(f"Letters are kept in {settings.instance_path / 'letters'}{where}")
    say("\n".join([*lines, "Stop with Ctrl-C.", ""]))


if __name__ == "__main__":
    sys.exit(main())
