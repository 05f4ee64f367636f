"""Staff users, their teams, and the mailed links they choose a password with."""

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Base, EnumText, SortKey, UtcDateTime
from eventsapp.core.permissions import PERMISSIONS, Permission, Role
from eventsapp.core.secret_addresses import SecretAddress


class Team(Base):
    """People who look after each other's activities."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Reach(StrEnum):
    """Whose activities a user works with."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class User(Base):
    """A member of staff. Closing an account or changing its password makes a new `session_stamp`,
    which ends every open sign-in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(SortKey)
    role: Mapped[Role] = mapped_column(EnumText(Role, 20))
    reach: Mapped[Reach] = mapped_column(EnumText(Reach, 10), default=Reach.TEAM)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="sv")
    may_open_protected: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether this user makes, locks and opens records of people with protected personal data, whatever the role."""
    password_hash: Mapped[str | None]
    session_stamp: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    team: Mapped[Team | None] = relationship(lazy="joined")

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.closed_at is None

    def get_id(self) -> str:
        return f"{self.id}.{self.session_stamp}"

    def may(self, permission: Permission) -> bool:
        """Whether the user's role has a permission; that to protected records is the user's own."""
        if permission == Permission.OPEN_PROTECTED:
            return self.may_open_protected
        return permission in PERMISSIONS[Role(self.role)]


class CalendarScope(StrEnum):
    """Whose activities a calendar of staff shows."""

    OWN = "own"
    TEAM = "team"

    @property
    def label(self) -> str:
        return {"own": gettext("De som jag ansvarar för"), "team": gettext("Hela arbetslagets")}[self.value]


class StaffCalendar(SecretAddress, Base):
    """A calendar with the activities of a user or of the user's team, which is subscribed to."""

    __tablename__ = "staff_calendars"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    scope: Mapped[CalendarScope] = mapped_column(EnumText(CalendarScope, 10))

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class PasswordLinkPurpose(StrEnum):
    INVITATION = "invitation"
    FORGOTTEN = "forgotten"


class PasswordLink(Base):
    """A mailed link with which a user chooses a password, once."""

    __tablename__ = "password_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[PasswordLinkPurpose] = mapped_column(EnumText(PasswordLinkPurpose, 12))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
