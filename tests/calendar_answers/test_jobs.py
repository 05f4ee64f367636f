"""The mailbox that calendars answer to is read, and a no becomes a question; on a mailbox that speaks IMAP."""

import logging
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select

from eventsapp.audit.models import AuditEntry
from eventsapp.calendar_answers import jobs
from eventsapp.calendar_answers.mailbox import (
    LARGEST_MESSAGE,
    AnswersMailbox,
    MailboxError,
    parse_answers_url,
)
from eventsapp.calendar_answers.models import AnswersRead
from eventsapp.config import SettingsError
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.outbox.links import link_names
from eventsapp.outbox.models import Letter
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.operations import cancel_registration, register, send_confirmation_again
from eventsapp.registrations.queries import find_with_event, get_event_in_letters
from tests.calendar_answers.answers import answer
from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.factories.registrations import make_submission
from tests.imap_server import ImapMailbox, running_imap

ADDRESS = "asa@umea.example.se"
Read = Callable[[], None]
pytestmark = pytest.mark.usefixtures("frozen_now")


@pytest.fixture
def box(app: Flask) -> Iterator[ImapMailbox]:
    """A mailbox that the application is set to read."""
    settings = app.config["SETTINGS"]
    with running_imap() as found:
        app.config["SETTINGS"] = replace(settings, answers_url=found.url)
        yield found
    app.config["SETTINGS"] = settings


@pytest.fixture
def read(box: ImapMailbox, run_job: Callable[[str], None]) -> Read:
    """`read()` reads what has come; the mailbox has been looked in once before."""
    run_job("read_calendar_answers")
    return lambda: run_job("read_calendar_answers")


@pytest.fixture
def invited(app: Flask) -> Registration:
    """One who has signed up for something in thirty days, and so was sent an invitation with number 0."""
    event = make_event()
    db.session.commit()
    submission = make_submission(event, email=ADDRESS)
    found = register(get_event_in_letters(event.id), submission, actor=Actor.anonymous()).registration
    db.session.commit()
    assert found is not None
    return found


def uid_of(registration: Registration) -> str:
    uid = db.session.scalar(select(Registration.invitation_uid).where(Registration.id == registration.id))
    assert uid is not None
    return uid


def letters() -> list[tuple[str, str]]:
    return [
        (row.kind, row.recipient)
        for row in db.session.execute(select(Letter.kind, Letter.recipient).order_by(Letter.id))
    ][1:]


def loaded(registration: Registration) -> Registration:
    found = find_with_event(registration.id)
    assert found is not None
    return found


ASKED = [("declined_in_calendar", ADDRESS), ("officer_declined", "jamstalldhet@example.se")]


def test_a_no_becomes_a_question_to_the_person_and_word_to_the_officer(
    box: ImapMailbox, read: Read, invited: Registration
) -> None:
    number = box.deliver(answer(uid=uid_of(invited), sequence=0))
    read()
    assert letters() == ASKED
    to_person, to_officer = db.session.scalars(select(Letter).order_by(Letter.id).offset(1)).all()
    assert "Du svarade nej i kalendern, men du är fortfarande anmäld." in to_person.body_text
    assert link_names(to_person.body_text, to_person.body_html) == {"cancel"}
    assert "Åsa Ahlström, Umeå kommun, svarade nej i sin kalender." in to_officer.body_text
    assert link_names(to_officer.body_text, to_officer.body_html) == set()
    assert loaded(invited).status is RegistrationStatus.CONFIRMED
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[-1]
    assert (entry.action, entry.subject_id, entry.changes) == (
        "registration.declined_in_calendar",
        invited.id,
        {},
    )
    assert box.seen == {number}


def test_nothing_is_done_twice(box: ImapMailbox, read: Read, invited: Registration) -> None:
    no = answer(uid=uid_of(invited), sequence=0)
    box.deliver(no)
    read()
    read()
    box.deliver(no)
    read()
    # The server has numbered its messages anew.
    box.uid_validity = 8
    read()
    box.deliver(no)
    read()
    assert letters() == ASKED


def test_a_new_invitation_may_be_answered_anew(box: ImapMailbox, read: Read, invited: Registration) -> None:
    box.deliver(answer(uid=uid_of(invited), sequence=0))
    read()
    send_confirmation_again(loaded(invited), actor=Actor.system())
    db.session.commit()
    box.deliver(answer(uid=uid_of(invited), sequence=0))
    read()
    assert letters() == [*ASKED, ("confirmed", ADDRESS)]
    box.deliver(answer(uid=uid_of(invited), sequence=1))
    read()
    assert letters() == [*ASKED, ("confirmed", ADDRESS), *ASKED]


@pytest.mark.parametrize(
    "facts",
    [
        {"address": "bo@umea.example.se"},
        {"uid": "another"},
        {"sequence": 1},
        {"sequence": 2**70},
        {"partstat": "ACCEPTED"},
        {"method": "REQUEST"},
    ],
)
def test_what_answers_no_invitation_of_ours_is_passed_by_without_a_word(
    box: ImapMailbox, read: Read, invited: Registration, facts: dict[str, object]
) -> None:
    box.deliver(answer(**{"uid": uid_of(invited), "sequence": 0} | facts))
    read()
    assert letters() == []


def test_one_who_has_cancelled_or_whose_activity_has_begun_is_not_asked(
    box: ImapMailbox, read: Read, invited: Registration, frozen_now: FrozenClock
) -> None:
    no = answer(uid=uid_of(invited), sequence=0)
    begun = db.session.scalars(select(Event.first_starts_at)).one()
    now = frozen_now.moment
    assert begun is not None
    frozen_now.set(begun)
    box.deliver(no)
    read()
    frozen_now.set(now)
    cancel_registration(loaded(invited), actor=Actor.system(), tell=False)
    db.session.commit()
    box.deliver(no)
    read()
    assert letters() == []


def test_a_bad_message_never_stops_the_others_and_none_is_named_in_the_log(
    box: ImapMailbox, read: Read, invited: Registration, caplog: pytest.LogCaptureFixture
) -> None:
    uid = uid_of(invited)
    person = box.deliver(b"Subject: Hej\r\n\r\nKan jag ta med en kollega?\r\n")
    broken = box.deliver(answer(more="DTSTART:Anna Andersson\r\n", attendee="BEGIN:VALARM"))
    huge = box.deliver(answer(uid=uid, sequence=0) + b" " * LARGEST_MESSAGE)
    box.deliver(b"")
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000)
    )
    box.deliver(nested)
    good = box.deliver(answer(uid=uid, sequence=0))
    with caplog.at_level(logging.DEBUG, "eventsapp"):
        read()
    assert letters() == ASKED
    # What people have written stays unread for people.
    assert box.seen == {good}
    assert f"message {broken} in the mailbox for answers was passed by: " in caplog.text
    for secret in ("Anna", "asa@", "Åsa", uid, "svar@", "hemligt"):
        assert secret not in caplog.text
    fetched = [command for command in box.commands if " FETCH " in command]
    assert len(fetched) == good
    assert all("BODY.PEEK" in command for command in fetched)
    assert person < huge


def test_what_came_before_the_first_time_is_left_alone(
    box: ImapMailbox, invited: Registration, run_job: Callable[[str], None]
) -> None:
    box.deliver(answer(uid=uid_of(invited), sequence=0))
    run_job("read_calendar_answers")
    assert letters() == []
    assert [(read.uid_validity, read.last_uid) for read in db.session.scalars(select(AnswersRead))] == [
        (7, 1)
    ]


def test_a_flood_is_taken_in_portions(
    box: ImapMailbox, read: Read, invited: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_AT_ONCE", 2)
    for _ in range(3):
        box.deliver(b"Subject: Hej\r\n\r\nHej\r\n")
    box.deliver(answer(uid=uid_of(invited), sequence=0))
    read()
    assert letters() == []
    read()
    assert letters() == ASKED


@pytest.mark.parametrize("command", ["LOGIN", "STATUS", "SELECT", "SEARCH", "FETCH"])
def test_a_server_that_breaks_off_is_asked_again_next_time(
    box: ImapMailbox, read: Read, invited: Registration, command: str, caplog: pytest.LogCaptureFixture
) -> None:
    box.deliver(answer(uid=uid_of(invited), sequence=0))
    box.breaks_on = command
    read()
    assert letters() == []
    assert "the mailbox for answers could not be read" in caplog.text
    box.breaks_on = ""
    read()
    assert letters() == ASKED


def test_a_wrong_password_says_so_without_names(
    app: Flask, box: ImapMailbox, run_job: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    wrong = box.url.replace("hemligt", "fel")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], answers_url=wrong)
    run_job("read_calendar_answers")
    assert "the mailbox for answers could not be read: error" in caplog.text
    assert "svar@" not in caplog.text


def test_nothing_is_read_where_no_mailbox_is_set(app: Flask, run_job: Callable[[str], None]) -> None:
    run_job("read_calendar_answers")
    assert db.session.scalars(select(AnswersRead)).all() == []


class TestAddress:
    def test_what_it_says(self) -> None:
        address = parse_answers_url("imaps://svar%40example.se:h%2Fem@mail.example.se/Kalender%20svar")
        assert (address.host, address.port, address.is_tls) == ("mail.example.se", 993, True)
        assert (address.username, address.password, address.folder) == (
            "svar@example.se",
            "h/em",
            "Kalender svar",
        )
        assert "h/em" not in repr(address)

    @pytest.mark.parametrize(
        "url",
        [
            "https://a:hemligt@mail.example.se",
            "imaps://mail.example.se",
            "imaps://a:hemligt@/INBOX",
            "imaps://a:hemligt@mail.example.se:x",
            'imaps://a:hemligt@mail.example.se/IN"BOX',
            "imaps://a:hemligt@mail.example.se/IN%0aBOX",
        ],
    )
    def test_one_that_is_wrong_is_not_repeated(self, url: str) -> None:
        with pytest.raises(SettingsError) as error:
            parse_answers_url(url)
        assert "ANSWERS_URL" in str(error.value) and "hemligt" not in str(error.value)


def certificate(folder: Path) -> ssl.SSLContext:
    """What a server that nobody vouches for shows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_server_that_cannot_prove_who_it_is_gets_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_imap(certificate(tmp_path)) as box:
        address = parse_answers_url(box.url.replace("imap://", "imaps://"))
        with pytest.raises(MailboxError, match="SSLCertVerificationError"), AnswersMailbox(address):
            pass
        assert box.commands == []
        # One that somebody vouches for is let in.
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        with AnswersMailbox(address) as mailbox:
            assert mailbox.uids_after(0) == []


def test_nobody_on_the_way_reads_the_password(box: ImapMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventsapp.calendar_answers.mailbox.LOOPBACK", frozenset())
    with pytest.raises(MailboxError), AnswersMailbox(parse_answers_url(box.url)):
        pass
    assert "LOGIN" not in box.commands
