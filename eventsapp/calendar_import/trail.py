"""What the trail calls what is done with calendars; it never has their addresses, which may hold a secret."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "calendar.taken_in": _l("tog in aktiviteter från en kalenderfil"),
        "partner_calendar.added": _l("lade till en partnerkalender"),
        "partner_calendar.changed": _l("ändrade en partnerkalender"),
        "partner_calendar.paused": _l("pausade en partnerkalender"),
        "partner_calendar.resumed": _l("återupptog en partnerkalender"),
        "partner_calendar.removed": _l("tog bort en partnerkalender"),
    }
)
name_facts(
    {
        "calendar_new": _l("antal nya utkast"),
        "calendar_updated": _l("antal uppdaterade"),
        "calendar_cancelled": _l("antal inställda eller borttagna"),
        "partner_name": _l("partnerns namn"),
        "partner_address": _l("kalenderns adress"),
        "partner_defaults": _l("vad som gäller för nya utkast"),
    }
)
