"""The links in the letters to colleagues who are offered a place; the database holds only digests."""

from sqlalchemy import select

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.text import email_key
from eventsapp.core.tokens import digest, new_token
from eventsapp.registrations.handover_models import HandoverLink, PlaceHandover
from eventsapp.web.pages import site_url


def mint_links(handover_id: int, _kind: str) -> dict[str, str]:
    """Make one more link to an offer; answers its address. Earlier links go on working.

    Called by the worker while it sends; raises NotFound when there is nothing to answer any more.
    """
    handover = db.session.get(PlaceHandover, handover_id)
    if handover is None or handover.outcome is not None:
        raise NotFound
    token = add_handover_link(handover_id)
    return {"answer": site_url("self_service_handover.answer", lang=handover.language, token=token)}


def add_handover_link(handover_id: int) -> str:
    """Store the digest of a new link; answers its token, which is nowhere else. Flushes."""
    token = new_token()
    db.session.add(HandoverLink(handover_id=handover_id, token_digest=digest(token), created_at=now()))
    db.session.flush()
    return token


def may_receive(handover_id: int, address: str) -> bool:
    """Whether an address is that of the colleague, who is forgotten when the offer is over.

    The row stays locked until the link is stored, so that an offer does not end in between.
    """
    email = db.session.scalar(
        select(PlaceHandover.email).where(PlaceHandover.id == handover_id).with_for_update(read=True)
    )
    return bool(email) and email_key(email or "") == email_key(address)
