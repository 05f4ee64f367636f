"""What staff are told after something was done with people on the waiting list, also when a colleague was there first."""

from collections.abc import Sequence

from flask_babel import gettext, ngettext

from eventsapp.core.i18n import join_words
from eventsapp.registrations.models import ACTIVE, Registration, RegistrationStatus

MOST_NAMED = 3


def given_in_words(people: Sequence[Registration], placed: Sequence[Registration]) -> str:
    """Who got a place, who had one already, and who stays since it was full."""
    rest = [one for one in people if one not in placed]
    had = [one for one in rest if one.status is RegistrationStatus.CONFIRMED]
    full = [one for one in rest if one.status in ACTIVE and one not in had]
    gone = [one for one in rest if one.status not in ACTIVE]
    lines = [
        ngettext("%(num)s person har fått plats.", "%(num)s personer har fått plats.", len(placed))
        if placed
        else gettext("Ingen fick plats nu.")
    ]
    if had:
        lines.append(gettext("%(names)s hade redan fått en plats.", names=named(had)))
    if full:
        lines.append(gettext("%(names)s fick inte plats, för det är fullt.", names=named(full)))
    if gone:
        lines.append(
            gettext(
                "%(names)s fick inte plats: det är fullt, eller så är adressen anmäld på nytt.",
                names=named(gone),
            )
        )
    return " ".join(lines)


def offered_in_words(people: Sequence[Registration], offered: Sequence[Registration]) -> str:
    """Who was offered a place, and who was not."""
    rest = [one for one in people if one not in offered]
    full = [one for one in rest if one.status is RegistrationStatus.WAITING]
    gone = [one for one in rest if one not in full]
    lines = [
        ngettext(
            "%(num)s person har fått ett erbjudande.",
            "%(num)s personer har fått ett erbjudande.",
            len(offered),
        )
        if offered
        else gettext("Ingen fick ett erbjudande nu.")
    ]
    if full:
        lines.append(gettext("För %(names)s finns ingen ledig plats.", names=named(full)))
    if gone:
        lines.append(gettext("%(names)s väntar inte längre.", names=named(gone)))
    return " ".join(lines)


def refused_in_words(people: Sequence[Registration], refused: Sequence[Registration]) -> str:
    """Who was refused, and who was not there to refuse any longer."""
    rest = [one for one in people if one not in refused]
    had = [one for one in rest if one.status is RegistrationStatus.CONFIRMED]
    gone = [one for one in rest if one not in had]
    lines = [
        ngettext("%(num)s person har fått nej.", "%(num)s personer har fått nej.", len(refused))
        if refused
        else gettext("Ingen fick nej nu.")
    ]
    if had:
        lines.append(
            gettext("%(names)s har redan fått en plats. Avanmäl på personens egen sida.", names=named(had))
        )
    if gone:
        lines.append(gettext("%(names)s väntar inte längre.", names=named(gone)))
    return " ".join(lines)


def named(people: Sequence[Registration]) -> str:
    """ "Åsa Ahlström, Bo Berg och 3 till": the first few by name."""
    names = [one.name for one in people[:MOST_NAMED]]
    if len(people) > MOST_NAMED:
        names.append(gettext("%(number)s till", number=len(people) - MOST_NAMED))
    return join_words(names)
