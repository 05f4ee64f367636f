"""`make run` keeps its processes together: none goes on alone, and a stop reaches all of them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from eventsapp.cli import together

# The file by itself: the whole application would take each of these tests several seconds to import.
DRIVER = f"""
import runpy, socket, sys

Together = runpy.run_path({together.__file__!r})["Together"]
door = socket.socket()
commands = dict(zip(["web server", "worker"], [[sys.executable, "-c", code] for code in sys.argv[1:3]]))
sys.exit(Together(commands, is_ready=lambda: True, welcome=lambda: print("welcome", flush=True)).run(keep_open=door))
"""
# A child tells its number on a line of its own, then waits for its stop, and notes which one came.
CHILD = """
import os, signal, sys, time
from pathlib import Path

folder = Path({folder!r})
def stop(number, frame):
    (folder / "{name}.stopped").write_text(signal.Signals(number).name)
    sys.exit(0)
signal.signal(signal.SIGINT, stop)
signal.signal(signal.SIGTERM, stop)
(folder / "{name}.started").write_text(str(os.getpid()))
time.sleep(200)
"""


def start(web: str, worker: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", DRIVER, web, worker], stdout=subprocess.PIPE, text=True)


def child(folder: Path, name: str) -> str:
    return CHILD.format(folder=str(folder), name=name)


def wait_for(*files: Path) -> None:
    latest = time.monotonic() + 120
    while not all(file.exists() and file.read_text() for file in files):
        assert time.monotonic() < latest, f"waited in vain for {files}"
        time.sleep(0.02)


def test_a_stop_reaches_each_process_in_its_own_way(tmp_path: Path) -> None:
    parent = start(child(tmp_path, "web"), child(tmp_path, "worker"))
    wait_for(tmp_path / "web.started", tmp_path / "worker.started")
    parent.send_signal(signal.SIGTERM)
    output, _ = parent.communicate(timeout=120)
    assert parent.returncode == 0
    assert (tmp_path / "web.stopped").read_text() == "SIGTERM"
    assert (tmp_path / "worker.stopped").read_text() == "SIGINT"
    assert output in {"", "welcome\n"}


def test_when_the_worker_ends_everything_ends_with_its_exit_code(tmp_path: Path) -> None:
    parent = start(child(tmp_path, "web"), "import time; time.sleep(1.5); raise SystemExit(3)")
    output, _ = parent.communicate(timeout=120)
    assert parent.returncode == 3
    assert output == "welcome\nThe worker has ended by itself with exit code 3; stopping the rest.\n"
    assert (tmp_path / "web.stopped").read_text() == "SIGTERM"


def test_a_killed_process_stops_the_rest(tmp_path: Path) -> None:
    parent = start(child(tmp_path, "web"), child(tmp_path, "worker"))
    wait_for(tmp_path / "web.started", tmp_path / "worker.started")
    os.kill(int((tmp_path / "web.started").read_text()), signal.SIGKILL)
    parent.communicate(timeout=120)
    assert parent.returncode == 128 + signal.SIGKILL
    assert (tmp_path / "worker.stopped").read_text() == "SIGINT"


def test_an_orderly_end_by_itself_is_still_a_failure(tmp_path: Path) -> None:
    parent = start(child(tmp_path, "web"), "pass")
    parent.communicate(timeout=120)
    assert parent.returncode == 1
