"""Staff accounts from the command line: `flask --app eventsapp accounts …`."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup
from sqlalchemy import select

from eventsapp.accounts import operations
from eventsapp.accounts.models import Reach, Team, User
from eventsapp.accounts.operations import UserFacts
from eventsapp.accounts.passwords import hash_password
from eventsapp.accounts.queries import find_user_by_email
from eventsapp.accounts.rules import require_good_password
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import LANGUAGES, in_language
from eventsapp.core.permissions import Role
from eventsapp.web.forms import checked_email

accounts = AppGroup("accounts", help="Invite, list and close staff accounts, and set passwords.")

_password = click.password_option(help="Asked for when it is not given; at least 12 characters.")


@contextmanager
def _plainly() -> Iterator[None]:
    """Let a rule that says no be the command's answer."""
    try:
        with in_language("en"):
            yield
    except (DomainError, ValueError) as error:
        db.session.rollback()
        raise click.ClickException(str(error)) from error


@accounts.command()
@click.argument("email")
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.OFFICER.value, show_default=True
)
@click.option(
    "--reach",
    type=click.Choice([reach.value for reach in Reach]),
    default=Reach.TEAM.value,
    show_default=True,
)
@click.option("--team", default="", help="The name of a team; it is made if there is none.")
@click.option("--language", type=click.Choice(LANGUAGES), default="sv", show_default=True)
def invite(email: str, name: str, role: str, reach: str, team: str, language: str) -> None:
    """Make an account, and mail its owner a link to choose a password."""
    with _plainly():
        facts = UserFacts(
            name=name, role=Role(role), reach=Reach(reach), team_id=_team_id(team), language=language
        )
        user = operations.invite_user(checked_email(email), facts, actor=Actor.system())
        db.session.commit()
        click.echo(f"An invitation is on its way to {user.email}.")


@accounts.command("list")
@click.option("--closed", is_flag=True, help="Show closed accounts too.")
def list_accounts(closed: bool) -> None:
    """List the accounts: address, name, role, reach, team and state."""
    statement = select(User).order_by(User.sort_key, User.id)
    for user in db.session.scalars(statement if closed else statement.where(User.closed_at.is_(None))):
        state = "closed" if user.closed_at else "open" if user.password_hash else "invited"
        team = user.team.name if user.team else "-"
        click.echo("\t".join([user.email, user.name, user.role, user.reach, team, state]))


@accounts.command()
@click.argument("email")
def close(email: str) -> None:
    """Close an account; it is signed out at once."""
    with _plainly():
        user = _user(email)
        operations.close_user(user, actor=Actor.system())
        db.session.commit()
        click.echo(f"The account {user.email} is closed.")


@accounts.command("set-password")
@click.argument("email")
@_password
def set_password(email: str, password: str) -> None:
    """Give an account a new password; it is signed out everywhere."""
    with _plainly():
        user = _user(email)
        address, name = user.email, user.name
        # The transaction ends here, since the hash takes its time.
        db.session.rollback()
        require_good_password(password, email=address, name=name)
        password_hash = hash_password(password)
        operations.set_password(_user(email), password_hash, actor=Actor.system())
        db.session.commit()
        click.echo(f"The password of {address} is changed.")


@accounts.command("create-administrator")
@click.argument("email")
@click.argument("name")
@_password
def create_administrator(email: str, name: str, password: str) -> None:
    """Make an administrator with a password, as the first account of a new installation."""
    with _plainly():
        require_good_password(password, email=email, name=name)
        password_hash = hash_password(password)
        facts = UserFacts(name=name, role=Role.ADMINISTRATOR, reach=Reach.ALL)
        user = operations.add_user(checked_email(email), facts, actor=Actor.system())
        operations.set_password(user, password_hash, actor=Actor.system())
        db.session.commit()
        click.echo(f"{user.email} can sign in as an administrator.")


def _user(email: str) -> User:
    user = find_user_by_email(email)
    if user is None:
        raise click.ClickException(f"There is no account for {email}.")
    return user


def _team_id(name: str) -> int | None:
    if not name:
        return None
    team = db.session.scalars(select(Team).where(Team.name == name)).one_or_none()
    return (team or operations.create_team(name, actor=Actor.system())).id
