"""Mailing a link, letting a device in by it, and showing devices out. Nothing here is in the trail: it changes no
registration, and who looks at their own is nobody else's concern."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import and_, delete, or_, select

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.core.text import email_key
from eventsapp.core.tokens import digest, new_token
from eventsapp.outbox.operations import delete_letters, queue_letter
from eventsapp.participants.letters import SUBJECT_KIND, entry_letter
from eventsapp.participants.models import CalendarChoice, CalendarLink, Device, EntryLink
from eventsapp.participants.queries import find_link
from eventsapp.participants.rules import UNSENT_KEPT, LinkState, Stay, state_of


class LinkNotGood(Conflict):
    """A mailed link lets nobody in; `state` says why."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(gettext("Länken går inte att använda."))
        self.state = state


def send_link(address: str, language: str) -> None:
    """Queue the letter with a link that lets one device in as this address; flushes."""
    link = EntryLink(email_key=email_key(address), language=language, asked_at=now())
    db.session.add(link)
    db.session.flush()
    queue_letter(entry_letter(link.id, address, language))


def enter(token: str, stay: Stay, browser: str) -> tuple[Device, str]:
    """Use a link up and let a device in; answers it with its token, which is nowhere else. Flushes.

    Raises LinkNotGood for a link that is used, old or unknown; of two that use it at once the second.
    """
    moment = now()
    link = find_link(token, to_use=True)
    state = state_of(link, moment)
    if link is None or state is not LinkState.GOOD:
        raise LinkNotGood(state)
    link.used_at = moment
    device_token = new_token()
    device = Device(
        email_key=link.email_key,
        token_digest=digest(device_token),
        browser=browser[:60],
        entered_at=moment,
        expires_at=moment + stay.lasts,
    )
    db.session.add(device)
    db.session.flush()
    return device, device_token


def show_out(devices: Sequence[Device]) -> None:
    """End what these devices are let in to."""
    db.session.execute(delete(Device).where(Device.id.in_([device.id for device in devices])))


def forget_address(key: str) -> None:
    """Take an address out of every letter, link, calendar and device here, so that none of them lets anybody in or names it."""
    if not key:
        return
    _forget_links(list(db.session.scalars(select(EntryLink.id).where(EntryLink.email_key == key))))
    db.session.execute(delete(Device).where(Device.email_key == key))
    db.session.execute(delete(CalendarLink).where(CalendarLink.email_key == key))
    db.session.execute(delete(CalendarChoice).where(CalendarChoice.email_key == key))


def erase_old(moment: datetime) -> None:
    """Erase the links that are over, with their letters, and the devices whose time is up."""
    over = or_(
        EntryLink.expires_at <= moment,
        and_(EntryLink.expires_at.is_(None), EntryLink.asked_at <= moment - UNSENT_KEPT),
    )
    _forget_links(list(db.session.scalars(select(EntryLink.id).where(over))))
    db.session.execute(delete(Device).where(Device.expires_at <= moment))


def _forget_links(ids: Sequence[int]) -> None:
    # The worker that sends has the letter when it asks for the link, so the letters go first here too.
    delete_letters(SUBJECT_KIND, ids)
    db.session.execute(delete(EntryLink).where(EntryLink.id.in_(ids)))
