"""What was understood of a calendar file, as plain values that can be kept between two pages."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from eventsapp.calendar_import.problems import Problem


@dataclass(frozen=True)
class FoundTime:
    """One time of an activity. `key` is its RECURRENCE-ID, "" where there is one time only."""

    key: str
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class FoundEvent:
    """One activity: a single event, or a series with all its times."""

    uid: str
    line: int
    title: str
    times: tuple[FoundTime, ...]
    body: str = ""
    venue: str = ""
    address: str = ""
    join_url: str = ""
    url: str = ""
    is_cancelled: bool = False
    is_private: bool = False
    notes: tuple[Problem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {
            "times": [
                asdict(one) | {"starts_at": one.starts_at.isoformat(), "ends_at": one.ends_at.isoformat()}
                for one in self.times
            ],
            "notes": [note.to_list() for note in self.notes],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "FoundEvent":
        times = tuple(
            FoundTime(
                **one
                | {
                    "starts_at": datetime.fromisoformat(one["starts_at"]),
                    "ends_at": datetime.fromisoformat(one["ends_at"]),
                }
            )
            for one in stored["times"]
        )
        return cls(
            **stored | {"times": times, "notes": tuple(Problem.from_list(one) for one in stored["notes"])}
        )


@dataclass(frozen=True)
class FoundCalendar:
    """A file: its name, its activities in order of time, what is wrong with the rest, and how many lie outside the window
    of time."""

    name: str
    events: tuple[FoundEvent, ...]
    left_out: tuple[tuple[str, Problem], ...]
    """Title (or "") and why, of what cannot be taken in."""
    outside: int
    since: datetime
    """Where the window of time began."""

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "events": [one.to_json() for one in self.events],
            "left_out": [[title, problem.to_list()] for title, problem in self.left_out],
            "outside": self.outside,
            "since": self.since.isoformat(),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "FoundCalendar":
        return cls(
            stored["name"],
            tuple(FoundEvent.from_json(one) for one in stored["events"]),
            tuple((title, Problem.from_list(problem)) for title, problem in stored["left_out"]),
            stored["outside"],
            datetime.fromisoformat(stored["since"]),
        )
