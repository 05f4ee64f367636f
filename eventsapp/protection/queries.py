"""Finding sealed records, and what else is known of an address before it is locked."""

from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from flask_babel import gettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.core.sealing import unseal
from eventsapp.events.models import Event
from eventsapp.networks.models import Network, NetworkMember
from eventsapp.organisations.models import Municipality
from eventsapp.protection.models import ProtectedRecord
from eventsapp.protection.rules import SealedDetails
from eventsapp.registrations.models import PersonalLink, Registration, SignUpReceipt


@dataclass(frozen=True)
class OtherTraces:
    """Where else an address is known, which the lock of one registration leaves as it is."""

    registrations: list[tuple[int, Event]]
    """Registration ids with their events, of those that the officer may see."""
    hidden_registrations: int
    """How many more there are."""
    networks: list[Network]


def next_alias_number(event_id: int) -> int:
    """One more than the highest alias of an event, also among those who have cancelled."""
    highest = db.session.scalar(
        select(func.max(Registration.alias_number)).where(Registration.event_id == event_id)
    )
    return (highest or 0) + 1


def details_of(registration_id: int) -> SealedDetails:
    """What is sealed about a person, opened; raises Conflict where no key fits any longer."""
    record = db.session.get(ProtectedRecord, registration_id)
    if record is None:
        return SealedDetails()
    try:
        return SealedDetails.from_text(unseal(record.sealed_details))
    except InvalidToken:
        raise Conflict(
            gettext(
                "Posten går inte att öppna: nyckeln som den låstes med saknas. Fråga den som sköter driften."
            )
        ) from None


def newest_link_id(registration_id: int) -> int:
    """The id of the newest personal link of a registration; 0 where there is none."""
    return (
        db.session.scalar(
            select(func.max(PersonalLink.id)).where(PersonalLink.registration_id == registration_id)
        )
        or 0
    )


def receipts_of(event_id: int, registration_id: int) -> list[SignUpReceipt]:
    """The receipts of the forms that made a registration, or that may have been about it."""
    return list(
        db.session.scalars(
            select(SignUpReceipt)
            .where(
                SignUpReceipt.event_id == event_id,
                (SignUpReceipt.registration_id == registration_id) | SignUpReceipt.registration_id.is_(None),
            )
            .order_by(SignUpReceipt.id)
            .with_for_update()
        )
    )


def other_traces(registration: Registration, visible_event_ids: Select[int]) -> OtherTraces:
    """What is left of an address elsewhere when one registration is locked."""
    key = registration.email_key
    if not key:
        return OtherTraces([], 0, [])
    others = Registration.email_key == key, Registration.id != registration.id
    rows = db.session.execute(
        select(Registration.id, Event)
        .join(Event, Event.id == Registration.event_id)
        .where(*others, Registration.event_id.in_(visible_event_ids))
        .order_by(Event.first_starts_at.desc(), Registration.id)
        .limit(50)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(Registration).where(*others)) or 0
    networks = db.session.scalars(
        select(Network)
        .where(Network.id.in_(select(NetworkMember.network_id).where(NetworkMember.email_key == key)))
        .order_by(Network.sort_key)
    )
    return OtherTraces([(row[0], row[1]) for row in rows], max(0, total - len(rows)), list(networks))


def municipality_choices() -> list[tuple[str, str]]:
    """Every municipality as (code, name), in Swedish order."""
    rows = db.session.execute(
        select(Municipality.code, Municipality.name).order_by(Municipality.sort_key, Municipality.code)
    )
    return [(code, name) for code, name in rows]


def find_made_with(receipt: SignUpReceipt) -> Registration | None:
    """The alias that a form made when it was sent before."""
    return (
        db.session.scalars(
            select(Registration)
            .where(Registration.id == receipt.registration_id)
            .options(joinedload(Registration.event))
        )
        .unique()
        .one_or_none()
    )
