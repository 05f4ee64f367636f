"""What the trail calls what is done with ranked items."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "items.way_changed": _l("ändrade hur platserna på parallella punkter fördelas"),
        "items.assigned": _l("fördelade platserna på parallella punkter"),
        "registration.items_assigned": _l("fördelade platser på parallella punkter till personen"),
    }
)
name_facts(
    {
        "items_way": _l("parallella punkter"),
        "assign_items_at": _l("fördelas av sig självt"),
        "items_ranked_by": _l("personer som hade rangordnat"),
        "items_given": _l("platser som gavs"),
        "items_not_given": _l("val som inte gick att uppfylla"),
    }
)
