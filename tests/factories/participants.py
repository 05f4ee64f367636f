"""Devices that are let in and links that are mailed, for tests."""

from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.outbox.links import mint_links
from eventsapp.outbox.models import Letter
from eventsapp.participants.models import EntryLink
from eventsapp.participants.operations import send_link
from tests.databases import SITE_URL
from tests.page_client import Page, PageClient


def mailed_link(address: str, language: str = "sv") -> str:
    """The path of a link as it stands in the letter that has just left."""
    send_link(address, language)
    return minted_link(address)


def minted_link(address: str) -> str:
    """The path of the link in the letter that was asked for last."""
    link = (
        db.session.query(EntryLink)
        .filter_by(email_key=email_key(address))
        .order_by(EntryLink.id.desc())
        .first()
    )
    assert link is not None, f"nobody has asked for a link to {address}"
    letter = db.session.query(Letter).filter_by(subject_kind="participant_link", subject_id=link.id).one()
    url = mint_links(letter.subject_kind, letter.subject_id, letter.kind, letter.recipient)["enter"]
    db.session.commit()
    return url.removeprefix(SITE_URL)


def let_in(client: PageClient, address: str, stay: str = "Bara nu (högst åtta timmar)") -> Page:
    """Let the client's browser in by a mailed link; answers the list."""
    page = client.get_page(mailed_link(address))
    return page.submit({"stay": stay}, button="Visa mina anmälningar")
