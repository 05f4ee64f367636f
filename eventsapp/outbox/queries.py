"""Finding letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import selectinload

from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.text import like_pattern, search_words
from eventsapp.outbox.models import Letter, LetterState
from eventsapp.web.paging import PAGE_SIZE, Page

UNSENT = (LetterState.WAITING, LetterState.SENDING)
UNDELIVERED = (LetterState.FAILED, LetterState.BOUNCED)


class LetterFilter(StrEnum):
    """The choices above the list of letters, as they stand in the address."""

    WAITING = "vantar"
    SENT = "skickat"
    UNDELIVERED = "problem"

    @property
    def states(self) -> tuple[LetterState, ...]:
        return {
            LetterFilter.WAITING: UNSENT,
            LetterFilter.SENT: (LetterState.SENT,),
            LetterFilter.UNDELIVERED: UNDELIVERED,
        }[self]


@dataclass(frozen=True)
class LetterScope:
    """Whose letters one may see: everything, or the letters about some activities (None is all of them)."""

    everything: bool
    event_ids: Select[int] | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        if self.everything:
            return true()
        if self.event_ids is None:
            return and_(Letter.event_id.is_not(None), Letter.subject_kind != "user")
        return and_(Letter.event_id.in_(self.event_ids), Letter.subject_kind != "user")


@dataclass(frozen=True)
class LetterRow:
    """A line of the list of letters."""

    id: int
    kind: str
    event_id: int | None
    recipient: str
    subject_line: str
    state: LetterState
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    last_error: str


@dataclass(frozen=True)
class LetterStatus:
    """How it went with the latest letter about something."""

    letter_id: int
    kind: str
    state: LetterState
    recipient: str
    last_error: str

    @property
    def did_not_arrive(self) -> bool:
        return self.state in UNDELIVERED


_ROW = (
    Letter.id,
    Letter.kind,
    Letter.event_id,
    Letter.recipient,
    Letter.subject_line,
    Letter.state,
    Letter.created_at,
    Letter.due_at,
    Letter.sent_at,
    Letter.last_error,
)


def letters_page(
    scope: LetterScope,
    *,
    number: int,
    shown: LetterFilter | None = None,
    query: str = "",
    event_id: int | None = None,
) -> Page[LetterRow]:
    """One page of the letters that the scope allows, newest first, in two statements."""
    conditions = [scope.condition]
    if shown is not None:
        conditions.append(Letter.state.in_(shown.states))
    if event_id is not None:
        conditions.append(Letter.event_id == event_id)
    conditions += [
        func.lower(Letter.recipient).like(like_pattern(word), escape="\\") for word in search_words(query)
    ]
    total = db.session.scalar(select(func.count()).select_from(Letter).where(*conditions)) or 0
    rows = db.session.execute(
        select(*_ROW)
        .where(*conditions)
        .order_by(Letter.created_at.desc(), Letter.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page([LetterRow(**row._asdict()) for row in rows], number, PAGE_SIZE, total)


def get_letter(letter_id: int, scope: LetterScope) -> Letter:
    """One letter with its attachments; raises NotFound, also for one that the scope does not allow."""
    letter = db.session.scalars(
        select(Letter)
        .where(Letter.id == letter_id, scope.condition)
        .options(selectinload(Letter.attachments))
    ).one_or_none()
    if letter is None:
        raise NotFound
    return letter


def count_undelivered(scope: LetterScope, *, since: datetime) -> int:
    """How many letters made since then did not get through."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Letter)
            .where(scope.condition, Letter.state.in_(UNDELIVERED), Letter.created_at >= since)
        )
        or 0
    )


def oldest_unsent(now: datetime) -> datetime | None:
    """Since when the oldest letter that has not left should have; None when none is late."""
    return db.session.scalar(
        select(func.min(Letter.first_due_at)).where(Letter.state.in_(UNSENT), Letter.first_due_at <= now)
    )


def letters_about(subject_kind: str, subject_ids: Sequence[int]) -> dict[int, LetterStatus]:
    """How it went with the latest letter about each of many things, in one statement: subject id → status.

    Things without a letter are not in the answer.
    """
    latest = (
        select(func.max(Letter.id))
        .where(Letter.subject_kind == subject_kind, Letter.subject_id.in_(subject_ids))
        .group_by(Letter.subject_id)
    )
    rows = db.session.execute(
        select(
            Letter.subject_id, Letter.id, Letter.kind, Letter.state, Letter.recipient, Letter.last_error
        ).where(Letter.id.in_(latest))
    )
    return {row.subject_id: LetterStatus(*row[1:]) for row in rows}


def letters_of(subject_kind: str, subject_id: int) -> list[LetterRow]:
    """Every letter about one thing, newest first."""
    rows = db.session.execute(
        select(*_ROW)
        .where(Letter.subject_kind == subject_kind, Letter.subject_id == subject_id)
        .order_by(Letter.id.desc())
    )
    return [LetterRow(**row._asdict()) for row in rows]


def find_by_message_id(message_ids: Sequence[str]) -> Letter | None:
    """The letter that one of these Message-IDs belongs to."""
    return db.session.scalars(
        select(Letter).where(Letter.message_id.in_(message_ids)).order_by(Letter.id).limit(1)
    ).one_or_none()


def lock_next_due(moment: datetime) -> Letter | None:
    """The waiting letter that has been due longest, locked; rows that others have locked are passed by."""
    return db.session.scalars(
        select(Letter)
        .where(Letter.state == LetterState.WAITING, Letter.due_at <= moment)
        .order_by(Letter.due_at, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .options(selectinload(Letter.attachments))
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_claimed(letter_id: int, claimed_at: datetime) -> Letter | None:
    """A letter, locked, while the claim of that moment still holds."""
    return db.session.scalars(
        select(Letter)
        .where(
            Letter.id == letter_id,
            Letter.state == LetterState.SENDING,
            Letter.claimed_at == claimed_at,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_claimed_before(moment: datetime) -> list[Letter]:
    """Letters that were claimed before a moment and not noted as sent or failed, locked."""
    return list(
        db.session.scalars(
            select(Letter)
            .where(
                Letter.state == LetterState.SENDING,
                or_(Letter.claimed_at.is_(None), Letter.claimed_at < moment),
            )
            .order_by(Letter.id)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )
