"""What the tests of protected records share."""

from collections.abc import Callable

import pytest

from eventsapp.accounts.models import Reach, User
from eventsapp.core.permissions import Role


@pytest.fixture
def officer(sign_in: Callable[..., User]) -> User:
    """One who may make, lock and open protected records."""
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL, may_open_protected=True)
