"""Short addresses of calendars."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Base, UtcDateTime


class ShortAddress(Base):
    """A selection too long for an address that every calendar takes. It is public, never changes and is never removed."""

    __tablename__ = "short_addresses"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
