"""How far the mailbox with answers from calendars has been read."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Base


class AnswersRead(Base):
    """The last message of a mailbox that was looked at (RFC 3501 section 2.3.1.1), so that none is looked at twice."""

    __tablename__ = "answers_read"

    mailbox_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Which mailbox it is, without its name."""
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)
