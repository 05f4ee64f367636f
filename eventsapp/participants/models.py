"""People who take part are let in by their address alone: the mailed links, and the devices that have used one."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Base, EnumText, UtcDateTime
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.secret_addresses import SecretAddress


class EntryLink(Base):
    """A wish to be let in, and the link that is mailed for it. The link is minted when the letter leaves, is good for a
    short time from then, and lets one device in."""

    __tablename__ = "participant_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    language: Mapped[str] = mapped_column(String(2))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """None until the letter has left."""
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Device(Base):
    """A browser that was let in as an address. The browser holds the token, this row only its digest."""

    __tablename__ = "participant_devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(60))
    """What it calls itself in two words, so that its owner knows it again: "Firefox, Android"."""
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarLink(SecretAddress, Base):
    """A calendar with what an address is registered for, which is subscribed to."""

    __tablename__ = "participant_calendars"

    email_key: Mapped[str] = mapped_column(String(320), index=True)


class CalendarWay(StrEnum):
    """How what an address is registered for comes into its calendar: one way alone, so that nothing shows twice."""

    INVITATION = "invitation"
    SUBSCRIPTION = "subscription"
    NEITHER = "neither"

    @property
    def label(self) -> str:
        return str(_WAY_LABELS[self.value])


_WAY_LABELS = {
    "invitation": _l("Inbjudan i brevet. Varje nytt brev ändrar det som står i kalendern."),
    "subscription": _l("Prenumeration. Kalendern hämtar det som är nytt, ibland först efter ett dygn."),
    "neither": _l("Ingetdera. Jag skriver in det själv."),
}


class CalendarChoice(Base):
    """The way that an address has chosen; without a row it is the invitation in the letter."""

    __tablename__ = "participant_calendar_choices"

    email_key: Mapped[str] = mapped_column(String(320), primary_key=True)
    way: Mapped[CalendarWay] = mapped_column(EnumText(CalendarWay, 12))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
