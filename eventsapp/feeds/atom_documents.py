"""New and changed activities as entries of an Atom feed."""

from collections.abc import Iterator
from uuid import UUID, uuid5

from flask_babel import gettext
from markupsafe import Markup, escape

from eventsapp.core.i18n import language
from eventsapp.events.documents import permanent_id
from eventsapp.events.models import Event, EventState
from eventsapp.events.words import when_in_words, where_in_words
from eventsapp.rendering.atom import AtomCategory, AtomEntry


def atom_entry(event: Event, *, page_url: str, lists_url: str) -> AtomEntry:
    """An activity in the current language. `lists_url` begins the names of the lists that its categories are of.

    Kind, municipality, organiser, counties and occasions must be loaded.
    """
    cancelled = event.state is EventState.CANCELLED
    return AtomEntry(
        # The texts of another language are an entry of their own, or readers would swap them at each fetch.
        id=uuid5(UUID(permanent_id(event)), language()).urn,
        title=gettext("Inställt: %(title)s", title=event.title) if cancelled else event.title,
        url=page_url,
        updated_at=event.changed_at,
        published_at=event.published_at or event.created_at,
        summary_html=_summary(event),
        language="en" if language() == "en" and event.title_en else "sv",
        categories=tuple(_categories(event, lists_url)),
        author=event.organiser.name if event.organiser else "",
    )


def _summary(event: Event) -> str:
    when_and_where = [when_in_words(event), where_in_words(event)]
    reason = event.cancel_reason if event.state is EventState.CANCELLED else ""
    lines = [" · ".join(part for part in when_and_where if part), reason, event.summary]
    return Markup().join(Markup("<p>{}</p>").format(escape(line)) for line in lines if line)


def _categories(event: Event, lists_url: str) -> Iterator[AtomCategory]:
    yield AtomCategory(term=event.kind.code, scheme=f"{lists_url}#typ", label=event.kind.name)
    for county in event.counties:
        yield AtomCategory(term=county.code, scheme=f"{lists_url}#lan", label=county.name)
