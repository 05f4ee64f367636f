"""Letters: rows first, sent by the worker."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Base, EnumText, UtcDateTime


class LetterState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class FailureReason(StrEnum):
    """Why a letter did not get through; `rules.failure_in_words` says it to people."""

    SERVER_UNREACHABLE = "server_unreachable"
    SIGN_IN_REFUSED = "sign_in_refused"
    SENDER_REFUSED = "sender_refused"
    TRY_LATER = "try_later"
    RECIPIENT_REFUSED = "recipient_refused"
    ADDRESS_NOT_SUPPORTED = "address_not_supported"
    LETTER_REFUSED = "letter_refused"
    NOTHING_TO_LINK_TO = "nothing_to_link_to"
    COULD_NOT_BE_MADE = "could_not_be_made"
    INTERRUPTED = "interrupted"
    SENT_BACK = "sent_back"


class Letter(Base):
    """A letter in text and HTML, whose personal links are placeholders until the worker mints them.

    `subject_kind` and `subject_id` name the thing it is about; `event_id` the activity, for lists.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_state_due", "state", "due_at"),
        Index("ix_letters_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    event_id: Mapped[int | None] = mapped_column(index=True)
    recipient: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    subject_line: Mapped[str]
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str | None] = mapped_column(String(320))
    # By it SQLite knows which of many new rows got which id, so that they need not be inserted one by one.
    message_id: Mapped[str] = mapped_column(String(200), unique=True, insert_sentinel=True)
    state: Mapped[LetterState] = mapped_column(EnumText(LetterState, 10), default=LetterState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    """Why the last attempt failed: a FailureReason, a bar, and what the server said."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it should have left, whatever pauses came after."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it is tried next."""
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    attachments: Mapped[list["LetterAttachment"]] = relationship(
        back_populates="letter",
        cascade="all, delete-orphan",
        order_by="LetterAttachment.id",
        lazy="raise_on_sql",
    )


class LetterAttachment(Base):
    """A file that goes with a letter."""

    __tablename__ = "letter_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str]
    content_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)

    letter: Mapped[Letter] = relationship(back_populates="attachments", lazy="raise_on_sql")
