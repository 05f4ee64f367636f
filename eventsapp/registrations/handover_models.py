"""Places that are offered to a colleague, and the links that colleagues hold."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Base, EnumText, UtcDateTime
from eventsapp.registrations.models import Registration


class HandoverOutcome(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class PlaceHandover(Base):
    """A place that one who has it offers to a colleague; it is theirs until the colleague says yes.

    Who the colleague is stands here only while there is no answer: afterwards they have a registration of their own, or
    have nothing to do with the activity.
    """

    __tablename__ = "place_handovers"
    __table_args__ = (
        Index(
            "uq_place_handovers_registration_id_open",
            "registration_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index("ix_place_handovers_registration_id", "registration_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[HandoverOutcome | None] = mapped_column(EnumText(HandoverOutcome, 10))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    registration: Mapped[Registration] = relationship(lazy="raise_on_sql")


class HandoverLink(Base):
    """A mailed link to one offer of a place; only its digest is kept."""

    __tablename__ = "handover_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("place_handovers.id", ondelete="CASCADE"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
