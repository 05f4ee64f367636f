"""The worker and a real mail server."""

import logging
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from eventsapp.accounts.models import PasswordLink
from eventsapp.audit.queries import history_of
from eventsapp.config import PROJECT_ROOT
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.jobs import Heartbeat
from eventsapp.core.throttle import ThrottleCount, count_attempt
from eventsapp.outbox import links
from eventsapp.outbox.delivery import (
    _note_sent,
    claim_next_letter,
    deliver_due_letters,
    take_back_dropped_letters,
)
from eventsapp.outbox.models import Letter, LetterState
from eventsapp.outbox.operations import resend_letter
from eventsapp.outbox.transport import SmtpTransport, parse_smtp_url
from tests.conftest import FrozenClock
from tests.factories.accounts import make_user
from tests.factories.outbox import make_letter
from tests.mailbox import Mailbox, html_of, text_of
from tests.outbox.conftest import StrictMailbox, smtp_to
from tests.serving import environment, free_port

Deliver = Callable[[Mailbox], bool]


def our_log(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the product logged; the mail server of the tests logs in the same process."""
    return [record.getMessage() for record in caplog.records if not record.name.startswith("mail.")]


def test_what_is_due_is_sent_in_order(
    strict_mailbox: StrictMailbox, deliver: Deliver, frozen_now: FrozenClock
):
    first = make_letter(recipient="anna@example.se", due_at=frozen_now() - timedelta(minutes=2))
    second = make_letter(recipient="bo@example.se", due_at=frozen_now() - timedelta(minutes=1))
    later = make_letter(recipient="cilla@example.se", due_at=frozen_now() + timedelta(minutes=1))

    assert deliver(strict_mailbox) is False

    assert [letter["To"] for letter in strict_mailbox.letters] == ["anna@example.se", "bo@example.se"]
    assert [letter["Message-ID"] for letter in strict_mailbox.letters] == [
        first.message_id,
        second.message_id,
    ]
    assert [letter.state for letter in (first, second, later)] == [
        LetterState.SENT,
        LetterState.SENT,
        LetterState.WAITING,
    ]
    assert (first.sent_at, first.attempts, first.last_error) == (frozen_now(), 1, "")
    assert strict_mailbox.connections == 1

    frozen_now.advance(minutes=1)
    deliver(strict_mailbox)
    assert [letter["To"] for letter in strict_mailbox.letters][2:] == ["cilla@example.se"]


def test_a_job_sends_and_leaves_signs_of_life(
    app: Flask, run_job: Callable[[str], None], frozen_now: FrozenClock
):
    letter = make_letter()

    run_job("deliver_letters")
    run_job("beat_of_worker")

    assert letter.state is LetterState.SENT
    (path,) = (Path(app.instance_path) / "letters").glob(f"*{letter.message_id[1:13]}.eml")
    path.unlink()
    beat = db.session.get(Heartbeat, "worker")
    assert beat is not None
    assert beat.beat_at == frozen_now()


def test_old_counts_are_erased_at_night(run_job: Callable[[str], None], frozen_now: FrozenClock):
    count_attempt("x", "old", minutes=15, now=frozen_now() - timedelta(days=2))
    count_attempt("x", "new", minutes=15, now=frozen_now())

    run_job("forget_old_attempts")

    assert db.session.query(ThrottleCount).count() == 1


def test_each_attempt_mints_its_own_links(
    strict_mailbox: StrictMailbox, deliver: Deliver, minter: list[str], frozen_now: FrozenClock
):
    strict_mailbox.answers_to_data["anna@example.se"] = "451 4.3.0 Try later"
    letter = make_letter(
        kind="confirmed",
        subject_kind="thing",
        subject_id=5,
        recipient="anna@example.se",
        body_text="Ändra: [[link:change]]\n",
        body_html='<a href="[[link:change]]">Ändra</a>',
    )

    deliver(strict_mailbox)
    strict_mailbox.answers_to_data.clear()
    frozen_now.advance(minutes=1)
    deliver(strict_mailbox)

    assert len(minter) == 2
    (sent,) = strict_mailbox.letters
    assert text_of(sent).strip() == f"Ändra: {minter[1]}"
    assert f'href="{minter[1].replace("&", "&amp;")}"' in html_of(sent)
    assert letter.body_text == "Ändra: [[link:change]]\n"
    assert letter.body_html == '<a href="[[link:change]]">Ändra</a>'


def test_a_letter_without_links_asks_nobody_for_them(
    strict_mailbox: StrictMailbox, deliver: Deliver, minter: list[str]
):
    make_letter(subject_kind="thing")
    deliver(strict_mailbox)

    assert minter == []
    assert len(strict_mailbox.letters) == 1


def test_a_server_that_asks_us_to_wait_is_asked_again_with_growing_pauses(
    strict_mailbox: StrictMailbox, deliver: Deliver, frozen_now: FrozenClock
):
    strict_mailbox.refuse["anna@example.se"] = "450 4.2.1 Mailbox busy"
    letter = make_letter(recipient="anna@example.se")
    pauses = []
    while True:
        deliver(strict_mailbox)
        if letter.state is not LetterState.WAITING:
            break
        assert letter.last_error == "try_later|450 4.2.1 Mailbox busy"
        pauses.append(letter.due_at - frozen_now())
        frozen_now.set(letter.due_at)

    assert pauses[:6] == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
    assert letter.attempts == 12
    assert letter.state is LetterState.FAILED
    assert letter.last_error == "try_later|450 4.2.1 Mailbox busy"
    assert [entry.action for entry in history_of("registration", letter.subject_id)] == ["letter.failed"]
    assert strict_mailbox.letters == []


def test_an_address_that_does_not_exist_fails_at_once_and_stops_nobody(
    strict_mailbox: StrictMailbox, deliver: Deliver
):
    strict_mailbox.refuse["borta@example.se"] = "550 5.1.1 No such user"
    strict_mailbox.answers_to_data["stor@example.se"] = "552 5.3.4 Message too big"
    gone = make_letter(recipient="borta@example.se", event_id=3)
    big = make_letter(recipient="stor@example.se")
    fine = make_letter(recipient="anna@example.se")

    deliver(strict_mailbox)

    assert (gone.state, gone.last_error) == (
        LetterState.FAILED,
        "recipient_refused|550 5.1.1 No such user",
    )
    assert (big.state, big.last_error) == (LetterState.FAILED, "letter_refused|552 5.3.4 Message too big")
    assert fine.state is LetterState.SENT
    assert strict_mailbox.connections == 1
    (entry,) = history_of("registration", gone.subject_id)
    assert (entry.action, entry.event_id) == ("letter.failed", 3)


def test_a_sender_that_is_refused_is_our_own_fault_and_can_be_mended(
    strict_mailbox: StrictMailbox, deliver: Deliver
):
    strict_mailbox.answer_to_sender = "550 5.7.1 Not your domain"
    letter, next_one = make_letter(), make_letter()

    deliver(strict_mailbox)

    assert (next_one.state, next_one.attempts) == (LetterState.WAITING, 0)

    assert (letter.state, letter.last_error) == (
        LetterState.WAITING,
        "sender_refused|550 5.7.1 Not your domain",
    )


def test_an_address_the_server_cannot_write_fails_for_good(strict_mailbox: StrictMailbox, deliver: Deliver):
    letter = make_letter(recipient="åsa@example.se")
    fine = make_letter(recipient="anna@exämple.se")

    deliver(strict_mailbox)

    assert letter.state is LetterState.FAILED
    assert letter.last_error.startswith("address_not_supported|")
    assert fine.state is LetterState.SENT
    assert [sent["To"] for sent in strict_mailbox.letters] == ["anna@xn--exmple-cua.se"]


def test_a_connection_that_is_lost_is_made_again(strict_mailbox: StrictMailbox, deliver: Deliver):
    strict_mailbox.hang_up_on.add("anna@example.se")
    dropped = make_letter(recipient="anna@example.se")
    fine = make_letter(recipient="bo@example.se")

    deliver(strict_mailbox)

    assert dropped.state is LetterState.WAITING
    assert dropped.last_error.startswith("server_unreachable|")
    assert fine.state is LetterState.SENT
    assert strict_mailbox.connections == 2


def test_a_server_that_is_down_costs_only_one_letter_its_attempt(app: Flask, frozen_now: FrozenClock):
    first, second = make_letter(), make_letter()
    db.session.commit()
    nobody = SmtpTransport(
        parse_smtp_url(f"smtp://127.0.0.1:{free_port()}"), "kurser@example.se", "localhost"
    )

    assert deliver_due_letters(nobody, seconds=30) is False

    db.session.expire_all()
    assert (first.state, first.attempts) == (LetterState.WAITING, 1)
    assert first.due_at == frozen_now() + timedelta(minutes=1)
    assert first.last_error.startswith("server_unreachable|")
    assert (second.state, second.attempts) == (LetterState.WAITING, 0)


def test_one_bad_letter_never_stops_the_others(
    app: Flask,
    strict_mailbox: StrictMailbox,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    frozen_now: FrozenClock,
):
    def broken(subject_id: int, kind: str) -> dict[str, str]:
        db.session.add(PasswordLink(user_id=-1, token_digest="x"))
        raise RuntimeError("anna@example.se secret-token")

    monkeypatch.setitem(links._minters, "broken", (broken, None))
    body = "[[link:change]]"
    bad = make_letter(subject_kind="broken", body_text=body)
    unknown = make_letter(subject_kind="nobody's", body_text=body)
    incomplete = make_letter(
        subject_kind="user", subject_id=make_user().id, kind="invitation", body_text=body
    )
    fine = make_letter()

    with caplog.at_level(logging.DEBUG):
        deliver(strict_mailbox)

    assert [letter.state for letter in (bad, unknown, incomplete)] == [LetterState.WAITING] * 3
    assert bad.last_error == "could_not_be_made|RuntimeError"
    assert bad.due_at == frozen_now() + timedelta(minutes=1)
    assert fine.state is LetterState.SENT
    assert db.session.query(PasswordLink).count() == 0
    assert our_log(caplog) == [
        f"letter {bad.id} could not be made: RuntimeError",
        f"letter {unknown.id} could not be made: KeyError",
        f"letter {incomplete.id} could not be made: KeyError",
    ]


def test_a_letter_whose_subject_is_gone_fails_for_good(strict_mailbox: StrictMailbox, deliver: Deliver):
    closed = make_user(closed_at=now())
    gone = make_letter(
        subject_kind="user", subject_id=closed.id, kind="forgotten", body_text="[[link:password]]"
    )

    deliver(strict_mailbox)

    assert (gone.state, gone.last_error) == (LetterState.FAILED, "nothing_to_link_to|Kontot är stängt.")
    assert strict_mailbox.letters == []


def test_tokens_and_addresses_stay_out_of_the_logs(
    strict_mailbox: StrictMailbox, deliver: Deliver, minter: list[str], caplog: pytest.LogCaptureFixture
):
    strict_mailbox.refuse["borta@example.se"] = "550 5.1.1 <borta@example.se> is unknown"
    for recipient in ("borta@example.se", "anna@example.se"):
        make_letter(subject_kind="thing", recipient=recipient, body_text="[[link:change]]")

    with caplog.at_level(logging.DEBUG):
        deliver(strict_mailbox)

    assert len(minter) == 2
    (line,) = our_log(caplog)
    assert line.endswith("did not leave: recipient_refused")
    assert "@" not in line


def test_two_workers_never_send_the_same_letter(app: Flask, strict_mailbox: StrictMailbox):
    sent_ids = {make_letter().message_id for _ in range(40)}
    db.session.commit()
    start = threading.Barrier(4)
    errors: list[BaseException] = []

    def work() -> None:
        with app.app_context():
            set_transaction_mode(TransactionMode.WRITE)
            start.wait()
            try:
                deliver_due_letters(smtp_to(strict_mailbox), seconds=30)
            except BaseException as error:
                errors.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert errors == []
    assert Counter(str(letter["Message-ID"]) for letter in strict_mailbox.letters) == Counter(sent_ids)
    assert {letter.state for letter in db.session.query(Letter)} == {LetterState.SENT}
    assert strict_mailbox.connections > 1


def test_a_claimed_letter_is_nobody_elses(app: Flask, frozen_now: FrozenClock):
    letter = make_letter()
    db.session.commit()

    claimed = claim_next_letter(frozen_now())

    assert claimed is not None
    assert (claimed.id, claimed.recipient) == (letter.id, letter.recipient)
    assert claim_next_letter(frozen_now()) is None
    assert (letter.state, letter.claimed_at) == (LetterState.SENDING, frozen_now())


@pytest.mark.slow
def test_a_worker_that_is_killed_loses_no_letter(
    app: Flask,
    databases: object,
    strict_mailbox: StrictMailbox,
    deliver: Deliver,
    frozen_now: FrozenClock,
    tmp_path: Path,
):
    frozen_now.set(datetime.now(UTC))
    user = make_user(email="karin@example.se")
    letter = make_letter(
        subject_kind="user",
        subject_id=user.id,
        kind="forgotten",
        recipient="karin@example.se",
        body_text="[[link:password]]",
        body_html="[[link:password]]",
    )
    other = make_letter(recipient="anna@example.se")
    message_id = letter.message_id
    db.session.commit()

    worker = subprocess.run(
        [sys.executable, "-m", "tests.outbox.die_while_sending"],
        cwd=PROJECT_ROOT,
        env=environment(app.config["SETTINGS"].database_url, tmp_path, 5000),
        timeout=120,
    )

    assert worker.returncode == -signal.SIGKILL
    db.session.expire_all()
    assert (letter.state, letter.attempts) == (LetterState.SENDING, 1)
    # What the letter would have opened was safe before the letter could have left.
    assert db.session.query(PasswordLink).count() == 1

    frozen_now.set(datetime.now(UTC))
    deliver(strict_mailbox)
    assert [sent["To"] for sent in strict_mailbox.letters] == ["anna@example.se"]
    assert (letter.state, other.state) == (LetterState.SENDING, LetterState.SENT)

    frozen_now.advance(minutes=11)
    deliver(strict_mailbox)
    assert [sent["Message-ID"] for sent in strict_mailbox.to("karin@example.se")] == [message_id]
    assert (letter.state, letter.attempts, letter.last_error) == (LetterState.SENT, 2, "")
    assert db.session.query(PasswordLink).count() == 2


def test_a_letter_that_kills_its_workers_is_given_up(app: Flask, frozen_now: FrozenClock):
    letter = make_letter()
    letter.state, letter.attempts, letter.claimed_at = LetterState.SENDING, 12, frozen_now()
    db.session.commit()

    take_back_dropped_letters(frozen_now.advance(minutes=11))

    assert (letter.state, letter.last_error) == (LetterState.FAILED, "interrupted|")


def test_a_slow_worker_does_not_speak_for_a_letter_that_was_taken_from_it(
    app: Flask, strict_mailbox: StrictMailbox, deliver: Deliver, frozen_now: FrozenClock
):
    letter = make_letter()
    db.session.commit()
    slow = claim_next_letter(frozen_now())
    assert slow is not None
    frozen_now.advance(minutes=11)
    deliver(strict_mailbox)
    assert letter.state is LetterState.SENT
    resend_letter(letter, actor=Actor.system())
    db.session.commit()

    _note_sent(slow, frozen_now())

    db.session.expire_all()
    assert letter.state is LetterState.WAITING


def test_a_long_queue_gives_other_jobs_a_turn(app: Flask, strict_mailbox: StrictMailbox):
    make_letter()
    db.session.commit()

    assert deliver_due_letters(smtp_to(strict_mailbox), seconds=0) is True
    assert strict_mailbox.letters == []


def test_an_error_of_the_database_does_not_quote_the_letter(app: Flask):
    letter = make_letter(recipient="anna@example.se")
    db.session.flush()
    make_letter().message_id = letter.message_id

    with pytest.raises(IntegrityError) as broken:
        db.session.flush()

    assert "UPDATE letters" in str(broken.value)
    assert "[SQL parameters hidden due to hide_parameters=True]" in str(broken.value)
    db.session.rollback()
