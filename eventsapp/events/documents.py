"""An event as calendars show it: one entry for each occasion, made of public facts only.

Neither the join link nor anything about those who attend is ever read here.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from flask_babel import gettext

from eventsapp.core.clock import swedish_today
from eventsapp.core.i18n import format_day, in_language
from eventsapp.core.i18n import language as current_language
from eventsapp.events.models import Event, EventFormat, EventState, Occasion, RegistrationMode
from eventsapp.events.words import place_in_words, where_in_words
from eventsapp.rendering.calendar import CalendarEntry, EntryStatus

CAMPAIGN_KINDS = frozenset({"kampanj", "temavecka"})
"""Kinds that are for information: they must not make anybody's days look taken."""


def permanent_id(event: Event) -> str:
    """What feeds and data call an event, whatever becomes of its title, its address and our host: an IRI (RFC 9562) made of its
    number and the moment it was made at."""
    return uuid5(NAMESPACE_URL, f"eventsapp:event:{event.id}:{event.created_at.isoformat()}").urn


def calendar_entries(event: Event, *, language: str, page_url: str) -> list[CalendarEntry]:
    """One entry per occasion, cancelled ones included; none for an event that is open without a date.

    An event that was public and is a draft again is cancelled for those who subscribe. `page_url` is the absolute
    address of the event's page. Kind, municipality, organiser, topics and occasions must be loaded.
    """
    with in_language(language):
        return [_entry(event, occasion, page_url) for occasion in event.occasions]


def _entry(event: Event, occasion: Occasion, page_url: str) -> CalendarEntry:
    hidden = event.state is EventState.DRAFT
    status = _status(event, occasion)
    return CalendarEntry(
        uid=occasion.uid,
        sequence=occasion.sequence,
        created_at=occasion.created_at,
        # "(2 av 4)" changes when another occasion comes or goes, so they count as changed together.
        last_modified_at=max(sibling.changed_at for sibling in event.occasions),
        summary=numbered(event.title, event, occasion),
        starts_at=None if occasion.all_day else occasion.starts_at,
        ends_at=None if occasion.all_day else occasion.ends_at,
        starts_on=occasion.first_day if occasion.all_day else None,
        ends_on=occasion.last_day if occasion.all_day else None,
        # The text of a draft is not public, and its page cannot be opened.
        description=None if hidden else _description(event, occasion, status),
        location=None if hidden else _location(event),
        url=None if hidden else page_url,
        status=status,
        transparent=_leaves_time_free(event, occasion),
        categories=(event.kind.name, *(topic.name for topic in event.topics)),
        organizer_name=event.organiser.name if event.organiser else None,
        organizer_email=event.contact_email,
        language=_text_language(event),
    )


def _status(event: Event, occasion: Occasion) -> EntryStatus:
    if occasion.cancelled_at is not None or event.state in (EventState.CANCELLED, EventState.DRAFT):
        return EntryStatus.CANCELLED
    if event.state is EventState.SAVE_THE_DATE:
        return EntryStatus.TENTATIVE
    return EntryStatus.CONFIRMED


def numbered(title: str, event: Event, occasion: Occasion) -> str:
    """ "Ledarskap (2 av 4)": a title, and which of several occasions it is."""
    if len(event.occasions) == 1:
        return title
    return gettext(
        "%(title)s (%(number)d av %(total)d)",
        title=title,
        number=event.occasions.index(occasion) + 1,
        total=len(event.occasions),
    )


def _location(event: Event) -> str:
    """Where one goes, as a map understands it; the text says that one can take part online too."""
    if event.format is EventFormat.ONLINE:
        return where_in_words(event)
    return place_in_words(event) or where_in_words(event)


def _description(event: Event, occasion: Occasion, status: EntryStatus) -> str:
    """First what matters, then the summary; the cancellation and the address of the page are put around it."""
    if status is EntryStatus.CANCELLED:
        first: Sequence[str] = [event.cancel_reason]
    else:
        first = [occasion.label, _news(event), _how_to_take_part(event), _how_to_register(event)]
    lines = "\n".join(line for line in first if line)
    return "\n\n".join(part for part in (lines, event.summary) if part)


def _news(event: Event) -> str:
    if event.state is EventState.SAVE_THE_DATE:
        return gettext("Boka datumet. Programmet kommer senare.")
    if event.moved_at is not None and event.state is EventState.PUBLISHED:
        return gettext(
            "Tiden ändrades %(day)s.", day=format_day(swedish_today(event.moved_at), weekday=False)
        )
    return ""


def _how_to_take_part(event: Event) -> str:
    sentences = []
    if event.format is EventFormat.HYBRID:
        sentences.append(gettext("Du kan delta på plats eller digitalt."))
    if event.format is not EventFormat.ONSITE and event.registration_mode is RegistrationMode.REQUIRED:
        sentences.append(gettext("Den digitala länken visas när du är anmäld."))
    return " ".join(sentences)


def _how_to_register(event: Event) -> str:
    if event.state is not EventState.PUBLISHED:
        return ""
    if event.registration_mode is RegistrationMode.NONE:
        return gettext("Ingen anmälan behövs.")
    if event.registration_mode is RegistrationMode.ELSEWHERE:
        return gettext("Anmäl dig på en annan webbplats, se aktivitetens sida.")
    if event.registration_closes_on is None:
        return gettext("Anmäl dig på aktivitetens sida.")
    day = format_day(event.registration_closes_on, weekday=False)
    return gettext("Anmäl dig senast %(day)s på aktivitetens sida.", day=day)


def _leaves_time_free(event: Event, occasion: Occasion) -> bool:
    """Whether other things can be booked meanwhile: several days and nights would else look taken."""
    if event.kind.code in CAMPAIGN_KINDS:
        return True
    if occasion.all_day:
        return occasion.first_day != occasion.last_day
    return occasion.ends_at - occasion.starts_at >= timedelta(days=1)


def _text_language(event: Event) -> str:
    """The language that title and summary are in here."""
    return "en" if current_language() == "en" and event.title_en else "sv"
