"""The links in invitations; the database holds only digests."""

from sqlalchemy import select

from eventsapp.admission.models import Invitation, InvitationLink, InvitationState
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.text import email_key
from eventsapp.core.tokens import digest, new_token
from eventsapp.web.pages import site_url


def mint_links(invitation_id: int, _kind: str) -> dict[str, str]:
    """Make one more link to an invitation; answers its address. Earlier links go on working.

    Called by the worker while it sends; raises NotFound when the invitation is gone or taken back.
    """
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.state is InvitationState.WITHDRAWN:
        raise NotFound
    token = add_link(invitation_id)
    return {"answer": site_url("admission_public.invitation", lang=invitation.language, token=token)}


def add_link(invitation_id: int) -> str:
    """Store the digest of a new link; answers its token, which is nowhere else. Flushes."""
    token = new_token()
    db.session.add(InvitationLink(invitation_id=invitation_id, token_digest=digest(token), created_at=now()))
    db.session.flush()
    return token


def may_receive(invitation_id: int, address: str) -> bool:
    """Whether an address is that of the invitation.

    The row stays locked until the link is stored, so that an invitation is not taken back in between.
    """
    key = db.session.scalar(
        select(Invitation.email_key).where(Invitation.id == invitation_id).with_for_update(read=True)
    )
    return key is not None and key == email_key(address)
