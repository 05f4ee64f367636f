"""The trail of an event played again against a model of places and line: whether each place was given to the right one.

It is for events without quotas whose people wait for one way of taking part: each way then has its own places and line.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, text

from tests.registrations.invariants import Row, rows

HAS_PLACE = ("confirmed", "offered")


@dataclass
class Model:
    """One event. `free` may be below zero where the number of places was lowered."""

    free: Counter[str]
    line: dict[str, list[tuple[Any, int]]] = field(default_factory=lambda: defaultdict(list))
    """For each way, who waits, in order, with the unit they come in."""
    state: dict[int, str] = field(default_factory=dict)
    mode: dict[int, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def give(self, person: int, what: str, *, in_order: bool = True) -> None:
        mode, free = self.mode[person], self.free[self.mode[person]]
        if free < 1:
            self.faults.append(f"{what} {person} though {free} places were free {mode}")
        own = next((unit for unit, one in self.line[mode] if one == person), None)
        ahead = Counter[Any]()
        for unit, _ in self.line[mode]:
            if unit == own and own is not None:
                break
            ahead[unit] += 1
        passed = [unit for unit, size in ahead.items() if size <= free]
        if in_order and passed:
            self.faults.append(f"{what} {person} before {passed}, who would fit in {free}")
        self.leave_line(person)
        self.free[mode] -= 1

    def give_back(self, person: int) -> None:
        self.free[self.mode[person]] += 1

    def leave_line(self, person: int) -> None:
        line = self.line[self.mode[person]]
        line[:] = [(unit, one) for unit, one in line if one != person]


@dataclass(frozen=True)
class Start:
    """An event as it was before the races."""

    event: Row
    people: list[Row]
    groups: dict[int, bool]


def snapshot(connection: Connection, event_ids: Collection[int]) -> list[Start]:
    """How these events stand now."""
    groups = {
        row["id"]: bool(row["all_or_none"]) for row in rows(connection, "SELECT * FROM registration_groups")
    }
    events = {row["id"]: row for row in rows(connection, "SELECT * FROM events")}
    people: dict[int, list[Row]] = defaultdict(list)
    for row in rows(connection, "SELECT * FROM registrations ORDER BY waiting_order, id"):
        people[row["event_id"]].append(row)
    return [Start(events[event_id], people[event_id], groups) for event_id in event_ids]


def replay(connection: Connection, start: Start) -> list[str]:
    """What was done in a way that it must not be done, in words."""
    event_id = start.event["id"]
    model = _begin(start)
    after = {
        row["id"]: row
        for row in connection.execute(
            text("SELECT * FROM registrations WHERE event_id = :event"), {"event": event_id}
        ).mappings()
    }
    all_or_none = {
        row["id"]: bool(row["all_or_none"]) for row in rows(connection, "SELECT * FROM registration_groups")
    }
    trail = connection.execute(
        text("SELECT * FROM audit_entries WHERE event_id = :event ORDER BY id").bindparams(
            bindparam("event", event_id)
        )
    ).mappings()
    for entry in trail:
        person = entry["subject_id"]
        if entry["subject_kind"] == "registration":
            model.mode.setdefault(person, after[person]["mode"])
            group = after[person]["group_id"]
            unit = ("group", group) if all_or_none.get(group or 0) else ("one", person)
            _play(model, entry["action"].removeprefix("registration."), person, unit, entry)
        elif entry["action"] == "event.changed":
            _change_places(model, entry)
    return [
        f"event {event_id}: {fault}"
        for fault in [*model.faults, *_compare(model, connection, event_id, after)]
    ]


def _begin(start: Start) -> Model:
    model = Model(Counter({mode: start.event[f"capacity_{mode}"] for mode in ("onsite", "online")}))
    for person in start.people:
        model.state[person["id"]], model.mode[person["id"]] = person["status"], person["mode"]
        if person["status"] in HAS_PLACE:
            model.free[person["mode"]] -= 1
        if person["status"] == "waiting":
            together = start.groups.get(person["group_id"] or 0)
            unit = ("group", person["group_id"]) if together else ("one", person["id"])
            model.line[person["mode"]].append((unit, person["id"]))
    return model


def _play(model: Model, action: str, person: int, unit: Any, entry: Any) -> None:
    before = model.state.get(person)
    match action:
        case "made" | "moved_up" | "offered":
            model.give(person, action)
            model.state[person] = "offered" if action == "offered" else "confirmed"
        case "given_place":
            model.give(person, action, in_order=False)
            model.state[person] = "confirmed"
        case "waiting":
            model.line[model.mode[person]].append((unit, person))
            model.state[person] = "waiting"
        case "applied":
            model.state[person] = "applied"
        case "offer_accepted":
            if before != "offered":
                model.faults.append(f"{before} {person} accepted an offer")
            model.state[person] = "confirmed"
        case "came_from_date":
            model.give(person, action)
            model.state[person] = "confirmed"
        case "moved_date":
            model.give_back(person)
            model.state[person] = action
        case "handed_over":
            if before != "confirmed":
                model.faults.append(f"{before} {person} handed a place over")
            # It is the colleague's at once, so nothing has come free.
            model.state[person] = action
        case "taken_over":
            model.state[person] = "confirmed"
        case "offer_declined" | "offer_expired" | "cancelled" | "refused":
            if before in HAS_PLACE:
                model.give_back(person)
            if before == "waiting":
                model.leave_line(person)
            if action.startswith("offer") and before != "offered":
                model.faults.append(f"{before} {person} let an offer go")
            model.state[person] = action
        case "changed":
            if before == "confirmed" and "mode" in _changes(entry):
                model.give_back(person)
                model.mode[person] = "online" if model.mode[person] == "onsite" else "onsite"
                model.give(person, action, in_order=False)


def _changes(entry: Any) -> dict[str, Any]:
    value = entry["changes"]
    return json.loads(value) if isinstance(value, str) else value


def _change_places(model: Model, entry: Any) -> None:
    for mode in ("onsite", "online"):
        change = _changes(entry).get(f"capacity_{mode}")
        if change:
            model.free[mode] += int(change[1]) - int(change[0])


def _compare(model: Model, connection: Connection, event_id: int, after: dict[int, Any]) -> list[str]:
    """Where the database is not as the model is in the end."""
    found = []
    wanted = text(
        "SELECT p.name, p.capacity, (SELECT count(*) FROM places x WHERE x.pool_id = p.id AND x.state <> 'free') AS taken"
        " FROM pools p WHERE p.subject_kind = 'event' AND p.subject_id = :event"
    )
    for pool in connection.execute(wanted, {"event": event_id}).mappings():
        if model.free[pool["name"]] != pool["capacity"] - pool["taken"]:
            found.append(
                f"{pool['name']} has {pool['taken']} of {pool['capacity']}, {model.free[pool['name']]} by the trail"
            )
    for mode, line in model.line.items():
        waiting = [one for one in after.values() if one["status"] == "waiting" and one["mode"] == mode]
        standing = [one["id"] for one in sorted(waiting, key=lambda one: (one["waiting_order"], one["id"]))]
        if standing != [person for _, person in line]:
            found.append(f"{standing} wait {mode}, {[person for _, person in line]} by the trail")
    return found
