"""The programme of an event: items in order of time, with those who speak."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Base, UtcDateTime
from eventsapp.core.i18n import localized


class ProgrammeItem(Base):
    """A part of the programme. Items of different days are told apart by their start."""

    __tablename__ = "programme_items"
    __table_args__ = (CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    title_sv: Mapped[str]
    title_en: Mapped[str | None]
    text_sv: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str | None] = mapped_column(Text)
    room: Mapped[str] = mapped_column(default="")
    is_choice: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether participants choose it; items that are chosen and begin at the same time are one choice."""
    capacity: Mapped[int | None]
    """Places of an item that is chosen; None is unlimited."""
    uid: Mapped[str] = mapped_column(
        String(36), unique=True, index=True, default=lambda: str(uuid.uuid4()), server_default=""
    )
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rises with every change that a calendar shows, never falls."""
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a calendar would last have seen a change; None for one that is as it was when this began to be kept."""

    speakers: Mapped[list["Speaker"]] = relationship(
        cascade="all, delete-orphan", order_by="Speaker.position", lazy="raise_on_sql"
    )

    @property
    def title(self) -> str:
        return localized(self, "title")

    @property
    def text(self) -> str:
        return localized(self, "text")


class RemovedItem(Base):
    """An item that calendars may have, and that must be seen to go (RFC 5546 section 3.2.5)."""

    __tablename__ = "removed_programme_items"

    uid: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    title_sv: Mapped[str]
    title_en: Mapped[str | None]
    sequence: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def title(self) -> str:
        return localized(self, "title")


class Speaker(Base):
    """One who speaks at a programme item: name, and title with organisation."""

    __tablename__ = "speakers"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("programme_items.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
