"""What people wish for where programme items are ranked."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Base


class ItemWish(Base):
    """A programme item that a person has ranked. Of two that begin at the same time they would rather have the one with
    the lower rank, which runs through all that the person wishes."""

    __tablename__ = "item_wishes"
    __table_args__ = (UniqueConstraint("registration_id", "rank"),)

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(
        ForeignKey("programme_items.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    rank: Mapped[int]
