"""Where an event is: calendars have one line for it, we have a place, an address and a link."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eventsapp.web.fields import is_web_address

_ADDRESS = re.compile(r"https?://[^\s<>\"“”»«;]+", re.IGNORECASE)
_ONLINE = re.compile(
    r"(?:microsoft )?teams(?:-?möte| meeting|-?sammanträde)?|zoom(?:-?möte| meeting)?|skype(?:-?möte| meeting)?"
    r"|google meet|webex|online|digitalt(?: möte)?|webbinarium|webinar",
    re.IGNORECASE,
)
_WITH_ADDRESS = re.compile(r"([^,;()\n]+)\(([^()]+)\)")
_LONGEST = 200


@dataclass(frozen=True)
class Place:
    venue: str = ""
    address: str = ""
    join_url: str = ""


def place_of(location: str, addresses: Sequence[str]) -> Place:
    """What a LOCATION says; `addresses` are those that other lines give for joining online.

    "Rådhuset, Storgatan 1, Umeå" is a place with its address; "Teams-möte" is no place.
    """
    found = [address.rstrip(".,)") for address in _ADDRESS.findall(location)]
    join_url = next((one for one in (*addresses, *found) if is_web_address(one)), "")
    rest = _ADDRESS.sub(" ", location).strip()
    if (named := _WITH_ADDRESS.fullmatch(rest)) is not None:
        return Place(named[1].strip()[:_LONGEST], named[2].strip()[:_LONGEST], join_url)
    parts = [part.strip(" -–") for part in re.split(r"[,;\n]", rest)]
    parts = [part for part in parts if part and not _ONLINE.fullmatch(part)]
    venue, address = (parts[0], ", ".join(parts[1:])) if parts else ("", "")
    return Place(venue[:_LONGEST], address[:_LONGEST], join_url)
