"""What the trail calls what is done in the ways in."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "invitations.sent": _l("skickade inbjudningar"),
        "invitations.reminded": _l("påminde de inbjudna som inte har svarat"),
        "invitation.sent_again": _l("skickade en inbjudan igen"),
        "invitation.withdrawn": _l("tog tillbaka en inbjudan"),
        "invitation.accepted": _l("tackade ja till en inbjudan"),
        "invitation.declined": _l("tackade nej till en inbjudan"),
        "allocation.drawn": _l("drog lotter om platserna"),
        "allocation.changed_by_hand": _l("ändrade ett resultat av lottningen för hand"),
        "allocation.settled": _l("fastställde fördelningen av platserna"),
    }
)
name_facts(
    {
        "seed": _l("lottningens frö"),
        "applied": _l("antal sökande"),
        "places_given": _l("antal som får plats"),
        "put_on_list": _l("antal på reservlistan"),
        "refused": _l("antal som fick nej"),
        "draw_result": _l("resultat"),
    }
)
