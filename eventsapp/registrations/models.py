"""Registrations: who comes to what, apart from what is sensitive, and the links people hold."""

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from eventsapp.core.db import Base, EnumText, SortKey, UtcDateTime
from eventsapp.core.text import sort_key
from eventsapp.events.models import Event
from eventsapp.organisations.models import Municipality, Organisation


class RegistrationStatus(StrEnum):
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {"confirmed": gettext("Anmäld"), "cancelled": gettext("Avanmäld")}[self.value]


class AttendanceMode(StrEnum):
    ONSITE = "onsite"
    ONLINE = "online"

    @property
    def label(self) -> str:
        return {"onsite": gettext("På plats"), "online": gettext("Digitalt")}[self.value]


class Profession(StrEnum):
    """The nine categories that the web course on violence is reported by."""

    SOCIAL_SERVICES = "socialtjanst"
    HEALTH_CARE = "halso-sjukvard"
    SCHOOL = "forskola-skola"
    JUSTICE = "rattsvasende"
    OTHER_AGENCIES = "ovriga-myndigheter"
    CIVIL_SOCIETY = "ideburen-sektor"
    STUDENTS = "studenter"
    MIXED_GROUP = "blandad-grupp"
    OTHER = "ovriga"

    @property
    def label(self) -> str:
        return {
            "socialtjanst": gettext("Socialtjänst"),
            "halso-sjukvard": gettext("Hälso- och sjukvård och tandvård"),
            "forskola-skola": gettext("Förskola och skola"),
            "rattsvasende": gettext("Rättsväsende"),
            "ovriga-myndigheter": gettext("Övriga myndigheter"),
            "ideburen-sektor": gettext("Idéburen sektor"),
            "studenter": gettext("Studenter"),
            "blandad-grupp": gettext("Blandad grupp"),
            "ovriga": gettext("Övriga"),
        }[self.value]


class RegistrationSource(StrEnum):
    SELF = "self"
    STAFF = "staff"


class Registration(Base):
    """One person's registration for one event. An address has at most one that is not cancelled."""

    __tablename__ = "registrations"
    __table_args__ = (
        Index(
            "uq_registrations_event_id_email_key_active",
            "event_id",
            "email_key",
            unique=True,
            sqlite_where=text("status = 'confirmed' AND email_key <> ''"),
            postgresql_where=text("status = 'confirmed' AND email_key <> ''"),
        ),
        Index("ix_registrations_event_id_sort_key", "event_id", "sort_key", "id"),
        Index("ix_registrations_event_id_registered_at", "event_id", "registered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    status: Mapped[RegistrationStatus] = mapped_column(
        EnumText(RegistrationStatus, 12), default=RegistrationStatus.CONFIRMED
    )
    mode: Mapped[AttendanceMode] = mapped_column(EnumText(AttendanceMode, 10))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320), default="")
    """Empty only for one whom staff added without an address."""
    email_key: Mapped[str] = mapped_column(String(320), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(String(200))
    """As the person wrote or chose it, so that a list never needs a join for it."""
    organisation_sort_key: Mapped[str] = mapped_column(SortKey, default="")
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"), index=True)
    job_title: Mapped[str] = mapped_column(String(200), default="")
    profession: Mapped[Profession | None] = mapped_column(EnumText(Profession, 20))
    language: Mapped[str] = mapped_column(String(2), default="sv")
    source: Mapped[RegistrationSource] = mapped_column(
        EnumText(RegistrationSource, 8), default=RegistrationSource.SELF
    )
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    link_opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person first did something behind the letter's link; "Fel adress?" ends there."""
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a letter last said that the address is registered already."""
    sort_key: Mapped[str] = mapped_column(SortKey)
    search_text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    municipality: Mapped[Municipality | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    @validates("organisation_name")
    def _keep_organisation_sort_key(self, _attribute: str, name: str) -> str:
        self.organisation_sort_key = sort_key(name)
        return name


class SensitiveAnswers(Base):
    """Food and access needs, sealed, in a table of their own; erased some days after the event."""

    __tablename__ = "sensitive_answers"

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True
    )
    sealed_food: Mapped[str] = mapped_column(Text, default="")
    sealed_access: Mapped[str] = mapped_column(Text, default="")


class PersonalLink(Base):
    """A mailed link to one registration, and the ticket that is derived from it; only digests are kept."""

    __tablename__ = "personal_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), index=True
    )
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    ticket_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignUpReceipt(Base):
    """What one sign-up form led to. Its unique nonce makes double clicks and resent forms one registration.

    `sealed_submission` is what was typed, for the receipt page and for "Fel adress?"; it is erased after two days.
    """

    __tablename__ = "sign_up_receipts"

    id: Mapped[int] = mapped_column(primary_key=True)
    nonce_digest: Mapped[str] = mapped_column(String(64), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("registrations.id", ondelete="SET NULL"), index=True
    )
    """The registration that this form made; None where the address was registered before."""
    sealed_submission: Mapped[str] = mapped_column(Text)
    corrections: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
