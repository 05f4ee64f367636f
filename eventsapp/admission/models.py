"""The draw that allocates places, and the invitations to those who may come."""

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Base, EnumText, SortKey, UtcDateTime


class Allocation(Base):
    """The one draw of an event. Its seed is made once and kept, so that anybody can repeat the draw and find the same."""

    __tablename__ = "allocations"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    seed: Mapped[str] = mapped_column(String(64))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When places were given and letters written; None while it is a proposal."""


class Lot(Base):
    """Where one applicant came in the draw, and whether they get a place; staff may change the latter."""

    __tablename__ = "lots"
    __table_args__ = (UniqueConstraint("event_id", "position"),)

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("allocations.event_id", ondelete="CASCADE"))
    position: Mapped[int]
    drawn: Mapped[bool]
    """What the draw said."""
    gets_place: Mapped[bool]
    """What holds: the draw's word, or that of the officer who changed it."""


class InvitationState(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "invited": gettext("Har inte svarat"),
            "accepted": gettext("Har anmält sig"),
            "declined": gettext("Har tackat nej"),
            "withdrawn": gettext("Inbjudan är återtagen"),
        }[self.value]


class Invitation(Base):
    """One address that may sign up for an event; an address is invited once."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("event_id", "email_key"),
        Index("ix_invitations_event_id_state", "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    state: Mapped[InvitationState] = mapped_column(
        EnumText(InvitationState, 10), default=InvitationState.INVITED
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320))
    organisation_name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2), default="sv")
    registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("registrations.id", ondelete="SET NULL"), index=True
    )
    sort_key: Mapped[str] = mapped_column(SortKey)
    search_text: Mapped[str] = mapped_column(Text)
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InvitationLink(Base):
    """A mailed link to an invitation; only its digest is kept."""

    __tablename__ = "invitation_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
