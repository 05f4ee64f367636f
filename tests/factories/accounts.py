"""Staff for tests."""

from itertools import count

from eventsapp.accounts.models import Team, User
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.core.text import sort_key

_numbers = count(1)


def make_team(name: str = "") -> Team:
    """A team, flushed."""
    team = Team(name=name or f"Enhet {next(_numbers)}")
    db.session.add(team)
    db.session.flush()
    return team


def make_user(*, role: Role = Role.OFFICER, **values: object) -> User:
    """A member of staff without a password, flushed; `values` are columns of the user."""
    number = next(_numbers)
    name = str(values.pop("name", f"Handläggare {number}"))
    email = str(values.pop("email", f"person{number}@lansstyrelsen.example.se"))
    user = User(
        name=name,
        sort_key=sort_key(name),
        email=email,
        email_key=email.casefold(),
        role=role,
        session_stamp=f"stamp{number}",
        password_hash=None,
        created_at=now(),
    )
    for column, value in values.items():
        setattr(user, column, value)
    db.session.add(user)
    db.session.flush()
    return user
