"""What the trail calls what is done to events."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.facts import FACT_NAMES

name_actions(
    {
        "event.created": _l("skapade aktiviteten"),
        "event.copied": _l("skapade aktiviteten som en kopia"),
        "event.changed": _l("ändrade innehållet"),
        "event.save_the_date": _l("visade aktiviteten som ”boka datumet”"),
        "event.published": _l("publicerade aktiviteten"),
        "event.unpublished": _l("gjorde aktiviteten till ett utkast igen"),
        "event.cancelled": _l("ställde in aktiviteten"),
        "event.completed": _l("markerade aktiviteten som genomförd"),
        "event.deleted": _l("tog bort utkastet"),
        "list.added": _l("lade till i listan"),
        "list.changed": _l("ändrade i listan"),
        "list.retired": _l("tog bort ur listan"),
        "list.merged": _l("slog ihop i listan"),
        "list.restored": _l("tog tillbaka i listan"),
    }
)
name_facts(FACT_NAMES)
name_facts({"shared_capacity": _l("platser som alla datum delar")})
