"""Finding registrations, receipts and who should be written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select, union
from sqlalchemy.orm import joinedload, undefer

from eventsapp.core.db import db, execute_plainly
from eventsapp.core.errors import NotFound
from eventsapp.core.sealing import unseal
from eventsapp.core.tokens import digest
from eventsapp.events.models import PUBLIC_STATES, Event, EventState
from eventsapp.participants.models import Device
from eventsapp.places.models import Place, Quota, QuotaBy
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.models import (
    ACTIVE,
    ChosenItem,
    PersonalLink,
    Registration,
    RegistrationStatus,
    SensitiveAnswers,
    SignUpReceipt,
)
from eventsapp.registrations.submission import Submission, food_in_words
from eventsapp.registrations.wish_models import ItemWish

EVENT_IN_LETTERS = (
    joinedload(Event.kind),
    joinedload(Event.municipality),
    joinedload(Event.organiser),
    joinedload(Event.series),
    joinedload(Event.occasions),
    joinedload(Event.topics),
    undefer(Event.asks_questions),
)
"""What the form, the person's own pages, letters and calendar files tell of an event, in one statement."""
WITH_EVENT = joinedload(Registration.event).options(*EVENT_IN_LETTERS)


@dataclass(frozen=True)
class Answers:
    """What one person answered on food and access needs; "" is no answer."""

    food: str = ""
    access: str = ""


# Those that each sign-up asks are made once: to make a statement, and to find its SQL, takes longer than to run it.
_EVENT_TO_SIGN_UP = (
    select(Event)
    .where(Event.slug == bindparam("slug"), Event.state.in_(PUBLIC_STATES))
    .options(*EVENT_IN_LETTERS)
)
# Of what is seldom there only the id is asked for first: to look for an object takes several times as long.
_RECEIPT_ID = select(SignUpReceipt.id).where(SignUpReceipt.nonce_digest == bindparam("digest"))
_ID_OF_ADDRESS = select(Registration.id).where(
    Registration.event_id == bindparam("event_id"),
    Registration.email_key == bindparam("email_key"),
    Registration.status.in_(ACTIVE),
)
_EARLIER = select(_RECEIPT_ID.scalar_subquery(), _ID_OF_ADDRESS.scalar_subquery())


def get_event_to_sign_up(slug: str) -> Event:
    """The public event at an address, as EVENT_IN_LETTERS says; raises NotFound."""
    event = db.session.scalars(_EVENT_TO_SIGN_UP, {"slug": slug}).unique().one_or_none()
    if event is None:
        raise NotFound
    return event


def get_event_in_letters(event_id: int) -> Event:
    """One event by id, as EVENT_IN_LETTERS says; raises NotFound."""
    event = (
        db.session.scalars(select(Event).where(Event.id == event_id).options(*EVENT_IN_LETTERS))
        .unique()
        .one_or_none()
    )
    if event is None:
        raise NotFound
    return event


def of_address(email_key: str) -> ColumnElement[bool]:
    """The registrations of an address; one with protected personal data has none, and so belongs to nobody who can be
    mailed a link."""
    return and_(
        Registration.email_key == email_key, Registration.email_key != "", Registration.alias_number.is_(None)
    )


def nonce_digest(event_id: int, nonce: str) -> str:
    """What is stored of a form's nonce; the event is part of it, so that one nonce never answers for two events."""
    return digest(f"{event_id}:{nonce}")


def find_receipt(event_id: int, nonce: str) -> SignUpReceipt | None:
    """The receipt of a form that was sent before."""
    if not nonce:
        return None
    found = execute_plainly(_RECEIPT_ID, {"digest": nonce_digest(event_id, nonce)}).scalar_one_or_none()
    return None if found is None else db.session.get(SignUpReceipt, found)


def find_earlier(
    event_id: int, nonce: str, email_key: str
) -> tuple[SignUpReceipt | None, Registration | None]:
    """What `find_receipt` and `find_active` find, asked for at once."""
    receipt_id, registration_id = execute_plainly(
        _EARLIER,
        {"digest": nonce_digest(event_id, nonce), "event_id": event_id, "email_key": email_key},
    ).one()
    receipt = None if receipt_id is None else db.session.get(SignUpReceipt, receipt_id)
    return receipt, find_registration(registration_id) if email_key else None


def submission_of(receipt: SignUpReceipt) -> Submission:
    """What was typed in the form."""
    return Submission.from_text(unseal(receipt.sealed_submission))


def find_active(event_id: int, email_key: str) -> Registration | None:
    """The registration of an address that comes or still may come, which there is at most one of."""
    if not email_key:
        return None
    found = execute_plainly(
        _ID_OF_ADDRESS, {"event_id": event_id, "email_key": email_key}
    ).scalar_one_or_none()
    return find_registration(found)


def find_registration(registration_id: int | None) -> Registration | None:
    return None if registration_id is None else db.session.get(Registration, registration_id)


def find_with_event(registration_id: int) -> Registration | None:
    """One registration with its event, loaded as letters need it."""
    return (
        db.session.scalars(select(Registration).where(Registration.id == registration_id).options(WITH_EVENT))
        .unique()
        .one_or_none()
    )


def find_by_token(token: str) -> Registration | None:
    """The registration behind a mailed link that is still valid, with its event loaded, in one statement."""
    return _behind_link(token, PersonalLink.device_digest.is_(None))


def find_on_device(token: str, device: Device) -> Registration | None:
    """The registration behind a link that was made for this device, while it has the address that the device was let in
    as; otherwise as `find_by_token`."""
    return _behind_link(
        token, PersonalLink.device_digest == device.token_digest, Registration.email_key == device.email_key
    )


def is_link_of_a_device(token: str) -> bool:
    """Whether a token was made for some device, whatever has become of that."""
    link = exists().where(PersonalLink.token_digest == digest(token), PersonalLink.device_digest.is_not(None))
    return bool(db.session.scalar(select(link)))


def _behind_link(token: str, *conditions: ColumnElement[bool]) -> Registration | None:
    return (
        db.session.scalars(
            select(Registration)
            .join(PersonalLink, PersonalLink.registration_id == Registration.id)
            .where(PersonalLink.token_digest == digest(token), PersonalLink.revoked_at.is_(None), *conditions)
            .options(WITH_EVENT, joinedload(Registration.group))
        )
        .unique()
        .one_or_none()
    )


def get_registration(event_id: int, registration_id: int) -> Registration:
    """One registration of an event, with the event and the municipality loaded; raises NotFound."""
    registration = (
        db.session.scalars(
            select(Registration)
            .where(Registration.id == registration_id, Registration.event_id == event_id)
            .options(WITH_EVENT, joinedload(Registration.municipality))
        )
        .unique()
        .one_or_none()
    )
    if registration is None:
        raise NotFound
    return registration


def answers_of(registration_id: int) -> Answers:
    """What one person answered on food and access needs, opened."""
    stored = db.session.get(SensitiveAnswers, registration_id)
    return Answers() if stored is None else _opened(stored)


def needs_of_event(event_id: int) -> list[Answers]:
    """What those who come have answered, in words and without names, in one statement."""
    stored = db.session.scalars(
        select(SensitiveAnswers)
        .join(Registration, Registration.id == SensitiveAnswers.registration_id)
        .where(Registration.event_id == event_id, Registration.status == RegistrationStatus.CONFIRMED)
        .order_by(SensitiveAnswers.registration_id)
    )
    opened = [_opened(answers) for answers in stored]
    return [Answers(food_in_words(answers.food), answers.access) for answers in opened]


def _opened(stored: SensitiveAnswers) -> Answers:
    return Answers(
        unseal(stored.sealed_food) if stored.sealed_food else "",
        unseal(stored.sealed_access) if stored.sealed_access else "",
    )


def chosen_count(item_id: int) -> int:
    """How many who come or still may come have chosen a programme item, or ranked it where it is not given out yet."""
    chosen = select(ChosenItem.registration_id).where(ChosenItem.item_id == item_id)
    ranked = (
        select(ItemWish.registration_id)
        .join(ProgrammeItem, ProgrammeItem.id == ItemWish.item_id)
        .join(Event, Event.id == ProgrammeItem.event_id)
        .where(ItemWish.item_id == item_id, Event.items_assigned_at.is_(None))
    )
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Registration)
            .where(Registration.id.in_(union(chosen, ranked)), Registration.status.in_(ACTIVE))
        )
        or 0
    )


def people_to_write_to(event_id: int) -> Sequence[Registration]:
    """Everyone who is confirmed and has an address."""
    return db.session.scalars(
        select(Registration)
        .where(
            Registration.event_id == event_id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.email != "",
        )
        .order_by(Registration.id)
    ).all()


def events_with_unreminded_people(now: datetime) -> Sequence[Event]:
    """Coming, published events that somebody may still have to be reminded of, soonest first."""
    unreminded = exists().where(
        Registration.event_id == Event.id,
        Registration.status == RegistrationStatus.CONFIRMED,
        Registration.email != "",
        Registration.reminded_at.is_(None),
    )
    return db.session.scalars(
        select(Event)
        .where(Event.state == EventState.PUBLISHED, Event.first_starts_at > now, unreminded)
        .order_by(Event.first_starts_at, Event.id)
    ).all()


def lock_unreminded(event_id: int) -> Sequence[Registration]:
    """Those of an event who have had no reminder, locked; people whom another worker has in hand are passed by."""
    return db.session.scalars(
        select(Registration)
        .where(
            Registration.event_id == event_id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.email != "",
            Registration.reminded_at.is_(None),
        )
        .order_by(Registration.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def counts_by_profession(event_id: int, now: datetime) -> bool:
    """Whether a quota that holds now counts by profession, so that one must say one's own."""
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    Quota.subject_kind == "event",
                    Quota.subject_id == event_id,
                    Quota.by == QuotaBy.PROFESSION,
                    or_(Quota.unlocks_at.is_(None), Quota.unlocks_at > now),
                )
            )
        )
    )


def lock_registrations(registration_ids: Sequence[int]) -> list[Registration]:
    """These registrations as they are now, with their group, locked in the order of their ids."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.id.in_(registration_ids))
            .order_by(Registration.id)
            .with_for_update(of=Registration)
            .options(joinedload(Registration.group))
            .execution_options(populate_existing=True)
        )
    )


def chosen_items(registration_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The programme items that people have chosen: registration id → item ids."""
    rows = db.session.execute(
        select(ChosenItem.registration_id, ChosenItem.item_id)
        .where(ChosenItem.registration_id.in_(registration_ids))
        .order_by(ChosenItem.item_id)
    )
    found: dict[int, tuple[int, ...]] = {}
    for registration_id, item_id in rows:
        found[registration_id] = (*found.get(registration_id, ()), item_id)
    return found


def wished_items(event_id: int) -> dict[int, tuple[int, ...]]:
    """The programme items that those on the waiting list would like: registration id → item ids."""
    rows = db.session.execute(
        select(ChosenItem.registration_id, ChosenItem.item_id)
        .join(Registration, Registration.id == ChosenItem.registration_id)
        .where(Registration.event_id == event_id, Registration.status == RegistrationStatus.WAITING)
        .order_by(ChosenItem.item_id)
    )
    found: dict[int, tuple[int, ...]] = {}
    for registration_id, item_id in rows:
        found[registration_id] = (*found.get(registration_id, ()), item_id)
    return found


def group_member_ids(group_id: int, status: RegistrationStatus) -> list[int]:
    """The registrations of a group that have this status."""
    return list(
        db.session.scalars(
            select(Registration.id)
            .where(Registration.group_id == group_id, Registration.status == status)
            .order_by(Registration.id)
        )
    )


def pools_held(registration_id: int) -> list[int]:
    """The pools that a registration has a place in."""
    return list(
        db.session.scalars(
            select(Place.pool_id).where(
                Place.holder_kind == "registration", Place.holder_id == registration_id
            )
        )
    )


def next_in_group(group_id: int, leaving_id: int) -> Registration | None:
    """Who answers for a group when one leaves it."""
    return db.session.scalars(
        select(Registration)
        .where(
            Registration.group_id == group_id,
            Registration.id != leaving_id,
            Registration.status.in_(ACTIVE),
        )
        .order_by(Registration.id)
        .limit(1)
    ).one_or_none()


def items_of(registration_ids: Sequence[int]) -> dict[int, list[ProgrammeItem]]:
    """The programme items that people have chosen, in order of time: registration id → items."""
    rows = db.session.execute(
        select(ChosenItem.registration_id, ProgrammeItem)
        .join(ProgrammeItem, ProgrammeItem.id == ChosenItem.item_id)
        .where(ChosenItem.registration_id.in_(registration_ids))
        .order_by(ProgrammeItem.starts_at, ProgrammeItem.id)
    )
    found: dict[int, list[ProgrammeItem]] = {}
    for registration_id, item in rows:
        found.setdefault(registration_id, []).append(item)
    return found


def people_coming(event_ids: Sequence[int]) -> dict[int, int]:
    """How many come to each of these events where they are more than the registrations, since some share a screen; one
    statement."""
    people = func.sum(Registration.head_count)
    rows = db.session.execute(
        select(Registration.event_id, people)
        .where(Registration.event_id.in_(event_ids), Registration.status == RegistrationStatus.CONFIRMED)
        .group_by(Registration.event_id)
        .having(people > func.count())
    )
    return {row[0]: row[1] for row in rows}


def people_with_status(event_id: int, status: RegistrationStatus) -> Sequence[Registration]:
    """Everyone of an event who has this status, in the order they signed up."""
    return db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event_id, Registration.status == status)
        .order_by(Registration.id)
    ).all()


def companions_of(registration: Registration) -> list[Registration]:
    """The others in a person's group who come or still may come."""
    if registration.group_id is None:
        return []
    return list(
        db.session.scalars(
            select(Registration)
            .where(
                Registration.group_id == registration.group_id,
                Registration.id != registration.id,
                Registration.status.in_(ACTIVE),
            )
            .options(joinedload(Registration.group))
            .order_by(Registration.id)
        )
    )
