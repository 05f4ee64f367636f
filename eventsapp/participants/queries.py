"""Finding mailed links and the devices that were let in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from eventsapp.core.db import db
from eventsapp.core.tokens import digest
from eventsapp.participants.models import Device, EntryLink


def find_link(token: str, *, to_use: bool = False) -> EntryLink | None:
    """The link of a letter, whatever it is worth; locked when it is to be used."""
    statement = select(EntryLink).where(EntryLink.token_digest == digest(token))
    if to_use:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


def was_asked_since(email_key: str, moment: datetime) -> bool:
    """Whether a link was asked for by this address after `moment`."""
    wish = exists().where(EntryLink.email_key == email_key, EntryLink.asked_at > moment)
    return bool(db.session.scalar(select(wish)))


def find_device(token: str, now: datetime) -> Device | None:
    """The device that holds this token, while it is let in."""
    return db.session.scalars(
        select(Device).where(Device.token_digest == digest(token), Device.expires_at > now)
    ).one_or_none()


def devices_of(email_key: str, now: datetime) -> Sequence[Device]:
    """The devices that are let in as an address, latest first."""
    return db.session.scalars(
        select(Device)
        .where(Device.email_key == email_key, Device.expires_at > now)
        .order_by(Device.entered_at.desc(), Device.id.desc())
    ).all()
