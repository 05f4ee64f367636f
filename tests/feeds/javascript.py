"""Two calendar readers of JavaScript, in the Node that comes with Playwright; they are kept in tests/vendor."""

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

from tests.feeds.readers import Read, Reader

PROGRAM = Path(__file__).with_name("read_calendars.mjs")
# Somewhere else, so that a time read in the reader's own zone is wrong here.
ELSEWHERE = {"TZ": "Pacific/Auckland"}


@contextmanager
def javascript_readers() -> Iterator[dict[str, Reader]]:
    """ical.js and node-ical, by name, for as long as the block lasts."""
    node, _ = compute_driver_executable()
    with subprocess.Popen(
        [node, str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **ELSEWHERE},
        text=True,
        encoding="utf-8",
    ) as process:
        yield {name: partial(_read, process, name) for name in ("ical.js", "node-ical")}
        assert process.stdin is not None
        process.stdin.close()


def _read(process: subprocess.Popen[str], reader: str, content: bytes) -> dict[str, Read]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps({"reader": reader, "content": base64.b64encode(content).decode()}) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    assert "error" not in answer, answer["error"]
    return {values["uid"]: _entry(values) for values in answer["events"]}


def _entry(values: dict[str, Any]) -> Read:
    texts = {name: values.get(name) or "" for name in ("description", "location", "url", "organizer")}
    return Read(
        uid=values["uid"],
        starts=_moment(values["starts"]),
        ends=_moment(values["ends"]),
        summary=values["summary"],
        status=values["status"],
        sequence=values["sequence"],
        categories=tuple(sorted(values.get("categories") or ())),
        changed_at=datetime.fromisoformat(values["changed_at"]),
        **texts,
    )


def _moment(value: str) -> datetime | date:
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
