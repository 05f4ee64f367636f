"""What the trail calls what is done to networks."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "network.created": _l("lade till nätverket"),
        "network.changed": _l("ändrade nätverket"),
        "network.retired": _l("avslutade nätverket"),
        "network.restored": _l("tog tillbaka nätverket"),
        "network.member_added": _l("lade till en medlem"),
        "network.members_added": _l("lade till medlemmar"),
        "network.member_changed": _l("ändrade en medlem"),
        "network.member_removed": _l("tog bort en medlem"),
        "event.network_chosen": _l("valde nätverk"),
    }
)
name_facts(
    {
        "network": _l("nätverk"),
        "network_name": _l("namn"),
        "network_description": _l("beskrivning"),
        "network_county": _l("län"),
        "network_members": _l("antal medlemmar"),
        # A member's fields are called as those of a registration, which has words for them too.
        "name": _l("namn"),
        "email": _l("e-postadress"),
        "organisation_name": _l("arbetsplats"),
        "job_title": _l("befattning"),
    }
)
