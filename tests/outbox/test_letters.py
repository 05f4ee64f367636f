"""What a letter looks like on the wire."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from flask import Flask

from eventsapp.outbox.message import compose, sendable_address
from eventsapp.outbox.models import Letter
from eventsapp.outbox.operations import Attachment
from tests.conftest import FrozenClock
from tests.factories.outbox import make_letter
from tests.mailbox import attachments_of, html_of, text_of

CALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:Våld\r\nEND:VCALENDAR\r\n".encode()


def sent(app: Flask, letter: Letter, moment: FrozenClock) -> EmailMessage:
    """The letter as its receiver's program reads it."""
    raw = compose(letter, {"change": "http://x/min/a?b=1&c=2"}, app.config["SETTINGS"], moment()).as_bytes()
    raw.decode("ascii")
    assert max(len(line) for line in raw.split(b"\r\n")) < 998
    read = message_from_bytes(raw, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def test_a_letter_has_text_html_and_attachments(app: Flask, frozen_now: FrozenClock):
    letter = make_letter(
        recipient="anna@example.se",
        subject_line="Du är anmäld till Att upptäcka våld",
        body_text="Ändra: [[link:change]]\n" + "lång rad " * 200,
        body_html='<p>å</p><a href="[[link:change]]">Ändra</a>',
        attachments=(Attachment("dag å.ics", "text/calendar; charset=utf-8; method=PUBLISH", CALENDAR),),
    )

    read = sent(app, letter, frozen_now)

    assert read.get_content_type() == "multipart/mixed"
    body, attached = read.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in body.iter_parts()] == ["text/plain", "text/html"]
    assert text_of(read).splitlines() == ["Ändra: http://x/min/a?b=1&c=2", "lång rad " * 200]
    assert html_of(read).strip() == '<p>å</p><a href="http://x/min/a?b=1&amp;c=2">Ändra</a>'
    assert attachments_of(read) == {"dag å.ics": CALENDAR}
    assert attached.get_content_type() == "text/calendar"
    assert dict(attached["Content-Type"].params) == {"charset": "utf-8", "method": "PUBLISH"}


def test_an_invitation_comes_from_the_address_that_it_is_answered_to(app: Flask, frozen_now: FrozenClock):
    files = (
        Attachment("dag.ics", "text/calendar; charset=utf-8; method=REQUEST", CALENDAR),
        Attachment("karta.pdf", "application/pdf", b"%PDF"),
    )
    letter = make_letter(reply_to="svar@example.se", attachments=files)
    read = sent(app, letter, frozen_now)
    assert str(read["From"]) == "Länsstyrelsen Västerbotten <svar@example.se>"
    assert str(read["Reply-To"]) == "svar@example.se"
    alternatives, *attached = read.iter_parts()
    assert [part.get_content_type() for part in alternatives.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    invitation = list(alternatives.iter_parts())[-1]
    assert dict(invitation["Content-Type"].params) == {"charset": "utf-8", "method": "REQUEST"}
    assert invitation.get_payload(decode=True) == CALENDAR
    assert invitation.get_filename() is None
    assert [(part.get_content_type(), part.get_filename()) for part in attached] == [
        ("application/ics", "dag.ics"),
        ("application/pdf", "karta.pdf"),
    ]
    assert attachments_of(read) == {"dag.ics": CALENDAR, "karta.pdf": b"%PDF"}


def test_a_letter_with_files_alone_comes_from_the_usual_address(app: Flask, frozen_now: FrozenClock):
    files = (Attachment("dag.ics", "text/calendar; charset=utf-8", CALENDAR),)
    read = sent(app, make_letter(reply_to="svar@example.se", attachments=files), frozen_now)
    assert str(read["From"]) == "Länsstyrelsen Västerbotten <kurser@example.se>"


def test_the_headers_say_who_when_and_that_no_person_wrote_it(app: Flask, frozen_now: FrozenClock):
    letter = make_letter(recipient="anna@example.se", subject_line="Du är anmäld", language="en")

    read = sent(app, letter, frozen_now)

    assert {name: str(value) for name, value in read.items() if not name.startswith("MIME")} == {
        "From": "Länsstyrelsen Västerbotten <kurser@example.se>",
        "To": "anna@example.se",
        "Reply-To": "kurser@example.se",
        "Subject": "Du är anmäld",
        "Date": "Thu, 01 Oct 2026 08:00:00 +0000",
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": "en",
        "Content-Type": read["Content-Type"],
    }
    assert sent(app, letter, frozen_now)["Message-ID"] == letter.message_id


def test_answers_go_to_the_mailbox_of_the_activity(app: Flask, frozen_now: FrozenClock):
    letter = make_letter(reply_to="jamstalldhet@example.se")

    assert sent(app, letter, frozen_now)["Reply-To"] == "jamstalldhet@example.se"


def test_nobody_adds_a_header_by_typing_a_newline(app: Flask, frozen_now: FrozenClock):
    letter = make_letter()
    # The outbox cleans what it is given; a row from elsewhere must not be able to do more.
    letter.subject_line = "Hej\r\nBcc: alla@example.se\r\n\r\nbrev"
    letter.recipient = "anna@example.se\r\nBcc: alla@example.se"
    letter.reply_to = "x@example.se\nX-Evil: 1"

    read = sent(app, letter, frozen_now)

    assert read["Bcc"] is None
    assert read["X-Evil"] is None
    assert read["Subject"] == "Hej Bcc: alla@example.se brev"
    assert text_of(read).startswith("Hej!")


def test_an_address_in_a_swedish_domain_is_written_so_that_every_server_reads_it():
    assert sendable_address("anna@räksmörgås.se") == "anna@xn--rksmrgs-5wao1o.se"
    assert sendable_address(" anna@example.se\n") == "anna@example.se"
    assert sendable_address("åsa@räksmörgås.se") == "åsa@räksmörgås.se"
    assert sendable_address("not an address") == "not an address"


@pytest.mark.parametrize(
    "subject",
    [
        "Svara senast onsdag 25 november 2026 kl. 10.14: en plats är ledig på Från fullt till biljett",
        "Tiden att svara har gått ut: " + "Åsa älskar öar " * 20,
        "Ett ord: " + "å" * 200,
        "A subject in plain English, which is long enough to be folded over two lines of the header",
        "Kort",
    ],
)
def test_a_long_subject_keeps_its_spaces(app: Flask, frozen_now: FrozenClock, subject: str):
    letter = make_letter(subject_line=subject.strip())

    assert sent(app, letter, frozen_now)["Subject"] == subject.strip()
