"""Decisions about accounts and passwords, on values alone."""

from datetime import timedelta

from flask_babel import gettext

from eventsapp.accounts.models import PasswordLinkPurpose, User
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Role

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
FEWEST_CHARACTERS = 5
LINK_VALID = {
    PasswordLinkPurpose.INVITATION: timedelta(days=7),
    PasswordLinkPurpose.FORGOTTEN: timedelta(hours=2),
}


def require_good_password(password: str, *, email: str, name: str) -> None:
    """Long enough, and not what anybody would try first; raises DomainError at the field `new_password`."""
    if len(password) < SHORTEST_PASSWORD:
        raise DomainError(
            gettext("Välj ett lösenord med minst %(num)d tecken.", num=SHORTEST_PASSWORD), "new_password"
        )
    if len(password) > LONGEST_PASSWORD:
        raise DomainError(
            gettext("Välj ett lösenord med högst %(num)d tecken.", num=LONGEST_PASSWORD), "new_password"
        )
    if _letters(password) in {_letters(text) for text in (email, email.partition("@")[0], name)}:
        raise DomainError(
            gettext("Välj ett lösenord som inte är ditt namn eller din e-postadress."), "new_password"
        )
    if len(set(password.casefold())) < FEWEST_CHARACTERS:
        raise DomainError(
            gettext("Välj ett lösenord med fler olika tecken. Tre eller fyra ord fungerar bra."),
            "new_password",
        )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def require_another_administrator(user: User, administrators: list[User]) -> None:
    """Somebody must be left who can let others in; raises DomainError."""
    if all(other.id == user.id for other in administrators):
        raise DomainError(
            gettext("Det måste finnas minst en administratör. Gör någon annan till administratör först.")
        )


def loses_administration(user: User, role: Role) -> bool:
    """Whether a change to this role takes away the user's administration."""
    return user.role is Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR and user.closed_at is None
