"""Which time zone a TZID means: those of the world, Windows' own names, and those that a file defines itself."""

import re
from collections.abc import Sequence
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_LONGEST = 20_000
_OFFSET = re.compile(r"\(?(?:utc|gmt) ?([+-])([01]?[0-9])(?::?([0-5][0-9]))?\)?")
_UTC = frozenset({"utc", "gmt", "z", "etc/utc", "coordinated universal time"})
_LONG_NAMES = {
    "amsterdam, berlin, bern, rome, stockholm, vienna": "Europe/Stockholm",
    "belgrade, bratislava, budapest, ljubljana, prague": "Europe/Budapest",
    "brussels, copenhagen, madrid, paris": "Europe/Paris",
    "sarajevo, skopje, warsaw, zagreb": "Europe/Warsaw",
    "dublin, edinburgh, lisbon, london": "Europe/London",
    "athens, bucharest": "Europe/Bucharest",
    "helsinki, kyiv, riga, sofia, tallinn, vilnius": "Europe/Helsinki",
    "eastern time (us & canada)": "America/New_York",
    "central time (us & canada)": "America/Chicago",
    "mountain time (us & canada)": "America/Denver",
    "pacific time (us & canada)": "America/Los_Angeles",
    "canberra, melbourne, sydney": "Australia/Sydney",
}
"""What Windows shows people; Exchange on the web writes it where a name should be."""


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def known_zone(name: str) -> tzinfo | None:
    """The zone of a name that does not depend on the file, or None.

    Several programs write a path before the name, as "/freeassociation.sourceforge.net/Europe/Berlin".
    """
    plain = name.strip().strip('"').casefold()
    if plain in _UTC:
        return ZoneInfo("UTC")
    parts = plain.strip("/").split("/")
    for number in range(len(parts)):
        if (found := _names().get("/".join(parts[number:]))) is not None:
            return ZoneInfo(found)
    if (offset := _OFFSET.fullmatch(plain)) is not None:
        away = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-away if offset[1] == "-" else away)
    windows = {key.casefold(): value for key, value in WINDOWS_TO_OLSON.items()}.get(plain)
    long_name = _LONG_NAMES.get(re.sub(r"^\((?:utc|gmt)[^)]*\)\s*", "", plain))
    olson = windows or long_name
    return ZoneInfo(olson) if olson else None


class Zones:
    """The zones of one file."""

    def __init__(self, definitions: Sequence[str]) -> None:
        self._definitions: dict[str, str] = {}
        for text in definitions:
            for name in re.findall(r"^TZID(?:;[^:]*)?:(.+)$", text, re.MULTILINE | re.IGNORECASE):
                self._definitions.setdefault(name.strip(), text)
        self._found: dict[str, tzinfo | None] = {}

    def zone(self, name: str) -> tzinfo | None:
        """The zone that `name` means in this file, or None.

        What is known of the world comes before the file's own definition, which is often cut to a few years.
        """
        if name not in self._found:
            self._found[name] = known_zone(name) or self._defined(name)
        return self._found[name]

    def _defined(self, name: str) -> tzinfo | None:
        text = self._definitions.get(name.strip())
        if text is None:
            return None
        place = re.search(r"^X-LIC-LOCATION(?:;[^:]*)?:(.+)$", text, re.MULTILINE | re.IGNORECASE)
        if place and (found := known_zone(place[1])) is not None:
            return found
        if len(text) > _LONGEST or any(
            rule.upper() != "YEARLY" for rule in re.findall(r"FREQ=(\w+)", text, re.I)
        ):
            # To count the seconds since 1601 takes longer than anybody waits.
            return None
        try:
            component = Timezone.from_ical(text)
            return component.to_tz(lookup_tzid=False) if isinstance(component, Timezone) else None
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
            # Whatever a strange definition makes the library stumble over, the zone is unknown.
            return None
