"""Processes that are run side by side, as the web server and the background worker."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from types import FrameType

SECONDS_TO_STOP = 40
SECONDS_TO_START = 150


def say(text: str) -> None:
    """Tell the one at the terminal, at once."""
    print(text, flush=True)


class Together:
    """Processes that live and die together: when one ends, whatever the reason, the others are stopped."""

    def __init__(
        self, commands: Mapping[str, list[str]], *, is_ready: Callable[[], bool], welcome: Callable[[], None]
    ) -> None:
        self.commands = commands
        self.is_ready = is_ready
        self.welcome = welcome
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.told_to_stop = threading.Event()

    def run(self, *, keep_open: socket.socket) -> int:
        """Start every process, each with the listening socket, and wait; answer with the exit code of the whole."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            for name, command in self.commands.items():
                self.children[name] = subprocess.Popen(command, pass_fds=[keep_open.fileno()])
            return self._watch()
        finally:
            self._end_all()

    def _watch(self) -> int:
        welcomed_by = time.monotonic() + SECONDS_TO_START
        welcomed = False
        while not self.told_to_stop.wait(0.2):
            for name, child in self.children.items():
                if (code := child.poll()) is not None:
                    say(f"The {name} has ended by itself with exit code {code}; stopping the rest.")
                    return 128 - code if code < 0 else code or 1
            if not welcomed:
                welcomed = self.is_ready()
                if welcomed:
                    self.welcome()
                elif time.monotonic() > welcomed_by:
                    say(f"The web server does not answer within {SECONDS_TO_START} seconds; stopping.")
                    return 1
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.told_to_stop.set()

    def _end_all(self) -> None:
        for name, child in self.children.items():
            if child.poll() is None:
                # The worker finishes its task on SIGINT and drops it on SIGTERM; gunicorn finishes its requests on SIGTERM.
                child.send_signal(signal.SIGINT if name == "worker" else signal.SIGTERM)
        latest = time.monotonic() + SECONDS_TO_STOP
        for child in self.children.values():
            try:
                child.wait(max(0.0, latest - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
