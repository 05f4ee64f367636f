"""What the trail calls what is done to publications."""

from eventsapp.audit.words import name_actions
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {"publication.added": _l("lade till publikationen"), "publication.changed": _l("ändrade publikationen")}
)
