"""How often one may try to sign in; counted in the database, so that the limits hold over several processes."""

from eventsapp.core.clock import now
from eventsapp.core.text import email_key
from eventsapp.core.throttle import attempts, count_attempt, forget_attempts

_HERE_AND_ACCOUNT = "sign-in: address and account"
_ACCOUNT = "sign-in: account"
_NETWORK = "sign-in: address"
_LINK = "password link: address"
_LETTER = "forgotten password: account"
_LETTERS = "forgotten password: address"


def may_try_to_sign_in(email: str, network_address: str) -> bool:
    """Count a try before the password is looked at, so that tries at the same moment are all counted."""
    moment, account = now(), email_key(email)
    here = count_attempt(_HERE_AND_ACCOUNT, f"{network_address} {account}", minutes=15, now=moment)
    anywhere = count_attempt(_ACCOUNT, account, minutes=60, now=moment)
    # A whole board may share one address, so only wrong passwords count against it.
    wrong_from_here = attempts(_NETWORK, network_address, minutes=15, now=moment)
    return here <= 10 and anywhere <= 30 and wrong_from_here < 100


def note_wrong_password(network_address: str) -> None:
    """Count a wrong password against the network address it came from."""
    count_attempt(_NETWORK, network_address, minutes=15, now=now())


def note_right_password(email: str, network_address: str) -> None:
    """Forget the tries of one who has now got it right."""
    account = email_key(email)
    forget_attempts(_HERE_AND_ACCOUNT, f"{network_address} {account}")
    forget_attempts(_ACCOUNT, account)


def may_use_link(network_address: str) -> bool:
    """Count a password sent with a mailed link, so that nobody tries links by the thousand."""
    return count_attempt(_LINK, network_address, minutes=15, now=now()) <= 30


def may_ask_for_letter(email: str) -> bool:
    """Count a wish for a new password, so that nobody's mailbox is filled."""
    return count_attempt(_LETTER, email_key(email), minutes=60, now=now()) <= 3


def may_ask_for_letters(network_address: str) -> bool:
    """Count wishes from one network address."""
    return count_attempt(_LETTERS, network_address, minutes=15, now=now()) <= 30
