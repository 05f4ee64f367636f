"""What the trail calls what is done to protected records."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "registration.alias_made": _l("gav en plats under täcknamn"),
        "registration.locked": _l("låste posten"),
        "registration.new_code": _l("gav en ny kod"),
        "registration.sealed_opened": _l("öppnade den låsta posten"),
    }
)
name_facts({"may_open_protected": _l("får öppna skyddade poster")})
