"""Drawing lots that anybody can repeat."""

import secrets
from hashlib import sha256


def new_seed() -> str:
    """A seed that nobody could have guessed."""
    return secrets.token_hex(16)


def lot_of(seed: str, number: int) -> str:
    """The lot of a number, such as that of a registration: SHA-256 of "seed:number" in hexadecimal. Lowest goes first."""
    return sha256(f"{seed}:{number}".encode()).hexdigest()
