"""Looking for planted words in all that an installation keeps: every cell, the bytes of the file, the letters on disk."""

from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from eventsapp.core.db import Base, db
from eventsapp.outbox.letter_files import letter_names

Needles = tuple[str, ...]


def leaks(content: str | bytes, needles: Needles) -> list[str]:
    """The planted words that stand in a text or a file, however it writes its letters."""
    words = content if isinstance(content, str) else content.decode("utf-8", "replace")
    found = words.casefold()
    escaped = [needle.encode("unicode_escape").decode() for needle in needles]
    return [needle for needle in (*needles, *escaped) if needle in found]


def database_cells() -> Iterator[tuple[str, str | bytes]]:
    """Every value of every column of every table, with the name of its column."""
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            for column, value in row._mapping.items():
                yield f"{table.name}.{column}", value if isinstance(value, bytes) else str(value)


def leaking_columns(needles: Needles) -> list[str]:
    """The columns in which a planted word stands."""
    return sorted({name for name, value in database_cells() if leaks(value, needles)})


def leaking_letter_files(app: Flask, needles: Needles) -> list[str]:
    """The letters on disk in which a planted word stands."""
    folder = app.config["SETTINGS"].instance_path / "letters"
    return [name for name in letter_names(folder) if leaks((folder / name).read_bytes(), needles)]


def files_on_disk(app: Flask) -> list[Path]:
    """The files that people have sent as answers."""
    return sorted(path for path in app.config["SETTINGS"].files_path.rglob("*") if path.is_file())


def leaking_files(app: Flask, needles: Needles) -> list[str]:
    """The planted words that stand in one of those, or in what it is called."""
    files = files_on_disk(app)
    return sorted(
        {
            found
            for file in files
            for found in (*leaks(file.read_bytes(), needles), *leaks(file.name, needles))
        }
    )


def leaking_bytes(needles: Needles) -> list[str]:
    """The planted words in the very file of the SQLite database, and in the log beside it once it is written back."""
    db.session.commit()
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        path = Path(connection.exec_driver_sql("PRAGMA database_list").one()[2])
        connection.rollback()
    files = [path, path.with_name(f"{path.name}-wal")]
    return [needle for file in files if file.exists() for needle in leaks(file.read_bytes(), needles)]
