"""The letter with the link: what it says, in both languages, and what it does not say."""

from collections.abc import Callable

from eventsapp.core.db import db
from eventsapp.outbox.models import Letter
from eventsapp.participants.letters import entry_letter
from eventsapp.participants.operations import send_link


def test_the_letter_says_what_it_is_and_names_nobody(app) -> None:
    draft = entry_letter(7, "Asa@example.se", "sv")
    assert (draft.kind, draft.subject_kind, draft.subject_id) == ("entry", "participant_link", 7)
    assert (draft.recipient, draft.event_id) == ("Asa@example.se", None)
    assert draft.subject_line == "Se dina anmälningar"
    assert draft.body_text.startswith("Hej!\n\nNågon, troligen du, har bett om att få se de anmälningar")
    assert draft.body_text.count("[[link:enter]]") == draft.body_html.count("[[link:enter]]") == 1
    assert "fungerar en gång och gäller i 30 minuter" in draft.body_text
    assert "Asa" not in draft.body_text + draft.body_html


def test_the_worker_sends_it_with_the_link(app, run_job: Callable[[str], None]) -> None:
    send_link("asa@example.se", "sv")
    run_job("deliver_letters")
    assert db.session.query(Letter).one().state == "sent"
