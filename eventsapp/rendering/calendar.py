"""Calendar feeds and files (RFC 5545, RFC 7986), and the links that put them into people's calendars.

Nothing here asks what time it is, so the same entries always give the same bytes and a feed can answer 304.
"""

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote

from icalendar import Calendar, Component, Event, vCalAddress, vDuration, vText

from eventsapp.core.clock import to_swedish
from eventsapp.rendering.plain_text import plain_line, plain_text

CALENDAR_TYPE = "text/calendar; charset=utf-8"
PRODID = "-//eventsapp//Kalender 1//SV"

# Outlook reads a single yearly rule per season, and ical.js and vobject misread the RDATE lists that icalendar would
# write; these rules hold since 1996. A test compares them with zoneinfo, in case the law on summer time changes.
VTIMEZONE = b"""BEGIN:VTIMEZONE
TZID:Europe/Stockholm
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")

_END = b"END:VCALENDAR\r\n"
_MAX_UID_OCTETS = 255
_MAX_SEQUENCE = 2**31 - 1
_MAX_LINK_TEXT = 600
_MAX_GOOGLE_ADDRESS = 256
_CANCELLED_PREFIX = {"sv": "INSTÄLLT: ", "en": "CANCELLED: "}
_CANCELLED_SENTENCE = {
    "sv": "Aktiviteten är inställd.",
    "en": "This event has been cancelled.",
}
_NOT_IN_PARAMETERS = str.maketrans({'"': "'", "\\": "/", "^": " "})
# Some readers cut a category at an escaped comma; icalendar writes a backslash before an N as a line end.
_NOT_IN_CATEGORIES = str.maketrans({",": " ", "\\": "/"})
_MAIL_ADDRESS = re.compile(r"[^\s\x00-\x20\"(),:;<>@\[\\\]]+@[^\s\x00-\x20\"(),:;<>@\[\\\]]+")
_WEB_ADDRESS = re.compile(
    r"https?://(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d+)?(?:[/?#][^\s\x00-\x20\x7f\"<>\\^`{|}]*)?", re.IGNORECASE
)


class EntryStatus(StrEnum):
    """Whether the occasion will happen (RFC 5545 section 3.8.1.11)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One occasion as a calendar shows it: either timed (`starts_at`, `ends_at`) or whole days (`starts_on`, `ends_on`).

    Times are aware; `ends_on` is the last day itself. `uid` is stored, random and never changes; `sequence` and
    `last_modified_at` rise with every visible change. Texts are plain. Raises ValueError for an entry that would make
    a whole feed unreadable.
    """

    uid: str
    sequence: int
    created_at: datetime
    last_modified_at: datetime
    summary: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    description: str | None = None
    location: str | None = None
    url: str | None = None
    status: EntryStatus = EntryStatus.CONFIRMED
    transparent: bool = False
    categories: tuple[str, ...] = ()
    organizer_name: str | None = None
    organizer_email: str | None = None
    language: str | None = None
    siblings: tuple[str, ...] = ()
    conference_url: str | None = None
    """Where one joins online (RFC 7986 section 5.11); only in what is for one who takes part."""

    def __post_init__(self) -> None:
        for uid in (self.uid, *self.siblings):
            if not uid or plain_line(uid) != uid or len(uid.encode()) > _MAX_UID_OCTETS:
                raise ValueError(f"not a usable UID: {uid!r}")
        if not 0 <= self.sequence <= _MAX_SEQUENCE:
            raise ValueError(f"{self.uid}: sequence {self.sequence} is out of range")
        if any(
            moment is not None and moment.tzinfo is None
            for moment in (
                self.created_at,
                self.last_modified_at,
                self.starts_at,
                self.ends_at,
            )
        ):
            raise ValueError(f"{self.uid}: a time without its zone")
        timed = self.starts_at is not None and self.ends_at is not None and self.starts_at < self.ends_at
        whole_days = (
            self.starts_on is not None and self.ends_on is not None and self.starts_on <= self.ends_on
        )
        has_dates = self.starts_on is not None or self.ends_on is not None
        has_times = self.starts_at is not None or self.ends_at is not None
        if not ((timed and not has_dates) or (whole_days and not has_times)):
            raise ValueError(f"{self.uid}: needs a start and a later end, either as times or as days")

    @property
    def all_day(self) -> bool:
        """Whether the entry covers whole days."""
        return self.starts_on is not None

    @property
    def cancelled(self) -> bool:
        """Whether the occasion is called off."""
        return self.status is EntryStatus.CANCELLED


class InvitationMethod(StrEnum):
    """What an invitation does in the calendar that gets it (RFC 5546 section 3.2); a change is a REQUEST with a higher number."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What turns an entry into an invitation by mail, for one person alone.

    `organizer_email` is the address that the letter comes from, and `attendee_email` exactly the one that it goes to.
    `sequence` is the number of this message, and `made_at` when it was made.
    """

    method: InvitationMethod
    sequence: int
    made_at: datetime
    organizer_name: str
    organizer_email: str
    attendee_email: str


@dataclass(frozen=True, slots=True)
class AddLinks:
    """Addresses that open a web calendar with a copy of one occasion filled in. Such copies are never updated."""

    google: str
    outlook: str
    outlook_live: str


@dataclass(frozen=True, slots=True)
class SubscribeLinks:
    """Addresses that subscribe to a feed.

    `google_may_refuse` is true when the feed's address is so long that Google drops it without a word.
    """

    webcal: str
    https: str
    google: str
    outlook: str
    outlook_live: str
    google_may_refuse: bool


def render_calendar(
    entries: Iterable[CalendarEntry],
    *,
    name: str | None,
    description: str | None = None,
    refresh_hours: int | None = 4,
    source_url: str | None = None,
    language: str = "sv",
) -> bytes:
    """A feed or a file with `entries` in the order of their start, whatever order they come in.

    `language` (sv or en) is for the words added here, on cancelled occasions. `name` says what the selection is;
    leave it and `refresh_hours` out (None) for a file with one occasion, which nobody subscribes to. `source_url`
    is for public feeds only: a personal address must not be repeated inside the feed.
    """
    ordered = sorted(entries, key=_order)
    parts = [_head(name, description, refresh_hours, source_url)]
    # A calendar without any component is not valid, so an empty feed still carries the time zone.
    if not ordered or any(_on_wall_clock(entry) for entry in ordered):
        parts.append(VTIMEZONE)
    parts.extend(_vevent(entry, language) for entry in ordered)
    parts.append(_END)
    return b"".join(parts)


def can_be_invited(address: str) -> bool:
    """Whether an address can stand in an invitation as it is; one with a quoted part cannot."""
    return _MAIL_ADDRESS.fullmatch(address) is not None


def render_invitation(entry: CalendarEntry, invitation: Invitation, *, language: str = "sv") -> bytes:
    """One occasion as a message that a calendar takes in by itself (iTIP, RFC 5546).

    Times, place and texts are those of the feeds, since one function makes both. Nobody is asked to answer: the one who
    gets it has signed up. Raises ValueError for an address that cannot stand in it.
    """
    for address in (invitation.organizer_email, invitation.attendee_email):
        if not can_be_invited(address):
            raise ValueError("an address that cannot stand in an invitation")
    parts = [_head(None, None, None, None, invitation.method)]
    if _on_wall_clock(entry):
        parts.append(VTIMEZONE)
    # Past what is kept, since each of them is for one person alone.
    parts += [_make_vevent(entry, language, invitation), _END]
    return b"".join(parts)


@lru_cache(maxsize=256)
def _head(
    name: str | None,
    description: str | None,
    refresh_hours: int | None,
    source_url: str | None,
    method: InvitationMethod | None = None,
) -> bytes:
    """What stands before the entries; the same for every file of a kind."""
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    calendar.add("CALSCALE", "GREGORIAN")
    if method is not None:
        calendar.add("METHOD", method.value)
    if title := plain_line(name):
        calendar.add("NAME", _Text(title))
        calendar.add("X-WR-CALNAME", _Text(title))
    if about := plain_text(description):
        calendar.add("DESCRIPTION", _Text(about))
        calendar.add("X-WR-CALDESC", _Text(about))
    if refresh_hours is not None:
        interval = timedelta(hours=refresh_hours)
        calendar.add("REFRESH-INTERVAL", interval, parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", vDuration(interval))
    if source := _web_address(source_url):
        calendar.add("SOURCE", source, parameters={"VALUE": "URI"})
    return _content(calendar).removesuffix(_END)


def etag_of(content: bytes) -> str:
    """A strong validator for `content`, without quotes, as `Response.set_etag` takes it."""
    return hashlib.sha256(content).hexdigest()[:32]


def add_to_calendar_links(entry: CalendarEntry, *, language: str = "sv") -> AddLinks:
    """Links that open Google's or Outlook's web calendar with `entry` filled in; for a public entry without secrets.

    Long descriptions are cut, since both services refuse long addresses; the page's own address stays.
    """
    start, end = _start_and_end(entry, on_wall_clock=False)
    summary = _summary(entry, language)
    description = _description(entry, language, max_length=_MAX_LINK_TEXT)
    location = plain_line(entry.location)
    google_form = "%Y%m%d" if entry.all_day else "%Y%m%dT%H%M%SZ"
    outlook_form = "%Y-%m-%d" if entry.all_day else "%Y-%m-%dT%H:%M:%SZ"
    google = {
        "action": "TEMPLATE",
        "text": summary,
        "dates": f"{start.strftime(google_form)}/{end.strftime(google_form)}",
        "details": description,
        "location": location,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "allday": "true" if entry.all_day else "",
        "startdt": start.strftime(outlook_form),
        "enddt": end.strftime(outlook_form),
        "subject": summary,
        # Outlook takes the body for HTML: an unescaped "<" would vanish, and so would line ends.
        "body": html.escape(description, quote=False).replace("\n", "<br>"),
        "location": location,
    }
    return AddLinks(
        google=_address("https://calendar.google.com/calendar/render", google),
        outlook=_address("https://outlook.office.com/calendar/deeplink/compose", outlook),
        outlook_live=_address("https://outlook.live.com/calendar/deeplink/compose", outlook),
    )


def subscribe_links(https_url: str, name: str) -> SubscribeLinks:
    """Links that subscribe to the feed at the absolute address `https_url`; raises ValueError for anything else."""
    url = _web_address(https_url)
    if not url:
        raise ValueError(f"not a web address: {https_url!r}")
    webcal = "webcal://" + url.split("://", 1)[1]
    outlook = {"url": url, "name": plain_line(name)}
    return SubscribeLinks(
        webcal=webcal,
        https=url,
        google=_address("https://calendar.google.com/calendar/r", {"cid": webcal}),
        outlook=_address("https://outlook.office.com/calendar/0/addfromweb", outlook),
        outlook_live=_address("https://outlook.live.com/calendar/0/addfromweb", outlook),
        google_may_refuse=max(len(url), len(webcal)) > _MAX_GOOGLE_ADDRESS,
    )


class _Text(vText):
    """TEXT escaped as RFC 5545 section 3.3.11 says: icalendar would write a backslash before an N as a line end."""

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", r"\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n")
        return escaped.encode()


def _content(component: Component) -> bytes:
    """The component's lines, folded; icalendar's own folding cuts some escapes in two and is slow."""
    return b"".join(_fold(line.encode()) + b"\r\n" for line in component.content_lines() if line)


def _fold(line: bytes) -> bytes:
    """At most 75 octets a line (RFC 5545 section 3.1), cut neither inside a character nor inside an escape."""
    pieces = []
    room = 75
    while len(line) > room:
        cut = room
        while line[cut] & 0xC0 == 0x80:
            cut -= 1
        backslashes = cut - len(line[:cut].rstrip(b"\\"))
        cut -= backslashes % 2
        pieces.append(line[:cut])
        line, room = line[cut:], 74
    pieces.append(line)
    return b"\r\n ".join(pieces)


@lru_cache(maxsize=16384)
def _vevent(entry: CalendarEntry, language: str) -> bytes:
    """One VEVENT. Kept, because writing it costs most of a feed and entries seldom change between two fetches."""
    return _make_vevent(entry, language, None)


def _make_vevent(entry: CalendarEntry, language: str, invitation: Invitation | None) -> bytes:
    event = Event()
    event.add("UID", entry.uid)
    event.add("SEQUENCE", invitation.sequence if invitation else entry.sequence)
    # With METHOD, DTSTAMP is when the message was made, and without it when the entry was last revised (RFC 5545
    # section 3.8.7.2).
    event.add("DTSTAMP", invitation.made_at if invitation else entry.last_modified_at)
    event.add("LAST-MODIFIED", entry.last_modified_at)
    event.add("CREATED", entry.created_at)
    start, end = _start_and_end(entry, on_wall_clock=_on_wall_clock(entry))
    event.add("DTSTART", start)
    event.add("DTEND", end)
    in_language = {"LANGUAGE": entry.language} if entry.language else {}
    if summary := _summary(entry, language):
        event.add("SUMMARY", _Text(summary), parameters=in_language)
    if description := _description(entry, language):
        event.add("DESCRIPTION", _Text(description), parameters=in_language)
    if location := plain_line(entry.location):
        event.add("LOCATION", _Text(location))
    if url := _web_address(entry.url):
        event.add("URL", url)
    if conference := _web_address(entry.conference_url):
        label = {"sv": "Anslut", "en": "Join"}[language]
        event.add("CONFERENCE", conference, parameters={"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": label})
    is_withdrawn = invitation is not None and invitation.method is InvitationMethod.CANCEL
    event.add("STATUS", EntryStatus.CANCELLED.value if is_withdrawn else entry.status.value)
    event.add("TRANSP", "TRANSPARENT" if entry.transparent or entry.cancelled or is_withdrawn else "OPAQUE")
    categories = [plain_line(category.translate(_NOT_IN_CATEGORIES)) for category in entry.categories]
    if categories := [category for category in dict.fromkeys(categories) if category]:
        event.add("CATEGORIES", categories)
    if invitation is not None:
        _add_people(event, invitation)
    else:
        _add_organizer(event, entry.organizer_name or "", plain_line(entry.organizer_email))
    for sibling in entry.siblings:
        event.add("RELATED-TO", sibling, parameters={"RELTYPE": "SIBLING"})
    return _content(event)


def _add_organizer(event: Event, name: str, email: str) -> None:
    if not _MAIL_ADDRESS.fullmatch(email):
        return
    organizer = vCalAddress(f"mailto:{email}")
    # Quotes, carets and backslashes in a parameter would need RFC 6868, which old readers do not know.
    if organizer_name := plain_line(name.translate(_NOT_IN_PARAMETERS)):
        organizer.params["CN"] = organizer_name
    event.add("ORGANIZER", organizer)


def _add_people(event: Event, invitation: Invitation) -> None:
    """Who invites, and the only one who is invited: nobody sees the others' addresses."""
    _add_organizer(event, invitation.organizer_name, invitation.organizer_email)
    attendee = vCalAddress(f"mailto:{invitation.attendee_email}")
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    if invitation.method is InvitationMethod.REQUEST:
        attendee.params["PARTSTAT"] = "ACCEPTED"
        attendee.params["RSVP"] = "FALSE"
    event.add("ATTENDEE", attendee)


def _order(entry: CalendarEntry) -> tuple[str, str, str]:
    start, _ = _start_and_end(entry, on_wall_clock=False)
    day = entry.starts_on or to_swedish(entry.starts_at or entry.created_at).date()
    return day.isoformat(), start.isoformat(), entry.uid


def _on_wall_clock(entry: CalendarEntry) -> bool:
    """Whether the times can be written as Swedish wall-clock time.

    In the doubled hour of autumn a wall-clock time means its first, summer-time occurrence (RFC 5545 section 3.3.5),
    but ical.js takes it for the second; so an entry that begins or ends in that hour is written in UTC.
    """
    if entry.starts_at is None or entry.ends_at is None:
        return False
    return not (_comes_twice(entry.starts_at) or _comes_twice(entry.ends_at))


def _comes_twice(moment: datetime) -> bool:
    """Whether the Swedish wall clock shows this time once more on the same day."""
    local = to_swedish(moment)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _start_and_end(entry: CalendarEntry, *, on_wall_clock: bool) -> tuple[date, date]:
    """DTSTART and DTEND: dates with the day after the last one as end, or times (Swedish or UTC)."""
    if entry.starts_at is not None and entry.ends_at is not None:
        if on_wall_clock:
            return to_swedish(entry.starts_at), to_swedish(entry.ends_at)
        return entry.starts_at.astimezone(UTC), entry.ends_at.astimezone(UTC)
    assert entry.starts_on is not None and entry.ends_on is not None
    return entry.starts_on, entry.ends_on + timedelta(days=1)


def _summary(entry: CalendarEntry, language: str) -> str:
    prefix = _CANCELLED_PREFIX[language] if entry.cancelled else ""
    return (prefix + plain_line(entry.summary)).strip()


def _description(entry: CalendarEntry, language: str, max_length: int | None = None) -> str:
    """The text, beginning with the cancellation and ending with the page's address."""
    text = plain_text(entry.description)
    url = _web_address(entry.url)
    if url and text.endswith(url):
        text = text.removesuffix(url).rstrip()
    if max_length is not None and len(text) > max_length:
        text = text[:max_length].rsplit(maxsplit=1)[0] + " …"
    first = _CANCELLED_SENTENCE[language] if entry.cancelled else ""
    return "\n\n".join(part for part in (first, text, url) if part)


def _web_address(url: str | None) -> str:
    """An http(s) address as ASCII, or "" for anything else: URI values are not escaped, so nothing odd may pass."""
    if not url or not _WEB_ADDRESS.fullmatch(url):
        return ""
    return quote(url, safe="%:/?#[]@!$&'()*+,;=~-._")


def _address(base: str, query: dict[str, str]) -> str:
    """`base` with the non-empty parts of `query`; spaces as %20, since calendars show a "+" as it stands."""
    return base + "?" + "&".join(f"{key}={quote(value, safe='')}" for key, value in query.items() if value)
