"""Finding accounts and teams."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select

from eventsapp.accounts.models import PasswordLink, Team, User
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.permissions import Role
from eventsapp.core.text import email_key, like_pattern, search_words, sort_key
from eventsapp.core.tokens import digest
from eventsapp.web.paging import PAGE_SIZE, Page


class AccountState(StrEnum):
    """The states of an account, as they stand in the address."""

    ACTIVE = "aktiva"
    INVITED = "inbjudna"
    CLOSED = "stangda"

    @property
    def condition(self) -> ColumnElement[bool]:
        if self is AccountState.CLOSED:
            return User.closed_at.is_not(None)
        has_password = User.password_hash.is_not(None)
        return and_(User.closed_at.is_(None), has_password if self is AccountState.ACTIVE else ~has_password)


def find_signed_in_user(user_id: int, session_stamp: str) -> User | None:
    """The user of a session, if the account is open and nothing has ended the session since."""
    return db.session.scalars(
        select(User).where(User.id == user_id, User.session_stamp == session_stamp, User.closed_at.is_(None))
    ).one_or_none()


def find_user_by_email(email: str) -> User | None:
    """The user with an address, also one whose account is closed."""
    return db.session.scalars(select(User).where(User.email_key == email_key(email))).one_or_none()


def get_user(user_id: int) -> User:
    """One user by id; raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def active_users() -> list[User]:
    """Those whose accounts are open, in Swedish order, for pickers."""
    return list(
        db.session.scalars(select(User).where(User.closed_at.is_(None)).order_by(User.sort_key, User.id))
    )


def users_page(
    *,
    number: int,
    query: str = "",
    state: AccountState | None = None,
    role: Role | None = None,
    team_id: int | None = None,
) -> Page[User]:
    """One page of accounts in Swedish order, in two statements."""
    conditions: list[ColumnElement[bool]] = [
        or_(
            User.email_key.like(like_pattern(word), escape="\\"),
            User.sort_key.like(like_pattern(sort_key(word)), escape="\\"),
        )
        for word in search_words(query)
    ]
    if state is not None:
        conditions.append(state.condition)
    if role is not None:
        conditions.append(User.role == role)
    if team_id is not None:
        conditions.append(User.team_id == team_id)
    total = db.session.scalar(select(func.count()).select_from(User).where(*conditions)) or 0
    rows = db.session.scalars(
        select(User)
        .where(*conditions)
        .order_by(User.sort_key, User.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(list(rows), number, PAGE_SIZE, total)


def lock_open_administrators() -> list[User]:
    """Every administrator whose account is open, locked, so that two cannot close each other at once."""
    return list(
        db.session.scalars(
            select(User)
            .where(User.role == Role.ADMINISTRATOR, User.closed_at.is_(None))
            .order_by(User.id)
            .with_for_update(of=User)
            .execution_options(populate_existing=True)
        )
    )


def teams() -> list[Team]:
    """Every team in Swedish order."""
    return sorted(db.session.scalars(select(Team)), key=lambda team: sort_key(team.name))


def get_team(team_id: int) -> Team:
    """One team by id; raises NotFound."""
    team = db.session.get(Team, team_id)
    if team is None:
        raise NotFound
    return team


def members_per_team() -> dict[int, int]:
    """Team id → how many open accounts belong to it."""
    rows = db.session.execute(
        select(User.team_id, func.count())
        .where(User.team_id.is_not(None), User.closed_at.is_(None))
        .group_by(User.team_id)
    )
    return {team_id: count for team_id, count in rows if team_id is not None}


def find_usable_link(token: str, now: datetime, *, lock: bool = False) -> PasswordLink | None:
    """The mailed link of a token, if it is not used, not too old, and its account is open."""
    statement = (
        select(PasswordLink)
        .join(PasswordLink.user)
        .where(
            PasswordLink.token_digest == digest(token),
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > now,
            User.closed_at.is_(None),
        )
    )
    if lock:
        statement = statement.with_for_update(of=PasswordLink)
    return db.session.scalars(statement).one_or_none()
