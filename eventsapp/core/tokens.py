"""Random tokens: the person holds the token, the database only its digest."""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """A URL-safe token of 192 random bits (32 characters)."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """The SHA-256 digest of a token in hexadecimal; enough for random tokens, which need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def derived_token(token: str, purpose: str) -> str:
    """A second secret made from a token, that shows nothing of the first.

    20 characters (100 bits) of Crockford's alphabet, which has no letters that are mistaken for digits.
    A ticket is derived from the personal link, so that the page behind the link can show it again although
    only digests are stored, and so that one who sees the ticket cannot open the page.
    """
    mac = hmac.new(token.encode(), purpose.encode(), hashlib.sha256).digest()
    number = int.from_bytes(mac[:13], "big") >> 4
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(alphabet[(number >> shift) & 31] for shift in range(95, -5, -5))


def keyed_digest(value: str, key: str) -> str:
    """A digest that cannot be looked up without our secret, for values that can be guessed, as network addresses."""
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()
