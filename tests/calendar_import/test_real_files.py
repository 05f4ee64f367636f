"""What is understood of files that real programs have written; where each comes from is in `data/README.md`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from eventsapp.calendar_import.found import FoundCalendar, FoundEvent
from eventsapp.calendar_import.reading import read_calendar
from eventsapp.calendar_import.recurrence import Window
from eventsapp.core.clock import to_swedish

DATA = Path(__file__).parent / "data"
EVER = Window(datetime(1990, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))


def told(found: FoundCalendar) -> list[str]:
    """A file in lines: its name, each activity with its times as Swedish wall clocks, and what could not be read."""
    lines = [f"calendar: {found.name}"]
    for event in found.events:
        lines += _told_event(event)
    for title, problem in found.left_out:
        lines.append(f"left out: {title} ({problem.kind.value}, line {problem.line}: {problem.about})")
    return lines


def _told_event(event: FoundEvent) -> list[str]:
    times = [
        f"{to_swedish(one.starts_at):%Y-%m-%d %H:%M}–{to_swedish(one.ends_at):%Y-%m-%d %H:%M}"
        + (" all day" if one.all_day else "")
        + (f" [{one.label}]" if one.label else "")
        for one in event.times
    ]
    shown = times if len(times) <= 5 else [*times[:2], f"… {len(times)} in all", times[-1]]
    said = {
        name: value
        for name in ("body", "venue", "address", "join_url", "url")
        if (value := getattr(event, name))
    }
    flags = [name for name in ("is_cancelled", "is_private") if getattr(event, name)]
    notes = [f"{note.kind.value} on line {note.line}" for note in event.notes]
    return [
        f"event: {event.title}",
        *(f"  {one}" for one in shown),
        *(f"  {name}: {value!r}" for name, value in said.items()),
        *(f"  {one}" for one in (*flags, *notes)),
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.ics")))
def test_what_is_understood_of_a_real_file(name: str) -> None:
    expected = (DATA / name).with_suffix(".txt").read_text().splitlines()
    assert told(read_calendar((DATA / name).read_bytes(), EVER)) == expected


def test_there_are_ten_files_of_seven_producers_and_each_has_its_source() -> None:
    files = {path.name for path in DATA.glob("*.ics")}
    rows = [
        line.split("|") for line in (DATA / "README.md").read_text().splitlines() if line.startswith("| `")
    ]
    named = {row[1].strip().strip("`"): row for row in rows}
    assert files == set(named)
    assert len(files) >= 10
    assert len({row[2].strip() for row in rows}) >= 7
    assert {row[4].strip() for row in rows} <= {"Apache-2.0", "BSD-2-Clause"}
