"""All places of an event under one lock: those of the event, of its programme items, its quotas and its series.

Whoever gives a place or takes one back goes through here, always in this order: the rows of events, the pools in the
order of their ids, then registrations. So nobody waits for one who waits for them.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm.attributes import set_committed_value

from eventsapp.core.clock import now
from eventsapp.core.db import db, execute_plainly
from eventsapp.core.text import sort_key
from eventsapp.events.models import Event, Series
from eventsapp.organisations.models import Organisation
from eventsapp.places.ledger import Ledger, Selected, Subjects, lock_pools, read_pools
from eventsapp.places.models import Pool, PoolName, Quota, QuotaBy, QuotaGroup
from eventsapp.places.operations import Holder, PoolFull
from eventsapp.programme.models import ProgrammeItem
from eventsapp.questions.models import Question, QuestionOption, QuestionSection, QuestionSet
from eventsapp.registrations import rules
from eventsapp.registrations.models import AttendanceMode, Profession, Registration

# Each sign-up asks these, and to make a statement takes longer than to run it.
_LOCKED_EVENT = select(Event.__table__).where(Event.id == bindparam("event_id")).with_for_update(read=True)
_CHOICES = select(ProgrammeItem.id).where(
    ProgrammeItem.event_id.in_(bindparam("events", expanding=True)), ProgrammeItem.is_choice
)
_OPTIONS = (
    select(QuestionOption.id)
    .join(Question, Question.id == QuestionOption.question_id)
    .join(QuestionSection, QuestionSection.id == Question.section_id)
    .join(QuestionSet, QuestionSet.id == QuestionSection.set_id)
    .where(
        QuestionSet.subject_kind == "event",
        QuestionSet.subject_id.in_(bindparam("events", expanding=True)),
        QuestionOption.capacity.is_not(None),
    )
)
_QUOTAS = (
    select(Quota.id, Quota.subject_id, Quota.by, Quota.key, Quota.capacity, Quota.unlocks_at)
    .where(Quota.subject_kind == "event", Quota.subject_id.in_(bindparam("events", expanding=True)))
    .order_by(Quota.by, Quota.key, Quota.id)
)
_QUOTA_GROUPS = select(QuotaGroup.id).where(QuotaGroup.quota_id.in_(bindparam("quotas", expanding=True)))


@dataclass(frozen=True)
class QuotaRule:
    """A quota of an event, as it was read under the locks."""

    id: int
    subject_id: int
    by: QuotaBy
    key: str
    capacity: int
    unlocks_at: datetime | None


@dataclass(frozen=True)
class Belonging:
    """What quotas count a person by."""

    municipality_code: str | None = None
    county_code: str | None = None
    organisation_id: int | None = None
    organisation_name: str = ""
    profession: Profession | None = None

    def key(self, by: QuotaBy) -> str | None:
        """The person's group; None where nobody knows it, and then no quota limits them."""
        match by:
            case QuotaBy.MUNICIPALITY:
                return self.municipality_code
            case QuotaBy.COUNTY:
                return self.county_code
            case QuotaBy.PROFESSION:
                return self.profession.value if self.profession else None
        return str(self.organisation_id) if self.organisation_id else sort_key(self.organisation_name)[:80]


class Seats:
    """The locked pools of one or more events, with what decides which of them a person needs a place in."""

    def __init__(self, ledger: Ledger, events: Mapping[int, int | None], quotas: Sequence[QuotaRule]) -> None:
        """`events` has each event's id with that of the series it shares places with, if any."""
        self.ledger = ledger
        self.events = events
        self.quotas = quotas
        self._groups: dict[tuple[int, str], int] = {}
        if quotas:
            rows = db.session.execute(
                select(QuotaGroup.quota_id, QuotaGroup.key, Pool.id)
                .join(Pool, (Pool.subject_id == QuotaGroup.id) & (Pool.subject_kind == "quota_group"))
                .where(QuotaGroup.quota_id.in_([quota.id for quota in quotas]))
            )
            self._groups = {(quota_id, key): pool_id for quota_id, key, pool_id in rows}

    def pool_ids(self, event: Event, mode: AttendanceMode, belonging: Belonging) -> tuple[int, ...]:
        """The pools that one person needs a place in to come; raises PoolFull where the event has no such places."""
        own = self.ledger.find("event", event.id, rules.pool_name_for(event, mode))
        if own is None:
            raise PoolFull(gettext("Det finns inga platser kvar."))
        pools = [own]
        series_id = self.events.get(event.id)
        if series_id is not None and (shared := self.ledger.find("series", series_id)) is not None:
            pools.append(shared)
        pools += [self._groups[quota.id, key] for quota, key in self._quotas_of(event, belonging)]
        return tuple(pools)

    def item_pool(self, item_id: int) -> int | None:
        """The pool of a programme item; None where it is not one that is chosen."""
        return self.ledger.find("programme_item", item_id)

    def option_pool(self, option_id: int) -> int | None:
        """The pool of an alternative in a question; None where it has no number of places."""
        return self.ledger.find("question_option", option_id)

    @property
    def option_pools(self) -> frozenset[int]:
        """The pools of alternatives in questions, which are taken by answering and not by coming."""
        return frozenset(
            pool_id
            for pool_id, balance in self.ledger.balances.items()
            if balance.pool.subject_kind == "question_option"
        )

    @property
    def all_quota_pools(self) -> frozenset[int]:
        """The pools of every group that a quota has met."""
        return frozenset(self._groups.values())

    @property
    def has_items(self) -> bool:
        """Whether there is anything in the programme to choose."""
        return any(balance.pool.subject_kind == "programme_item" for balance in self.ledger.balances.values())

    def meet(self, event: Event, people: Iterable[Belonging]) -> None:
        """See to it that every group these people belong to has its pool, in few statements for many people."""
        missing: dict[tuple[int, str], int] = {}
        for belonging in people:
            for quota, key in self._quotas_of(event, belonging):
                if (quota.id, key) not in self._groups:
                    missing[quota.id, key] = quota.capacity
        if not missing:
            return
        pools = self._make_groups(missing)
        self.ledger.add(pools.values())
        self._groups |= {group: pool.id for group, pool in pools.items()}

    def _make_groups(self, missing: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], Pool]:
        """A pool for each group, as (quota id, key), with its number of places."""
        groups = list(
            db.session.scalars(
                insert(QuotaGroup).returning(QuotaGroup),
                [{"quota_id": quota_id, "key": key} for quota_id, key in missing],
            )
        )
        pools = {
            (group.quota_id, group.key): Pool(
                subject_kind="quota_group",
                subject_id=group.id,
                name=PoolName.ALL,
                capacity=missing[group.quota_id, group.key],
            )
            for group in groups
        }
        db.session.add_all(pools.values())
        db.session.flush()
        return pools

    def _quotas_of(self, event: Event, belonging: Belonging) -> list[tuple[QuotaRule, str]]:
        """The quotas that limit a person now, with their group; a rule for one group goes before that for each."""
        chosen: dict[QuotaBy, tuple[QuotaRule, str]] = {}
        moment = now()
        for quota in self.quotas:
            key = belonging.key(quota.by)
            if quota.subject_id != event.id or not key or is_unlocked(quota, moment):
                continue
            if quota.key == key or (quota.key == "" and quota.by not in chosen):
                chosen[quota.by] = (quota, key)
        return list(chosen.values())

    def belongings(self, registrations: Sequence[Registration]) -> list[Belonging]:
        """What quotas count each of these people by; a county is looked up only where a quota asks."""
        counties: dict[int, str | None] = {}
        if any(quota.by is QuotaBy.COUNTY for quota in self.quotas):
            organisation_ids = {one.organisation_id for one in registrations if one.organisation_id}
            rows = db.session.execute(
                select(Organisation.id, Organisation.county_code).where(Organisation.id.in_(organisation_ids))
            )
            counties = {row.id: row.county_code for row in rows}
        return [_belonging(one, counties) for one in registrations]

    def has_unlocked_quotas(self, event: Event) -> bool:
        """Whether time has freed places of the event, of which those who wait may not have heard yet."""
        return any(quota.subject_id == event.id and is_unlocked(quota, now()) for quota in self.quotas)

    def needs_of(
        self, event: Event, registrations: Sequence[Registration], item_ids: Collection[int] = ()
    ) -> list[tuple[int, ...]]:
        """The pools that each of these people needs a place in, those of the items with them."""
        belongings = self.belongings(registrations)
        self.meet(event, belongings)
        items = [pool for item_id in item_ids if (pool := self.item_pool(item_id)) is not None]
        return [
            (*self.pool_ids(event, one.mode, belonging), *items)
            for one, belonging in zip(registrations, belongings, strict=True)
        ]

    def counts_by_profession(self, event: Event) -> bool:
        """Whether one must say one's profession, since a quota that holds now counts by it."""
        return any(
            quota.subject_id == event.id and quota.by is QuotaBy.PROFESSION and not is_unlocked(quota, now())
            for quota in self.quotas
        )

    def quota_pools(self, event: Event, registrations: Sequence[Registration]) -> list[tuple[int, ...]]:
        """The pools of quotas that each of these people counts against."""
        if not self.quotas:
            return [() for _ in registrations]
        belongings = self.belongings(registrations)
        self.meet(event, belongings)
        return [
            tuple(self._groups[quota.id, key] for quota, key in self._quotas_of(event, belonging))
            for belonging in belongings
        ]

    def full_pools(self, needs: Sequence[tuple[int, ...]]) -> set[int]:
        """The pools that have too few places for all of these needs together."""
        wanted = Counter(pool_id for pool_ids in needs for pool_id in pool_ids)
        return {
            pool_id
            for pool_id, number in wanted.items()
            if not self.ledger.balances[pool_id].has_room_for(number)
        }


class SeatsInView(Seats):
    """The same for a page, where nothing may be written: a group that its quota has not met yet is made up."""

    def _make_groups(self, missing: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], Pool]:
        pools = {}
        for number, (group, capacity) in enumerate(missing.items(), len(self.ledger.balances) + 1):
            # An id that no row has, and a subject that no other pool is of.
            pools[group] = Pool(
                id=-number,
                subject_kind="quota_group",
                subject_id=-number,
                name=PoolName.ALL,
                capacity=capacity,
                is_retired=False,
            )
        return pools


def is_unlocked(quota: Quota | QuotaRule, moment: datetime) -> bool:
    """Whether a quota's places have become free for all."""
    return quota.unlocks_at is not None and quota.unlocks_at <= moment


def lock_seats(*events: Event, series_ids: Collection[int] = ()) -> Seats:
    """Read events again under a shared lock, then lock every pool that their people may need, and those of further series.

    Sign-ups do not wait for each other at the event, only for one who cancels or changes it, and the other way round;
    they wait for each other at the pools. Events that share the places of a series are locked with it.
    """
    for event in sorted(events, key=lambda one: one.id):
        _lock_event(event)
    sharing = _sharing(events, series_ids)
    return Seats(*_seats(sharing, lock_pools))


def _lock_event(event: Event) -> None:
    """Read the columns of an event again under a shared lock; what hangs on it, as its occasions, stays as it was read."""
    row = execute_plainly(_LOCKED_EVENT, {"event_id": event.id}).mappings().one()
    kept = event.__dict__
    for name, value in row.items():
        # Most are as they were, and to set one takes longer than to compare it.
        if name not in kept or kept[name] != value:
            set_committed_value(event, name, value)


def look_at_seats(*events: Event) -> SeatsInView:
    """What `lock_seats` would find, for a page: nothing is locked, and nothing written."""
    sharing = _sharing(events)
    return SeatsInView(*_seats(sharing, read_pools))


def _seats(
    sharing: Mapping[int, int | None], pools_of: Callable[[Subjects], list[Pool]]
) -> tuple[Ledger, Mapping[int, int | None], Sequence[QuotaRule]]:
    event_ids = list(sharing)
    subjects: Subjects = {
        "event": event_ids,
        "series": [series_id for series_id in set(sharing.values()) if series_id is not None],
        "programme_item": Selected(_CHOICES, {"events": event_ids}),
        "question_option": Selected(_OPTIONS, {"events": event_ids}),
    }
    pools = pools_of(subjects)
    quotas = [QuotaRule(*row) for row in execute_plainly(_QUOTAS, {"events": event_ids})]
    if quotas:
        ids = [quota.id for quota in quotas]
        # The first of a group makes its pool while the next ones wait for those above.
        pools += pools_of({"quota_group": Selected(_QUOTA_GROUPS, {"quotas": ids})})
    return Ledger(pools), sharing, quotas


def _sharing(events: Sequence[Event], further: Collection[int] = ()) -> dict[int, int | None]:
    """These events and those that share a series' places with them, or that of a further series: event id → series id
    where places are shared."""
    sharing: dict[int, int | None] = {event.id: None for event in events}
    series_ids = {*further, *(event.series_id for event in events if event.series_id is not None)}
    if series_ids:
        rows = db.session.execute(
            select(Event.id, Event.series_id)
            .join(Series, Series.id == Event.series_id)
            .where(Event.series_id.in_(series_ids), Series.shared_capacity.is_not(None))
        )
        sharing |= {row.id: row.series_id for row in rows}
    return sharing


def holder_of(registration: Registration) -> Holder:
    """The name under which a registration holds its places."""
    return Holder("registration", registration.id)


def _belonging(registration: Registration, counties: Mapping[int, str | None]) -> Belonging:
    code = registration.municipality_code
    organisation_id = registration.organisation_id
    return Belonging(
        municipality_code=code,
        county_code=code[:2] if code else counties.get(organisation_id or 0),
        organisation_id=organisation_id,
        organisation_name=registration.organisation_name,
        profession=registration.profession,
    )
