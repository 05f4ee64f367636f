"""Mail that says a letter could not be delivered."""

import io
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask import Flask

from eventsapp.core.db import db
from eventsapp.outbox.bounces import parse_bounce
from eventsapp.outbox.models import LetterState
from tests.factories.outbox import make_letter

# As Postfix writes them, shortened.
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mail.kommun.example (Mail Delivery System)
To: kurser@example.se
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B/mail"

--B/mail
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered. <999@x>

--B/mail
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.kommun.example
Arrival-Date: Thu,  1 Oct 2026 10:00:00 +0200 (CEST)

Final-Recipient: rfc822; borta@kommun.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--B/mail
Content-Type: {original_type}

From: kurser@example.se
Message-ID: {message_id}
Subject: Du =?utf-8?q?=C3=A4r?= anm
To: borta@kommun.example

--B/mail--
"""


def report(message_id: str, **others: str) -> bytes:
    values = {
        "action": "failed",
        "status": "5.1.1",
        "diagnostic": "550 5.1.1 <borta@kommun.example>: Recipient address rejected",
        "original_type": "text/rfc822-headers",
    }
    return REPORT.format(message_id=message_id, **(values | others)).replace("\n", "\r\n").encode()


@pytest.mark.parametrize("original_type", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_names_the_letter_and_the_reason(original_type: str):
    bounce = parse_bounce(report("<a1@example.se>", original_type=original_type))

    assert bounce is not None
    assert bounce.message_ids == ("<a1@example.se>",)
    assert bounce.status == "5.1.1"
    assert bounce.detail == "550 5.1.1 <borta@kommun.example>: Recipient address rejected"
    assert bounce.is_permanent


def test_a_report_without_words_gives_its_status():
    raw = report("<a1@example.se>").replace(b"Diagnostic-Code", b"X-Other")
    bounce = parse_bounce(raw)

    assert bounce is not None
    assert bounce.detail == "5.1.1"


def test_a_report_without_the_letter_is_found_by_what_it_answers():
    raw = report("<a1@example.se>").replace(b"Message-ID: <a1@example.se>\r\n", b"")
    raw = raw.replace(b"MIME-Version", b"In-Reply-To: <a1@example.se>\r\nMIME-Version")
    bounce = parse_bounce(raw)

    assert bounce is not None
    assert bounce.message_ids == ("<a1@example.se>",)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"From: anna@example.se\r\nSubject: Hej\r\n\r\nJag kan inte komma.\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n",
        report("<a1@example.se>").replace(b"Status: 5.1.1", b"Status: bad"),
        report("<a1@example.se>")[:700],
    ],
)
def test_other_mail_is_no_report(raw: bytes):
    assert parse_bounce(raw) is None


@pytest.fixture
def take_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], str]:
    """`take_in(mail)` pipes a mail into the command, and gives what it prints."""

    def take_in(raw: bytes) -> str:
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["letters", "bounced"], input=io.BytesIO(raw))
        assert result.exit_code == 0, result.output
        db.session.expire_all()
        return result.output

    return take_in


def test_a_letter_that_comes_back_is_marked(take_in: Callable[[bytes], str]):
    letter = make_letter()
    letter.state = LetterState.SENT
    other = make_letter()
    other.state = LetterState.SENT
    db.session.flush()
    number, raw = letter.id, report(letter.message_id)

    assert take_in(raw) == f"Letter {number} is marked as returned.\n"

    assert letter.state is LetterState.BOUNCED
    assert letter.last_error == ("sent_back|550 5.1.1 <borta@kommun.example>: Recipient address rejected")
    assert other.state is LetterState.SENT


def test_a_server_that_still_tries_changes_nothing(take_in: Callable[[bytes], str]):
    letter = make_letter()
    letter.state = LetterState.SENT
    db.session.flush()
    raw = report(letter.message_id, status="4.4.1", action="delayed", diagnostic="451 4.4.1 try later")

    assert take_in(raw) == "No letter is concerned.\n"
    assert letter.state is LetterState.SENT


def test_mail_about_somebody_elses_letter_changes_nothing(take_in: Callable[[bytes], str]):
    assert take_in(report("<unknown@example.se>")) == "No letter is concerned.\n"
    assert take_in(b"\xff\xfenot mail") == "No letter is concerned.\n"


def test_the_command_says_what_it_is_for(app: Flask):
    result = CliRunner().invoke(app.cli, ["letters", "--help"])

    assert "bounced" in result.output
