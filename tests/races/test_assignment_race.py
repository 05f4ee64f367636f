"""Ranked items are given out by two officers and two workers at once, while people cancel, rank otherwise and sign up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from eventsapp.accounts.passwords import hash_password
from eventsapp.app import create_app
from eventsapp.assignment.jobs import assign_due_items
from eventsapp.core.clock import now
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.permissions import Role
from tests.databases import Databases, settings_for_tests
from tests.factories.accounts import make_user
from tests.factories.ranked import make_ranking_event, make_wisher
from tests.factories.registrations import make_personal_link
from tests.races.stage import PASSWORD, STAFF_EMAIL
from tests.races.test_races import deadlocks, engine_of
from tests.registrations.invariants import faults
from tests.serving import serving
from tests.visitor import Visitor, form_fields, sign_up

PEOPLE, NEWCOMERS, EVENTS, THREADS = 24, 6, 3, 16
CAPACITIES = ([5, 5, 8], [4, 9])


@dataclass(frozen=True)
class Heat:
    """An activity that is due, with the links of those who come and the items of each time."""

    event_id: int
    slug: str
    links: list[str]
    items: list[list[str]]


def prepare(app: Flask) -> list[Heat]:
    """Activities with fewer places in the items than people, and everybody has ranked; half take another item."""
    with app.app_context():
        set_transaction_mode(TransactionMode.WRITE)
        make_user(
            role=Role.ADMINISTRATOR,
            name="Karin Öberg",
            email=STAFF_EMAIL,
            password_hash=hash_password(PASSWORD),
        )
        heats = [_prepare_one() for _ in range(EVENTS)]
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return heats


def _prepare_one() -> Heat:
    event, slots = make_ranking_event(*CAPACITIES, assign_items_at=now() - timedelta(minutes=1))
    links = []
    for number in range(PEOPLE):
        first, second = slots
        wishes = [first[number % 2], first[2], second[0], second[1]]
        person = make_wisher(event, *wishes, takes_other_item=number % 2 == 0)
        links.append(make_personal_link(person))
    return Heat(event.id, event.slug, links, [[str(item.id) for item in slot] for slot in slots])


def cancel(site: str, heat: Heat, number: int) -> int:
    visitor, path = Visitor(site), f"/min/anmalan/{heat.links[number]}/avanmal"
    return visitor.post(path, form_fields(visitor.get(path).text)).status


def rank_otherwise(site: str, heat: Heat, number: int) -> int:
    visitor, path = Visitor(site), f"/min/anmalan/{heat.links[number]}/andra"
    fields = form_fields(visitor.get(path).text)
    name = "wish_0_0" if "wish_0_0" in fields else "slot_0"
    if name == "wish_0_0":
        fields |= {"wish_0_0": heat.items[0][2], "wish_0_1": heat.items[0][0]}
    else:
        fields[name] = heat.items[0][2]
    return visitor.post(path, fields).status


def come(site: str, heat: Heat, number: int) -> int:
    address = f"ny{number}.{heat.event_id}@umea.example.se"
    return sign_up(site, heat.slug, address, wish_0_0=heat.items[0][0], wish_1_0=heat.items[1][1]).status


def press(site: str, heat: Heat) -> int:
    visitor = Visitor(site)
    fields = form_fields(visitor.get("/personal/logga-in").text)
    visitor.post("/personal/logga-in", fields | {"email": STAFF_EMAIL, "password": PASSWORD})
    path = f"/personal/aktiviteter/{heat.event_id}/rangordning"
    page = visitor.get(path)
    if "Fördela platserna" not in page.text:
        return page.status
    return visitor.post(f"{path}/fordela", form_fields(page.text, "Fördela platserna")).status


def work(app: Flask) -> int:
    with app.app_context():
        set_transaction_mode(TransactionMode.WRITE)
        try:
            assign_due_items()
        finally:
            db.session.remove()
    return 200


@pytest.mark.slow
@pytest.mark.xdist_group("races")
def test_items_are_given_out_once_whatever_happens_meanwhile(
    backend: str, databases: Databases, tmp_path: Path
) -> None:
    url = databases.new(backend)
    app = create_app(settings_for_tests(url, tmp_path))
    heats = prepare(app)
    with serving(url, tmp_path) as server, ThreadPoolExecutor(THREADS) as threads:
        statuses = {
            future.result() for future in [threads.submit(one) for one in _verbs(server.url, app, heats)]
        }
    with app.app_context():
        db.engine.dispose()
    # A page that asked for a ranking and was sent after it is shown again with the choice; nobody is met by an error.
    assert statuses <= {200, 303, 400, 409}, statuses
    engine = engine_of(url)
    with engine.connect() as connection:
        found = faults(connection)
        assert not found, "\n".join(found)
        for heat in heats:
            _check(connection, heat)
    assert deadlocks(engine) == 0
    engine.dispose()


def _verbs(site: str, app: Flask, heats: list[Heat]) -> list[Callable[[], int]]:
    """Everything that happens, with the two officers and the two workers in the middle of it."""
    verbs: list[Callable[[], int]] = []
    for number in range(PEOPLE):
        for heat in heats:
            if number % 4 == 0:
                verbs.append(partial(cancel, site, heat, number))
            elif number % 4 == 1:
                verbs.append(partial(rank_otherwise, site, heat, number))
            elif number % 4 == 2 and number // 4 < NEWCOMERS:
                verbs.append(partial(come, site, heat, number))
    middle = len(verbs) // 3
    at_once = [*(partial(press, site, heat) for heat in heats * 2), partial(work, app), partial(work, app)]
    return [*verbs[:middle], *at_once, *verbs[middle:]]


def _check(connection: Connection, heat: Heat) -> None:
    """Given out once, one letter to each who took part, and nobody has two items at one time."""

    def number(sql: str) -> int:
        return int(connection.execute(text(sql), {"event": heat.event_id}).scalar_one())

    assert number("SELECT count(*) FROM events WHERE id = :event AND items_assigned_at IS NOT NULL") == 1
    assert (
        number("SELECT count(*) FROM audit_entries WHERE event_id = :event AND action = 'items.assigned'")
        == 1
    )
    told = "FROM letters WHERE event_id = :event AND kind = 'items_assigned'"
    took_part = "FROM audit_entries WHERE event_id = :event AND action = 'registration.items_assigned'"
    assert number(f"SELECT count(*) {told}") == number(f"SELECT count(*) {took_part}") > 0
    assert number(f"SELECT count(DISTINCT subject_id) {told}") == number(f"SELECT count(*) {told}")
    assert number(f"SELECT count(*) {told} AND subject_id NOT IN (SELECT subject_id {took_part})") == 0
    twice = (
        "SELECT count(*) FROM (SELECT 1 FROM chosen_items c JOIN programme_items i ON i.id = c.item_id"
        " WHERE i.event_id = :event GROUP BY c.registration_id, i.starts_at HAVING count(*) > 1) AS found"
    )
    assert number(twice) == 0
    above = (
        "SELECT count(*) FROM (SELECT o.id FROM pools o JOIN places p ON p.pool_id = o.id AND p.state <> 'free'"
        " WHERE o.subject_kind = 'programme_item' GROUP BY o.id, o.capacity HAVING count(*) > o.capacity) AS found"
        " WHERE :event > 0"
    )
    assert number(above) == 0
