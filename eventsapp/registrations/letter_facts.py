"""What letters tell of an event: made once for all who are told the same."""

from dataclasses import dataclass

from eventsapp.core.i18n import format_day
from eventsapp.events.models import Event, EventFormat
from eventsapp.registrations.models import AttendanceMode
from eventsapp.registrations.words import occasions_in_words, where_for
from eventsapp.web.pages import site_url


@dataclass(frozen=True)
class EventFacts:
    """What a letter tells one group of people about an event: those of one language and one way of taking part."""

    title: str
    when: list[str]
    where: str
    mode: str
    """How they take part, where there is more than one way; else empty."""
    join_url: str
    join_note: str
    page_url: str
    venue_access: str
    last_day: str
    """The last day to register in words, or empty."""
    contact_email: str
    contact_phone: str
    people: int = 1
    """How many sit at the screen."""
    asks_questions: bool = False
    """Whether there is something to answer once the place is secured."""


def event_facts(
    event: Event, language: str, mode: AttendanceMode, *, may_join: bool, people: int = 1
) -> EventFacts:
    """What those are told who take part in one way; the texts are in the language that holds now."""
    return EventFacts(
        title=event.title,
        when=occasions_in_words(event),
        where=where_for(event, mode),
        mode=mode.label if event.format is EventFormat.HYBRID else "",
        join_url=event.join_url if may_join else "",
        join_note=event.join_note if may_join else "",
        page_url=site_url("catalogue.event", lang=language, slug=event.slug),
        venue_access=event.venue_access if mode is AttendanceMode.ONSITE else "",
        last_day=format_day(event.registration_closes_on) if event.registration_closes_on else "",
        contact_email=event.contact_email,
        contact_phone=event.contact_phone,
        people=people,
        asks_questions=event.asks_questions,
    )
