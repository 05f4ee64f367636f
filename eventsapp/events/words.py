"""An event's facts in words, the same on pages, in lists and in letters."""

from flask_babel import gettext, ngettext

from eventsapp.core.i18n import format_span, language
from eventsapp.events.models import Admission, Event, EventFormat, RegistrationMode
from eventsapp.events.rules import current_occasions


def when_in_words(event: Event) -> str:
    """ "onsdag 25 november 2026, kl. 09.00–15.30"; several occasions are counted; "När som helst" without a date.

    The event's occasions must be loaded.
    """
    occasions = current_occasions(event) or list(event.occasions)
    if not occasions:
        return gettext("När som helst, i egen takt")
    first = occasions[0]
    if len(occasions) == 1:
        return format_span(first.starts_at, first.ends_at, all_day=first.all_day)
    return ngettext(
        "%(num)d tillfälle, med början %(when)s",
        "%(num)d tillfällen, med början %(when)s",
        len(occasions),
        when=format_span(first.starts_at, first.ends_at, all_day=first.all_day),
    )


def where_in_words(event: Event, *, short: bool = False) -> str:
    """ "Stora salen, Folkets hus, Skolgatan 59, Umeå", "Digitalt", or both; never the join link.

    `short` leaves the room and the address out. The event's municipality must be loaded.
    """
    place = place_in_words(event, short=short)
    if event.format is EventFormat.ONLINE:
        return gettext("Digitalt")
    if event.format is EventFormat.HYBRID:
        return gettext("%(place)s och digitalt", place=place) if place else gettext("På plats och digitalt")
    return place or gettext("Platsen är inte bestämd")


def place_in_words(event: Event, *, short: bool = False) -> str:
    """ "Stora salen, Folkets hus, Skolgatan 59, Umeå": where one goes to take part on site; "" when not decided."""
    town = event.municipality.name if event.municipality else ""
    parts = [event.venue, town] if short else [event.room, event.venue, event.address, town]
    return ", ".join(_without_repeats([part for part in parts if part]))


def address_in_words(event: Event) -> str:
    """ "Skolgatan 59, Umeå": the street and the town, without what house and room are called."""
    town = event.municipality.name if event.municipality else ""
    return ", ".join(_without_repeats([part for part in (event.address, town) if part]))


def _without_repeats(parts: list[str]) -> list[str]:
    """A town that already stands at the end of the address is not said twice."""
    kept: list[str] = []
    for part in parts:
        if not any(
            part.casefold() in earlier.casefold().split(", ")
            or earlier.casefold().endswith(" " + part.casefold())
            for earlier in kept
        ):
            kept.append(part)
    return kept


def admission_in_words(event: Event) -> str:
    """ "Bara inbjudna": how one gets in where it is not first come, first served; "" where it is, or one does not register."""
    if event.registration_mode is not RegistrationMode.REQUIRED:
        return ""
    return {
        Admission.APPROVAL: gettext("Anmälan godkänns av arrangören"),
        Admission.ALLOCATION: gettext("Platserna fördelas efter sista anmälningsdagen"),
        Admission.INVITATION: gettext("Bara inbjudna"),
        Admission.NETWORK: gettext("Bara medlemmar i ett nätverk"),
        Admission.CODE: gettext("Anmälan kräver en kod"),
    }.get(event.admission, "")


def cancelled_in_words(event: Event) -> str:
    """ "Konferensen är inställd", "Webbinariet är inställt": the word agrees with the kind, which must be loaded."""
    if language() == "en":
        return f"This {event.kind.name.lower()} is cancelled"
    if event.kind.is_neuter:
        return gettext("%(the_event)s är inställt", the_event=event.kind.definite_sv)
    return gettext("%(the_event)s är inställd", the_event=event.kind.definite_sv)
