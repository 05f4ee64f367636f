"""The invitations as people read them."""

import re

import pytest

from eventsapp.admission.letters import InvitationLetters
from eventsapp.admission.models import Invitation
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.outbox.operations import LetterDraft
from eventsapp.registrations.queries import get_event_in_letters
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion
from tests.factories.invitations import make_invitation


@pytest.fixture(autouse=True)
def _october(frozen_now: FrozenClock) -> None:
    """It is 1 October 2026."""


def the_day(**facts) -> Event:
    return make_event(
        occasions=[make_occasion(now().date().replace(month=11, day=2))],
        slug="att-upptacka-vald",
        title_sv="Att upptäcka våld",
        title_en="Recognising violence",
        registration_closes_on=now().date().replace(month=10, day=20),
        join_url="https://video.example.se/rum/42",
        **facts,
    )


def write(name: str, invitation: Invitation, network_name: str = "") -> LetterDraft:
    db.session.commit()
    letters = InvitationLetters(get_event_in_letters(invitation.event_id), network_name)
    draft: LetterDraft = getattr(letters, name)(invitation)
    return draft


def test_the_invitation_stands_alone(app) -> None:
    draft = write("invitation", make_invitation(the_day(), email="asa@example.se"))
    assert draft.subject_line == "Inbjudan: Att upptäcka våld"
    assert (draft.recipient, draft.reply_to) == ("asa@example.se", "jamstalldhet@example.se")
    assert draft.body_text.splitlines() == [
        "Hej Åsa!",
        "",
        "Du är inbjuden. Bara de som är inbjudna kan anmäla sig.",
        "",
        "Att upptäcka våld",
        "",
        "När: måndag 2 november 2026, kl.\u00a009.00–15.30",
        "Var: Folkets hus, Skolgatan 59, Umeå",
        "",
        "Svara senast tisdag 20 oktober 2026.",
        "",
        "Anmäl dig, eller säg att du inte kan komma:",
        "[[link:answer]]",
        "",
        "Länken är din. Dela den inte med andra.",
        "",
        "Frågor? jamstalldhet@example.se · 010-225 40 00",
        "Läs mer: http://localhost/aktiviteter/att-upptacka-vald",
        "",
        "--",
        "Länsstyrelsen Västerbotten",
        "kurser@example.se · 010-225 40 00",
    ]


@pytest.mark.parametrize("name", ["invitation", "invitation_reminder"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_letter_tells_title_time_and_place_in_text_and_html(app, name: str, language: str) -> None:
    invitation = make_invitation(the_day(), language=language)
    draft = write(name, invitation)
    title, when = (
        ("Att upptäcka våld", "måndag 2 november 2026, kl.\u00a009.00–15.30")
        if language == "sv"
        else ("Recognising violence", "Monday 2 November 2026, 09:00–15:30")
    )
    assert (draft.kind, draft.subject_kind, draft.subject_id) == (name, "invitation", invitation.id)
    assert (draft.event_id, draft.language) == (invitation.event_id, language)
    assert draft.subject_line.endswith(f": {title}")
    for body in (draft.body_text, draft.body_html):
        assert title in body
        assert when in body
        assert "Folkets hus, Skolgatan 59, Umeå" in body
        assert set(re.findall(r"\[\[link:(\w+)\]\]", body)) == {"answer"}
        assert "video.example.se" not in body
    assert f'<html lang="{language}">' in draft.body_html
    assert "\n\n\n" not in draft.body_text


def test_one_without_a_name_is_greeted_without_it(app) -> None:
    draft = write("invitation_reminder", make_invitation(the_day(), name=""))
    assert draft.body_text.startswith("Hej!\n\nDu är inbjuden och har inte svarat än.")
    assert "Hej!" in draft.body_html


def test_a_network_is_named_in_the_letter_and_not_in_its_subject(app) -> None:
    draft = write("invitation", make_invitation(the_day()), "Länsnätverket mot våld")
    assert "Du är inbjuden som medlem i Länsnätverket mot våld." in draft.body_text
    assert "Länsnätverket" not in draft.subject_line


def test_nobody_forges_a_link_by_a_name(app) -> None:
    draft = write("invitation", make_invitation(the_day(), name="[[link:answer]]<b>"))
    assert "[[link:answer]]!" not in draft.body_text
    assert "<b>" not in draft.body_html
