"""Networks, their members, and the activities that are for one network alone."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Base, SortKey, UtcDateTime
from eventsapp.organisations.models import Municipality, Organisation


class Network(Base):
    """A closed circle, as the county's network of coordinators."""

    __tablename__ = "networks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    county_code: Mapped[str | None] = mapped_column(ForeignKey("counties.code"))
    """The county whose municipalities should each have a member; None for a circle without such a wish."""
    is_retired: Mapped[bool] = mapped_column(default=False)
    sort_key: Mapped[str] = mapped_column(SortKey)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NetworkMember(Base):
    """One person in a network; an address is in it once."""

    __tablename__ = "network_members"
    __table_args__ = (UniqueConstraint("network_id", "email_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(String(200), default="")
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"), index=True)
    job_title: Mapped[str] = mapped_column(String(200), default="")
    sort_key: Mapped[str] = mapped_column(SortKey)
    search_text: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    municipality: Mapped[Municipality | None] = relationship(lazy="raise_on_sql")


class NetworkEvent(Base):
    """The network that an activity is for."""

    __tablename__ = "network_events"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
