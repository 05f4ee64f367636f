"""Whether an event's facts hold together, and whether they are enough to show the public; on values alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask_babel import gettext

from eventsapp.core.clock import from_swedish, swedish_midnight, swedish_today
from eventsapp.core.errors import DomainError
from eventsapp.events.facts import EventFacts, OccasionFacts
from eventsapp.events.models import (
    Admission,
    Event,
    EventFormat,
    EventState,
    RegistrationMode,
    WaitingListRule,
)

OPEN_ENDED_KINDS = frozenset({"webbutbildning", "webbstod"})
"""Kinds that may be open without a date: one takes them whenever it suits."""
MAX_OCCASIONS = 100
MAX_LINKS = 50
FIRST_YEAR = 1990
LAST_YEAR = 2100
CODE_LENGTHS = (4, 40)
"""A code to register with has at least and at most so many characters."""
OFFER_HOURS = (1, 336)
"""One who is offered a place has at least an hour and at most two weeks to answer."""
SHARED_SCREEN = (2, 500)
"""Where several may take part behind one screen they may be at least and at most so many."""


class SeveralProblems(DomainError):
    """More than one rule says no; each problem has its own sentence and field."""

    def __init__(self, problems: list[DomainError]) -> None:
        super().__init__(problems[0].message, problems[0].field)
        self.problems = problems


def problems_in(error: DomainError) -> list[DomainError]:
    """The problems of an error, so that a form can put each at its field."""
    return error.problems if isinstance(error, SeveralProblems) else [error]


@dataclass(frozen=True, kw_only=True)
class When:
    """A time as a person fills it in: Swedish days and times of day; whole days when `all_day`."""

    first_day: date | None
    starts: time | None = None
    last_day: date | None = None
    ends: time | None = None
    all_day: bool = False


def occasion_times(when: When) -> tuple[datetime, datetime]:
    """Start and end as moments; an all-day occasion ends at the Swedish midnight after its last day.

    Raises DomainError at "first_day", "starts", "last_day" or "ends": for what is missing, for an end that is not
    after the start, and for a time that summer time skips (02.00–02.59 on the last Sunday of March).
    """
    if when.first_day is None:
        raise DomainError(gettext("Fyll i vilken dag."), "first_day")
    last_day = when.last_day or when.first_day
    if last_day < when.first_day:
        raise DomainError(gettext("Sista dagen kan inte vara före första dagen."), "last_day")
    if when.all_day:
        return swedish_midnight(when.first_day), swedish_midnight(last_day + timedelta(days=1))
    if when.starts is None:
        raise DomainError(gettext("Fyll i när det börjar, eller kryssa i heldag."), "starts")
    if when.ends is None:
        raise DomainError(gettext("Fyll i när det slutar."), "ends")
    starts_at = _moment(when.first_day, when.starts, "starts")
    ends_at = _moment(last_day, when.ends, "ends")
    if ends_at <= starts_at:
        raise DomainError(gettext("Sluttiden måste vara efter starttiden."), "ends")
    return starts_at, ends_at


def _moment(day: date, wall_time: time, field: str) -> datetime:
    try:
        return from_swedish(day, wall_time)
    except ValueError:
        raise DomainError(
            gettext("Den tiden finns inte: klockan ställs fram till sommartid. Välj en annan tid."), field
        ) from None


def require_consistent(facts: EventFacts) -> None:
    """Raises SeveralProblems for facts that contradict each other; what is missing is another question."""
    _require_none([*_basic_problems(facts), *_occasion_problems(facts), *_registration_problems(facts)])


def require_showable(facts: EventFacts, state: EventState) -> None:
    """Raises SeveralProblems where something is missing that the public needs in `state`, or contradicts itself.

    A save the date needs little more than the date; drafts need nothing.
    """
    require_consistent(facts)
    _require_none([*missing(facts, state)])


def missing(facts: EventFacts, state: EventState) -> Iterator[DomainError]:
    """What the public needs in `state` and the facts do not have."""
    if state is EventState.DRAFT:
        return
    if not facts.organiser:
        yield DomainError(gettext("Fyll i vem som arrangerar."), "organiser")
    if not facts.contact_email:
        yield DomainError(gettext("Fyll i en e-postadress för frågor."), "contact_email")
    if not facts.occasions and (facts.kind not in OPEN_ENDED_KINDS or state is EventState.SAVE_THE_DATE):
        yield DomainError(gettext("Lägg till minst ett tillfälle."), "occasions")
    if state is EventState.SAVE_THE_DATE:
        return
    if not facts.summary_sv:
        yield DomainError(gettext("Skriv en sammanfattning."), "summary_sv")
    if facts.format is not EventFormat.ONLINE and not (facts.venue or facts.address or facts.municipality):
        yield DomainError(gettext("Fyll i var aktiviteten är."), "venue")
    if facts.registration_mode is RegistrationMode.ELSEWHERE and not facts.registration_url:
        yield DomainError(gettext("Fyll i adressen till anmälan."), "registration_url")
    if facts.registration_mode is not RegistrationMode.REQUIRED:
        return
    if facts.admission is Admission.CODE and not facts.admission_code:
        yield DomainError(gettext("Skriv koden som man anmäler sig med."), "admission_code")
    if facts.admission is Admission.ALLOCATION and facts.registration_closes_on is None:
        yield DomainError(
            gettext("Fyll i sista anmälningsdag. Platserna fördelas efter den."), "registration_closes_on"
        )


def _require_none(problems: list[DomainError]) -> None:
    if problems:
        raise SeveralProblems(problems)


def _basic_problems(facts: EventFacts) -> Iterator[DomainError]:
    if not facts.title_sv:
        yield DomainError(gettext("Skriv en titel."), "title_sv")
    for name in ("capacity_total", "capacity_onsite", "capacity_online", "room_capacity"):
        number: int | None = getattr(facts, name)
        if number is not None and number < 0:
            yield DomainError(gettext("Antalet platser kan inte vara under 0."), name)
    if len(facts.links) > MAX_LINKS:
        yield DomainError(gettext("Högst %(max)s länkar får plats.", max=MAX_LINKS), "links")


def _occasion_problems(facts: EventFacts) -> Iterator[DomainError]:
    if len(facts.occasions) > MAX_OCCASIONS:
        yield DomainError(gettext("Högst %(max)s tillfällen får plats.", max=MAX_OCCASIONS), "occasions")
    for occasion in facts.occasions:
        if occasion.ends_at <= occasion.starts_at:
            yield DomainError(gettext("Sluttiden måste vara efter starttiden."), "occasions")
        if not (occasion.starts_at.year >= FIRST_YEAR and occasion.ends_at.year <= LAST_YEAR + 1):
            yield DomainError(
                gettext("Skriv ett år mellan %(first)s och %(last)s.", first=FIRST_YEAR, last=LAST_YEAR),
                "occasions",
            )
    times = [occasion.when for occasion in facts.occasions]
    if len(set(times)) < len(times):
        yield DomainError(gettext("Två tillfällen har samma tid. Ta bort det ena."), "occasions")


def _registration_problems(facts: EventFacts) -> Iterator[DomainError]:
    if facts.registration_mode is not RegistrationMode.REQUIRED:
        return
    yield from _admission_problems(facts)
    least, most = SHARED_SCREEN
    if facts.shared_screen_max is not None and not least <= facts.shared_screen_max <= most:
        yield DomainError(
            gettext("Skriv ett antal personer mellan %(least)s och %(most)s.", least=least, most=most),
            "shared_screen_max",
        )
    opens, closes = facts.registration_opens_on, facts.registration_closes_on
    first_day = first_day_of(facts.occasions)
    if opens and closes and opens > closes:
        yield DomainError(
            gettext("Anmälan kan inte öppna efter sista anmälningsdag."), "registration_opens_on"
        )
    if first_day is None:
        return
    if closes and closes > first_day:
        yield DomainError(
            gettext("Sista anmälningsdag kan inte vara efter att aktiviteten har börjat."),
            "registration_closes_on",
        )
    if opens and opens > first_day:
        yield DomainError(
            gettext("Anmälan kan inte öppna efter att aktiviteten har börjat."), "registration_opens_on"
        )


def _admission_problems(facts: EventFacts) -> Iterator[DomainError]:
    shortest, longest = CODE_LENGTHS
    code = facts.admission_code
    if facts.admission is Admission.CODE and code:
        if not shortest <= len(code) <= longest:
            yield DomainError(
                gettext("Koden ska ha mellan %(least)s och %(most)s tecken.", least=shortest, most=longest),
                "admission_code",
            )
        if code.splitlines() != [code]:
            yield DomainError(gettext("Skriv koden på en rad."), "admission_code")
    least, most = OFFER_HOURS
    if facts.waiting_list is WaitingListRule.OFFER and not least <= facts.offer_hours <= most:
        yield DomainError(
            gettext("Skriv ett antal timmar mellan %(least)s och %(most)s.", least=least, most=most),
            "offer_hours",
        )


def first_day_of(occasions: tuple[OccasionFacts, ...]) -> date | None:
    """The Swedish day on which the first of the occasions begins."""
    return swedish_today(min(occasion.starts_at for occasion in occasions)) if occasions else None


def require_can_publish(event: Event) -> None:
    if event.state not in (EventState.DRAFT, EventState.SAVE_THE_DATE):
        raise DomainError(gettext("Aktiviteten är redan publicerad."))


def require_can_save_the_date(event: Event) -> None:
    if event.state is not EventState.DRAFT:
        raise DomainError(gettext("Bara ett utkast kan visas som ”boka datumet”."))


def require_can_unpublish(event: Event, registered: int) -> None:
    """Only what nobody has signed up for can become a draft again; else it must be cancelled, so that people know."""
    if event.state not in (EventState.PUBLISHED, EventState.SAVE_THE_DATE):
        raise DomainError(gettext("Aktiviteten är inte publicerad."))
    if registered:
        raise DomainError(gettext("Det finns anmälda. Ställ in aktiviteten i stället, så får de besked."))


def require_can_cancel(event: Event, now: datetime) -> None:
    if event.state not in (EventState.PUBLISHED, EventState.SAVE_THE_DATE):
        raise DomainError(gettext("Bara en publicerad aktivitet kan ställas in."))
    if event.last_ends_at is not None and now >= event.last_ends_at:
        raise DomainError(gettext("Aktiviteten är redan slut och kan inte ställas in."))


def require_can_delete(event: Event) -> None:
    """Only a draft that the public never saw can go without a trace in calendars."""
    if event.state is not EventState.DRAFT or event.published_at is not None:
        raise DomainError(gettext("Bara ett utkast som aldrig har varit publicerat kan tas bort."))
