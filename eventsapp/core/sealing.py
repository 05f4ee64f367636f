"""Encryption at rest of the few texts that must not be readable in a stolen database."""

from cryptography.fernet import Fernet, MultiFernet
from flask import current_app


def _box() -> MultiFernet:
    box: MultiFernet = current_app.extensions["sealing"]
    return box


def make_box(keys: tuple[str, ...]) -> MultiFernet:
    """The first key seals; all of them open, so that keys can be rotated."""
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Encrypt a text with the newest of SEALING_KEYS."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt what `seal` made; raises cryptography.fernet.InvalidToken when no key fits."""
    return _box().decrypt(sealed.encode()).decode()


def seal_bytes(content: bytes) -> bytes:
    """As `seal`, for what is no text."""
    return _box().encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """As `unseal`, for what is no text."""
    return _box().decrypt(sealed)
