"""What stands ready before the races begin: for each pair of verbs an event with the people that both need."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert

from eventsapp.accounts.passwords import hash_password
from eventsapp.app import create_app
from eventsapp.core.clock import now
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.permissions import Role
from eventsapp.core.tokens import digest
from eventsapp.events.models import Event, EventFormat, WaitingListRule
from eventsapp.places.models import Place, PlaceState, PoolName, QuotaBy
from eventsapp.places.operations import set_pools
from eventsapp.places.queries import pools_of
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.handover_models import HandoverLink, PlaceHandover
from eventsapp.registrations.models import (
    AttendanceMode,
    ChosenItem,
    PersonalLink,
    PlaceOffer,
    Registration,
    RegistrationGroup,
    RegistrationStatus,
)
from eventsapp.registrations.personal_links import ticket_code
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.waiting_list.quotas import QuotaFacts, set_quotas
from tests.databases import settings_for_tests
from tests.factories.accounts import make_user
from tests.factories.events import make_event, make_series
from tests.registrations.steps import STAFF

STAFF_EMAIL, PASSWORD = "karin.oberg@example.se", "visa-upp-systemet"
VERBS = (
    "sign_up",
    "group",
    "cancel",
    "accept",
    "decline",
    "expire",
    "change_mode",
    "change_item",
    "raise",
    "lower",
    "staff_add",
    "approve",
)
SELF_HELP = ("hand_over", "take_back", "move_date", "move_back")
"""What participants do with their places by themselves; `move_back` is from the other date of the series to this one."""
STATUS_FOR = {
    "hand_over": RegistrationStatus.CONFIRMED,
    "take_back": RegistrationStatus.CONFIRMED,
    "move_date": RegistrationStatus.CONFIRMED,
    "cancel": RegistrationStatus.CONFIRMED,
    "accept": RegistrationStatus.OFFERED,
    "decline": RegistrationStatus.OFFERED,
    "expire": RegistrationStatus.OFFERED,
    "change_mode": RegistrationStatus.CONFIRMED,
    "change_item": RegistrationStatus.CONFIRMED,
    "approve": RegistrationStatus.APPLIED,
}
"""The state that a verb needs its people in; the others need nobody."""


@dataclass
class Someone:
    """A registration that stands ready, with the token of its personal link, and that of the colleague whom its place is
    offered to."""

    id: int
    token: str
    colleague: str = ""


@dataclass
class Heat:
    """One event where two verbs are run against each other."""

    verbs: tuple[str, str]
    event_id: int
    slug: str
    items: tuple[int, int]
    people: tuple[list[Someone], list[Someone]]
    """Whom each of the verbs is about."""
    has_quota: bool = False
    other_id: int = 0
    """The other date, for those who move."""
    waiting: list[int] = field(default_factory=list)


def make_app(url: str, folder: Path) -> Flask:
    """An application of this process on the database that the server uses."""
    return create_app(settings_for_tests(url, folder))


def prepare(app: Flask, pairs: Sequence[tuple[str, str]], needed: int) -> list[Heat]:
    """An event for each pair, with `needed` people for each verb; committed."""
    with app.app_context():
        set_transaction_mode(TransactionMode.WRITE)
        make_user(
            role=Role.ADMINISTRATOR,
            name="Karin Öberg",
            email=STAFF_EMAIL,
            password_hash=hash_password(PASSWORD),
        )
        heats = [_prepare_one(number, verbs, needed) for number, verbs in enumerate(pairs)]
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return heats


def _prepare_one(number: int, verbs: tuple[str, str], needed: int) -> Heat:
    """Every other event is full and has people waiting; the rest have two places left and nobody waits."""
    is_full = number % 2 == 0
    event = make_event(
        format=EventFormat.HYBRID,
        separate_pools=True,
        capacity_total=None,
        capacity_onsite=0,
        capacity_online=5,
        shared_screen_max=8,
        join_url="https://moten.example.se/dagen",
        waiting_list=WaitingListRule.AUTOMATIC if number % 5 == 0 else WaitingListRule.OFFER,
        allows_groups=True,
    )
    items = (_make_item(event), _make_item(event))
    sides = [STATUS_FOR.get(verb) for verb in verbs]
    people = [_insert(event, status, needed) for status in sides]
    other = _make_other_date(event) if {"move_date", "move_back"} & set(verbs) else None
    elsewhere = [
        _insert(other, RegistrationStatus.CONFIRMED, needed) if other and verb == "move_back" else []
        for verb in verbs
    ]
    if other is not None:
        _give_places_there(other, [one for ids in elsewhere for one in ids])
    _insert(event, RegistrationStatus.CONFIRMED, 1, mode=AttendanceMode.ONLINE)
    waiting: list[int] = []
    if is_full:
        waiting += _insert(event, RegistrationStatus.WAITING, 4, first_order=1)
        waiting += _insert(event, RegistrationStatus.WAITING, 3, first_order=5, group=_make_group(event))
        if "change_mode" not in verbs:
            event.capacity_online = 1
            waiting += _insert(
                event, RegistrationStatus.WAITING, 2, mode=AttendanceMode.ONLINE, first_order=6
            )
    with_place = [
        (one, status)
        for ids, status in zip(people, sides, strict=True)
        if status in (RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED)
        for one in ids
    ]
    event.capacity_onsite = len(with_place) + (0 if is_full else 2)
    _give_places(event, items[0], with_place)
    if number % 3 == 2:
        quota = QuotaFacts(by=QuotaBy.MUNICIPALITY, capacity=len(with_place) + 3)
        set_quotas(get_event_in_letters(event.id), [quota], actor=STAFF)
    return Heat(
        verbs=verbs,
        event_id=event.id,
        slug=event.slug,
        items=items,
        people=(
            _ready(verbs[0], event, people[0] or elsewhere[0]),
            _ready(verbs[1], event, people[1] or elsewhere[1]),
        ),
        other_id=other.id if other else 0,
        has_quota=number % 3 == 2,
        waiting=waiting,
    )


def _make_other_date(event: Event) -> Event:
    """Another date of the same series, of which both are; with two places left for those who come."""
    event.series_id = make_series(f"serie-{event.id}", f"Serie {event.id}").id
    return make_event(series_id=event.series_id, waiting_list=WaitingListRule.OFFER)


def _give_places_there(other: Event, people: list[int]) -> None:
    other.capacity_total = len(people) + 2
    set_pools("event", other.id, {PoolName.ALL: other.capacity_total})
    (pool,) = (pool.pool_id for pool in pools_of("event", other.id))
    for number, holder in enumerate(people, 1):
        place = {"pool_id": pool, "number": number, "state": PlaceState.TAKEN}
        db.session.execute(insert(Place), place | {"holder_kind": "registration", "holder_id": holder})


def _ready(verb: str, event: Event, ids: list[int]) -> list[Someone]:
    """The people with their links, and for the verbs about colleagues with the offer of their place."""
    people = _with_links(ids)
    for one in people if verb in ("hand_over", "take_back") else ():
        one.colleague = secrets.token_urlsafe(24)
        email = f"{secrets.token_hex(6)}@umea.example.se"
        offer = PlaceHandover(
            registration_id=one.id,
            event_id=event.id,
            name="Bo Berg",
            email=email,
            language="sv",
            made_at=now(),
        )
        db.session.add(offer)
        db.session.flush()
        link = HandoverLink(handover_id=offer.id, token_digest=digest(one.colleague), created_at=now())
        db.session.add(link)
    return people


def _make_item(event: Event) -> int:
    assert event.first_starts_at is not None
    item = ProgrammeItem(
        event_id=event.id,
        starts_at=event.first_starts_at + timedelta(hours=1),
        title_sv="Verkstad",
        is_choice=True,
        speakers=[],
    )
    db.session.add(item)
    db.session.flush()
    return item.id


def _make_group(event: Event) -> int:
    group = RegistrationGroup(event_id=event.id, all_or_none=True, created_at=now())
    db.session.add(group)
    db.session.flush()
    return group.id


def _insert(
    event: Event,
    status: RegistrationStatus | None,
    number: int,
    *,
    mode: AttendanceMode = AttendanceMode.ONSITE,
    first_order: int | None = None,
    group: int | None = None,
) -> list[int]:
    """Rows of people in a state, past the product; those of a group stand on one number."""
    if status is None:
        return []
    moment = now()
    rows: list[dict[str, Any]] = []
    for position in range(number):
        email = f"{secrets.token_hex(6)}@umea.example.se"
        rows.append(
            {
                "event_id": event.id,
                "status": status,
                "mode": mode,
                "name": "Åsa Ahlström",
                "email": email,
                "email_key": email,
                "organisation_name": "Umeå kommun",
                "municipality_code": "2480",
                "registered_at": moment,
                "changed_at": moment,
                "sort_key": "",
                "search_text": "",
                "waiting_order": first_order and first_order + (0 if group else position),
                "waiting_since": first_order and moment,
                "group_id": group,
                "is_group_contact": bool(group) and position == 0,
            }
        )
    statement = insert(Registration).returning(Registration.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, rows))


def _give_places(event: Event, item: int, people: list[tuple[int, RegistrationStatus]]) -> None:
    set_pools(
        "event",
        event.id,
        {PoolName.ONSITE: event.capacity_onsite, PoolName.ONLINE: event.capacity_online},
    )
    set_pools("programme_item", item, {PoolName.ALL: len(people) + 1})
    set_pools("programme_item", item + 1, {PoolName.ALL: 4})
    pools = {pool.name: pool.pool_id for pool in pools_of("event", event.id)}
    (item_pool,) = (pool.pool_id for pool in pools_of("programme_item", item))
    numbers: dict[int, int] = defaultdict(int)
    places = []
    online = db.session.query(Registration.id).filter_by(event_id=event.id, mode=AttendanceMode.ONLINE)
    online_id = online.filter_by(status=RegistrationStatus.CONFIRMED).scalar()
    claims = [(online_id, RegistrationStatus.CONFIRMED, pools[PoolName.ONLINE])]
    for one, status in people:
        claims += [(one, status, pools[PoolName.ONSITE]), (one, status, item_pool)]
    for holder, status, pool in claims:
        numbers[pool] += 1
        is_held = status is RegistrationStatus.OFFERED
        places.append(
            {
                "pool_id": pool,
                "number": numbers[pool],
                "state": PlaceState.HELD if is_held else PlaceState.TAKEN,
                "holder_kind": "registration",
                "holder_id": holder,
            }
        )
    db.session.execute(insert(Place), places)
    if not people:
        return
    db.session.execute(insert(ChosenItem), [{"registration_id": one, "item_id": item} for one, _ in people])
    offered = [one for one, status in people if status is RegistrationStatus.OFFERED]
    if offered:
        moment = now()
        db.session.execute(
            insert(PlaceOffer),
            [
                {
                    "registration_id": one,
                    "event_id": event.id,
                    "made_at": moment,
                    "answer_by": moment + timedelta(hours=48),
                }
                for one in offered
            ],
        )


def _with_links(ids: list[int]) -> list[Someone]:
    people = [Someone(one, secrets.token_urlsafe(24)) for one in ids]
    if people:
        db.session.execute(
            insert(PersonalLink),
            [
                {
                    "registration_id": one.id,
                    "token_digest": digest(one.token),
                    "ticket_digest": digest(ticket_code(one.token)),
                    "created_at": now(),
                }
                for one in people
            ],
        )
    return people
