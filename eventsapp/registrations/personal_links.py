"""The links that people hold in their letters; the database holds only digests."""

from sqlalchemy import select, update

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.text import email_key
from eventsapp.core.tokens import derived_token, digest, new_token
from eventsapp.participants.device import LetIn
from eventsapp.participants.models import Device
from eventsapp.registrations.models import PersonalLink, Registration
from eventsapp.web.pages import site_url

TICKET = "ticket"


def ticket_code(token: str) -> str:
    """The code of the ticket that belongs to a personal link."""
    return derived_token(token, TICKET)


def mint_links(registration_id: int, _kind: str) -> dict[str, str]:
    """Make one more personal link to a registration; answers its addresses. Earlier links go on working.

    Called by the worker while it sends; raises NotFound when the registration is gone.
    """
    language = db.session.scalar(select(Registration.language).where(Registration.id == registration_id))
    if language is None:
        raise NotFound
    token = add_link(registration_id)
    return {
        name: site_url(f"self_service_participant.{name}", lang=language, token=token)
        for name in ("show", "change", "cancel", "own_questions")
    }


def add_link(registration_id: int, token: str | None = None, *, device_digest: str | None = None) -> str:
    """Store the digests of a new personal link; answers its token, which is nowhere else. Flushes.

    `token` is one that is made to be read out, or for the device with `device_digest`, in place of one for a letter.
    """
    token = token or new_token()
    db.session.add(
        PersonalLink(
            registration_id=registration_id,
            token_digest=digest(token),
            ticket_digest=digest(ticket_code(token)),
            created_at=now(),
            device_digest=device_digest,
        )
    )
    db.session.flush()
    return token


def link_on_device(registration_id: int, device: LetIn) -> str:
    """The token with which a device that is let in opens a registration; the same each time, and worth nothing on its own.

    Its row is made the first time, under a lock on the device; flushes. Raises NotFound for a device that was just shown out.
    """
    if db.session.scalar(select(Device.id).where(Device.id == device.device.id).with_for_update()) is None:
        raise NotFound
    token = derived_token(device.token, f"registration {registration_id}")
    link = db.session.scalars(
        select(PersonalLink).where(PersonalLink.token_digest == digest(token))
    ).one_or_none()
    if link is None:
        add_link(registration_id, token, device_digest=device.device.token_digest)
    else:
        # It was revoked if the address was corrected in between; now it is this one again.
        link.revoked_at = None
        db.session.flush()
    return token


def may_receive(registration_id: int, address: str) -> bool:
    """Whether an address is still the registration's own.

    The row stays locked until the link is stored: either a correction of the address waits and then revokes the
    link, or the letter to the old address waits and is then refused.
    """
    key = db.session.scalar(
        select(Registration.email_key).where(Registration.id == registration_id).with_for_update(read=True)
    )
    return bool(key) and key == email_key(address)


def revoke_links(registration_id: int) -> None:
    """Let no earlier link to a registration work any more."""
    db.session.execute(
        update(PersonalLink)
        .where(PersonalLink.registration_id == registration_id, PersonalLink.revoked_at.is_(None))
        .values(revoked_at=now())
    )
