"""What the trail calls what is done to programmes."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "programme.item_added": _l("lade till en programpunkt"),
        "programme.item_changed": _l("ändrade en programpunkt"),
        "programme.item_removed": _l("tog bort en programpunkt"),
        "programme.moved": _l("flyttade programmet"),
    }
)
name_facts(
    {
        "item_title": _l("programpunkt"),
        "item_title_en": _l("programpunkt på engelska"),
        "item_time": _l("tid"),
        "item_text": _l("beskrivning"),
        "item_text_en": _l("beskrivning på engelska"),
        "item_is_choice": _l("deltagaren väljer"),
        "item_capacity": _l("platser på programpunkten"),
        "programme_days": _l("programmets dagar"),
    }
)
