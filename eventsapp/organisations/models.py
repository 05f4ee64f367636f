"""Where people work and who arranges things: official organisations, and the geography they belong to."""

from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Base, EnumText, SortKey
from eventsapp.core.i18n import language


class OrganisationKind(StrEnum):
    MUNICIPALITY = "municipality"
    REGION = "region"
    COUNTY_BOARD = "county_board"
    AGENCY = "agency"
    UNIVERSITY = "university"
    CIVIL_SOCIETY = "civil_society"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "municipality": gettext("Kommun"),
            "region": gettext("Region"),
            "county_board": gettext("Länsstyrelse"),
            "agency": gettext("Statlig myndighet"),
            "university": gettext("Universitet eller högskola"),
            "civil_society": gettext("Idéburen organisation"),
            "other": gettext("Annan organisation"),
        }[self.value]


class County(Base):
    """A county (län) under its two-digit code."""

    __tablename__ = "counties"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name_sv: Mapped[str]
    name_en: Mapped[str]
    short_name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(SortKey)

    @property
    def name(self) -> str:
        return self.name_en if language() == "en" else self.name_sv


class Municipality(Base):
    """A municipality (kommun) under its four-digit code; `official_name` has the right genitive."""

    __tablename__ = "municipalities"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str]
    official_name: Mapped[str]
    county_code: Mapped[str] = mapped_column(ForeignKey("counties.code"), index=True)
    sort_key: Mapped[str] = mapped_column(SortKey)

    county: Mapped[County] = relationship(lazy="raise_on_sql")


class Organisation(Base):
    """An organisation that people work at or that arranges activities. `code` is its stable name in addresses."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(EnumText(OrganisationKind, 20))
    name_sv: Mapped[str]
    name_en: Mapped[str | None]
    official_name: Mapped[str]
    county_code: Mapped[str | None] = mapped_column(ForeignKey("counties.code"))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    org_number: Mapped[str | None] = mapped_column(String(11))
    website: Mapped[str | None]
    is_official: Mapped[bool] = mapped_column(default=True)
    sort_key: Mapped[str] = mapped_column(SortKey, index=True)
    search_text: Mapped[str]

    @property
    def name(self) -> str:
        return (self.name_en if language() == "en" else None) or self.name_sv


class OrganisationDomain(Base):
    """A mail domain that suggests an organisation; the person still chooses."""

    __tablename__ = "organisation_domains"

    domain: Mapped[str] = mapped_column(String(120), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
