"""The coming year of made-up activities, by the same operations that staff use."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from eventsapp.accounts.models import User
from eventsapp.cli.demo.placing import WEEKDAYS, day_in_weeks, next_iso_week, shift_to_working_days
from eventsapp.cli.demo.texts import ActivityText, OccasionText, read_activities, wall_time
from eventsapp.core.actor import Actor
from eventsapp.core.clock import clock_at, from_swedish, swedish_midnight, swedish_today
from eventsapp.core.db import db
from eventsapp.core.text import sort_key
from eventsapp.events.facts import EventFacts, LinkFacts, OccasionFacts, facts_of
from eventsapp.events.life_cycle import cancel_event, complete_event, publish, save_the_date
from eventsapp.events.models import Event, EventFormat, EventLanguage, EventState, RegistrationMode, Series
from eventsapp.events.operations import create_event, set_speakers, update_event
from eventsapp.events.queries import get_event_to_change
from eventsapp.programme.models import ProgrammeItem, Speaker
from eventsapp.publications.models import Publication

PHONE = "010-225 40 00"
SERIES = {
    "demokratimorgon": ("Demokratimorgon", "Democracy Morning"),
    "klimatanpassa-vasterbotten": ("Klimatanpassa Västerbotten", "Climate adaptation in Västerbotten"),
}
SAFETY_MAILBOXES = frozenset({"beredskap", "klimatanpassning", "landsbygd", "klimat", "friluftsliv"})
OTHER_BOARDS = frozenset({"vasternorrland", "norrbotten", "jamtland", "dalarna"})
FIRST_ISO_WEEK_NOTICE = 14


@dataclass(frozen=True)
class Officers:
    """Who looks after which activities."""

    violence: User
    safety: User

    def for_mailbox(self, address: str) -> User | None:
        mailbox = address.partition("@")[0]
        if mailbox in OTHER_BOARDS:
            return None
        return self.safety if mailbox in SAFETY_MAILBOXES else self.violence


@dataclass(frozen=True)
class Placed:
    """A made-up activity with its event."""

    text: ActivityText
    event: Event


def load_coming_year(
    officers: Officers, publications: dict[str, Publication], moment: datetime
) -> list[Placed]:
    """Add the made-up activities around `moment`, each made and published some weeks before it; flushes."""
    _add_series()
    chance = random.Random(20261123)  # noqa: S311 (made-up dates, not secrets)
    placed = []
    for text in read_activities():
        made_at = moment - timedelta(days=chance.randint(18, 75), minutes=chance.randint(0, 400))
        event = _add(text, officers.for_mailbox(text.contact_email), made_at, moment)
        for key in text.publications:
            publications[key].events.append(event)
        placed.append(Placed(text, event))
    db.session.flush()
    return placed


def _add_series() -> None:
    db.session.add_all(
        Series(code=code, name_sv=name_sv, name_en=name_en, sort_key=sort_key(name_sv))
        for code, (name_sv, name_en) in SERIES.items()
    )
    db.session.flush()


def _add(text: ActivityText, officer: User | None, made_at: datetime, moment: datetime) -> Event:
    today = swedish_today(moment)
    days = occasion_days(text, today)
    actor = Actor.user(officer.id, officer.name) if officer else Actor.system()
    responsible_id = officer.id if officer else None
    moved = timedelta(days=text.moved_by_days)
    first_days = [day - moved for day in days]
    if text.state is EventState.COMPLETED:
        made_at = swedish_midnight(days[0] - timedelta(days=60))
    with clock_at(made_at):
        facts = activity_facts(text, first_days, today, responsible_id)
        event = create_event(facts, actor=actor)
        event.is_example = True
        _add_programme(event, text, days)
        event = get_event_to_change(event.id)
        if text.state is EventState.SAVE_THE_DATE:
            save_the_date(event, actor=actor)
        elif text.state is not EventState.DRAFT:
            publish(event, actor=actor)
    if moved:
        with clock_at(moment - timedelta(days=6)):
            later = activity_facts(text, days, today, responsible_id)
            update_event(event, _same_occasions(event, later), actor=actor)
    if text.state is EventState.CANCELLED:
        with clock_at(moment - timedelta(days=3)):
            cancel_event(event, text.cancel_reason, actor=actor)
    if text.state is EventState.COMPLETED and event.last_ends_at is not None:
        with clock_at(event.last_ends_at + timedelta(hours=6)):
            complete_event(event, actor=Actor.system())
    return event


def _same_occasions(event: Event, later: EventFacts) -> EventFacts:
    """The new times for the occasions that the event already has, so that calendars move them."""
    before = facts_of(event).occasions
    return replace(
        later,
        occasions=tuple(replace(new, id=old.id) for old, new in zip(before, later.occasions, strict=True)),
    )


def occasion_days(text: ActivityText, today: date) -> list[date]:
    """The first day of each occasion: in the ISO week that belongs to the theme, or on working days."""
    if not text.occasions:
        return []
    if text.iso_week is not None:
        monday = next_iso_week(today, text.iso_week, notice_days=FIRST_ISO_WEEK_NOTICE)
        return [_day(monday, occasion) for occasion in text.occasions]
    if text.weeks is None:
        raise ValueError(f"{text.key} has neither weeks nor iso_week")
    monday = day_in_weeks(today, text.weeks, "mon")
    days = [_day(monday, occasion) for occasion in text.occasions]
    if len(days) > 1 and any(occasion.after_weeks for occasion in text.occasions):
        return _each_on_its_own(days)
    shift = timedelta(days=shift_to_working_days(days, forward=text.weeks >= 0))
    return [day + shift for day in days]


def _day(monday: date, occasion: OccasionText) -> date:
    return monday + timedelta(weeks=occasion.after_weeks, days=WEEKDAYS.index(occasion.weekday))


def _each_on_its_own(days: list[date]) -> list[date]:
    """Days of a series move past holidays one by one, and stay in order."""
    kept: list[date] = []
    for day in days:
        earliest = max(day, kept[-1] + timedelta(weeks=1)) if kept else day
        kept.append(earliest + timedelta(days=shift_to_working_days([earliest])))
    return kept


def activity_facts(
    text: ActivityText, days: list[date], today: date, responsible_id: int | None
) -> EventFacts:
    """The facts of a made-up activity whose occasions begin on `days`."""
    apart = (
        text.format is EventFormat.HYBRID
        and text.registration is RegistrationMode.REQUIRED
        and not text.shared_pool
    )
    closes = (
        days[0] - timedelta(days=text.last_day_before) if days and text.last_day_before is not None else None
    )
    return EventFacts(
        title_sv=text.title,
        title_en=text.title_en,
        kind=text.kind,
        summary_sv=text.summary,
        summary_en=text.summary_en,
        body_sv=text.text,
        body_en=text.text_en,
        topics=text.topics,
        series=text.series or None,
        language=EventLanguage(text.language),
        occasions=tuple(_occasion(day, occasion) for day, occasion in zip(days, text.occasions, strict=True)),
        format=text.format,
        venue=text.venue,
        room=text.room,
        address=text.address,
        municipality=text.municipality,
        counties=text.counties,
        venue_access=text.access,
        join_url=text.join_url,
        join_note="Logga in fem minuter före start." if text.join_url else "",
        target_groups=text.target_groups,
        target_note=text.target_group_note,
        organiser=text.organiser,
        co_organisers=text.co_organisers,
        registration_mode=text.registration,
        registration_url=text.registration_url,
        admission=text.admission,
        registration_opens_on=(
            today + timedelta(days=text.opens_in_days) if text.opens_in_days is not None else None
        ),
        registration_closes_on=closes if text.registration is RegistrationMode.REQUIRED else None,
        capacity_total=None if apart else (text.seats_total or text.seats_onsite or text.seats_online),
        separate_pools=apart,
        capacity_onsite=text.seats_onsite if apart else None,
        capacity_online=text.seats_online if apart else None,
        asks_food=text.asks_food,
        asks_access=text.asks_access,
        shared_screen_max=text.shared_screen_max,
        neutral_in_calendars=text.neutral_in_calendars,
        cost=text.cost,
        contact_email=text.contact_email,
        contact_phone=PHONE,
        responsible_id=responsible_id,
        links=tuple(LinkFacts(label=link.title, url=link.url) for link in text.links),
    )


def _occasion(day: date, text: OccasionText) -> OccasionFacts:
    if text.all_day:
        starts_at, ends_at = swedish_midnight(day), swedish_midnight(day + timedelta(days=text.days))
    else:
        starts_at, ends_at = _moment(day, text.start), _moment(day, text.end)
    return OccasionFacts(
        starts_at=starts_at,
        ends_at=ends_at,
        all_day=text.all_day,
        label_sv=text.label,
        label_en=text.label_en,
    )


def _moment(day: date, clock: str) -> datetime:
    at: time = wall_time(clock)
    return from_swedish(day, at)


def _add_programme(event: Event, text: ActivityText, days: list[date]) -> None:
    names: list[str] = []
    for item in text.programme:
        day = days[item.day - 1]
        names += [speaker.name for speaker in item.speakers]
        db.session.add(
            ProgrammeItem(
                event_id=event.id,
                starts_at=_moment(day, item.start),
                ends_at=_moment(day, item.end),
                title_sv=item.title,
                title_en=item.title_en,
                text_sv=item.text,
                text_en=None,
                room=item.room,
                is_choice=item.places is not None,
                capacity=item.places,
                speakers=[
                    Speaker(position=position, name=speaker.name, description=speaker.description)
                    for position, speaker in enumerate(item.speakers)
                ],
            )
        )
    set_speakers(event, names)
    db.session.flush()
