"""Asking to see one's registrations."""

from eventsapp.core.text import email_key
from eventsapp.my_page.queries import has_registrations
from eventsapp.participants.letters import entry_letter
from eventsapp.participants.limits import may_have_letter
from eventsapp.participants.operations import send_link


def ask_for_link(address: str, language: str) -> None:
    """Mail a link to an address that has registrations; nobody is told which ones have. Flushes.

    At most one letter every few minutes and a few an hour, since anybody can type an address.
    """
    # A letter is written and counted for every address, so that the time does not tell which ones are registered.
    entry_letter(0, address, language)
    allowed = may_have_letter(address)
    if has_registrations(email_key(address)) and allowed:
        send_link(address, language)
