"""The letters as people read them."""

import re

import pytest
from icalendar import Calendar

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.events.models import Event, EventFormat, EventState
from eventsapp.outbox.operations import LetterDraft
from eventsapp.registrations import queries
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import AttendanceMode, Registration
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_registration

TO_PEOPLE = (
    "confirmed",
    "already_registered",
    "changed",
    "cancelled_by_self",
    "cancelled_by_staff",
    "event_cancelled",
    "event_moved",
    "reminder",
)
WITH_LINKS = {"confirmed", "already_registered", "changed", "event_moved", "reminder"}
INVITED = (
    "Brevet är också en kalenderinbjudan, så aktiviteten kommer in i din kalender. "
    "Får du förhinder, avanmäl dig genom länken i brevet: ett nej i kalendern räcker inte."
)
JOIN_URL = "https://video.example.se/rum/42"


def letters_for(event: Event) -> LettersOfEvent:
    db.session.commit()
    return LettersOfEvent(queries.get_event_in_letters(event.id), now())


def write(kind: str, event: Event, registration: Registration) -> LetterDraft:
    draft: LetterDraft = getattr(letters_for(event), kind)(registration)
    return draft


def the_day(**facts) -> Event:
    """2 November 2026, 09.00–15.30."""
    occasion = make_occasion(now().date().replace(month=11, day=2))
    return make_event(
        occasions=[occasion], title_sv="Att upptäcka våld", title_en="Recognising violence", **facts
    )


@pytest.fixture(autouse=True)
def _october(frozen_now: FrozenClock) -> None:
    """It is 1 October 2026."""


def test_the_confirmation_stands_alone(app) -> None:
    event = the_day(slug="att-upptacka-vald", venue_access="Hörslinga")
    draft = write("confirmed", event, make_registration(event, name="Åsa Ahlström"))
    assert draft.subject_line == "Du är anmäld: Att upptäcka våld"
    assert draft.reply_to == "kurser@example.se"
    assert draft.body_text.splitlines() == [
        "Hej Åsa!",
        "",
        "Du är anmäld. Välkommen!",
        "",
        "Att upptäcka våld",
        "",
        "När: måndag 2 november 2026, kl.\u00a009.00–15.30",
        "Var: Folkets hus, Skolgatan 59, Umeå",
        "Tillgänglighet: Hörslinga",
        "",
        INVITED,
        "",
        "Prenumerera hellre, eller slipp inbjudningar:",
        "http://localhost/min/kalendrar/val",
        "",
        "Din anmälan och biljett:",
        "[[link:show]]",
        "",
        "Ändra din anmälan:",
        "[[link:change]]",
        "",
        "Avanmäl dig om du får förhinder, så får någon annan platsen:",
        "[[link:cancel]]",
        "",
        "Länkarna är dina. Dela dem inte med andra.",
        "",
        "Har du inte anmält dig? Då har någon skrivit fel adress. Avanmäl dig genom länken, eller hör av dig till oss.",
        "",
        "Frågor? jamstalldhet@example.se · 010-225 40 00",
        "Läs mer: http://localhost/aktiviteter/att-upptacka-vald",
        "",
        "--",
        "Länsstyrelsen Västerbotten",
        "kurser@example.se · 010-225 40 00",
    ]


@pytest.mark.parametrize("kind", TO_PEOPLE)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_letter_tells_title_time_and_place_in_text_and_html(app, kind: str, language: str) -> None:
    event = the_day(cancel_reason="Föreläsaren är sjuk.")
    registration = make_registration(event, language=language, food="Inga nötter", access="Teckenspråkstolk")
    draft = write(kind, event, registration)
    title, when = (
        ("Att upptäcka våld", "måndag 2 november 2026, kl.\u00a009.00–15.30")
        if language == "sv"
        else ("Recognising violence", "Monday 2 November 2026, 09:00–15:30")
    )
    assert (draft.kind, draft.subject_kind, draft.subject_id) == (kind, "registration", registration.id)
    assert (draft.recipient, draft.language, draft.event_id) == (registration.email, language, event.id)
    assert draft.subject_line.endswith(f": {title}")
    for body in (draft.body_text, draft.body_html):
        assert title in body
        assert when in body
        assert "Folkets hus, Skolgatan 59, Umeå" in body
        assert "nötter" not in body and "Teckenspråk" not in body
        assert set(re.findall(r"\[\[link:(\w+)\]\]", body)) == (
            {"show", "change", "cancel"} if kind in WITH_LINKS else set()
        )
    assert f'<html lang="{language}">' in draft.body_html
    assert "\n\n\n" not in draft.body_text


@pytest.mark.parametrize("kind", TO_PEOPLE)
def test_letters_with_a_time_to_keep_are_invitations(app, kind: str) -> None:
    event = the_day()
    draft = write(kind, event, make_registration(event))
    if kind not in WITH_LINKS:
        assert draft.attachments == ()
        assert draft.reply_to == "jamstalldhet@example.se"
        assert "kalenderinbjudan" not in draft.body_text
        return
    (attachment,) = draft.attachments
    assert (attachment.filename, attachment.content_type) == (
        f"{event.slug}.ics",
        "text/calendar; charset=utf-8; method=REQUEST",
    )
    (entry,) = Calendar.from_ical(attachment.content).walk("VEVENT")
    assert entry["UID"] == event.occasions[0].uid
    assert entry["SUMMARY"] == "Att upptäcka våld"
    assert "Du är anmäld." in entry["DESCRIPTION"]
    assert "Anmäl dig senast" not in entry["DESCRIPTION"]


def test_only_those_online_get_the_join_link_in_letter_and_file(app) -> None:
    event = the_day(format=EventFormat.HYBRID, join_url=JOIN_URL, join_note="Logga in tio minuter före.")
    online = make_registration(event, mode=AttendanceMode.ONLINE)
    onsite = make_registration(event, mode=AttendanceMode.ONSITE)
    for kind in ("confirmed", "event_moved", "changed", "reminder", "already_registered"):
        draft = write(kind, event, online)
        assert f"Anslut digitalt: {JOIN_URL}\nLogga in tio minuter före." in draft.body_text
        assert f'<a href="{JOIN_URL}"' in draft.body_html
        if kind in ("reminder", "already_registered"):
            # The calendar has the invitation already.
            assert draft.attachments == ()
            continue
        (entry,) = Calendar.from_ical(draft.attachments[0].content).walk("VEVENT")
        assert str(entry["DESCRIPTION"]).splitlines()[0] == f"Anslut digitalt: {JOIN_URL}"
        draft = write(kind, event, onsite)
        for text in (draft.body_text, draft.body_html, draft.attachments[0].content.decode()):
            assert JOIN_URL not in text.replace("\r\n ", "")
            assert "tio minuter" not in text


def test_of_a_hybrid_each_person_is_told_their_own_place(app) -> None:
    event = the_day(format=EventFormat.HYBRID)
    online = write("confirmed", event, make_registration(event, mode=AttendanceMode.ONLINE)).body_text
    assert "Var: Digitalt\nDu deltar: Digitalt" in online
    onsite = write("confirmed", event, make_registration(event, mode=AttendanceMode.ONSITE)).body_text
    assert "Var: Folkets hus, Skolgatan 59, Umeå\nDu deltar: På plats" in onsite


@pytest.mark.parametrize("kind", ["cancelled_by_self", "cancelled_by_staff", "event_cancelled"])
def test_those_who_are_not_coming_get_no_join_link(app, kind: str) -> None:
    event = the_day(format=EventFormat.ONLINE, join_url=JOIN_URL)
    registration = make_registration(event)
    if kind == "event_cancelled":
        event.state = EventState.CANCELLED
    else:
        registration.status = "cancelled"  # type: ignore[assignment]
    draft = write(kind, event, registration)
    assert JOIN_URL not in draft.body_text + draft.body_html


def test_several_occasions_are_told_one_by_one_and_cancelled_ones_left_out(app) -> None:
    first_day = now().date().replace(month=11, day=2)
    occasions = [
        make_occasion(first_day, label_sv="Första träffen"),
        make_occasion(first_day.replace(day=9), cancelled_at=now()),
        make_occasion(first_day.replace(day=16), "13.00", "16.00"),
    ]
    event = make_event(occasions=occasions)
    draft = write("reminder", event, make_registration(event))
    assert (
        "När:\n"
        "- måndag 2 november 2026, kl.\u00a009.00–15.30 (Första träffen)\n"
        "- måndag 16 november 2026, kl.\u00a013.00–16.00\n"
        "Var:"
    ) in draft.body_text
    files = [Calendar.from_ical(file.content) for file in draft.attachments]
    assert [[str(entry["UID"]) for entry in file.walk("VEVENT")] for file in files] == [
        [occasions[0].uid],
        [occasions[2].uid],
    ]
    assert all("METHOD" not in file for file in files)
    assert [file.content_type for file in draft.attachments] == ["text/calendar; charset=utf-8"] * 2
    assert "Prenumerera i stället, så gör kalendern det:\nhttp://localhost/min/kalendrar\n" in draft.body_text


def test_what_has_no_date_has_no_calendar_file(app) -> None:
    event = make_event(occasions=[])
    draft = write("confirmed", event, make_registration(event))
    assert draft.attachments == ()
    assert "Kalenderfilen" not in draft.body_text + draft.body_html
    assert "När: När som helst, i egen takt" in draft.body_text


def test_the_reason_and_the_kind_stand_in_the_letter_that_all_is_off(app) -> None:
    event = make_event(kind="webbinarium", state=EventState.CANCELLED, cancel_reason="Föreläsaren är sjuk.")
    draft = write("event_cancelled", event, make_registration(event))
    assert draft.subject_line.startswith("Inställt: ")
    assert "Webbinariet är inställt.\n\nFöreläsaren är sjuk.\n\n" in draft.body_text


def test_what_people_type_cannot_become_a_link_or_markup(app) -> None:
    event = the_day(cancel_reason="<script>alert(1)</script> [[link:show]]", venue="<b>Huset</b>")
    draft = write("event_cancelled", event, make_registration(event, name="<i>Åsa</i> Ahlström"))
    assert "<script>" not in draft.body_html
    assert "<b>" not in draft.body_html and "<i>" not in draft.body_html
    assert "[[link:" not in draft.body_text + draft.body_html


def test_the_officer_s_letter_leads_to_the_person_in_the_list(app) -> None:
    event = the_day(format=EventFormat.HYBRID)
    registration = make_registration(event, name="Åsa Ahlström", language="en", food="vegan")
    draft = letters_for(event).officer_late_change(
        registration, cancelled=False, new_needs=True, recipient="kurs@lansstyrelsen.example.se"
    )
    assert draft.subject_line == "Ändring efter sista dagen: Att upptäcka våld"
    assert (
        "Åsa Ahlström, Umeå kommun, har ändrat sin anmälan efter sista anmälningsdag.\nDeltar nu: På plats\n"
        "Uppgifterna om mat eller behov är ändrade."
    ) in draft.body_text
    link = f"http://localhost/personal/aktiviteter/{event.id}/deltagare/{registration.id}"
    assert link in draft.body_text and link in draft.body_html
    cancelled = letters_for(event).officer_late_change(
        registration, cancelled=True, new_needs=False, recipient="kurs@lansstyrelsen.example.se"
    )
    assert cancelled.subject_line == "Avanmälan efter sista dagen: Att upptäcka våld"
