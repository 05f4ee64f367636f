"""Two hundred people, fifty places, one moment."""

import http.client
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from eventsapp.app import create_app
from eventsapp.core.db import db
from tests.databases import Databases, settings_for_tests
from tests.factories.events import make_event
from tests.serving import Served, serving
from tests.visitor import Answer, sign_up

PLACES = 50
PEOPLE = 200
THREADS = 32


def make_full_day(database_url: str, folder: Path, places: int = PLACES) -> str:
    """Put one published activity in a database of its own; answer its slug."""
    app = create_app(settings_for_tests(database_url, folder))
    with app.app_context():
        slug = make_event(title_sv="Dagen som alla vill till", capacity_total=places).slug
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return slug


@dataclass(frozen=True)
class Outcome:
    """What the database says afterwards."""

    confirmed: int
    places_taken: int
    holders: int
    confirmed_without_place: int
    confirmed_without_letter: int
    letters_without_registration: int
    confirmed_without_trail: int


def _engine(database_url: str) -> Engine:
    return create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))


def outcome(database_url: str) -> Outcome:
    """Count what became of it, past the product's own code."""
    engine = _engine(database_url)
    counts = {
        "confirmed": "SELECT count(*) FROM registrations WHERE status = 'confirmed'",
        "places_taken": "SELECT count(*) FROM places WHERE state = 'taken'",
        "holders": "SELECT count(DISTINCT holder_id) FROM places WHERE state = 'taken'",
        "confirmed_without_place": (
            "SELECT count(*) FROM registrations r WHERE r.status = 'confirmed' AND NOT EXISTS (SELECT 1 FROM places p"
            " WHERE p.state = 'taken' AND p.holder_kind = 'registration' AND p.holder_id = r.id)"
        ),
        "confirmed_without_letter": (
            "SELECT count(*) FROM registrations r WHERE r.status = 'confirmed' AND (SELECT count(*) FROM letters l"
            " WHERE l.subject_kind = 'registration' AND l.subject_id = r.id) <> 1"
        ),
        "letters_without_registration": (
            "SELECT count(*) FROM letters l WHERE l.subject_kind = 'registration' AND NOT EXISTS"
            " (SELECT 1 FROM registrations r WHERE r.id = l.subject_id)"
        ),
        "confirmed_without_trail": (
            "SELECT count(*) FROM registrations r WHERE r.status = 'confirmed' AND NOT EXISTS (SELECT 1 FROM audit_entries a"
            " WHERE a.subject_kind = 'registration' AND a.subject_id = r.id)"
        ),
    }
    with engine.connect() as connection:
        answer = Outcome(**{name: connection.execute(text(sql)).scalar_one() for name, sql in counts.items()})
    engine.dispose()
    return answer


def rush(site: str, slug: str, people: int = PEOPLE) -> list[Answer]:
    """Everybody signs up at once."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(
            threads.map(lambda number: sign_up(site, slug, f"person{number}@example.se"), range(people))
        )


def _drop_the_unique_guard(database_url: str) -> None:
    engine = _engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE places DROP CONSTRAINT uq_places_pool_id_number"))
    engine.dispose()


@pytest.mark.slow
@pytest.mark.xdist_group("races")
def test_two_hundred_people_share_fifty_places(backend: str, databases: Databases, tmp_path: Path) -> None:
    url = databases.new(backend)
    slug = make_full_day(url, tmp_path)
    with serving(url, tmp_path) as server:
        answers = rush(server.url, slug)
    statuses = Counter(answer.status for answer in answers)
    assert not [status for status in statuses if status >= 500], statuses
    assert sum("Du är anmäld" in answer.heading for answer in answers) == PLACES
    assert outcome(url) == Outcome(
        confirmed=PLACES,
        places_taken=PLACES,
        holders=PLACES,
        confirmed_without_place=0,
        confirmed_without_letter=0,
        letters_without_registration=0,
        confirmed_without_trail=0,
    )


@pytest.mark.slow
@pytest.mark.xdist_group("races")
def test_the_race_finds_out_missing_guards(
    backend: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock and the unique guard PostgreSQL oversells; SQLite does with the count in its own transaction."""
    url = databases.new(backend)
    slug = make_full_day(url, tmp_path)
    monkeypatch.setenv("BROKEN", "no_lock" if backend == "postgresql" else "early_count")
    if backend == "postgresql":
        _drop_the_unique_guard(url)
    with serving(url, tmp_path, entry="tests.races.broken:app") as server:
        rush(server.url, slug)
    assert outcome(url).confirmed > PLACES


@pytest.mark.slow
@pytest.mark.xdist_group("races")
def test_the_guard_in_the_database_alone_never_lets_a_place_be_given_twice(
    backend: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the locks the unique (pool, number) stands alone: who loses is tried again with what is left, then told so."""
    if backend == "sqlite":
        pytest.skip("SQLite lets nobody write beside another, so there is nothing to take away.")
    url = databases.new(backend)
    slug = make_full_day(url, tmp_path)
    monkeypatch.setenv("BROKEN", "no_lock")
    with serving(url, tmp_path, entry="tests.races.broken:app") as server:
        answers = rush(server.url, slug)
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) <= {200, 409}, statuses
    after = outcome(url)
    assert 0 < after.confirmed <= PLACES
    assert after == Outcome(
        confirmed=after.confirmed,
        places_taken=after.confirmed,
        holders=after.confirmed,
        confirmed_without_place=0,
        confirmed_without_letter=0,
        letters_without_registration=0,
        confirmed_without_trail=0,
    )


@pytest.mark.slow
@pytest.mark.xdist_group("races")
def test_nothing_is_half_done_after_a_power_cut(backend: str, databases: Databases, tmp_path: Path) -> None:
    """Every process of the server is killed in the middle of two hundred sign-ups."""
    url = databases.new(backend)
    slug = make_full_day(url, tmp_path, places=PEOPLE)
    with serving(url, tmp_path) as server:
        killer = threading.Thread(target=_kill_when_some_are_in, args=(server, url))
        killer.start()
        answers = [answer for answer in rush_against_the_odds(server.url, slug) if answer is not None]
        killer.join()
    after = outcome(url)
    assert 0 < after.confirmed < PEOPLE
    assert after.confirmed >= sum("Du är anmäld" in answer.heading for answer in answers)
    assert after == Outcome(
        confirmed=after.confirmed,
        places_taken=after.confirmed,
        holders=after.confirmed,
        confirmed_without_place=0,
        confirmed_without_letter=0,
        letters_without_registration=0,
        confirmed_without_trail=0,
    )


def rush_against_the_odds(site: str, slug: str) -> list[Answer | None]:
    """Everybody signs up at once, at a server that may go away."""

    def attempt(number: int) -> Answer | None:
        try:
            return sign_up(site, slug, f"person{number}@example.se")
        except (OSError, http.client.HTTPException):
            return None

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(attempt, range(PEOPLE)))


def _kill_when_some_are_in(server: Served, database_url: str) -> None:
    engine = _engine(database_url)
    deadline = time.monotonic() + 60
    with engine.connect() as connection:
        while time.monotonic() < deadline:
            if connection.execute(text("SELECT count(*) FROM registrations")).scalar_one() >= PEOPLE // 5:
                break
            connection.rollback()
            time.sleep(0.01)
    server.kill()
    engine.dispose()
