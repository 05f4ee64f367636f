"""The migrations make exactly the tables that the models describe, and keep every row of the release before."""

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade
from sqlalchemy import MetaData, Table, insert, select, text
from sqlalchemy.engine import Connection

from eventsapp.app import create_app
from eventsapp.core.actor import Actor
from eventsapp.core.db import EnumText, UtcDateTime, db
from eventsapp.events.models import Admission, Event, WaitingListRule
from eventsapp.places.operations import PoolFull
from eventsapp.places.queries import pools_of
from eventsapp.registrations.models import Registration, RegistrationStatus, SignUpReceipt
from eventsapp.registrations.operations import cancel_registration, register
from eventsapp.registrations.queries import get_event_in_letters, get_registration
from eventsapp.registrations.waiting_list import accept_offer
from tests.conftest import FrozenClock
from tests.databases import Databases, settings_for_tests
from tests.factories.registrations import make_submission

DATA = Path(__file__).parent / "data"
"""Every row that a release had stored for four activities, as its own operations wrote them."""


def _is_ours(
    _context: object, _inspected: object, _column: object, _type: object, metadata_type: object
) -> bool | None:
    return False if isinstance(metadata_type, EnumText | UtcDateTime) else None


def test_the_migrations_lead_to_the_models(backend: str, databases: Databases, tmp_path: Path) -> None:
    app = create_app(settings_for_tests(databases.new(backend, empty=True), tmp_path))
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": _is_ours})
            differences = compare_metadata(context, db.metadata)
        db.engine.dispose()
    assert differences == []


def test_upgrading_again_does_no_harm(backend: str, databases: Databases, tmp_path: Path) -> None:
    app = create_app(settings_for_tests(databases.new(backend), tmp_path))
    with app.app_context():
        upgrade()
        upgrade()
        db.engine.dispose()


def rows_of_release(release: str) -> dict[str, list[dict[str, Any]]]:
    return {
        table: [{name: _value(value) for name, value in row.items()} for row in rows]
        for table, rows in json.loads((DATA / f"release_{release}.json").read_text()).items()
    }


def _value(value: Any) -> Any:
    match value:
        case {"$moment": text}:
            return datetime.fromisoformat(text)
        case {"$date": text}:
            return date.fromisoformat(text)
        case {"$bytes": text}:
            return base64.b64decode(text)
    return value


def _fill(connection: Connection, rows: dict[str, list[dict[str, Any]]]) -> None:
    metadata = MetaData()
    for name, found in rows.items():
        connection.execute(insert(Table(name, metadata, autoload_with=connection)), found)
        if connection.dialect.name == "postgresql" and "id" in found[0]:
            # Rows that bring their ids leave the counter of the table behind.
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
            )


def _plain(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


@pytest.mark.parametrize(("release", "revision"), [("1_0", "0001"), ("1_1", "0002")])
def test_every_row_of_the_releases_before_is_kept_and_works(
    backend: str,
    databases: Databases,
    tmp_path: Path,
    frozen_now: FrozenClock,
    release: str,
    revision: str,
) -> None:
    if release == "1_1":
        # An hour after it was written, while the offer stands.
        frozen_now.set(datetime(2026, 9, 24, 9, 46, tzinfo=UTC))
    app = create_app(settings_for_tests(databases.new(backend, empty=True), tmp_path))
    rows = rows_of_release(release)
    with app.app_context(), app.test_request_context():
        upgrade(revision=revision)
        with db.engine.begin() as connection:
            _fill(connection, rows)
        upgrade()
        with db.engine.connect() as connection:
            for name, before in rows.items():
                table = Table(name, MetaData(), autoload_with=connection)
                after = {
                    tuple(row[key.name] for key in table.primary_key): row
                    for row in connection.execute(select(table)).mappings()
                }
                assert len(after) == len(before), name
                for row in before:
                    kept = after[tuple(row[key.name] for key in table.primary_key)]
                    assert {key: _plain(kept[key]) for key in row} == {
                        key: _plain(value) for key, value in row.items()
                    }, name
        {"1_0": _go_on_with_1_0, "1_1": _go_on_with_1_1}[release]()
        db.session.remove()
        db.engine.dispose()


def _go_on_with_1_0() -> None:
    """What people had is theirs, and works on: full stays full, a cancellation frees a place, the next takes it."""
    full = db.session.scalars(select(Event).where(Event.title_sv == "Fullsatt dag")).one()
    assert (full.admission, full.waiting_list) == (Admission.FIRST_COME, WaitingListRule.NONE)
    assert (full.offer_hours, full.allows_groups, full.room_capacity) == (48, False, None)
    assert [pool.left for pool in pools_of("event", full.id)] == [0]
    assert {receipt.outcome for receipt in db.session.scalars(select(SignUpReceipt))} == {
        RegistrationStatus.CONFIRMED
    }
    person = db.session.scalars(
        select(Registration).where(
            Registration.event_id == full.id, Registration.status == RegistrationStatus.CONFIRMED
        )
    ).first()
    assert person is not None
    assert (person.waiting_order, person.takes_any_mode, person.alias_number) == (None, False, None)
    cancel_registration(get_registration(full.id, person.id), actor=Actor.participant(person.id))
    assert [pool.left for pool in pools_of("event", full.id)] == [1]
    done = register(
        get_event_in_letters(full.id),
        make_submission(full, email="ny@umea.example.se", nonce=""),
        actor=Actor.anonymous(),
    )
    assert done.receipt is not None and done.receipt.outcome is RegistrationStatus.CONFIRMED
    assert [pool.left for pool in pools_of("event", full.id)] == [0]
    db.session.commit()


def _go_on_with_1_1() -> None:
    """The offer that stands is accepted, the group that waits together stays together, and a quota goes on counting."""
    full = db.session.scalars(select(Event).where(Event.title_sv == "Fullsatt dag")).one()
    assert (full.waiting_list, full.has_questions, full.asks_questions) == (
        WaitingListRule.OFFER,
        False,
        False,
    )
    offered = db.session.scalars(
        select(Registration).where(
            Registration.event_id == full.id, Registration.status == RegistrationStatus.OFFERED
        )
    ).one()
    assert (offered.end_reason, offered.replaced_by_id) == (None, None)
    person = get_registration(full.id, offered.id)
    person.event = get_event_in_letters(full.id)
    accept_offer(person, actor=Actor.participant(person.id))
    assert person.status is RegistrationStatus.CONFIRMED
    assert [pool.left for pool in pools_of("event", full.id)] == [0]
    groups = db.session.scalars(select(Event).where(Event.title_sv == "Dag för grupper")).one()
    together = db.session.scalars(select(Registration).where(Registration.event_id == groups.id)).all()
    assert {one.status for one in together} == {RegistrationStatus.WAITING}
    assert len({one.waiting_order for one in together}) == 1
    quota = db.session.scalars(select(Event).where(Event.title_sv == "Dag med kvot")).one()
    with pytest.raises(PoolFull):
        register(
            get_event_in_letters(quota.id),
            make_submission(quota, email="kvot2@umea.example.se", nonce=""),
            actor=Actor.anonymous(),
        )
    db.session.commit()
