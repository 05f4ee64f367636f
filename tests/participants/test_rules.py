"""What a link is worth, how long a device stays, and what a browser is called."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.participants.models import EntryLink
from eventsapp.participants.rules import LINK_LASTS, LinkState, Stay, browser_in_words, state_of

NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)
ANDROID = "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36 Edg/129.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 Version/17.6 Mobile/15E148 Safari/604.1"


def link(expires_at: datetime | None = NOW + LINK_LASTS, used_at: datetime | None = None) -> EntryLink:
    return EntryLink(
        email_key="a@example.se", language="sv", asked_at=NOW, expires_at=expires_at, used_at=used_at
    )


def test_a_link_is_good_for_half_an_hour() -> None:
    assert timedelta(minutes=30) == LINK_LASTS
    assert state_of(link(), NOW) is LinkState.GOOD
    assert state_of(link(), NOW + LINK_LASTS - timedelta(seconds=1)) is LinkState.GOOD
    assert state_of(link(), NOW + LINK_LASTS) is LinkState.OLD


def test_a_used_link_says_so_also_when_it_is_old() -> None:
    assert state_of(link(used_at=NOW), NOW) is LinkState.USED
    assert state_of(link(used_at=NOW), NOW + LINK_LASTS) is LinkState.USED


def test_what_was_never_mailed_is_unknown() -> None:
    assert state_of(None, NOW) is LinkState.UNKNOWN
    assert state_of(link(expires_at=None), NOW) is LinkState.UNKNOWN


def test_how_long_a_device_stays() -> None:
    assert {stay: stay.lasts for stay in Stay} == {
        Stay.NOW: timedelta(hours=8),
        Stay.MONTH: timedelta(days=30),
        Stay.YEAR: timedelta(days=365),
    }


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (ANDROID, "Firefox, Android"),
        (EDGE, "Edge, Windows"),
        (IPHONE, "Safari, iPhone"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_two_words(user_agent: str, words: str) -> None:
    assert browser_in_words(user_agent) == words
