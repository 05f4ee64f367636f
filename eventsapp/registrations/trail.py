"""What the trail calls what is done to registrations."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "registration.made": _l("gjorde en anmälan"),
        "registration.applied": _l("gjorde en anmälan som väntar på besked"),
        "registration.waiting": _l("ställde en person på reservlistan"),
        "registration.offered": _l("erbjöd en plats från reservlistan"),
        "registration.moved_up": _l("gav en plats från reservlistan"),
        "registration.offer_accepted": _l("tackade ja till en plats"),
        "registration.offer_declined": _l("tackade nej till en plats"),
        "registration.offer_expired": _l("lät ett erbjudande gå ut"),
        "registration.offer_withdrawn": _l("drog tillbaka ett erbjudande"),
        "registration.took_other_date": _l("lämnade reservlistan för ett annat datum"),
        "registration.given_place": _l("gav en plats"),
        "registration.taken_before_others": _l("tog en person före andra på reservlistan"),
        "registration.moved_in_line": _l("flyttade en person på reservlistan"),
        "registration.overbooked": _l("gav en plats utöver antalet platser"),
        "registration.refused": _l("nekade en plats"),
        "event.quotas_changed": _l("ändrade kvoterna"),
        "registration.changed": _l("ändrade en anmälan"),
        "registration.answered": _l("svarade på frågor"),
        "registration.cancelled": _l("gjorde en avanmälan"),
        "registration.handover_offered": _l("erbjöd en kollega sin plats"),
        "registration.handover_withdrawn": _l("tog tillbaka erbjudandet till en kollega"),
        "registration.handover_declined": _l("fick nej av kollegan som erbjöds platsen"),
        "registration.handed_over": _l("lämnade över sin plats till en kollega"),
        "registration.taken_over": _l("tog över en plats av en kollega"),
        "registration.moved_date": _l("bytte till ett annat datum"),
        "registration.came_from_date": _l("kom från ett annat datum"),
        "registration.asked_again": _l("frågade om personen kommer"),
        "registration.still_comes": _l("svarade att personen kommer"),
        "registration.declined_in_calendar": _l(
            "frågade om personen avanmäler sig, efter ett nej i kalendern"
        ),
        "registration.silent": _l("gav platsen vidare, eftersom personen inte svarade"),
        "registration.address_corrected": _l("rättade e-postadressen i en anmälan"),
        "registration.confirmation_sent_again": _l("skickade en bekräftelse igen"),
        "registrations.told": _l("skickade brev till de anmälda"),
        "registration.file_fetched": _l("hämtade en fil"),
        "attendees.files_fetched": _l("hämtade alla filer till en fråga"),
        "attendees.exported_csv": _l("exporterade deltagarlistan som CSV"),
        "attendees.exported_xlsx": _l("exporterade deltagarlistan till Excel"),
    }
)
name_facts(
    {
        "name": _l("namn"),
        "email": _l("e-postadress"),
        "phone": _l("telefon"),
        "organisation_name": _l("arbetsplats"),
        "job_title": _l("befattning"),
        "profession": _l("yrkesgrupp"),
        "mode": _l("hur man deltar"),
        "head_count": _l("antal personer vid skärmen"),
        "companions": _l("namnen på de andra vid skärmen"),
        "food": _l("mat"),
        "access": _l("behov för att kunna delta"),
        "items": _l("val i programmet"),
        "wishes": _l("rangordning av punkter"),
        "waiting_reason": _l("orsak"),
        "waiting_number": _l("nummer på reservlistan"),
        "quotas": _l("kvoter"),
        "letters": _l("antal brev"),
    }
)
