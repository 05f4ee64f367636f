"""What the trail calls what happens to letters."""

from eventsapp.audit.words import name_actions
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "letter.resent": _l("skickade ett brev igen"),
        "letter.failed": _l("kunde inte skicka ett brev"),
        "letter.bounced": _l("fick tillbaka ett brev som studsade"),
    }
)
