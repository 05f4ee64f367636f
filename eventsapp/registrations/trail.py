"""What the trail calls what is done to registrations."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "registration.made": _l("gjorde en anmälan"),
        "registration.changed": _l("ändrade en anmälan"),
        "registration.cancelled": _l("gjorde en avanmälan"),
        "registration.address_corrected": _l("rättade e-postadressen i en anmälan"),
        "registration.confirmation_sent_again": _l("skickade en bekräftelse igen"),
        "registrations.told": _l("skickade brev till de anmälda"),
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
        "food": _l("mat"),
        "access": _l("behov för att kunna delta"),
        "letters": _l("antal brev"),
    }
)
