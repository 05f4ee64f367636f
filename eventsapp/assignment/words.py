"""What comes of giving out items, in words."""

from flask_babel import gettext

from eventsapp.assignment.rules import OutcomeCounts
from eventsapp.core.i18n import join_words


def counts_in_words(counts: OutcomeCounts) -> str:
    """ "38 får sitt förstahandsval, 6 får sitt andrahandsval och 2 får ingen punkt"."""
    parts = {
        gettext("%(number)s får sitt förstahandsval", number=counts.first): counts.first,
        gettext("%(number)s får sitt andrahandsval", number=counts.second): counts.second,
        gettext("%(number)s får sitt tredjehandsval", number=counts.third): counts.third,
        gettext("%(number)s får en annan punkt", number=counts.other): counts.other,
        gettext("%(number)s får ingen punkt", number=counts.nothing): counts.nothing,
    }
    return join_words([words for words, number in parts.items() if number])
