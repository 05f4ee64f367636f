"""Whatever an officer types or pastes is read back letter by letter by every reader."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.text import clean, clean_line
from eventsapp.events.facts import facts_of
from eventsapp.events.life_cycle import publish
from eventsapp.events.operations import create_event, update_event
from eventsapp.events.queries import get_event_to_change
from tests.conftest import FrozenClock
from tests.factories.event_facts import event_facts
from tests.factories.events import make_kind, make_municipality, make_organiser
from tests.feeds.grammar import require_calendar
from tests.feeds.readers import Reader, read_alike
from tests.page_client import PageClient

OFFICER = Actor.user(1, "Karin Öberg")
# What is taken away on purpose (core/text.py, rendering/plain_text.py): controls, marks that turn the direction of what
# comes after, the byte order mark, halves of characters, and what is no character. Tests of their own show that.
TAKEN_AWAY = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff" + "".join(
    map(chr, range(0xFDD0, 0xFDF0))
)
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters=TAKEN_AWAY)
SIGNS = (*'\\,;:" \t\u00a0\u200d', r"\n", r"\N", r"\;", r"\,", r"\\", "^n", "%0A")
FLAG = "\U0001f3f3\ufe0f\u200d\U0001f308"
WORDS = ("END:VEVENT", "a\u030a", "o\u0308", FLAG, "🎉", "שלום", "صباح", "å" * 40, "漢" * 80)
PIECES = st.sampled_from((*SIGNS, *WORDS)) | LETTERS
LINES = st.lists(PIECES, min_size=1, max_size=40).map("".join).filter(str.strip)
TEXTS = st.lists(PIECES | st.sampled_from(["\n", "\r\n", "\n\n"]), min_size=1).map("".join).filter(str.strip)


def one_line(text: str) -> str:
    """The normalisation of what stands on one line: composed letters, and one space for any run of spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def several_lines(text: str) -> str:
    """The normalisation of longer texts: composed letters, one kind of line end, no tabs, nothing around it."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ").strip()


@pytest.fixture
def event_id(client: PageClient, frozen_now: FrozenClock) -> int:
    """A published event, which the editor changes again and again."""
    make_municipality()
    make_organiser()
    make_kind()
    event = create_event(event_facts(address="", municipality=None, venue="Huset"), actor=OFFICER)
    publish(get_event_to_change(event.id), actor=OFFICER)
    db.session.commit()
    return event.id


@settings(
    max_examples=25,
    deadline=None,
    # The same texts every time: a fault in somebody else's reader is news for whoever takes in a new version of it.
    derandomize=True,
    # To look for a shorter text that fails would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(title=LINES, summary=TEXTS, venue=LINES)
@example(title="Ett, två; tre", summary="C:\\ny\\Ny\n\\, \\;\\\\\nslut\\", venue="Sal \\n, 漢🎉")
@example(title='"Ja"', summary='""', venue='"C:\\n"')
def test_any_text_is_read_back(
    client: PageClient, readers: dict[str, Reader], event_id: int, title: str, summary: str, venue: str
) -> None:
    event = get_event_to_change(event_id)
    slug = event.slug
    # As the form hands them over.
    texts = {"title_sv": clean_line(title), "summary_sv": clean(summary), "venue": clean_line(venue)}
    update_event(event, replace(facts_of(event), **texts), actor=OFFICER)
    content = client.get(f"/aktiviteter/{slug}.ics").data
    require_calendar(content)
    (entry,) = read_alike(content, readers).values()
    assert entry.summary == one_line(title)
    assert entry.location == one_line(venue)
    before, _, after = entry.description.partition("\n\n")
    assert before == "Anmäl dig senast 18 november 2026 på aktivitetens sida."
    assert after == f"{several_lines(summary)}\n\nhttp://localhost/aktiviteter/{slug}"
