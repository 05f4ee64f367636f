"""Registrations: who comes to what, apart from what is sensitive, and the links people hold."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from eventsapp.core.db import Base, EnumText, SortKey, UtcDateTime
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.text import sort_key
from eventsapp.events.models import Event
from eventsapp.organisations.models import Municipality, Organisation


class RegistrationStatus(StrEnum):
    """APPLIED waits for the organiser's word, WAITING stands on the waiting list, OFFERED has a place held until they
    answer. The last four are ends, from which only staff bring a person back."""

    CONFIRMED = "confirmed"
    APPLIED = "applied"
    WAITING = "waiting"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return str(_STATUS_LABELS[self.value])


_STATUS_LABELS = {
    "confirmed": _l("Anmäld"),
    "applied": _l("Väntar på besked"),
    "waiting": _l("På reservlistan"),
    "offered": _l("Erbjuden plats"),
    "cancelled": _l("Avanmäld"),
    "declined": _l("Tackade nej"),
    "expired": _l("Svarade inte i tid"),
    "refused": _l("Fick inte plats"),
}


ACTIVE = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.APPLIED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
)
"""The states of one who comes or still may come; an address has at most one such registration for an event."""
_ACTIVE_SQL = "status IN ('confirmed', 'applied', 'waiting', 'offered') AND email_key <> ''"


class EndReason(StrEnum):
    """Why a registration has ended where its status does not tell: the place went to a colleague, the person took another
    date, or did not say that they still come."""

    HANDED_OVER = "handed_over"
    OTHER_DATE = "other_date"
    SILENT = "silent"


class AttendanceMode(StrEnum):
    ONSITE = "onsite"
    ONLINE = "online"

    @property
    def label(self) -> str:
        return str(_MODE_LABELS[self.value])


_MODE_LABELS = {"onsite": _l("På plats"), "online": _l("Digitalt")}


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
        return str(_PROFESSION_LABELS[self.value])


_PROFESSION_LABELS = {
    "socialtjanst": _l("Socialtjänst"),
    "halso-sjukvard": _l("Hälso- och sjukvård och tandvård"),
    "forskola-skola": _l("Förskola och skola"),
    "rattsvasende": _l("Rättsväsende"),
    "ovriga-myndigheter": _l("Övriga myndigheter"),
    "ideburen-sektor": _l("Idéburen sektor"),
    "studenter": _l("Studenter"),
    "blandad-grupp": _l("Blandad grupp"),
    "ovriga": _l("Övriga"),
}


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
            sqlite_where=text(_ACTIVE_SQL),
            postgresql_where=text(_ACTIVE_SQL),
        ),
        Index(
            "uq_registrations_event_id_alias_number",
            "event_id",
            "alias_number",
            unique=True,
            sqlite_where=text("alias_number IS NOT NULL"),
            postgresql_where=text("alias_number IS NOT NULL"),
        ),
        Index("ix_registrations_event_id_status", "event_id", "status", "waiting_order", "id"),
        Index("ix_registrations_email_key", "email_key"),
        Index("ix_registrations_group_id", "group_id"),
        Index("ix_registrations_event_id_sort_key", "event_id", "sort_key", "id"),
        Index("ix_registrations_event_id_registered_at", "event_id", "registered_at"),
        CheckConstraint("head_count >= 1", name="head_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    status: Mapped[RegistrationStatus] = mapped_column(
        EnumText(RegistrationStatus, 12), default=RegistrationStatus.CONFIRMED
    )
    mode: Mapped[AttendanceMode] = mapped_column(EnumText(AttendanceMode, 10))
    head_count: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many people sit at the screen of one who takes part online; they have one place. On site it is always 1."""
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
    waiting_order: Mapped[int | None]
    """The place in the line of the waiting list, lowest first; those of one group stand together on one number."""
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    takes_any_mode: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether one on the waiting list also takes a place of the other way of taking part."""
    takes_other_item: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether one who gets none of the programme items they ranked takes another at the same time."""
    group_id: Mapped[int | None] = mapped_column(ForeignKey("registration_groups.id"))
    is_group_contact: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The one who signed the group up, and who answers for it where it is all or none."""
    refusal_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    end_reason: Mapped[EndReason | None] = mapped_column(EnumText(EndReason, 12))
    replaced_by_id: Mapped[int | None]
    """The colleague's registration that the place went to, or the person's own on another date. It is no foreign key: the
    other one may be erased first."""
    asked_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person was asked whether they still come."""
    answer_again_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    still_comes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person answered that they do."""
    alias_number: Mapped[int | None]
    """For one with protected personal data: the name is then an alias, and the person is known in the sealed record alone."""
    invitation_uid: Mapped[str | None] = mapped_column(String(36))
    """The occasion that the address was last sent a calendar invitation to."""
    invitation_sequence: Mapped[int | None]
    """The number (SEQUENCE) of the last invitation or withdrawal that was sent; it never falls for an address and event."""
    is_invited: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether an invitation was sent that has not been withdrawn, so that a calendar has it."""
    declined_sequence: Mapped[int | None]
    """The number of the invitation that the calendar has said no to, and that the person was asked about."""
    sort_key: Mapped[str] = mapped_column(SortKey)
    search_text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship(lazy="raise_on_sql")
    group: Mapped["RegistrationGroup | None"] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    municipality: Mapped[Municipality | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    @property
    def shares_screen(self) -> bool:
        """Whether more than one sits behind this registration; one that is not stored yet may have no number."""
        return (self.head_count or 1) > 1

    @validates("organisation_name")
    def _keep_organisation_sort_key(self, _attribute: str, name: str) -> str:
        self.organisation_sort_key = sort_key(name)
        return name


class RegistrationGroup(Base):
    """Several people whom one of them signed up at once; `all_or_none` moves them together or not at all."""

    __tablename__ = "registration_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    all_or_none: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChosenItem(Base):
    """A programme item that a person has chosen; for one who waits it is a wish."""

    __tablename__ = "chosen_items"

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(
        ForeignKey("programme_items.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Companion(Base):
    """One of the others at the screen of a registration, whom its person has named; most are never named."""

    __tablename__ = "companions"

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class OfferOutcome(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return str(_OUTCOME_LABELS[self.value])


_OUTCOME_LABELS = {
    "accepted": _l("Tackade ja"),
    "declined": _l("Tackade nej"),
    "expired": _l("Svarade inte i tid"),
    "withdrawn": _l("Drogs tillbaka"),
}


class PlaceOffer(Base):
    """A place that is held for one person until they answer. Past `answer_by` it is dead, whatever `outcome` says yet."""

    __tablename__ = "place_offers"
    __table_args__ = (
        Index(
            "uq_place_offers_registration_id_open",
            "registration_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index("ix_place_offers_event_id_outcome", "event_id", "outcome", "answer_by"),
        Index("ix_place_offers_outcome_answer_by", "outcome", "answer_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[OfferOutcome | None] = mapped_column(EnumText(OfferOutcome, 10))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="SET NULL"))
    """The registration on another date's waiting list that ends when this offer of another date is accepted."""


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
    device_digest: Mapped[str | None] = mapped_column(String(64))
    """For a link that was made on a page and not mailed: it opens the registration on this device alone, for as long as
    the device is let in. The ticket goes on being good."""


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
    outcome: Mapped[RegistrationStatus] = mapped_column(
        EnumText(RegistrationStatus, 12),
        default=RegistrationStatus.CONFIRMED,
        server_default="confirmed",
    )
    """What the page after the form said: confirmed, applied, or waiting with the number `waiting_number`."""
    waiting_number: Mapped[int | None]
    corrections: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the questions that come after the form were answered, which the browser that sent it does once."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
