"""Documents that the boards publish, alone or with an event."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Base, SortKey, UtcDateTime
from eventsapp.core.i18n import localized
from eventsapp.events.models import Event
from eventsapp.organisations.models import County, Organisation

publication_events = Table(
    "publication_events",
    Base.metadata,
    Column(
        "publication_id",
        ForeignKey("publications.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "event_id",
        ForeignKey("events.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)
publication_counties = Table(
    "publication_counties",
    Base.metadata,
    Column(
        "publication_id",
        ForeignKey("publications.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("county_code", ForeignKey("counties.code"), primary_key=True, index=True),
)
publication_publishers = Table(
    "publication_publishers",
    Base.metadata,
    Column(
        "publication_id",
        ForeignKey("publications.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True, index=True),
)


class Publication(Base):
    """A publication with its years, geography and summary; `url` leads to the document."""

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    title_sv: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str | None] = mapped_column(String(300))
    document_type: Mapped[str] = mapped_column(default="")
    summary_sv: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str | None] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    year_from: Mapped[int | None]
    year_to: Mapped[int | None]
    is_public: Mapped[bool] = mapped_column(default=True)
    sort_key: Mapped[str] = mapped_column(SortKey)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    counties: Mapped[list[County]] = relationship(
        secondary=publication_counties, order_by=County.sort_key, lazy="raise_on_sql"
    )
    publishers: Mapped[list[Organisation]] = relationship(
        secondary=publication_publishers,
        order_by=Organisation.sort_key,
        lazy="raise_on_sql",
    )
    events: Mapped[list[Event]] = relationship(secondary=publication_events, lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    @property
    def title(self) -> str:
        return localized(self, "title")

    @property
    def summary(self) -> str:
        return localized(self, "summary")
