"""Verbs on accounts and teams. Passwords come as hashes, since making those is too slow for a transaction."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import delete, update

from eventsapp.accounts import letters
from eventsapp.accounts.models import PasswordLink, PasswordLinkPurpose, Reach, StaffCalendar, Team, User
from eventsapp.accounts.queries import (
    find_usable_link,
    find_user_by_email,
    get_user,
    lock_open_administrators,
)
from eventsapp.accounts.rules import LINK_VALID, loses_administration, require_another_administrator
from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import DomainError, NotAllowed, NotFound
from eventsapp.core.permissions import Role
from eventsapp.core.text import clean_line, email_key, sort_key
from eventsapp.core.tokens import digest, new_token
from eventsapp.outbox.rendering import RenderedLetter
from eventsapp.web.pages import site_url


@dataclass(frozen=True, kw_only=True)
class UserFacts:
    """What an administrator decides about a user."""

    name: str
    role: Role
    reach: Reach = Reach.TEAM
    team_id: int | None = None
    language: str = "sv"
    may_open_protected: bool = False


def add_user(email: str, facts: UserFacts, *, actor: Actor) -> User:
    """Make an open account without a password; flushes. Raises Conflict when the address has one already."""
    user = User(
        email=clean_line(email),
        email_key=email_key(email),
        name=clean_line(facts.name),
        sort_key=sort_key(facts.name),
        role=facts.role,
        reach=facts.reach,
        team_id=facts.team_id,
        language=facts.language,
        may_open_protected=facts.may_open_protected,
        session_stamp=new_token(),
        created_at=now(),
    )
    message = gettext("Det finns redan ett konto med den här e-postadressen.")
    with conflict_if("uq_users_email_key", message, field="email"):
        db.session.add(user)
    audit.record(
        "user.added",
        "user",
        user.id,
        actor=actor,
        changes={
            "email": None,
            "name": None,
            "role": ["", facts.role],
            "reach": ["", facts.reach],
            "team_id": ["", str(facts.team_id or "")],
        }
        | ({"may_open_protected": ["False", "True"]} if facts.may_open_protected else {}),
    )
    return user


def invite_user(email: str, facts: UserFacts, *, actor: Actor) -> User:
    """Make an account and mail its owner a link to choose a password; flushes."""
    user = add_user(email, facts, actor=actor)
    letters.queue_invitation(user, invited_by=actor.name)
    return user


def resend_invitation(user: User, *, actor: Actor) -> None:
    """Mail a new invitation to one who has not chosen a password; flushes."""
    if user.closed_at is not None:
        raise DomainError(gettext("Kontot är stängt. Öppna det först."))
    if user.password_hash is not None:
        raise DomainError(gettext("Kontot har redan ett lösenord. Be personen använda ”Glömt lösenordet?”."))
    letters.queue_invitation(user, invited_by=actor.name)
    audit.record("user.invited_again", "user", user.id, actor=actor)


def update_user(user: User, facts: UserFacts, *, actor: Actor) -> None:
    """Change what an administrator decides; flushes. Raises DomainError when nobody would be left to administer."""
    if loses_administration(user, facts.role):
        require_another_administrator(user, lock_open_administrators())
    changes: dict[str, list[str] | None] = {}
    if clean_line(facts.name) != user.name:
        changes["name"] = None
    for field in ("role", "reach", "team_id", "language"):
        before, after = getattr(user, field), getattr(facts, field)
        if before != after:
            changes[field] = [str(before or ""), str(after or "")]
    if facts.may_open_protected is not user.may_open_protected:
        changes["may_open_protected"] = [str(user.may_open_protected), str(facts.may_open_protected)]
    if not changes:
        return
    user.name = clean_line(facts.name)
    user.sort_key = sort_key(facts.name)
    user.role = facts.role
    user.reach = facts.reach
    user.team_id = facts.team_id
    user.language = facts.language
    user.may_open_protected = facts.may_open_protected
    db.session.flush()
    audit.record("user.changed", "user", user.id, actor=actor, changes=changes)


def close_user(user: User, *, actor: Actor) -> None:
    """Close an account, at once in every browser where it is signed in; flushes. Twice does no harm."""
    if user.closed_at is not None:
        return
    if user.role is Role.ADMINISTRATOR:
        require_another_administrator(user, lock_open_administrators())
    user.closed_at = now()
    user.session_stamp = new_token()
    # An account that is opened again must not bring back calendars that nobody remembers.
    db.session.execute(delete(StaffCalendar).where(StaffCalendar.user_id == user.id))
    db.session.flush()
    audit.record("user.closed", "user", user.id, actor=actor)


def reopen_user(user: User, *, actor: Actor) -> None:
    """Open a closed account again; flushes. The password is the one it had."""
    if user.closed_at is None:
        return
    user.closed_at = None
    user.session_stamp = new_token()
    db.session.flush()
    audit.record("user.reopened", "user", user.id, actor=actor)


def set_password(user: User, password_hash: str, *, actor: Actor) -> None:
    """Give a user a new password; flushes. Every open sign-in and every mailed link of theirs ends."""
    user.password_hash = password_hash
    user.session_stamp = new_token()
    db.session.execute(
        update(PasswordLink)
        .where(PasswordLink.user_id == user.id, PasswordLink.used_at.is_(None))
        .values(used_at=now())
    )
    db.session.flush()
    audit.record("user.password_changed", "user", user.id, actor=actor, changes={"password": None})


def note_sign_in(user: User, new_hash: str | None) -> None:
    """Note when a user signed in, and store a hash made with newer parameters; flushes."""
    user.last_sign_in_at = now()
    if new_hash is not None:
        user.password_hash = new_hash
    db.session.flush()


def choose_password(token: str, password_hash: str) -> User:
    """Use a mailed link, once; flushes. Raises NotFound when the link no longer works."""
    link = find_usable_link(token, now(), lock=True)
    if link is None:
        raise NotFound
    set_password(link.user, password_hash, actor=Actor.user(link.user_id, link.user.name))
    return link.user


def request_new_password(email: str, language: str, rendered: RenderedLetter) -> None:
    """Mail a link to choose a new password, if the address has an open account; nobody is told whether it has."""
    user = find_user_by_email(email)
    if user is not None and user.closed_at is None:
        letters.queue_forgotten(user, language, rendered)


def mint_password_links(user_id: int, kind: str) -> dict[str, str]:
    """The link of a letter that is about to leave; the row keeps its digest only. Called by the worker."""
    user = get_user(user_id)
    if user.closed_at is not None:
        raise NotAllowed(gettext("Kontot är stängt."))
    purpose = PasswordLinkPurpose(kind)
    token = new_token()
    moment = now()
    db.session.add(
        PasswordLink(
            user_id=user.id,
            purpose=purpose,
            token_digest=digest(token),
            created_at=moment,
            expires_at=moment + LINK_VALID[purpose],
        )
    )
    return {letters.LINK_NAME: site_url("accounts.choose_password", lang=user.language, token=token)}


def create_team(name: str, *, actor: Actor) -> Team:
    """Make a team; flushes. Raises Conflict when there is one with the name."""
    team = Team(name=clean_line(name))
    with conflict_if("uq_teams_name", gettext("Det finns redan ett arbetslag med det namnet."), field="name"):
        db.session.add(team)
    audit.record("team.added", "team", team.id, actor=actor, changes={"name": ["", team.name]})
    return team


def rename_team(team: Team, name: str, *, actor: Actor) -> None:
    """Give a team another name; flushes. Raises Conflict when another team has it."""
    before, after = team.name, clean_line(name)
    if before == after:
        return
    with conflict_if("uq_teams_name", gettext("Det finns redan ett arbetslag med det namnet."), field="name"):
        team.name = after
    audit.record("team.renamed", "team", team.id, actor=actor, changes={"name": [before, after]})
