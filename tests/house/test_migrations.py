"""The migrations make exactly the tables that the models describe, on both databases."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade

from eventsapp.app import create_app
from eventsapp.core.db import EnumText, UtcDateTime, db
from tests.databases import Databases, settings_for_tests


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
