"""Password hashes (argon2id). They are slow on purpose: make and check them outside any transaction that writes."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The hash that is stored."""
    return _hasher.hash(_same_bytes(password))


def password_fits(stored_hash: str | None, password: str) -> bool:
    """Whether a password is the right one.

    Without a stored hash the answer is no, after the same work, so that the time tells nobody whether there is
    such an account.
    """
    try:
        _hasher.verify(stored_hash or hash_of_nobody(), _same_bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored_hash is not None


def needs_new_hash(stored_hash: str) -> bool:
    """Whether a hash was made with parameters that are no longer ours."""
    return _hasher.check_needs_rehash(stored_hash)


@cache
def hash_of_nobody() -> str:
    """A hash that belongs to no account; the application makes it while it starts."""
    return _hasher.hash("nobody")


def _same_bytes(password: str) -> bytes:
    # An "å" is one character on some keyboards and two on others (NIST SP 800-63B section 5.1.1.2).
    return unicodedata.normalize("NFKC", password).encode()
