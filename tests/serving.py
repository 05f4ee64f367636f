"""The product as it runs in production: gunicorn with several processes, on a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from eventsapp.config import PROJECT_ROOT

_STARTING_SECONDS = 60


@dataclass
class Served:
    """A running server. `log` is what it has printed so far."""

    url: str
    process: subprocess.Popen[bytes]
    log_path: Path

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def kill(self) -> None:
        """End every process of the server at once, as a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database_url: str, folder: Path, port: int, **others: str) -> dict[str, str]:
    """The settings of an installation of its own, for a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "DATABASE_URL": database_url,
        "EVENTSAPP_INSTANCE": str(folder),
        "SECRET_KEY": "a key for tests only, long enough to be accepted",
        "SEALING_KEYS": Fernet.generate_key().decode(),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        **others,
    }
    kept = {name: value for name, value in os.environ.items() if name not in {"SMTP_URL", "EVENTSAPP_MODE"}}
    return {**kept, **settings}


@contextmanager
def serving(
    database_url: str,
    folder: Path,
    *,
    entry: str = "eventsapp.wsgi:app",
    workers: int = 2,
    threads: int = 8,
    variables: Mapping[str, str] | None = None,
) -> Iterator[Served]:
    """Run gunicorn with `entry` until the block is left; `entry` may be an application of the tests' own.

    `variables` is what `environment` has made, for those who need to know it beforehand.
    """
    variables = dict(variables or environment(database_url, folder, free_port()))
    port = int(variables["PORT"])
    log_path = folder / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", entry, "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    command += ["--workers", str(workers), "--worker-class", "gthread", "--threads", str(threads)]
    command += ["--timeout", "120", "--log-level", "warning"]
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=variables, stdout=log, stderr=log, start_new_session=True
        )
    served = Served(f"http://127.0.0.1:{port}", process, log_path)
    try:
        _wait_until_it_answers(served)
        yield served
    except BaseException:
        print(served.log)
        raise
    finally:
        _end(process)


@contextmanager
def working(variables: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the background worker of an installation until the block is left; it leads a group of its own processes."""
    command = [sys.executable, "-m", "huey.bin.huey_consumer", "eventsapp.worker.huey", "--max-delay", "0.2"]
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=dict(variables), stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def _wait_until_it_answers(served: Served) -> None:
    deadline = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < deadline:
        if served.process.poll() is not None:
            raise RuntimeError(f"the server stopped: {served.log}")
        try:
            with urllib.request.urlopen(f"{served.url}/halsa", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    served.kill()
    raise RuntimeError(f"the server did not answer: {served.log}")
