"""Decisions about mailed links and devices, on values alone."""

from datetime import datetime, timedelta
from enum import StrEnum

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.participants.models import EntryLink

LINK_LASTS = timedelta(minutes=30)
LINK_MINUTES = int(LINK_LASTS.total_seconds()) // 60
LETTER_AT_MOST_EVERY = timedelta(minutes=5)
MOST_LETTERS_AN_HOUR = 5
"""To one address, which anybody can type."""
MOST_WISHES_FROM_ONE_PLACE = 100
"""In a quarter of an hour; a whole municipality may share one network address."""
UNSENT_KEPT = timedelta(days=2)
_BROWSERS = ("Edg", "OPR", "SamsungBrowser", "Firefox", "FxiOS", "CriOS", "Chrome", "Safari")
_BROWSER_NAMES = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


class Stay(StrEnum):
    """For how long a device is let in; the person chooses."""

    NOW = "now"
    MONTH = "month"
    YEAR = "year"

    @property
    def label(self) -> str:
        return str(_STAY_LABELS[self.value])

    @property
    def lasts(self) -> timedelta:
        return {"now": timedelta(hours=8), "month": timedelta(days=30), "year": timedelta(days=365)}[
            self.value
        ]


_STAY_LABELS = {
    "now": _l("Bara nu (högst åtta timmar)"),
    "month": _l("I 30 dagar"),
    "year": _l("I tolv månader"),
}


class LinkState(StrEnum):
    """Whether a mailed link lets anybody in, and else why not."""

    GOOD = "good"
    USED = "used"
    OLD = "old"
    UNKNOWN = "unknown"


def state_of(link: EntryLink | None, now: datetime) -> LinkState:
    """What a link is worth at `now`; None is a link that we have not mailed, or have forgotten."""
    if link is None or link.expires_at is None:
        return LinkState.UNKNOWN
    if link.used_at is not None:
        return LinkState.USED
    return LinkState.GOOD if now < link.expires_at else LinkState.OLD


def browser_in_words(user_agent: str) -> str:
    """What a browser calls itself, in two words and no more: "Firefox, Android"; "" when it says nothing that we know."""
    browser = next((name for name in _BROWSERS if f"{name}/" in user_agent), "")
    system = next((words for mark, words in _SYSTEMS.items() if mark in user_agent), "")
    return ", ".join(part for part in (_BROWSER_NAMES.get(browser, browser), system) if part)
