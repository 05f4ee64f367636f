"""The links in the letters to "Mina anmälningar"; the database holds only digests."""

from flask_babel import gettext
from sqlalchemy import select

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.text import email_key
from eventsapp.core.tokens import digest, new_token
from eventsapp.participants.models import EntryLink
from eventsapp.participants.rules import LINK_LASTS
from eventsapp.web.pages import site_url


def mint_links(link_id: int, _kind: str) -> dict[str, str]:
    """Mint the one link of a wish; answers its address. A letter that is sent again has a new one, and the old is no good.

    Called by the worker while it sends; raises NotFound when the wish is forgotten, and Conflict when it has led somebody in.
    """
    link = db.session.get(EntryLink, link_id, with_for_update=True)
    if link is None:
        raise NotFound
    if link.used_at is not None:
        raise Conflict(gettext("Länken är redan använd."))
    token = new_token()
    link.token_digest = digest(token)
    link.expires_at = now() + LINK_LASTS
    db.session.flush()
    return {"enter": site_url("my_page.enter", lang=link.language, token=token)}


def may_receive(link_id: int, address: str) -> bool:
    """Whether an address is the one that the wish was for."""
    key = db.session.scalar(select(EntryLink.email_key).where(EntryLink.id == link_id))
    return key is not None and key == email_key(address)
