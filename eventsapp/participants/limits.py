"""How often one may ask for a link; counted in the database, so that the limits hold over several processes."""

from eventsapp.core.clock import now
from eventsapp.core.text import email_key
from eventsapp.core.throttle import count_attempt
from eventsapp.participants.queries import was_asked_since
from eventsapp.participants.rules import (
    LETTER_AT_MOST_EVERY,
    MOST_LETTERS_AN_HOUR,
    MOST_WISHES_FROM_ONE_PLACE,
)


def may_ask_from(network_address: str) -> bool:
    """Count a wish from one network address."""
    asked = count_attempt("my page: network", network_address, minutes=15, now=now())
    return asked <= MOST_WISHES_FROM_ONE_PLACE


def may_have_letter(address: str) -> bool:
    """Count a wish for a letter to this address, so that nobody's mailbox is filled.

    Of two wishes at once the second waits at the count, and then sees the first.
    """
    key, moment = email_key(address), now()
    this_hour = count_attempt("my page: address", key, minutes=60, now=moment)
    return this_hour <= MOST_LETTERS_AN_HOUR and not was_asked_since(key, moment - LETTER_AT_MOST_EVERY)
