"""What is erased by date is gone: from every table, from the file of the database, and from the letters."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.outbox.operations import queue_letter
from eventsapp.protection.locking import lock_record
from eventsapp.questions.answers import erase_answers
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import AskedAt, QuestionKind, SeenBy
from eventsapp.questions.queries import questions_of
from eventsapp.registrations.answered import given_to
from eventsapp.registrations.answering import answer_questions
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import Registration
from eventsapp.registrations.operations import register
from eventsapp.registrations.queries import get_event_in_letters, get_registration
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT
from tests.conftest import FrozenClock
from tests.factories.asked import make_question, make_questions
from tests.factories.events import make_event, make_occasion
from tests.factories.files import make_file
from tests.factories.registrations import make_personal_link, make_registration, make_submission
from tests.leaks import (
    files_on_disk,
    leaking_bytes,
    leaking_columns,
    leaking_files,
    leaking_letter_files,
)
from tests.page_client import PageClient, Upload

START = datetime(2026, 11, 12, 8, tzinfo=UTC)
NEEDLES = ("jordnötsallergi", "syntolkning", "nervsjukdom", "mullbärsgatan")
FILE_NEEDLES = ("hörselintyg", "cochleaimplantat")
"""The name of a file, and a word in it."""
KEPT = "samåkningsplats"


def test_sensitive_answers_leave_nothing_behind(
    client: PageClient, backend: str, frozen_now: FrozenClock, run_job: Callable[[str], None]
) -> None:
    """Food and access needs, an answer that few may see, and a plain one that is kept for ten days."""
    frozen_now.set(START - timedelta(days=20))
    event = make_event(
        occasions=[make_occasion(starts_at=START, ends_at=START + timedelta(hours=6))],
        asks_food=True,
        asks_access=True,
    )
    (plain,) = make_questions(
        event.id, make_question(label="Var ska fakturan?", keep_days=10), asked_at=AskedAt.SIGN_UP
    )
    secret, kept = make_questions(
        event.id,
        make_question(
            QuestionKind.LONG_TEXT, "Hälsa", seen_by=SeenBy.SENSITIVE, reason_sv="Lokalen", keep_days=14
        ),
        make_question(label="Samåkning"),
    )
    submission = make_submission(
        food="Jordnötsallergi",
        access="Syntolkning",
        answers=((plain.id, "Mullbärsgatan 4", ()),),
    )
    registration = register(get_event_in_letters(event.id), submission, actor=Actor.system()).registration
    assert registration is not None
    person = _loaded(registration.id, event.id)
    answer_questions(
        person,
        [one for one in questions_of("event", event.id).all if one.id != plain.id],
        {secret.id: Given("Nervsjukdom"), kept.id: Given(KEPT)},
        actor=Actor.participant(person.id),
    )
    queue_letter(LettersOfEvent(person.event, frozen_now(), {}).changed(person))
    db.session.commit()
    run_job("deliver_letters")
    assert list(leaking_columns(NEEDLES)) == ["answers.value"], "the plain one alone is readable"
    frozen_now.set(START + timedelta(days=10, hours=7))
    run_job("erase_sensitive_answers")
    assert set(given_to(_loaded(person.id, event.id))) == {secret.id, kept.id}
    frozen_now.set(START + timedelta(days=14, hours=7))
    run_job("erase_sensitive_answers")
    run_job("erase_receipts")
    run_job("erase_sensitive_answers")
    assert given_to(_loaded(person.id, event.id)) == {kept.id: Given(KEPT)}
    assert leaking_columns(NEEDLES) == []
    assert leaking_letter_files(client.app, NEEDLES) == []
    if backend == "sqlite":
        assert leaking_bytes(NEEDLES) == []
        assert leaking_bytes((KEPT,)) == [KEPT], "the search finds what is there"


@pytest.mark.parametrize("seen_by", list(SeenBy))
def test_files_are_erased_by_date_with_their_names(
    client: PageClient,
    backend: str,
    frozen_now: FrozenClock,
    run_job: Callable[[str], None],
    seen_by: SeenBy,
) -> None:
    frozen_now.set(START - timedelta(days=20))
    person = _sent_a_file(client, seen_by)
    letters = LettersOfEvent(person.event, frozen_now(), {})
    queue_letter(letters.changed(person))
    db.session.commit()
    run_job("deliver_letters")
    if seen_by is SeenBy.ATTENDEE_LIST:
        assert list(leaking_columns(FILE_NEEDLES)) == ["answers.value"]
        assert leaking_files(client.app, FILE_NEEDLES) == [FILE_NEEDLES[1]], "the search finds what is there"
    else:
        assert leaking_columns(FILE_NEEDLES) == []
        assert leaking_files(client.app, FILE_NEEDLES) == [], "it is sealed"
    assert files_on_disk(client.app)
    frozen_now.set(START + timedelta(days=14, hours=7))
    run_job("erase_sensitive_answers")
    assert given_to(person) == {}
    assert files_on_disk(client.app) == []
    _require_no_trace_of_file(client, backend)


def test_a_locked_registration_has_no_file(client: PageClient, backend: str, frozen_now: FrozenClock) -> None:
    frozen_now.set(START - timedelta(days=20))
    person = _sent_a_file(client, SeenBy.ATTENDEE_LIST)
    found = _loaded(person.id, person.event_id)
    lock_record(found.event, found, seal_organisation=False, actor=Actor.user(1, "Karin Öberg"))
    db.session.commit()
    assert files_on_disk(client.app) == []
    _require_no_trace_of_file(client, backend)


def test_a_deleted_registration_has_no_file(
    client: PageClient, backend: str, frozen_now: FrozenClock
) -> None:
    """Whoever deletes one erases its answers through this door."""
    frozen_now.set(START - timedelta(days=20))
    person = _sent_a_file(client, SeenBy.ATTENDEE_LIST)
    erase_answers(QUESTIONS_SUBJECT, [person.id])
    db.session.delete(db.session.get(Registration, person.id))
    db.session.commit()
    assert files_on_disk(client.app) == []
    _require_no_trace_of_file(client, backend)


def _sent_a_file(client: PageClient, seen_by: SeenBy) -> Registration:
    event = make_event(occasions=[make_occasion(starts_at=START, ends_at=START + timedelta(hours=6))])
    (question,) = make_questions(
        event.id,
        make_question(
            QuestionKind.FILE,
            "Ditt underlag",
            file_types="pdf",
            seen_by=seen_by,
            reason_sv="Lokalen",
            keep_days=14,
        ),
    )
    person = make_registration(event)
    form = client.get_page(f"/min/anmalan/{make_personal_link(person)}/fragor")
    upload = Upload("Hörselintyg.pdf", make_file(words="Cochleaimplantat"))
    form.submit({"Ditt underlag": upload}, button="Spara svaren")
    assert set(given_to(person)) == {question.id}
    return _loaded(person.id, event.id)


def _require_no_trace_of_file(client: PageClient, backend: str) -> None:
    assert leaking_columns(FILE_NEEDLES) == []
    assert leaking_files(client.app, FILE_NEEDLES) == []
    assert leaking_letter_files(client.app, FILE_NEEDLES) == []
    if backend == "sqlite":
        assert leaking_bytes(FILE_NEEDLES) == []


def _loaded(registration_id: int, event_id: int) -> Registration:
    db.session.expire_all()
    found = get_registration(event_id, registration_id)
    found.event = get_event_in_letters(event_id)
    return found
