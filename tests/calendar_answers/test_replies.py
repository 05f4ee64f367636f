"""What a calendar answers, as different programs write it, and what only looks like it."""

import pytest

from eventsapp.calendar_answers.replies import LARGEST_CALENDAR, Decline, parse_decline
from tests.calendar_answers.answers import answer, calendar, mail

NO = Decline("uid-1", 3, "asa@umea.example.se")


def test_a_no_is_read() -> None:
    assert parse_decline(answer()) == NO


@pytest.mark.parametrize(
    "line",
    [
        "ATTENDEE;PARTSTAT=DECLINED:MAILTO:Asa@Umea.example.se",
        'ATTENDEE;CN="Ahlström, Åsa";PARTSTAT=declined:mailto:asa@umea.example.se',
        "ATTENDEE;X-NUM-GUESTS=0;CUTYPE=INDIVIDUAL;PARTSTAT=DECLINED;\r\n X-COMMENT=Sjuk:mailto:asa@umea.example.se",
    ],
)
def test_programs_write_it_in_their_own_ways(line: str) -> None:
    assert parse_decline(answer(attendee=line)) == NO


def test_one_that_leaves_the_number_out_answers_to_the_first() -> None:
    assert parse_decline(mail(calendar().replace("SEQUENCE:3\r\n", ""))) == Decline("uid-1", 0, NO.email_key)


def test_it_may_come_as_a_file_in_a_letter_and_in_base64() -> None:
    assert parse_decline(mail(calendar(), content_type="application/ics; name=invite.ics", base64=True)) == NO


@pytest.mark.parametrize(
    "other",
    [
        answer(method="REQUEST"),
        answer(method="COUNTER"),
        answer(partstat="ACCEPTED"),
        answer(partstat="TENTATIVE"),
        answer(attendee="ATTENDEE;PARTSTAT=DECLINED:https://example.se/asa"),
        answer(attendee="ATTENDEE;PARTSTAT=DECLINED:mailto:"),
        answer(attendee="COMMENT:Ingen deltagare"),
        answer(
            attendee="ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.se\r\nATTENDEE;PARTSTAT=DECLINED:mailto:c@d.se"
        ),
        answer(more="RECURRENCE-ID:20261102T080000Z\r\n"),
        mail(calendar().replace("UID:uid-1\r\n", "")),
        mail(calendar().replace("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:b\r\nEND:VEVENT\r\nEND:VCALENDAR")),
        mail(calendar() + " " * LARGEST_CALENDAR),
        b"Subject: Hej\r\n\r\nKan jag ta med en kollega?\r\n",
        b"",
        b"\x00\xff\xfe",
    ],
)
def test_anything_else_is_no_answer(other: bytes) -> None:
    assert parse_decline(other) is None
