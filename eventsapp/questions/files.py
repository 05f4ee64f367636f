"""The folder with the files that people send as answers. It is never served: pages read a file and send it on.

A file is written before the row that names it is committed, and deleted after the row's deletion is. So after a crash there
may be a file without a row, which is also what a file is whose form is not accepted yet; a night job deletes those that are
older than a day. There is never a row without its file.
"""

import logging
import os
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from flask_babel import gettext
from sqlalchemy import event, select
from sqlalchemy.orm import Session, SessionTransaction

from eventsapp.config import Settings
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.sealing import seal_bytes, unseal_bytes
from eventsapp.core.tokens import digest, keyed_digest
from eventsapp.questions.models import AnswerFile

WAITS_FOR = timedelta(days=1)
"""How long a file is kept whose form is not accepted."""
MOST_WAITING = 20
"""So many files of one form's question are kept meanwhile."""
_SLOT = 16
_UNDER_WAY = ".part"
_OURS = re.compile(rf"[0-9a-f]{{56}}(-[0-9a-f]{{8}}{re.escape(_UNDER_WAY)})?")
"""What we call files. Whatever else somebody keeps in the folder is none of our business."""
_TO_DELETE = "files_to_delete"
log = logging.getLogger(__name__)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def name_for(owner: str, field_name: str, token: str, *, is_sealed: bool) -> str:
    """What a file is called in the folder: random to all who do not have the token, and another for every form (`owner`) and
    question, so that the token of one is of no use in another."""
    slot = keyed_digest(f"{owner} {field_name}", str(current_app.secret_key))[:_SLOT]
    return f"{slot}{digest(f'{token} {is_sealed}')[:40]}"


def write_file(name: str, content: bytes, *, is_sealed: bool) -> None:
    """Put a file into the folder, so that it outlasts a power cut. Raises DomainError for one who sends file after file."""
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sum(one.name.startswith(name[:_SLOT]) for one in path.parent.iterdir()) >= MOST_WAITING:
        raise DomainError(gettext("Du har skickat många filer. Vänta till i morgon med att skicka fler."))
    under_way = path.with_name(f"{name}-{secrets.token_hex(4)}{_UNDER_WAY}")
    descriptor = os.open(under_way, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(seal_bytes(content) if is_sealed else content)
        file.flush()
        os.fsync(file.fileno())
    under_way.replace(path)
    _sync_folder(path.parent)


def read_file(name: str, *, is_sealed: bool) -> bytes | None:
    """What a file holds, or None where it is gone."""
    try:
        content = _path(name).read_bytes()
    except FileNotFoundError:
        return None
    return unseal_bytes(content) if is_sealed else content


def keep_waiting(name: str) -> None:
    """Let the day begin anew after which a file without a row is deleted."""
    with suppress(FileNotFoundError):
        os.utime(_path(name))


def delete_after_commit(names: Collection[str]) -> None:
    """Delete files once the present transaction is committed; they stay if it is rolled back."""
    if names:
        db.session.info.setdefault(_TO_DELETE, set()).update(names)


def delete_without_rows(now: datetime) -> int:
    """Delete the files that are older than a day and that no answer has; answers how many they were. Reads only the database."""
    deleted = 0
    for folder in _folders():
        names = [path.name for path in folder.iterdir() if _OURS.fullmatch(path.name) and _is_old(path, now)]
        kept = set(
            db.session.scalars(select(AnswerFile.stored_name).where(AnswerFile.stored_name.in_(names)))
        )
        for name in names:
            # One that is sent again just now is young again.
            if name not in kept and _is_old(folder / name, now):
                (folder / name).unlink(missing_ok=True)
                deleted += 1
    return deleted


def _path(name: str) -> Path:
    return _settings().files_path / name[:2] / name


def _folders() -> Iterator[Path]:
    whole = _settings().files_path
    if whole.is_dir():
        yield from (one for one in sorted(whole.iterdir()) if one.is_dir())


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return path.stat().st_mtime < (now - WAITS_FOR).timestamp()
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _delete_now(session: Session) -> None:
    if session.in_nested_transaction():
        return
    names: set[str] = session.info.pop(_TO_DELETE, set())
    for name in names:
        # What is committed is committed; what cannot be deleted now, the night job deletes.
        try:
            _path(name).unlink(missing_ok=True)
        except OSError:
            log.exception("could not delete a file that no answer has any more")


def _forget(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(_TO_DELETE, None)


event.listen(db.session, "after_commit", _delete_now)
event.listen(db.session, "after_soft_rollback", _forget)
