"""What is known about a person with protected personal data, sealed and apart."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Base, UtcDateTime


class ProtectedRecord(Base):
    """The sealed record behind an alias; `sealed_details` is JSON under `SEALING_KEYS`."""

    __tablename__ = "protected_records"

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True
    )
    sealed_details: Mapped[str] = mapped_column(Text)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
