"""What is erased by date is gone: from every table, from the file of the database, and from the letters."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import AskedAt, QuestionKind, SeenBy
from eventsapp.questions.queries import questions_of
from eventsapp.registrations.answered import given_to
from eventsapp.registrations.answering import answer_questions
from eventsapp.registrations.models import Registration
from eventsapp.registrations.operations import register
from eventsapp.registrations.queries import get_event_in_letters, get_registration
from tests.conftest import FrozenClock
from tests.factories.asked import make_question, make_questions
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_submission
from tests.leaks import leaking_bytes, leaking_columns, leaking_letter_files
from tests.page_client import PageClient

START = datetime(2026, 11, 12, 8, tzinfo=UTC)
NEEDLES = ("jordnötsallergi", "syntolkning", "nervsjukdom", "mullbärsgatan")
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


def _loaded(registration_id: int, event_id: int) -> Registration:
    db.session.expire_all()
    found = get_registration(event_id, registration_id)
    found.event = get_event_in_letters(event_id)
    return found
