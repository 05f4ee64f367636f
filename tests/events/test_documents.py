"""An event as calendar entries: made of public facts, one for each occasion."""

from datetime import UTC, date, datetime, timedelta

from flask import Flask
from sqlalchemy.orm import selectinload

from eventsapp.core.clock import STOCKHOLM
from eventsapp.core.db import db
from eventsapp.events.documents import calendar_entries
from eventsapp.events.models import Event, EventFormat, EventState, RegistrationMode
from eventsapp.events.queries import get_event
from eventsapp.rendering.calendar import CalendarEntry, EntryStatus, render_calendar
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_kind, make_occasion, make_organiser, make_topic

PAGE = "https://exempel.se/aktiviteter/att-upptacka-vald"
DAY = date(2026, 11, 25)
SECRET = "https://hemligt-mote.example/j/4711?pwd=abc"


def entries(event: Event, language: str = "sv") -> list[CalendarEntry]:
    """The entries of an event as it is loaded from the database."""
    db.session.flush()
    db.session.expire_all()
    loaded = get_event(event.id, selectinload(Event.topics))
    return calendar_entries(loaded, language=language, page_url=PAGE)


def test_all_facts_of_one_occasion(app: Flask, frozen_now: FrozenClock):
    occasion = make_occasion(
        DAY,
        uid="0f6b7a52-5d0f-4d2e-9a39-7a1f3b6f1c11",
        sequence=3,
        changed_at=datetime(2026, 9, 5, 6, 7, tzinfo=UTC),
        created_at=datetime(2026, 8, 1, tzinfo=UTC),
    )
    event = make_event(
        title="Att upptäcka våld",
        kind="utbildningsdag",
        occasions=[occasion],
        room="Stora salen",
        registration_closes_on=date(2026, 11, 18),
        topics=[make_topic("jamstalldhet"), make_topic("andts")],
        organiser=make_organiser(),
    )
    assert entries(event) == [
        CalendarEntry(
            uid="0f6b7a52-5d0f-4d2e-9a39-7a1f3b6f1c11",
            sequence=3,
            created_at=datetime(2026, 8, 1, tzinfo=UTC),
            last_modified_at=datetime(2026, 9, 5, 6, 7, tzinfo=UTC),
            summary="Att upptäcka våld",
            starts_at=datetime(2026, 11, 25, 9, tzinfo=STOCKHOLM).astimezone(UTC),
            ends_at=datetime(2026, 11, 25, 15, 30, tzinfo=STOCKHOLM).astimezone(UTC),
            description="Anmäl dig senast 18 november 2026 på aktivitetens sida.\n\n"
            "En dag om rutiner och frågor som öppnar samtal.",
            location="Stora salen, Folkets hus, Skolgatan 59, Umeå",
            url=PAGE,
            status=EntryStatus.CONFIRMED,
            transparent=False,
            categories=(
                "Utbildningsdag",
                "Alkohol, narkotika, dopning, tobak och spel",
                "Jämställdhet",
            ),
            organizer_name="Länsstyrelsen Västerbotten",
            organizer_email="jamstalldhet@example.se",
            language="sv",
        )
    ]


def test_several_occasions_are_numbered_and_count_as_changed_together(app: Flask, frozen_now: FrozenClock):
    changed = datetime(2026, 9, 20, 8, tzinfo=UTC)
    event = make_event(
        title="Ledarskap",
        title_en="Leadership",
        occasions=[
            make_occasion(DAY + timedelta(days=7), label_sv="Andra träffen"),
            make_occasion(DAY),
            make_occasion(DAY + timedelta(days=14), cancelled_at=changed, changed_at=changed),
        ],
    )
    made = entries(event)
    assert [entry.summary for entry in made] == [
        "Ledarskap (1 av 3)",
        "Ledarskap (2 av 3)",
        "Ledarskap (3 av 3)",
    ]
    assert [entry.status for entry in made] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert {entry.last_modified_at for entry in made} == {frozen_now()}
    assert made[1].description is not None
    assert made[1].description.startswith("Andra träffen\n")
    assert entries(event, "en")[0].summary.startswith("Leadership (1 ")


def test_states(app: Flask, frozen_now: FrozenClock):
    saved = entries(make_event(state=EventState.SAVE_THE_DATE))[0]
    assert saved.status is EntryStatus.TENTATIVE
    assert saved.description is not None
    assert saved.description.startswith("Boka datumet. Programmet kommer senare.\n")

    cancelled = entries(make_event(state=EventState.CANCELLED, cancel_reason="Föreläsaren är sjuk."))[0]
    assert cancelled.status is EntryStatus.CANCELLED
    assert cancelled.description == (
        "Föreläsaren är sjuk.\n\nEn dag om rutiner och frågor som öppnar samtal."
    )
    assert cancelled.location == "Folkets hus, Skolgatan 59, Umeå"

    completed = entries(make_event(state=EventState.COMPLETED))[0]
    assert completed.status is EntryStatus.CONFIRMED
    assert completed.description == "En dag om rutiner och frågor som öppnar samtal."


def test_a_draft_that_was_public_is_called_off_without_its_text(app: Flask, frozen_now: FrozenClock):
    entry = entries(make_event(state=EventState.DRAFT, title="Dagen"))[0]
    assert entry.status is EntryStatus.CANCELLED
    assert (entry.summary, entry.description, entry.location, entry.url) == ("Dagen", None, None, None)


def test_a_moved_event_says_when_it_was_moved(app: Flask, frozen_now: FrozenClock):
    event = make_event(moved_at=datetime(2026, 9, 12, 22, 30, tzinfo=UTC))
    (entry,) = entries(event)
    assert entry.description is not None
    assert entry.description.startswith("Tiden ändrades 13 september 2026.\n")


def test_how_one_takes_part_and_where(app: Flask, frozen_now: FrozenClock):
    online = entries(make_event(format=EventFormat.ONLINE, join_url=SECRET))[0]
    assert online.location == "Digitalt"
    assert online.description is not None
    assert online.description.startswith("Den digitala länken visas när du är anmäld.\n")
    hybrid = entries(make_event(format=EventFormat.HYBRID, join_url=SECRET))[0]
    assert hybrid.location == "Folkets hus, Skolgatan 59, Umeå"
    assert hybrid.description is not None
    assert hybrid.description.startswith(
        "Du kan delta på plats eller digitalt. Den digitala länken visas när du är anmäld.\n"
    )
    free = entries(make_event(registration_mode=RegistrationMode.NONE))[0]
    assert free.description is not None
    assert free.description.startswith("Ingen anmälan behövs.\n")
    elsewhere = entries(make_event(registration_mode=RegistrationMode.ELSEWHERE))[0]
    assert elsewhere.description is not None
    assert elsewhere.description.startswith("Anmäl dig på en annan webbplats")


def test_whole_days_and_campaigns_do_not_make_days_look_taken(app: Flask, frozen_now: FrozenClock):
    one_day = entries(make_event(occasions=[make_occasion(DAY, all_day=True)]))[0]
    assert (one_day.starts_on, one_day.ends_on, one_day.transparent) == (DAY, DAY, False)
    week = entries(
        make_event(occasions=[make_occasion(DAY, all_day=True, last_day=DAY + timedelta(days=4))])
    )[0]
    assert (week.starts_on, week.ends_on, week.transparent) == (DAY, DAY + timedelta(days=4), True)
    assert entries(make_event(kind=make_kind("kampanj")))[0].transparent
    assert not entries(
        make_event(occasions=[make_occasion(DAY, "20.00", "00.30", last_day=DAY + timedelta(days=1))])
    )[0].transparent
    assert entries(make_event(occasions=[make_occasion(DAY, last_day=DAY + timedelta(days=2))]))[
        0
    ].transparent


def test_in_english_with_and_without_a_translation(app: Flask, frozen_now: FrozenClock):
    event = make_event(title="Dagen", title_en="The day", summary_en="A day.", format=EventFormat.ONLINE)
    entry = entries(event, "en")[0]
    assert (entry.summary, entry.location, entry.language) == ("The day", "Online", "en")
    assert entry.categories == ("Training day",)
    untranslated = entries(make_event(title="Dagen"), "en")[0]
    assert (untranslated.summary, untranslated.language) == ("Dagen", "sv")


def test_open_without_a_date_has_no_entry(app: Flask, frozen_now: FrozenClock):
    assert entries(make_event(occasions=[])) == []


def test_no_join_link_in_any_form(app: Flask, frozen_now: FrozenClock):
    event = make_event(
        format=EventFormat.HYBRID, join_url=SECRET, join_note="Kod 4711", reference_number="dnr-hemligt-1"
    )
    made = entries(event)
    content = render_calendar(made, name="x").replace(b"\r\n ", b"").decode()
    for text in (repr(made), content):
        assert "hemligt" not in text
        assert "4711" not in text
