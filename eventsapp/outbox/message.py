"""A letter as an e-mail message (RFC 5322, MIME)."""

from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email

from eventsapp.config import Settings
from eventsapp.core.text import clean_line
from eventsapp.outbox.links import fill_html, fill_text
from eventsapp.outbox.models import Letter, LetterAttachment
from eventsapp.rendering.calendar import InvitationMethod


class _LetterPolicy(EmailPolicy):
    """As for any mail, but a subject outside ASCII is folded whole: the library's own folding loses the space between two
    Swedish words that are encoded one by one (https://github.com/python/cpython/issues/92081)."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() == "subject" and not value.isascii():
            folded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
            return f"{name}: {folded}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() == "subject":
            return self.fold(name, value).encode()
        return bytes(super().fold_binary(name, value))


_POLICY = _LetterPolicy(linesep="\r\n")


def compose(letter: Letter, links: Mapping[str, str], settings: Settings, moment: datetime) -> EmailMessage:
    """The message that leaves: text and HTML with their links, an invitation for the calendar, and the attachments.

    Header values are one line each, however they came to be, so that nobody adds a header by typing a newline.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(clean_line(settings.site_organisation), addr_spec=_sender(letter, settings))
    message["To"] = sendable_address(letter.recipient)
    message["Reply-To"] = sendable_address(letter.reply_to or settings.contact_email)
    message["Subject"] = clean_line(letter.subject_line)
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = letter.message_id
    # RFC 3834 section 5, and what Exchange heeds instead: no automatic answers to an automatic letter.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(fill_text(letter.body_text, links), cte="quoted-printable")
    message.add_alternative(fill_html(letter.body_html, links), subtype="html", cte="quoted-printable")
    # The invitation last of the alternatives, which a mail program prefers when it can (RFC 2046 section 5.1.4).
    for attachment in sorted(letter.attachments, key=_is_file):
        if _is_file(attachment):
            _attach(message, attachment.filename, attachment.content_type, attachment.content)
        else:
            _add_invitation(message, attachment)
    # It comes last, since making a message of several parts moves what is said about the content to the first.
    message["Content-Language"] = letter.language
    return message


def sendable_address(address: str) -> str:
    """The address with a domain of ASCII letters (IDNA), where that is all it takes to send to it."""
    try:
        checked = validate_email(clean_line(address), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return clean_line(address)
    return checked.ascii_email or checked.normalized


def _sender(letter: Letter, settings: Settings) -> str:
    """What invites to a calendar comes from the address that it is answered to, or else the calendar distrusts it; what the
    mail servers say to each other has MAIL_FROM in any case."""
    invites = any(is_invitation(attachment.content_type) for attachment in letter.attachments)
    return letter.reply_to if invites and letter.reply_to else settings.mail_from


def is_invitation(content_type: str) -> bool:
    """Whether a file is a message to a calendar (RFC 6047): its type names the method that stands in it. What is published
    is for people to open, and goes as a file alone."""
    full_type, parameters = _parsed_type(content_type)
    return full_type == "text/calendar" and parameters.get("method") in set(InvitationMethod)


def _is_file(attachment: LetterAttachment) -> bool:
    return not is_invitation(attachment.content_type)


def _add_invitation(message: EmailMessage, invitation: LetterAttachment) -> None:
    """The invitation as a form of the letter itself, which calendars act on, and as a file for those that only take files.

    The file has a type without a method: with one, some servers would take it for a second invitation.
    """
    _, parameters = _parsed_type(invitation.content_type)
    message.add_alternative(invitation.content, maintype="text", subtype="calendar", params=parameters)
    _attach(message, invitation.filename, "application/ics", invitation.content)


def _parsed_type(content_type: str) -> tuple[str, dict[str, str]]:
    parsed = EmailMessage()
    parsed["Content-Type"] = clean_line(content_type)
    return parsed.get_content_type(), dict(parsed["Content-Type"].params)


def _attach(message: EmailMessage, filename: str, content_type: str, content: bytes) -> None:
    full_type, parameters = _parsed_type(content_type)
    maintype, _, subtype = full_type.partition("/")
    message.add_attachment(
        content,
        maintype=maintype,
        subtype=subtype,
        filename=clean_line(filename),
        params=parameters,
    )
