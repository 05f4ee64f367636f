"""What the trail calls what is done in the ways in."""

from eventsapp.audit.words import name_actions
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "invitations.sent": _l("skickade inbjudningar"),
        "invitations.reminded": _l("påminde de inbjudna som inte har svarat"),
        "invitation.sent_again": _l("skickade en inbjudan igen"),
        "invitation.withdrawn": _l("tog tillbaka en inbjudan"),
        "invitation.accepted": _l("tackade ja till en inbjudan"),
        "invitation.declined": _l("tackade nej till en inbjudan"),
    }
)
