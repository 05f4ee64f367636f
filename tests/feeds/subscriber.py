"""A person at a computer who subscribes to calendars with vdirsyncer and looks at them in khal."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_VDIRSYNCER = """
[general]
status_path = "{folder}/status"
"""
_PAIR = """
[pair {name}]
a = "{name}_feed"
b = "{name}_disk"
collections = null
[storage {name}_feed]
type = "http"
url = "{address}"
[storage {name}_disk]
type = "filesystem"
path = "{folder}/{name}"
fileext = ".ics"
"""
_KHAL = """
[locale]
local_timezone = Europe/Stockholm
default_timezone = Europe/Stockholm
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
timeformat = %H.%M
datetimeformat = %Y-%m-%d %H.%M
longdatetimeformat = %Y-%m-%d %H.%M
[sqlite]
path = {folder}/khal.db
[calendars]
"""
_CALENDAR = """
[[{name}]]
path = {folder}/{name}
readonly = True
"""
_FIELDS = (
    "calendar",
    "start-date-long",
    "start-time",
    "end-date-long",
    "end-time",
    "title",
    "location",
    "status",
)


@dataclass(frozen=True)
class Shown:
    """An entry as khal shows it; a whole day has no hours."""

    starts: str
    ends: str
    title: str
    place: str
    status: str


@dataclass(frozen=True)
class Subscriber:
    """Keeps calendars, each in a folder of its own below `folder`."""

    folder: Path

    def subscribe(self, addresses: dict[str, str]) -> None:
        """Choose the calendars at `addresses`, each with a name; nothing is fetched yet."""
        vdirsyncer, khal = _VDIRSYNCER, _KHAL
        for name, address in addresses.items():
            (self.folder / name).mkdir(parents=True)
            vdirsyncer += _PAIR.format(folder="{folder}", name=name, address=address)
            khal += _CALENDAR.format(folder="{folder}", name=name)
        (self.folder / "vdirsyncer").write_text(vdirsyncer.format(folder=self.folder))
        (self.folder / "khal").write_text(khal.format(folder=self.folder))
        self._run("vdirsyncer", "discover")

    def sync(self) -> None:
        """Fetch the calendars as they are now."""
        self._run("vdirsyncer", "sync")

    def files(self, calendar: str) -> dict[str, bytes]:
        """What is kept of a calendar: the name of each file, and what stands in it."""
        return {path.name: path.read_bytes() for path in (self.folder / calendar).iterdir()}

    def agenda(self, first_day: date, last_day: date) -> dict[str, list[Shown]]:
        """What khal shows of each calendar in these days, in order of time."""
        fields = [part for name in _FIELDS for part in ("--json", name)]
        printed = self._run("khal", "list", "--once", *fields, first_day.isoformat(), last_day.isoformat())
        found: dict[str, list[Shown]] = defaultdict(list)
        for entry in (entry for line in printed.splitlines() for entry in json.loads(line)):
            calendar, first, starts, last, ends, *words = (entry[name].strip() for name in _FIELDS)
            found[calendar].append(Shown(f"{first} {starts}".strip(), f"{last} {ends}".strip(), *words))
        return dict(found)

    def _run(self, program: str, *words: str) -> str:
        command = [sys.executable, "-m", program, "--config", str(self.folder / program), *words]
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        # Nothing that the one who runs the tests has set up for themselves.
        variables = {**kept, "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TZ": "Europe/Stockholm"}
        done = subprocess.run(
            command, env=variables, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
        return done.stdout
