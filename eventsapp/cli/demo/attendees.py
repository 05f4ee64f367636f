"""Made-up people who have signed up: registrations, places and trail in bulk, and no letter that would be sent."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from eventsapp.audit.models import AuditEntry
from eventsapp.cli.demo.coming import Placed
from eventsapp.cli.demo.people import Crowd, Person
from eventsapp.core.actor import ActorKind
from eventsapp.core.db import db
from eventsapp.core.sealing import seal
from eventsapp.core.text import email_key, family_first, search_text, sort_key
from eventsapp.events.models import Event, EventFormat
from eventsapp.organisations.models import Organisation
from eventsapp.places.models import Place, PlaceState, Pool, PoolName
from eventsapp.registrations.models import (
    AttendanceMode,
    Profession,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    SensitiveAnswers,
)

SEED = 24
CHANGED_THEIR_MINDS = 0.05
FIRST_EVENT = "att-upptacka-vald"
FOOD = (
    "vegetarian",
    "vegetarian",
    "vegetarian",
    "vegan",
    "Glutenfritt",
    "Laktosfritt",
    "Inget fläskkött",
    "Inga nötter",
)
ACCESS = (
    "Hörslinga",
    "Plats nära dörren",
    "Teckenspråkstolk",
    "Skrivtolk",
    "Material i förväg, jag använder skärmläsare",
    "Jag kommer med ledsagare",
    "Rullstolsplats",
)

Row = dict[str, object]


@dataclass(frozen=True)
class _SignUp:
    """One person at one activity; cancelled ones have no place."""

    person: Person
    mode: AttendanceMode
    at: datetime
    is_cancelled: bool = False


def load_attendees(placed: list[Placed], crowd: Crowd, moment: datetime) -> int:
    """Fill the activities with people and their places; flushes. Answers how many different people there are.

    They count as reminded, so that the worker never writes to people who do not exist.
    """
    chance = random.Random(SEED)  # noqa: S311 (made-up people, not secrets)
    workplaces = {
        organisation.name_sv: organisation for organisation in db.session.scalars(select(Organisation))
    }
    pools = _pools([one.event.id for one in placed])
    known = _drawn_people(crowd)
    for one in placed:
        certain = known if one.text.key == FIRST_EVENT else []
        sign_ups = _sign_ups(one, crowd, chance, certain, moment)
        if sign_ups:
            _insert(one, sign_ups, workplaces, pools[one.event.id], chance)
    db.session.flush()
    return len(crowd.people)


def _drawn_people(crowd: Crowd) -> list[Person]:
    """The people of the sketches; the last of them has cancelled."""
    facts = [
        ("Åsa Ahlström", "social", "Umeå kommun", "Socialsekreterare", Profession.SOCIAL_SERVICES),
        ("Per Edvinsson", "school", "Lycksele kommun", "Kurator", Profession.SCHOOL),
        ("Maria Johansson", "health", "Region Västerbotten", "Psykolog", Profession.HEALTH_CARE),
        ("Erik Nilsson", "school", "Skellefteå kommun", "Rektor", Profession.SCHOOL),
    ]
    return [
        crowd.add(
            Person(
                name=name,
                email=f"{_plain(name)}@example.se",
                sector=sector,
                workplace=workplace,
                works_at_official=True,
                job_title=job_title,
                profession=profession,
            )
        )
        for name, sector, workplace, job_title, profession in facts
    ]


def _plain(name: str) -> str:
    return name.lower().replace("å", "a").replace("ö", "o").replace(" ", ".")


def _sign_ups(
    one: Placed, crowd: Crowd, chance: random.Random, certain: list[Person], moment: datetime
) -> list[_SignUp]:
    text, event = one.text, one.event
    wanted = text.taken_onsite + text.taken_online
    if not wanted:
        return []
    staying = certain[:-1]
    people = staying + crowd.gather(wanted - len(staying), text.target_groups, certain)
    leavers = certain[-1:] + crowd.gather(
        sum(chance.random() < CHANGED_THEIR_MINDS for _ in range(wanted)),
        text.target_groups,
        [*people, *certain],
    )
    begin = event.published_at or moment
    end = min(moment, event.first_starts_at or moment)
    if event.registration_closes_on is not None:
        end = min(end, _noon_after(event, begin))
    modes = [AttendanceMode.ONSITE] * text.taken_onsite + [AttendanceMode.ONLINE] * text.taken_online
    times = sorted(_between(begin, end, chance) for _ in people)
    order = list(people)
    chance.shuffle(order)
    chance.shuffle(modes)
    return [
        *(_SignUp(person, mode, at) for person, mode, at in zip(order, modes, times, strict=True)),
        *(_SignUp(person, modes[0], _between(begin, end, chance), is_cancelled=True) for person in leavers),
    ]


def _noon_after(event: Event, begin: datetime) -> datetime:
    """The latest time somebody may have signed up: noon of the last day."""
    assert event.registration_closes_on is not None
    last = datetime.combine(event.registration_closes_on, datetime.min.time(), begin.tzinfo)
    return max(begin + timedelta(hours=1), last + timedelta(hours=12))


def _between(begin: datetime, end: datetime, chance: random.Random) -> datetime:
    """A moment of an ordinary working day, most often soon after the invitation."""
    share = chance.random() ** 1.6
    at = begin + (end - begin) * share
    at = at.replace(hour=chance.randint(6, 14), minute=chance.randint(0, 59), second=0, microsecond=0)
    return min(max(at, begin), end)


def _insert(
    one: Placed,
    sign_ups: list[_SignUp],
    workplaces: dict[str, Organisation],
    pools: dict[PoolName, Pool],
    chance: random.Random,
) -> None:
    rows = [_row(one, sign_up, workplaces) for sign_up in sign_ups]
    ids = list(
        db.session.scalars(
            insert(Registration).returning(Registration.id, sort_by_parameter_order=True), rows
        )
    )
    comers = [(id_, sign_up) for id_, sign_up in zip(ids, sign_ups, strict=True) if not sign_up.is_cancelled]
    _take_places(one.event, comers, pools)
    _keep_answers(one, comers, chance)
    _record(one.event, list(zip(ids, sign_ups, strict=True)))


def _row(one: Placed, sign_up: _SignUp, workplaces: dict[str, Organisation]) -> Row:
    person = sign_up.person
    workplace = workplaces.get(person.workplace)
    cancelled_at = sign_up.at + timedelta(hours=50) if sign_up.is_cancelled else None
    return {
        "event_id": one.event.id,
        "status": RegistrationStatus.CANCELLED if sign_up.is_cancelled else RegistrationStatus.CONFIRMED,
        "mode": sign_up.mode,
        "name": person.name,
        "email": person.email,
        "email_key": email_key(person.email),
        "phone": "",
        "organisation_id": workplace.id if workplace else None,
        "organisation_name": person.workplace,
        "organisation_sort_key": sort_key(person.workplace),
        "municipality_code": workplace.municipality_code if workplace else None,
        "job_title": person.job_title,
        "profession": person.profession,
        "language": "en" if one.text.language == "en" else "sv",
        "source": RegistrationSource.SELF,
        "registered_at": sign_up.at,
        "changed_at": cancelled_at or sign_up.at,
        "cancelled_at": cancelled_at,
        "link_opened_at": sign_up.at,
        "reminded_at": sign_up.at,
        "sort_key": sort_key(family_first(person.name)),
        "search_text": search_text(person.name, person.email, person.workplace),
        "version": 1,
    }


def _take_places(event: Event, comers: list[tuple[int, _SignUp]], pools: dict[PoolName, Pool]) -> None:
    taken: dict[PoolName, int] = {}
    rows: list[Row] = []
    for registration_id, sign_up in comers:
        name = (
            PoolName(sign_up.mode)
            if event.format is EventFormat.HYBRID and event.separate_pools
            else PoolName.ALL
        )
        taken[name] = taken.get(name, 0) + 1
        pool = pools[name]
        assert pool.capacity is None or taken[name] <= pool.capacity, f"{event.slug} is overfull"
        rows.append(
            {
                "pool_id": pool.id,
                "number": None if pool.capacity is None else taken[name],
                "state": PlaceState.TAKEN,
                "holder_kind": "registration",
                "holder_id": registration_id,
            }
        )
    db.session.execute(insert(Place), rows)


def _keep_answers(one: Placed, comers: list[tuple[int, _SignUp]], chance: random.Random) -> None:
    rows: list[Row] = []
    for registration_id, sign_up in comers:
        eats = one.text.asks_food and sign_up.mode is AttendanceMode.ONSITE and chance.random() < 0.22
        needs = one.text.asks_access and chance.random() < 0.05
        if eats or needs:
            rows.append(
                {
                    "registration_id": registration_id,
                    "sealed_food": seal(chance.choice(FOOD)) if eats else "",
                    "sealed_access": seal(chance.choice(ACCESS)) if needs else "",
                }
            )
    if rows:
        db.session.execute(insert(SensitiveAnswers), rows)


def _record(event: Event, made: list[tuple[int, _SignUp]]) -> None:
    rows: list[Row] = []
    for registration_id, sign_up in made:
        rows.append(_entry("registration.made", event, registration_id, sign_up.at))
        if sign_up.is_cancelled:
            rows.append(
                _entry("registration.cancelled", event, registration_id, sign_up.at + timedelta(hours=50))
            )
    db.session.execute(insert(AuditEntry), rows)


def _entry(action: str, event: Event, registration_id: int, at: datetime) -> Row:
    return {
        "at": at,
        "actor_kind": ActorKind.PARTICIPANT,
        "actor_id": registration_id,
        "actor_name": "",
        "action": action,
        "subject_kind": "registration",
        "subject_id": registration_id,
        "event_id": event.id,
        "changes": {},
    }


def _pools(event_ids: list[int]) -> dict[int, dict[PoolName, Pool]]:
    found: dict[int, dict[PoolName, Pool]] = {event_id: {} for event_id in event_ids}
    for pool in db.session.scalars(
        select(Pool).where(Pool.subject_kind == "event", Pool.subject_id.in_(event_ids))
    ):
        found[pool.subject_id][PoolName(pool.name)] = pool
    return found
