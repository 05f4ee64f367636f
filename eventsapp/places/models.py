"""Places as rows: the one thing that must never be given twice."""

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Base, EnumText, UtcDateTime


class PoolName(StrEnum):
    """Which way of taking part a pool counts; ALL is one pool for both."""

    ALL = "all"
    ONSITE = "onsite"
    ONLINE = "online"


class Pool(Base):
    """A number of places of one kind for one subject. `capacity` None is unlimited."""

    __tablename__ = "pools"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "name"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    name: Mapped[PoolName] = mapped_column(EnumText(PoolName, 10))
    capacity: Mapped[int | None]
    is_retired: Mapped[bool] = mapped_column(default=False)
    """A pool that the subject no longer has; its holders keep their places, nobody new comes in."""


class PlaceState(StrEnum):
    """HELD is kept for somebody who has an offer and has not answered; it counts as taken."""

    TAKEN = "taken"
    HELD = "held"
    FREE = "free"


class QuotaBy(StrEnum):
    """What a quota counts people by."""

    MUNICIPALITY = "municipality"
    COUNTY = "county"
    ORGANISATION = "organisation"
    PROFESSION = "profession"

    @property
    def label(self) -> str:
        return {
            "municipality": gettext("Kommun"),
            "county": gettext("Län"),
            "organisation": gettext("Organisation"),
            "profession": gettext("Yrkesgrupp"),
        }[self.value]


class Quota(Base):
    """At most so many of each group, or of one group, until a day: "two per municipality until 1 March".

    `key` is the group's code, "" for each group there is; a rule for one group goes before the rule for each.
    """

    __tablename__ = "quotas"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "by", "key"),
        CheckConstraint("capacity >= 0", name="capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    by: Mapped[QuotaBy] = mapped_column(EnumText(QuotaBy, 12))
    key: Mapped[str] = mapped_column(String(80), default="")
    capacity: Mapped[int]
    unlocks_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """From then on the places are free for all; None is never."""


class QuotaGroup(Base):
    """One group that a quota has met; its pool's subject is ("quota_group", id)."""

    __tablename__ = "quota_groups"
    __table_args__ = (UniqueConstraint("quota_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quota_id: Mapped[int] = mapped_column(ForeignKey("quotas.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(80))


class Place(Base):
    """One place, a row that changes state. Places of an unlimited pool have no number.

    The unique (pool, number) is the last guard: even two claims that both believed a number to be free
    cannot both take it.
    """

    __tablename__ = "places"
    __table_args__ = (
        UniqueConstraint("pool_id", "number"),
        Index("ix_places_holder", "holder_kind", "holder_id"),
        Index("ix_places_pool_id_state", "pool_id", "state"),
        CheckConstraint("(state = 'free') = (holder_id IS NULL)", name="free_has_no_holder"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    number: Mapped[int | None]
    state: Mapped[PlaceState] = mapped_column(EnumText(PlaceState, 10))
    holder_kind: Mapped[str | None] = mapped_column(String(40))
    holder_id: Mapped[int | None]
