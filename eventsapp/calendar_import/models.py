"""What came from a calendar file: which event and occasion each entry became, files that are looked at, and partners."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.accounts.models import User
from eventsapp.core.db import Base, EnumText, UtcDateTime
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.models import Event, EventKind, RegistrationMode

BY_HAND = "file"
"""The source of what somebody brought themselves, as a file or by pasting an address."""


class FetchOutcome(StrEnum):
    """How the last fetch of a partner's calendar went."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    BAD_ADDRESS = "bad_address"
    NOT_PUBLIC = "not_public"
    NO_ANSWER = "no_answer"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    GONE = "gone"
    UNTRUSTED = "untrusted"
    TOO_MANY_MOVES = "too_many_moves"
    NOT_A_CALENDAR = "not_a_calendar"
    FAILED = "failed"

    @property
    def words(self) -> str:
        return str(_OUTCOMES[self.value])


_OUTCOMES = {
    "fetched": _l("Hämtad."),
    "unchanged": _l("Ingenting har ändrats hos dem sedan förra gången."),
    "bad_address": _l("Adressen går inte att använda. Den ska börja med https:// eller webcal://."),
    "not_public": _l(
        "Adressen leder till ett internt nät. Bara adresser på det öppna internet går att hämta från."
    ),
    "no_answer": _l("Servern svarar inte. Kontrollera adressen."),
    "too_slow": _l("Servern svarade för långsamt."),
    "too_large": _l("Kalendern är för stor. Den får vara högst 5 MB."),
    "refused": _l("Servern lämnar inte ut kalendern. Kontrollera att den är delad offentligt."),
    "gone": _l("Kalendern finns inte längre på adressen."),
    "untrusted": _l("Serverns certifikat går inte att lita på."),
    "too_many_moves": _l("Adressen hänvisar vidare för många gånger."),
    "not_a_calendar": _l(
        "På adressen finns ingen kalenderfil. Kontrollera att länken är den till iCal-formatet."
    ),
    "failed": _l("Något gick fel hos oss. Felet är noterat."),
}


class PartnerCalendar(Base):
    """Somebody else's calendar that is fetched each night. What comes is drafts, for an officer to look at."""

    __tablename__ = "partner_calendars"
    # The number of one that was taken away must not come back: it is the source of what came from it.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    sealed_address: Mapped[str] = mapped_column(Text)
    """Sealed, since many programs put a secret in it."""
    host: Mapped[str] = mapped_column(String(255))
    organiser: Mapped[str] = mapped_column(String(200))
    kind_id: Mapped[int] = mapped_column(ForeignKey("event_kinds.id"))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    county_code: Mapped[str | None] = mapped_column(ForeignKey("counties.code"))
    registration_mode: Mapped[RegistrationMode] = mapped_column(EnumText(RegistrationMode, 10))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    is_paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    etag: Mapped[str] = mapped_column(String(200), default="")
    last_modified: Mapped[str] = mapped_column(String(100), default="")
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[FetchOutcome | None] = mapped_column(EnumText(FetchOutcome, 20))
    figures: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """What the last fetch led to: a kind of result → how many."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    kind: Mapped[EventKind] = relationship(lazy="raise_on_sql")
    responsible: Mapped[User] = relationship(lazy="raise_on_sql")

    @property
    def source(self) -> str:
        """What entries from it are known by."""
        return f"partner-{self.id}"


class CalendarReading(Base):
    """A file that somebody looks at and has not taken in: what was understood of it, sealed, for some days."""

    __tablename__ = "calendar_readings"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    source: Mapped[str] = mapped_column(String(40))
    partner_id: Mapped[int | None] = mapped_column(
        ForeignKey("partner_calendars.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    sealed_content: Mapped[str] = mapped_column(Text)
    defaults: Mapped[dict[str, str]] = mapped_column(JSON)
    """What holds for new activities where a file says nothing."""
    read_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ImportedEvent(Base):
    """The entry of a source that an event came from. It stays when the event is deleted, so that what somebody has
    thrown away does not come back the next night."""

    __tablename__ = "imported_events"
    __table_args__ = (UniqueConstraint("source", "uid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    uid: Mapped[str] = mapped_column(String(255))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    """The event's version when it was last taken over from here; another one, as 0, means that somebody has changed it."""
    said: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    """What the source said last time, so that only what has changed there is taken over."""
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

    event: Mapped[Event | None] = relationship(lazy="raise_on_sql")


class ImportedOccasion(Base):
    """Which occasion each time of an entry became."""

    __tablename__ = "imported_occasions"
    __table_args__ = (
        UniqueConstraint("imported_id", "recurrence"),
        Index("ix_imported_occasions_occasion_id", "occasion_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    imported_id: Mapped[int] = mapped_column(ForeignKey("imported_events.id", ondelete="CASCADE"))
    recurrence: Mapped[str] = mapped_column(String(20))
    """Its RECURRENCE-ID in UTC, or "" where an entry has one time only."""
    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasions.id", ondelete="CASCADE"))
