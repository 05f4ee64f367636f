"""Lists of participants that were read in: the list, and each of its rows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.actor import Actor
from eventsapp.core.db import Base, EnumText, UtcDateTime
from eventsapp.core.i18n import lazy_text as _l


class BatchState(StrEnum):
    """READ is looked at and has written nothing yet; STOPPED ended before its last row."""

    READ = "read"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def label(self) -> str:
        return str(_STATE_LABELS[self.value])


_STATE_LABELS = {
    "read": _l("Inte godkänd än"),
    "running": _l("Läses in"),
    "done": _l("Inläst"),
    "stopped": _l("Avbruten"),
    "undoing": _l("Ångras"),
    "undone": _l("Ångrad"),
}

WORKED_ON = (BatchState.RUNNING, BatchState.UNDOING)
ENDED = (BatchState.DONE, BatchState.STOPPED, BatchState.UNDONE)


class StopReason(StrEnum):
    CANCELLED = "cancelled"
    DRAFT = "draft"
    FAILED = "failed"
    UNDO_FAILED = "undo_failed"

    @property
    def label(self) -> str:
        return str(_STOP_LABELS[self.value])


_STOP_LABELS = {
    "cancelled": _l("Aktiviteten ställdes in, så resten av listan lästes inte in."),
    "draft": _l("Aktiviteten är inte publicerad längre, så resten av listan lästes inte in."),
    "failed": _l("Något gick fel hos oss, så resten av listan lästes inte in. Felet är noterat."),
    "undo_failed": _l(
        "Något gick fel hos oss när importen ångrades, så några är kvar. Felet är noterat. Försök igen."
    ),
}


class RowOutcome(StrEnum):
    """What became of a row. KEPT was read in and is still registered after the import was undone."""

    PENDING = "pending"
    PLACED = "placed"
    OVER = "over"
    WAITING = "waiting"
    SKIPPED = "skipped"
    UNDONE = "undone"
    KEPT = "kept"

    @property
    def label(self) -> str:
        return str(_OUTCOME_LABELS[self.value])


_OUTCOME_LABELS = {
    "pending": _l("Inte inläst"),
    "placed": _l("Har fått en plats"),
    "over": _l("Har fått en plats utöver antalet"),
    "waiting": _l("Står på reservlistan"),
    "skipped": _l("Lästes inte in"),
    "undone": _l("Avanmäld igen"),
    "kept": _l("Är kvar"),
}

ADDED = (RowOutcome.PLACED, RowOutcome.OVER, RowOutcome.WAITING)
"""What an undo takes back."""


class ImportBatch(Base):
    """One list for one activity. What the cells said is in the rows, sealed, and is erased when nobody needs it."""

    __tablename__ = "import_batches"
    __table_args__ = (Index("ix_import_batches_state", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    state: Mapped[BatchState] = mapped_column(EnumText(BatchState, 10), default=BatchState.READ)
    stop_reason: Mapped[StopReason | None] = mapped_column(EnumText(StopReason, 12))
    actor_id: Mapped[int]
    """The officer who read the list, and then the one who accepted it; the trail names them for every row."""
    actor_name: Mapped[str]
    language: Mapped[str] = mapped_column(String(2), default="sv")
    sealed_headings: Mapped[str | None] = mapped_column(Text)
    """What stands above the columns of the list, "" where nothing does; None when it has been erased."""
    columns: Mapped[list[str]] = mapped_column(JSON)
    """For each column of the list the key of ours that it is read as, or "" where it is left out."""
    defaults: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Key of a column → what holds for rows that say nothing there."""
    row_count: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes of columns, so that nobody accepts another preview than they have seen."""
    tell: Mapped[bool] = mapped_column(default=False, server_default=false())
    overbook: Mapped[bool] = mapped_column(default=False, server_default=false())
    failures: Mapped[int] = mapped_column(default=0)
    """How many portions in a row have failed."""
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the last row was read in, or the import stopped."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def actor(self) -> Actor:
        """Who does it, as the trail names them."""
        return Actor.user(self.actor_id, self.actor_name)


class ImportRow(Base):
    """One row of a list, under the number that it has there."""

    __tablename__ = "import_rows"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        Index("ix_import_rows_batch_id_outcome", "batch_id", "outcome", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id", ondelete="CASCADE"))
    number: Mapped[int]
    sealed_cells: Mapped[str | None] = mapped_column(Text)
    """The cells as a sealed list of texts; None once the person is registered, and some days after the end."""
    outcome: Mapped[RowOutcome] = mapped_column(EnumText(RowOutcome, 10), default=RowOutcome.PENDING)
    problems: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    """Why it was not read in, or not undone: pairs of a kind of problem and what it is about, never a value."""
    registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("registrations.id", ondelete="SET NULL"), index=True
    )
