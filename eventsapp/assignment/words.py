"""What comes of giving out items, in words."""

from flask_babel import ngettext

from eventsapp.assignment.rules import OutcomeCounts
from eventsapp.core.i18n import join_words


def counts_in_words(counts: OutcomeCounts) -> str:
    """ "38 får sitt förstahandsval, 6 får sitt andrahandsval och 2 får ingen punkt"."""
    parts = [
        (
            counts.first,
            ngettext("%(num)s får sitt förstahandsval", "%(num)s får sitt förstahandsval", counts.first),
        ),
        (
            counts.second,
            ngettext("%(num)s får sitt andrahandsval", "%(num)s får sitt andrahandsval", counts.second),
        ),
        (
            counts.third,
            ngettext("%(num)s får sitt tredjehandsval", "%(num)s får sitt tredjehandsval", counts.third),
        ),
        (counts.other, ngettext("%(num)s får en annan punkt", "%(num)s får en annan punkt", counts.other)),
        (counts.nothing, ngettext("%(num)s får ingen punkt", "%(num)s får ingen punkt", counts.nothing)),
    ]
    return join_words([words for number, words in parts if number])
