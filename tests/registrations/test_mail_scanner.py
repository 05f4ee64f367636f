"""Mail gateways open every link in every letter, some of them more than once: nothing may change by that."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from eventsapp.admission.letters import InvitationLetters
from eventsapp.assignment.operations import assign_items
from eventsapp.config import PROJECT_ROOT
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import Base, db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, WaitingListRule
from eventsapp.outbox.links import fill_html, fill_text, link_names, mint_links
from eventsapp.outbox.models import Letter
from eventsapp.outbox.operations import LetterDraft, queue_letter
from eventsapp.registrations import queries
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.self_service.handover_letters import place_handed
from tests.databases import SITE_URL
from tests.factories.asked import make_question, make_questions
from tests.factories.events import make_event
from tests.factories.invitations import make_invitation
from tests.factories.ranked import make_ranking_event, make_wisher
from tests.factories.registrations import make_handover, make_registration
from tests.page_client import PageClient

CONFIRMED, WAITING, OFFERED = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
)
Write = Callable[[LettersOfEvent, Registration], LetterDraft]
LETTERS: dict[str, tuple[RegistrationStatus, Write]] = {
    "confirmed": (CONFIRMED, LettersOfEvent.confirmed),
    "changed": (CONFIRMED, LettersOfEvent.changed),
    "reminder": (CONFIRMED, LettersOfEvent.reminder),
    "already_registered": (CONFIRMED, LettersOfEvent.already_registered),
    "moved_up": (CONFIRMED, LettersOfEvent.moved_up),
    "event_moved": (CONFIRMED, LettersOfEvent.event_moved),
    "event_cancelled": (CONFIRMED, LettersOfEvent.event_cancelled),
    "cancelled_by_self": (RegistrationStatus.CANCELLED, LettersOfEvent.cancelled_by_self),
    "cancelled_by_staff": (RegistrationStatus.CANCELLED, LettersOfEvent.cancelled_by_staff),
    "applied": (RegistrationStatus.APPLIED, lambda letters, one: letters.entered(one, None)),
    "waiting": (WAITING, lambda letters, one: letters.entered(one, 3)),
    "left_list": (
        RegistrationStatus.CANCELLED,
        lambda letters, one: letters.left(one, OFFERED, by_person=False),
    ),
    "place_offered": (OFFERED, LettersOfEvent.place_offered),
    "other_date_offered": (OFFERED, LettersOfEvent.other_date_offered),
    "offer_expired": (RegistrationStatus.EXPIRED, LettersOfEvent.offer_expired),
    "offer_declined": (RegistrationStatus.DECLINED, LettersOfEvent.offer_declined),
    "refused": (RegistrationStatus.REFUSED, LettersOfEvent.refused),
    "handed_over": (RegistrationStatus.CANCELLED, LettersOfEvent.handed_over),
    "handover_declined": (CONFIRMED, LettersOfEvent.handover_declined),
    "place_handed": (CONFIRMED, lambda _letters, one: place_handed(make_handover(one))),
    "date_changed": (
        CONFIRMED,
        lambda letters, one: letters.date_changed(one, letters.event, lost=["Dina val i programmet."]),
    ),
    "still_coming": (CONFIRMED, lambda letters, one: letters.still_coming(one, now())),
    "silent": (RegistrationStatus.EXPIRED, LettersOfEvent.silent),
    "calendar_withdrawn": (CONFIRMED, lambda letters, one: withdrawn(letters, one)),
    "declined_in_calendar": (CONFIRMED, LettersOfEvent.declined_in_calendar),
    "officer_declined": (
        CONFIRMED,
        lambda letters, one: letters.officer_declined(one, recipient="karin.oberg@example.se"),
    ),
    "officer_late_change": (
        CONFIRMED,
        lambda letters, one: letters.officer_late_change(
            one, cancelled=True, new_needs=False, recipient="karin.oberg@example.se"
        ),
    ),
    "officer_list_empty": (
        CONFIRMED,
        lambda letters, _one: letters.officer_list_empty("karin.oberg@example.se"),
    ),
}
INVITATIONS = ("invitation", "invitation_reminder")
RESULTS = ("items_assigned",)


def withdrawn(letters: LettersOfEvent, registration: Registration) -> LetterDraft:
    """The letter that takes an invitation out of a calendar."""
    registration.is_invited, registration.invitation_sequence = True, 0
    registration.invitation_uid = letters.event.occasions[0].uid
    db.session.flush()
    draft = letters.calendar_withdrawn(registration)
    assert draft is not None
    return draft


def folders(room: str) -> set[str]:
    """The letters that a room has templates for."""
    place: Path = PROJECT_ROOT / "templates" / room / "letters"
    return {folder.name for folder in place.iterdir() if folder.is_dir()}


def queued(kind: str, event: Event) -> Letter:
    """One letter of a kind, in the outbox."""
    if kind in INVITATIONS:
        letters = InvitationLetters(queries.get_event_in_letters(event.id))
        queue_letter(getattr(letters, kind)(make_invitation(event)))
    elif kind in RESULTS:
        ranking, [[full, other]] = make_ranking_event([0, 1])
        make_wisher(ranking, full, other)
        db.session.commit()
        assign_items(ranking.id, actor=Actor.system())
    else:
        status, write = LETTERS[kind]
        registration = make_registration(event, status=status)
        queue_letter(write(LettersOfEvent(queries.get_event_in_letters(event.id), now()), registration))
    db.session.commit()
    return db.session.query(Letter).order_by(Letter.id.desc()).limit(1).one()


def addresses(letter: Letter) -> set[str]:
    """Every address in a letter as it leaves, in its text and in its HTML."""
    links: dict[str, str] = {}
    if link_names(letter.body_text, letter.body_html):
        links = mint_links(letter.subject_kind, letter.subject_id, letter.kind, letter.recipient)
    plain, html = fill_text(letter.body_text, links), fill_html(letter.body_html, links)
    found = set(re.findall(r"https?://[^\s<>\"]+", plain))
    return found | {unescape(href) for href in re.findall(r'href="(https?://[^"]+)"', html)}


def dump() -> dict[str, list[Any]]:
    """Everything in the database."""
    found = {}
    for name, table in Base.metadata.tables.items():
        order = ", ".join(f'"{column.name}"' for column in table.primary_key) or "1"
        rows = db.session.execute(text(f'SELECT * FROM "{name}" ORDER BY {order}'))
        found[name] = [tuple(row) for row in rows]
    db.session.rollback()
    return found


def test_every_letter_is_scanned() -> None:
    assert folders("registrations") == set(LETTERS)
    assert folders("admission") == set(INVITATIONS)
    assert folders("assignment") == set(RESULTS)
    # Its link is opened in tests/my_page/test_entering.py.
    assert folders("participants") == {"entry"}


@pytest.mark.parametrize("kind", [*LETTERS, *INVITATIONS, *RESULTS])
def test_opening_every_link_in_a_letter_changes_nothing(
    app, client: PageClient, sign_in: Callable[..., object], kind: str
) -> None:
    event = make_event(waiting_list=WaitingListRule.OFFER, capacity_total=5)
    make_questions(event.id, make_question())
    letter = queued(kind, event)
    assert "\n\n\n" not in letter.body_text
    if kind.startswith("officer"):
        sign_in(Role.ADMINISTRATOR)
    urls = {url for url in addresses(letter) if url.startswith(SITE_URL)}
    assert urls
    db.session.commit()
    before = dump()
    for url in sorted(urls) * 2:
        path = url.removeprefix(SITE_URL)
        # One's own calendars are behind the door where one asks for a link.
        status = 303 if path.startswith("/min/kalendrar") else 200
        assert client.get(path).status_code == status
        assert client.head(path).status_code == status
    assert dump() == before
