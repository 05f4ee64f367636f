"""Every pair of what can happen to places, run against each other on a running server from many threads."""

import itertools
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text, update

from eventsapp.core.clock import now
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.registrations.models import PlaceOffer
from eventsapp.registrations.waiting_list import fill_free_places
from tests.databases import Databases
from tests.races.browser import Browser, FormReader
from tests.races.replay import replay, snapshot
from tests.races.stage import PASSWORD, STAFF_EMAIL, VERBS, Heat, Someone, make_app, prepare
from tests.registrations.invariants import faults
from tests.serving import serving

ROUNDS = 3
ACTORS = 2
"""How many do each of the two things in a round."""
THREADS = 16
PAIRS = list(itertools.combinations_with_replacement(VERBS, 2))


class Racer:
    """One thread's two browsers: a visitor's and an officer's. Each verb answers with the status of the last page."""

    def __init__(self, site: str, app: Flask, staff: dict[str, str]) -> None:
        self.app = app
        self.visitor = Browser(site)
        self.officer = Browser(site)
        self.officer._cookies.update(staff)

    def get_ready(self, heat: Heat) -> None:
        self.visitor.meet(f"/aktiviteter/{heat.slug}/anmalan")
        self.officer.meet(f"/personal/aktiviteter/{heat.event_id}/deltagare/ny")

    def run(self, verb: str, heat: Heat, someone: Someone | None) -> int:
        done: Callable[[Heat, Someone | None], int] = getattr(self, verb)
        return done(heat, someone)

    def sign_up(self, heat: Heat, _: Someone | None) -> int:
        return self.visitor.post(f"/aktiviteter/{heat.slug}/anmalan", _person() | _answers()).status

    def group(self, heat: Heat, _: Someone | None) -> int:
        fields = {"all_or_none": "y", **_answers()}
        for number in range(3):
            fields |= {f"members-{number}-{name}": value for name, value in _person().items()}
        return self.visitor.post(f"/aktiviteter/{heat.slug}/anmalan/grupp", fields).status

    def cancel(self, heat: Heat, someone: Someone | None) -> int:
        return self._own(someone, "avanmal", {})

    def accept(self, heat: Heat, someone: Someone | None) -> int:
        return self._own(someone, "svar", {"answer": "yes"})

    def decline(self, heat: Heat, someone: Someone | None) -> int:
        return self._own(someone, "svar", {"answer": "no"})

    def change_mode(self, heat: Heat, someone: Someone | None) -> int:
        """Several come together to one screen."""
        fields = {"mode": "online", "head_count": "5", "slot_0": str(heat.items[0])}
        return self._own(someone, "andra", _same_person() | fields)

    def change_item(self, heat: Heat, someone: Someone | None) -> int:
        return self._own(someone, "andra", _same_person() | {"mode": "onsite", "slot_0": str(heat.items[1])})

    def hand_over(self, heat: Heat, someone: Someone | None) -> int:
        """The colleague says yes."""
        assert someone is not None
        fields = _same_person() | {"name": "Bo Berg"}
        return self.visitor.post(f"/min/plats/{someone.colleague}", fields).status

    def take_back(self, heat: Heat, someone: Someone | None) -> int:
        return self._own(someone, "ta-tillbaka", {})

    def move_date(self, heat: Heat, someone: Someone | None) -> int:
        return self._own(someone, "byt-datum", {"other": str(heat.other_id)})

    def move_back(self, heat: Heat, someone: Someone | None) -> int:
        return self._own(someone, "byt-datum", {"other": str(heat.event_id)})

    def _own(self, someone: Someone | None, page: str, fields: dict[str, str]) -> int:
        assert someone is not None
        return self.visitor.post(f"/min/anmalan/{someone.token}/{page}", fields).status

    def expire(self, heat: Heat, someone: Someone | None) -> int:
        """The deadline passes, and the job looks at the event."""
        assert someone is not None
        registration_id = someone.id
        Context().run(self._in_application, lambda: _let_time_pass(registration_id))
        Context().run(self._in_application, lambda: fill_free_places([heat.event_id]))
        return 200

    def _in_application(self, work: Callable[[], None]) -> None:
        with self.app.app_context():
            set_transaction_mode(TransactionMode.WRITE)
            try:
                work()
                db.session.commit()
            finally:
                db.session.remove()

    def staff_add(self, heat: Heat, _: Someone | None) -> int:
        fields = _person() | _answers() | {"tell": "y"}
        return self.officer.post(f"/personal/aktiviteter/{heat.event_id}/deltagare/ny", fields).status

    def approve(self, heat: Heat, someone: Someone | None) -> int:
        assert someone is not None
        path = f"/personal/aktiviteter/{heat.event_id}/ansokningar/godkann?person={someone.id}"
        return self.officer.post(path, {"over": "0", "rest_to_list": "y"}).status

    def raise_(self, heat: Heat, _: Someone | None) -> int:
        return self._change_places(heat, 1)

    def lower(self, heat: Heat, _: Someone | None) -> int:
        return self._change_places(heat, -1)

    def _change_places(self, heat: Heat, by: int) -> int:
        """The editor, sent again when a colleague has saved meanwhile."""
        path = f"/personal/aktiviteter/{heat.event_id}/innehall"
        page = self.officer.get(path)
        for _attempt in range(4):
            fields = FormReader(page.text).fields
            fields |= {"capacity_onsite": str(max(0, int(fields["capacity_onsite"]) + by)), "gor": "skicka"}
            page = self.officer.post(path, fields)
            if page.status != 409:
                break
            page = self.officer.get(path)
        return page.status

    def close(self) -> None:
        self.visitor.close()
        self.officer.close()


setattr(Racer, "raise", Racer.raise_)


def _person() -> dict[str, str]:
    return {"name": "Åsa Ahlström", "email": f"{secrets.token_hex(8)}@umea.example.se"}


def _answers() -> dict[str, str]:
    return {
        "organisation": "Umeå kommun",
        "mode": "onsite",
        "head_count": "5",
        "profession": "",
        "slot_0": "",
        "nonce": secrets.token_urlsafe(24),
    }


def _same_person() -> dict[str, str]:
    return {"name": "Åsa Ahlström", "organisation": "Umeå kommun", "profession": ""}


def _let_time_pass(registration_id: int) -> None:
    db.session.execute(
        update(PlaceOffer)
        .where(PlaceOffer.registration_id == registration_id, PlaceOffer.outcome.is_(None))
        .values(answer_by=now() - timedelta(minutes=1)),
        execution_options={"synchronize_session": False},
    )


Start = tuple[str, Heat, Someone | None]


def starts(heats: list[Heat]) -> list[Start]:
    """Everything that is to be done, so that what is to meet stands beside each other."""
    found: list[Start] = []
    for turn in range(ROUNDS):
        for heat in heats:
            for actor in range(ACTORS):
                number = turn * ACTORS + actor
                for side in (0, 1):
                    if heat.verbs[side] in ("raise", "lower") and actor != side:
                        continue  # Two who edit at once stop each other, and it is the slowest of all.
                    people = heat.people[side] or heat.people[1 - side]
                    # In the first round both are about the same person.
                    people = (heat.people[0] or people) if turn == 0 else people
                    found.append((heat.verbs[side], heat, people[number] if people else None))
    return found


def sign_in(site: str) -> dict[str, str]:
    """The cookies of an officer who has signed in."""
    browser = Browser(site)
    browser.meet("/personal/logga-in")
    reply = browser.post("/personal/logga-in", {"email": STAFF_EMAIL, "password": PASSWORD})
    assert reply.status in (302, 303), reply.text[:500]
    browser.close()
    return browser._cookies


def run_all(site: str, app: Flask, todo: list[Start]) -> Counter[tuple[str, int]]:
    """Do it all from many threads; count what each verb was answered with."""
    staff = sign_in(site)
    racers: list[Racer] = []
    own = threading.local()

    def go(start: Start) -> tuple[str, int]:
        verb, heat, someone = start
        if not hasattr(own, "racer"):
            own.racer = Racer(site, app, staff)
            own.racer.get_ready(heat)
            racers.append(own.racer)
        return verb, own.racer.run(verb, heat, someone)

    with ThreadPoolExecutor(THREADS) as threads:
        answers = Counter(threads.map(go, todo))
    for racer in racers:
        racer.close()
    return answers


def engine_of(database_url: str) -> Engine:
    return create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))


def deadlocks(engine: Engine) -> int:
    """How many PostgreSQL has had to break up in this database."""
    if engine.dialect.name == "sqlite":
        return 0
    with engine.connect() as connection:
        sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(connection.execute(text(sql)).scalar_one())


@pytest.mark.slow
@pytest.mark.xdist_group("races")
def test_whatever_meets_every_place_has_one_owner_and_the_line_its_order(
    backend: str, databases: Databases, tmp_path: Path
) -> None:
    url = databases.new(backend)
    app = make_app(url, tmp_path)
    heats = prepare(app, PAIRS, ROUNDS * ACTORS)
    engine = engine_of(url)
    plain = [heat.event_id for heat in heats if not heat.has_quota]
    with engine.connect() as connection:
        before = snapshot(connection, plain)
    with serving(url, tmp_path) as server:
        answers = run_all(server.url, app, starts(heats))
        log = server.log
    with app.app_context():
        db.engine.dispose()
    assert not [answer for answer in answers if answer[1] >= 500], (answers, log[-3000:])
    lowered = [heat.event_id for heat in heats if "lower" in heat.verbs]
    with engine.connect() as connection:
        found = faults(connection, may_exceed=lowered)
        found += [fault for start in before for fault in replay(connection, start)]
    assert not found, "\n".join(found)
    assert deadlocks(engine) == 0
    assert did_something(answers, VERBS), answers
    engine.dispose()


CROWDED = [("sign_up", "sign_up"), ("group", "sign_up"), ("staff_add", "sign_up"), ("approve", "sign_up")] * 3


@pytest.mark.slow
@pytest.mark.xdist_group("races")
def test_the_same_rounds_find_out_missing_guards(
    backend: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without lock and guard PostgreSQL gives more places than there are; SQLite does when it counts beforehand."""
    url = databases.new(backend)
    app = make_app(url, tmp_path)
    # Those with an odd number have two places left for all who come.
    pairs = [pair for pair in CROWDED for _ in (0, 1)]
    heats = [heat for heat in prepare(app, pairs, ROUNDS * ACTORS) if not heat.waiting]
    engine = engine_of(url)
    monkeypatch.setenv("BROKEN", "no_lock" if backend == "postgresql" else "early_count")
    if backend == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE places DROP CONSTRAINT uq_places_pool_id_number"))
    todo = sorted(starts(heats), key=lambda start: start[1].event_id)
    with serving(url, tmp_path, entry="tests.races.broken:app") as server:
        run_all(server.url, app, todo)
    with app.app_context():
        db.engine.dispose()
    with engine.connect() as connection:
        oversold = [fault for fault in faults(connection) if fault.startswith("pool ")]
    assert oversold
    engine.dispose()


def did_something(answers: Counter[tuple[str, int]], verbs: Collection[str]) -> bool:
    """Whether each of the verbs went through in many of its turns, and not only met pages that turn it away."""
    for verb in verbs:
        done = sum(
            number for (name, status), number in answers.items() if name == verb and status in (200, 302, 303)
        )
        if done < sum(number for (name, _), number in answers.items() if name == verb) / 4:
            return False
    return True
