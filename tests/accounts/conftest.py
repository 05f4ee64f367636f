"""Staff with passwords, whose hashes cost little in tests."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from argon2 import PasswordHasher
from flask import Flask

from eventsapp.accounts import passwords
from eventsapp.accounts.models import User
from eventsapp.accounts.passwords import hash_password
from eventsapp.core.permissions import Role
from tests.factories.accounts import make_user

PASSWORD = "blå häst åker tåg"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The product's own parameters are slow on purpose."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords.hash_of_nobody.cache_clear()
    yield
    passwords.hash_of_nobody.cache_clear()


@cache
def stored_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def karin(app: Flask) -> User:
    """An officer who can sign in with PASSWORD."""
    return with_password(email="Karin@lst.example.se", name="Karin Berg")


def with_password(**values: object) -> User:
    role = values.pop("role", Role.OFFICER)
    assert isinstance(role, Role)
    return make_user(role=role, password_hash=stored_hash(), **values)


@pytest.fixture
def letter_link(run_job: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """`letter_link()` lets the worker send, and gives the path of the link in the newest letter."""
    from eventsapp.outbox import transport  # noqa: PLC0415 - replaced below

    sent: list[str] = []

    class Reading(transport.FileTransport):
        def send(self, message: transport.EmailMessage, recipient: str) -> None:
            body = message.get_body(("plain",))
            assert body is not None
            sent.append(str(body.get_content()))

    monkeypatch.setattr(transport, "FileTransport", Reading)

    def letter_link() -> str:
        run_job("deliver_letters")
        (line,) = [line for line in sent[-1].splitlines() if line.startswith("http")]
        return line.removeprefix("http://localhost")

    return letter_link
