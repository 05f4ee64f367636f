"""The letters about an account. Both hold one link, which the worker mints while it sends."""

from eventsapp.accounts.models import PasswordLinkPurpose, User
from eventsapp.accounts.rules import LINK_VALID
from eventsapp.outbox.operations import LetterDraft, queue_letter
from eventsapp.outbox.rendering import RenderedLetter, render_letter

LINK_NAME = "password"


def queue_invitation(user: User, *, invited_by: str) -> int:
    """Invite a user to choose a password."""
    rendered = render_letter(
        "accounts/letters/invitation",
        user.language,
        name=user.name,
        invited_by=invited_by,
        days=LINK_VALID[PasswordLinkPurpose.INVITATION].days,
    )
    return _queue(user, PasswordLinkPurpose.INVITATION, user.language, rendered)


def render_forgotten(language: str) -> RenderedLetter:
    """The letter with a link to a new password. It names nobody, so it can be made for an address without account."""
    hours = LINK_VALID[PasswordLinkPurpose.FORGOTTEN].seconds // 3600
    return render_letter("accounts/letters/forgotten", language, hours=hours)


def queue_forgotten(user: User, language: str, rendered: RenderedLetter) -> int:
    """Send what `render_forgotten` made."""
    return _queue(user, PasswordLinkPurpose.FORGOTTEN, language, rendered)


def _queue(user: User, purpose: PasswordLinkPurpose, language: str, rendered: RenderedLetter) -> int:
    return queue_letter(
        LetterDraft(
            kind=purpose,
            subject_kind="user",
            subject_id=user.id,
            recipient=user.email,
            language=language,
            subject_line=rendered.subject_line,
            body_text=rendered.body_text,
            body_html=rendered.body_html,
        )
    )
