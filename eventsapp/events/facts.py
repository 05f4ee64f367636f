"""An event's facts as plain values: what the editor fills in, what the rules judge, and how the trail tells them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext

from eventsapp.core.clock import swedish_today
from eventsapp.core.i18n import format_day, format_span, in_language
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.models import (
    Admission,
    Event,
    EventFormat,
    EventLanguage,
    NamedRow,
    Occasion,
    RegistrationMode,
    WaitingListRule,
)
from eventsapp.organisations.models import Organisation


@dataclass(frozen=True, kw_only=True)
class OccasionFacts:
    """One time that an event takes place; `id` is that of the occasion it was, None for a new one."""

    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    label_sv: str = ""
    label_en: str | None = None
    id: int | None = None

    @property
    def when(self) -> tuple[datetime, datetime, bool]:
        return (self.starts_at, self.ends_at, self.all_day)

    @property
    def last_day(self) -> date:
        """The Swedish day on which it ends; an all-day span ends at the midnight after its last day."""
        ends_at = self.ends_at - timedelta(microseconds=1) if self.all_day else self.ends_at
        return swedish_today(ends_at)


@dataclass(frozen=True, kw_only=True)
class LinkFacts:
    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """Everything that staff decide about an event but its state. Lists are named by their codes, organisations by
    their names; an organisation that nobody has named before is added when the facts are saved."""

    title_sv: str
    kind: str
    slug: str = ""
    """The event's own part of its address; empty is made of the title, or stays as it was."""
    title_en: str | None = None
    summary_sv: str = ""
    summary_en: str | None = None
    body_sv: str = ""
    body_en: str | None = None
    topics: tuple[str, ...] = ()
    series: str | None = None
    language: EventLanguage = EventLanguage.SWEDISH

    occasions: tuple[OccasionFacts, ...] = ()

    format: EventFormat = EventFormat.ONSITE
    venue: str = ""
    room: str = ""
    address: str = ""
    municipality: str | None = None
    counties: tuple[str, ...] = ()
    venue_access: str = ""
    join_url: str = ""
    join_note: str = ""

    target_groups: tuple[str, ...] = ()
    target_note: str = ""
    organiser: str = ""
    co_organisers: tuple[str, ...] = ()

    registration_mode: RegistrationMode = RegistrationMode.REQUIRED
    registration_url: str = ""
    registration_opens_on: date | None = None
    registration_closes_on: date | None = None
    capacity_total: int | None = None
    separate_pools: bool = False
    capacity_onsite: int | None = None
    capacity_online: int | None = None
    room_capacity: int | None = None
    admission: Admission = Admission.FIRST_COME
    admission_code: str = ""
    waiting_list: WaitingListRule = WaitingListRule.OFFER
    offer_hours: int = 48
    allows_groups: bool = True
    asks_phone: bool = False
    asks_food: bool = False
    asks_access: bool = False
    shared_screen_max: int | None = None
    reminder_days: int | None = None
    ask_again_days: int | None = None
    neutral_in_calendars: bool = False
    cost: str = ""

    contact_email: str = ""
    contact_phone: str = ""
    responsible_id: int | None = None
    reference_number: str = ""
    links: tuple[LinkFacts, ...] = ()


VALUE_FACTS = (
    "title_sv",
    "title_en",
    "summary_sv",
    "summary_en",
    "body_sv",
    "body_en",
    "language",
    "format",
    "venue",
    "room",
    "address",
    "venue_access",
    "join_url",
    "join_note",
    "target_note",
    "registration_mode",
    "registration_url",
    "registration_opens_on",
    "registration_closes_on",
    "capacity_total",
    "separate_pools",
    "capacity_onsite",
    "capacity_online",
    "room_capacity",
    "admission",
    "admission_code",
    "waiting_list",
    "offer_hours",
    "allows_groups",
    "asks_phone",
    "asks_food",
    "asks_access",
    "shared_screen_max",
    "reminder_days",
    "ask_again_days",
    "neutral_in_calendars",
    "cost",
    "contact_email",
    "contact_phone",
    "reference_number",
)
"""The facts that are columns of the same name, taken over as they are."""

FACT_NAMES = {
    "title_sv": _l("titel"),
    "title_en": _l("titel på engelska"),
    "kind": _l("typ"),
    "summary_sv": _l("sammanfattning"),
    "summary_en": _l("sammanfattning på engelska"),
    "body_sv": _l("text"),
    "body_en": _l("text på engelska"),
    "topics": _l("ämnen"),
    "series": _l("serie"),
    "language": _l("språk"),
    "occasions": _l("tillfällen"),
    "format": _l("form"),
    "venue": _l("plats"),
    "room": _l("lokal"),
    "address": _l("adress"),
    "municipality": _l("kommun"),
    "counties": _l("län"),
    "venue_access": _l("tillgänglighet på platsen"),
    "join_url": _l("digital länk"),
    "join_note": _l("hur man ansluter"),
    "target_groups": _l("målgrupper"),
    "target_note": _l("målgrupp i egna ord"),
    "organiser": _l("arrangör"),
    "co_organisers": _l("samarrangörer"),
    "registration_mode": _l("anmälan"),
    "registration_url": _l("länk till anmälan"),
    "registration_opens_on": _l("anmälan öppnar"),
    "registration_closes_on": _l("sista anmälningsdag"),
    "capacity_total": _l("platser"),
    "separate_pools": _l("platserna räknas var för sig"),
    "capacity_onsite": _l("platser på plats"),
    "capacity_online": _l("platser digitalt"),
    "room_capacity": _l("så många lokalen rymmer"),
    "admission": _l("hur man får plats"),
    "admission_code": _l("kod för anmälan"),
    "waiting_list": _l("reservlista"),
    "offer_hours": _l("timmar att svara på ett erbjudande"),
    "allows_groups": _l("anmälan av flera på en gång"),
    "asks_phone": _l("fråga om telefon"),
    "asks_food": _l("fråga om mat"),
    "asks_access": _l("fråga om behov"),
    "shared_screen_max": _l("flest vid samma skärm"),
    "reminder_days": _l("påminnelse"),
    "ask_again_days": _l("fråga igen om deltagarna kommer"),
    "neutral_in_calendars": _l("neutral titel i deltagarnas kalendrar"),
    "cost": _l("kostnad"),
    "contact_email": _l("kontakt, e-post"),
    "contact_phone": _l("kontakt, telefon"),
    "responsible": _l("ansvarig"),
    "reference_number": _l("diarienummer"),
    "links": _l("länkar"),
    "slug": _l("webbadress"),
    "state": _l("läge"),
    "cancel_reason": _l("orsak"),
    "speakers": _l("medverkande"),
}
"""What the trail calls each fact."""

SECRET = frozenset({"admission_code"})
"""Facts whose values the trail must not keep: it says that they changed, and nothing more."""


def facts_of(event: Event) -> EventFacts:
    """The facts that an event has now; everything must be loaded (`queries.EVERYTHING`)."""
    return EventFacts(
        **{name: getattr(event, name) for name in VALUE_FACTS},
        slug=event.slug,
        kind=event.kind.code,
        topics=tuple(topic.code for topic in event.topics),
        series=event.series.code if event.series else None,
        occasions=tuple(
            _occasion_facts(occasion) for occasion in event.occasions if occasion.cancelled_at is None
        ),
        municipality=event.municipality_code,
        counties=tuple(county.code for county in event.counties),
        target_groups=tuple(group.code for group in event.target_groups),
        organiser=event.organiser.name_sv if event.organiser else "",
        co_organisers=tuple(organisation.name_sv for organisation in event.co_organisers),
        responsible_id=event.responsible_id,
        links=tuple(LinkFacts(label=link.label, url=link.url) for link in event.links),
    )


def _occasion_facts(occasion: Occasion) -> OccasionFacts:
    return OccasionFacts(
        id=occasion.id,
        starts_at=occasion.starts_at,
        ends_at=occasion.ends_at,
        all_day=occasion.all_day,
        label_sv=occasion.label_sv,
        label_en=occasion.label_en,
    )


def told(event: Event) -> dict[str, str]:
    """Every fact in Swedish words, to compare and for the trail, which takes them from `changed` since some are secret;
    everything must be loaded (`queries.EVERYTHING`)."""
    with in_language("sv"):
        words = {name: _in_words(getattr(event, name)) for name in VALUE_FACTS}
        words |= {
            "slug": event.slug,
            "kind": event.kind.name_sv,
            "topics": _names(event.topics),
            "series": event.series.name_sv if event.series else "",
            "occasions": "\n".join(_told_occasion(occasion) for occasion in event.occasions),
            "municipality": event.municipality.name if event.municipality else "",
            "counties": ", ".join(county.name_sv for county in event.counties),
            "target_groups": _names(event.target_groups),
            "organiser": event.organiser.name_sv if event.organiser else "",
            "co_organisers": _names(event.co_organisers),
            "responsible": event.responsible.name if event.responsible else "",
            "links": "\n".join(f"{link.label}: {link.url}" for link in event.links),
        }
    return words


def changed(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str] | None]:
    """The facts that differ, as the trail takes them: fact → [before, after], or None for what is secret."""
    return {
        name: None if name in SECRET else [before[name], after[name]]
        for name in before
        if before[name] != after[name]
    }


def _told_occasion(occasion: Occasion) -> str:
    when = format_span(occasion.starts_at, occasion.ends_at, all_day=occasion.all_day)
    words = f"{when} ({occasion.label_sv})" if occasion.label_sv else when
    if occasion.label_en:
        words += f" ({occasion.label_en})"
    return gettext("%(when)s, inställt", when=words) if occasion.cancelled_at else words


def _names(rows: Iterable[NamedRow | Organisation]) -> str:
    return ", ".join(row.name_sv for row in rows)


def _in_words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("ja") if value else gettext("nej")
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, Admission | EventFormat | EventLanguage | RegistrationMode | WaitingListRule):
        return value.label
    return str(value)
