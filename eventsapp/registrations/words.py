"""An event's facts in words, for one who takes part in it."""

from flask_babel import gettext

from eventsapp.core.i18n import format_span
from eventsapp.events.models import Event, EventFormat
from eventsapp.events.rules import current_occasions
from eventsapp.events.words import place_in_words, when_in_words, where_in_words
from eventsapp.registrations.models import AttendanceMode


def occasions_in_words(event: Event) -> list[str]:
    """When the event is: a line for each occasion, or one line where there is at most one."""
    occasions = current_occasions(event) or list(event.occasions)
    if len(occasions) < 2:
        return [when_in_words(event)]
    lines = []
    for occasion in occasions:
        span = format_span(occasion.starts_at, occasion.ends_at, all_day=occasion.all_day)
        lines.append(f"{span} ({occasion.label})" if occasion.label else span)
    return lines


def where_for(event: Event, mode: AttendanceMode) -> str:
    """Where one who takes part in this way goes; of a hybrid only their half."""
    if event.format is EventFormat.HYBRID and mode is AttendanceMode.ONSITE:
        return place_in_words(event) or gettext("Platsen är inte bestämd")
    if event.format is EventFormat.HYBRID:
        return mode.label
    return where_in_words(event)


def moved_paragraph(form: EventFormat) -> str:
    """How the letter of a new time or place begins, unless the officer has written something else."""
    if form is EventFormat.ONSITE:
        return gettext("Tiden eller platsen har ändrats. Det här gäller nu:")
    return gettext("Tiden, platsen eller den digitala länken har ändrats. Det här gäller nu:")


def cancelled_paragraph() -> str:
    """What the letter of a cancelled event says after the reason, unless the officer has written something else."""
    return gettext("Du behöver inte avanmäla dig. Ta bort aktiviteten ur din kalender om du har lagt in den.")
