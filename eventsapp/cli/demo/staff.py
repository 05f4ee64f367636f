"""The demonstration's accounts, which do not exist in production."""

from dataclasses import dataclass

from eventsapp.accounts.models import Reach, Team, User
from eventsapp.accounts.operations import UserFacts, add_user, create_team, set_password
from eventsapp.accounts.passwords import hash_password
from eventsapp.core.actor import Actor
from eventsapp.core.permissions import Role

DEMO_PASSWORD = "visa-upp-systemet"  # noqa: S105 (it is printed by `make run` and opens nothing in production)
VIOLENCE_TEAM = "Jämställdhet och våldsprevention"
SAFETY_TEAM = "Beredskap, klimat och landsbygd"


@dataclass(frozen=True)
class DemoAccount:
    """A made-up member of staff."""

    email: str
    name: str
    role: Role
    team: str | None = None
    may_open_protected: bool = False

    @property
    def reach(self) -> Reach:
        return Reach.ALL if self.team is None else Reach.TEAM


DEMO_ACCOUNTS = (
    DemoAccount("admin@example.se", "Elin Norberg", Role.ADMINISTRATOR, may_open_protected=True),
    DemoAccount("karin.oberg@example.se", "Karin Öberg", Role.OFFICER, VIOLENCE_TEAM, True),
    DemoAccount("ahmed.karimi@example.se", "Ahmed Karimi", Role.OFFICER, SAFETY_TEAM),
    DemoAccount("lasare@example.se", "Lena Wikström", Role.READER, VIOLENCE_TEAM),
)


def demo_password_hash() -> str:
    """The hash of the shared password; slow on purpose, so it is made before the transaction."""
    return hash_password(DEMO_PASSWORD)


def add_staff(password_hash: str) -> dict[str, User]:
    """Add the teams and accounts with the shared password; flushes. Answers the users by address."""
    teams = {name: create_team(name, actor=Actor.system()) for name in (VIOLENCE_TEAM, SAFETY_TEAM)}
    return {account.email: _add(account, teams, password_hash) for account in DEMO_ACCOUNTS}


def _add(account: DemoAccount, teams: dict[str, Team], password_hash: str) -> User:
    facts = UserFacts(
        name=account.name,
        role=account.role,
        reach=account.reach,
        team_id=teams[account.team].id if account.team else None,
        may_open_protected=account.may_open_protected,
    )
    user = add_user(account.email, facts, actor=Actor.system())
    set_password(user, password_hash, actor=Actor.system())
    return user
