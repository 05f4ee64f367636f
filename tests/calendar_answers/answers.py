"""Mails as calendars send them in answer to an invitation."""

from base64 import encodebytes


def calendar(
    *,
    uid: str = "uid-1",
    sequence: int = 3,
    address: str = "asa@umea.example.se",
    method: str = "REPLY",
    partstat: str = "DECLINED",
    attendee: str = "",
    more: str = "",
) -> str:
    """The answer itself."""
    return (
        "BEGIN:VCALENDAR\r\nPRODID:-//Microsoft Corporation//Outlook 16.0//EN\r\nVERSION:2.0\r\n"
        f"METHOD:{method}\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nSEQUENCE:{sequence}\r\n"
        f"{attendee or f'ATTENDEE;PARTSTAT={partstat}:mailto:{address}'}\r\n"
        f"{more}DTSTAMP:20261001T080000Z\r\nSUMMARY:Avböjt: Att upptäcka våld\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def mail(
    content: str, *, content_type: str = "text/calendar; charset=utf-8; method=REPLY", base64: bool = False
) -> bytes:
    """The answer in a letter with a text."""
    body = encodebytes(content.encode()).decode().replace("\n", "\r\n") if base64 else content
    return (
        "From: Someone Else <mallory@example.com>\r\nTo: kurser@example.se\r\nSubject: =?utf-8?q?Avb=C3=B6jt?=\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nJag kan inte.\r\n"
        f"--b\r\nContent-Type: {content_type}\r\n"
        f"Content-Transfer-Encoding: {'base64' if base64 else '8bit'}\r\n\r\n{body}\r\n--b--\r\n"
    ).encode()


def answer(**facts: object) -> bytes:
    """A letter with an answer."""
    return mail(calendar(**facts))  # type: ignore[arg-type]
