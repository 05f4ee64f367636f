"""What must be true of places, the waiting list, letters and trail after anything at all, read past the product's code."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from eventsapp.core.clock import now

ACTIVE = {"confirmed", "applied", "waiting", "offered"}
LETTERS_OF = {
    "registration.made": {"confirmed"},
    "registration.waiting": {"waiting"},
    "registration.applied": {"applied"},
    "registration.offered": {"place_offered", "other_date_offered"},
    "registration.moved_up": {"moved_up"},
    "registration.offer_accepted": {"confirmed"},
    "registration.offer_declined": {"offer_declined"},
    "registration.offer_expired": {"offer_expired"},
    "registration.given_place": {"confirmed"},
    "registration.refused": {"refused"},
    "registration.cancelled": {"cancelled_by_self", "cancelled_by_staff", "left_list"},
    "registration.handed_over": {"handed_over"},
    "registration.taken_over": {"confirmed"},
    "registration.came_from_date": {"date_changed"},
    "registration.silent": {"silent"},
}
"""Each step, with the letter that tells of it: one of these, once."""
STATE_AFTER = {
    "registration.made": "confirmed",
    "registration.waiting": "waiting",
    "registration.applied": "applied",
    "registration.offered": "offered",
    "registration.moved_up": "confirmed",
    "registration.offer_accepted": "confirmed",
    "registration.offer_declined": "declined",
    "registration.offer_expired": "expired",
    "registration.offer_withdrawn": "waiting",
    "registration.took_other_date": "cancelled",
    "registration.given_place": "confirmed",
    "registration.refused": "refused",
    "registration.cancelled": "cancelled",
    "registration.handed_over": "cancelled",
    "registration.taken_over": "confirmed",
    "registration.moved_date": "cancelled",
    "registration.came_from_date": "confirmed",
    "registration.silent": "expired",
}
Row = dict[str, Any]


def rows(connection: Connection, sql: str) -> list[Row]:
    """What a query answers, as dictionaries."""
    return [dict(row) for row in connection.execute(text(sql)).mappings()]


def faults(connection: Connection, *, may_exceed: Collection[int] = ()) -> list[str]:
    """Everything that is wrong, in words; `may_exceed` are events whose number of places was lowered or exceeded on
    purpose."""
    state = _State(connection)
    return [
        *_places(state, may_exceed),
        *_holders(state),
        *_offers(state),
        *_line(state),
        *_free_while_somebody_waits(state),
        *_trail_and_letters(connection, state),
        *_screens(connection, state),
    ]


class _State:
    """The tables that it is about, in memory."""

    def __init__(self, connection: Connection) -> None:
        self.events = {row["id"]: row for row in rows(connection, "SELECT * FROM events")}
        self.series = {row["id"]: row for row in rows(connection, "SELECT * FROM series")}
        self.pools = {row["id"]: row for row in rows(connection, "SELECT * FROM pools")}
        self.by_subject = {
            (row["subject_kind"], row["subject_id"], row["name"]): row["id"]
            for row in self.pools.values()
            if not row["is_retired"]
        }
        self.people = {row["id"]: row for row in rows(connection, "SELECT * FROM registrations ORDER BY id")}
        self.all_or_none = {
            row["id"]: bool(row["all_or_none"])
            for row in rows(connection, "SELECT * FROM registration_groups")
        }
        self.places = rows(connection, "SELECT * FROM places ORDER BY id")
        self.offers = rows(connection, "SELECT * FROM place_offers ORDER BY id")
        self.chosen: dict[int, list[int]] = defaultdict(list)
        for row in rows(connection, "SELECT * FROM chosen_items"):
            self.chosen[row["registration_id"]].append(row["item_id"])
        self.groups = {
            (row["quota_id"], row["key"]): row["id"] for row in rows(connection, "SELECT * FROM quota_groups")
        }
        quotas = rows(connection, "SELECT * FROM quotas")
        self.quotas = [row for row in quotas if not _is_over(row["unlocks_at"])]
        locked = {row["id"] for row in self.quotas}
        self.unlocked_pools = {
            self.by_subject["quota_group", group, "all"]
            for (quota, _), group in self.groups.items()
            if quota not in locked
        }
        """Pools of quotas that no longer limit anybody; those who came before still have places there."""
        self.held: Counter[int] = Counter(
            place["pool_id"] for place in self.places if place["state"] != "free"
        )

    def left(self) -> dict[int, float]:
        return {
            pool["id"]: float("inf") if pool["capacity"] is None else pool["capacity"] - self.held[pool["id"]]
            for pool in self.pools.values()
        }

    def needs(self, person: Row, mode: str, *, with_items: bool = True) -> list[int | None]:
        """The pools that one needs a place in; None for one that is missing."""
        event = self.events[person["event_id"]]
        apart = event["format"] == "hybrid" and event["separate_pools"]
        wanted = [("event", event["id"], mode if apart else "all")]
        series = self.series.get(event["series_id"])
        if series is not None and series["shared_capacity"] is not None:
            wanted.append(("series", series["id"], "all"))
        if with_items:
            wanted += [
                ("programme_item", item, "all")
                for item in self.chosen[person["id"]]
                if ("programme_item", item, "all") in self.by_subject
            ]
        return [*(self.by_subject.get(one) for one in wanted), *self._quota_pools(person)]

    def _quota_pools(self, person: Row) -> list[int | None]:
        code = person["municipality_code"]
        keys = {
            "municipality": code,
            "county": code and code[:2],
            "organisation": str(person["organisation_id"] or "") or person["organisation_sort_key"][:80],
            "profession": person["profession"],
        }
        found = []
        for by, key in keys.items():
            rules = {
                quota["key"]: quota
                for quota in self.quotas
                if quota["by"] == by
                and quota["subject_id"] == person["event_id"]
                and quota["key"] in ("", key)
            }
            rule = rules.get(key, rules.get(""))
            if key and rule:
                group = self.groups.get((rule["id"], key))
                found.append(None if group is None else self.by_subject.get(("quota_group", group, "all")))
        return found


def _is_over(moment: Any) -> bool:
    if moment is None:
        return False
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) <= now()


def _places(state: _State, may_exceed: Collection[int]) -> list[str]:
    found = []
    numbers = Counter((one["pool_id"], one["number"]) for one in state.places if one["number"] is not None)
    found += [f"place {place} is there {count} times" for place, count in numbers.items() if count > 1]
    for pool in state.pools.values():
        held = state.held[pool["id"]]
        exempt = pool["subject_kind"] == "event" and pool["subject_id"] in may_exceed
        if pool["capacity"] is not None and held > pool["capacity"] and not exempt and not pool["is_retired"]:
            found.append(f"pool {pool['id']} of {pool['subject_kind']} has {held} of {pool['capacity']}")
    return found


def _holders(state: _State) -> list[str]:
    held: dict[int, list[Row]] = defaultdict(list)
    for place in state.places:
        if place["state"] != "free":
            held[place["holder_id"]].append(place)
    found = [f"a place is held by nobody: {holder}" for holder in held if holder not in state.people]
    for person in state.people.values():
        has = sorted(
            place["pool_id"] for place in held[person["id"]] if place["pool_id"] not in state.unlocked_pools
        )
        states = {place["state"] for place in held[person["id"]]}
        if person["status"] == "confirmed":
            # Those of alternatives come with answers, not with the place.
            has = [pool for pool in has if state.pools[pool]["subject_kind"] != "question_option"]
        if person["status"] in ("confirmed", "offered"):
            needs = state.needs(person, person["mode"], with_items=person["status"] == "confirmed")
            if person["status"] == "offered":
                items = {pool for pool in has if state.pools[pool]["subject_kind"] == "programme_item"}
                has = [pool for pool in has if pool not in items]
            if None in needs or has != sorted(pool for pool in needs if pool is not None):
                found.append(f"{person['status']} {person['id']} has places in {has}, and needs {needs}")
            right = {"taken"} if person["status"] == "confirmed" else {"held"}
            if states != right:
                found.append(f"{person['status']} {person['id']} has places that are {states}")
        elif has:
            found.append(f"{person['status']} {person['id']} has places in {has}")
    return found


def _offers(state: _State) -> list[str]:
    opened = Counter(offer["registration_id"] for offer in state.offers if offer["outcome"] is None)
    return [
        f"{person['status']} {person['id']} has {opened[person['id']]} open offers"
        for person in state.people.values()
        if opened[person["id"]] != (1 if person["status"] == "offered" else 0)
    ]


def _line(state: _State) -> list[str]:
    found = []
    addresses: Counter[tuple[int, str]] = Counter()
    for person in state.people.values():
        if person["status"] in ACTIVE and person["email_key"]:
            addresses[person["event_id"], person["email_key"]] += 1
        if person["status"] == "waiting" and person["waiting_order"] is None:
            found.append(f"waiting {person['id']} has no number")
        if person["status"] not in ("waiting", "offered") and person["waiting_order"] is not None:
            found.append(f"{person['status']} {person['id']} still has a number in the line")
    found += [f"{address} is registered {count} times" for address, count in addresses.items() if count > 1]
    return found


def _free_while_somebody_waits(state: _State) -> list[str]:
    """Nobody waits for what is free and would suit them."""
    units: dict[Any, list[Row]] = defaultdict(list)
    for person in state.people.values():
        event = state.events[person["event_id"]]
        if (
            person["status"] == "waiting"
            and event["state"] in ("published", "save_the_date")
            and event["waiting_list"] != "none"
        ):
            together = state.all_or_none.get(person["group_id"] or 0, False)
            units["group" if together else "one", person["group_id"] if together else person["id"]].append(
                person
            )
    return [
        f"{key} {number} of {len(members)} waits for what is free"
        for (key, number), members in units.items()
        if _fits(state, members)
    ]


def _fits(state: _State, members: list[Row]) -> bool:
    left = state.left()
    for person in members:
        event = state.events[person["event_id"]]
        modes = [person["mode"]]
        if person["takes_any_mode"] and person["head_count"] == 1 and event["format"] == "hybrid":
            modes = ["onsite", "online"]
        needs = [state.needs(person, mode, with_items=False) for mode in modes]
        # A group that nobody has come from yet has no pool, and is not full.
        ways = [
            [pool for pool in way if pool is not None]
            for way in needs
            if all(pool is None or left[pool] > 0 for pool in way)
        ]
        if not ways:
            return False
        for pool in ways[0]:
            left[pool] -= 1
    return True


def _trail_and_letters(connection: Connection, state: _State) -> list[str]:
    """The trail ends in the state that each has, and each step has exactly its letter."""
    trail: dict[int, list[str]] = defaultdict(list)
    for entry in rows(
        connection, "SELECT * FROM audit_entries WHERE subject_kind = 'registration' ORDER BY id"
    ):
        if entry["action"] in STATE_AFTER:
            trail[entry["subject_id"]].append(entry["action"])
    letters: dict[int, Counter[str]] = defaultdict(Counter)
    for letter in rows(
        connection, "SELECT kind, subject_id FROM letters WHERE subject_kind = 'registration' ORDER BY id"
    ):
        letters[letter["subject_id"]][letter["kind"]] += 1
    found = []
    for person_id, actions in trail.items():
        person = state.people[person_id]
        after = STATE_AFTER[actions[-1]]
        if person["status"] != after and not (
            actions[-1].endswith("withdrawn") and person["status"] == "cancelled"
        ):
            found.append(f"{person_id} is {person['status']}, and the trail says {actions}")
        if not person["email"]:
            continue
        for kinds in set(map(frozenset, LETTERS_OF.values())):
            steps = sum(frozenset(LETTERS_OF.get(action, ())) == kinds for action in actions)
            sent = sum(letters[person_id][kind] for kind in kinds)
            withdrawn = actions.count("registration.offer_withdrawn") if "waiting" in kinds else 0
            if not steps <= sent <= steps + withdrawn:
                found.append(f"{person_id} has {sent} letters {set(kinds)} for {actions}")
    return found


def _screens(connection: Connection, state: _State) -> list[str]:
    """Behind a screen is at least one, on site exactly one, and nobody is named who is not counted."""
    named = Counter(
        row["registration_id"] for row in rows(connection, "SELECT registration_id FROM companions")
    )
    found = []
    for person in state.people.values():
        people = person["head_count"]
        if people < 1 or (person["mode"] == "onsite" and people != 1):
            found.append(f"registration {person['id']} is for {people} people {person['mode']}")
        if named[person["id"]] > (people - 1 if person["status"] == "confirmed" else 0):
            found.append(f"registration {person['id']} names {named[person['id']]} of {people}")
    return found
