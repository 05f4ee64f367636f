"""New and changed activities as entries of an Atom feed."""

from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

from flask_babel import gettext
from markupsafe import Markup, escape

from eventsapp.core.i18n import language
from eventsapp.events.models import Event, EventState
from eventsapp.events.words import when_in_words, where_in_words
from eventsapp.rendering.atom import AtomCategory, AtomEntry


def atom_entry(event: Event, *, page_url: str, lists_url: str) -> AtomEntry:
    """An activity in the current language. `lists_url` begins the names of the lists that its categories are of.

    Kind, municipality, organiser, counties and occasions must be loaded.
    """
    cancelled = event.state is EventState.CANCELLED
    return AtomEntry(
        id=permanent_id(event),
        title=gettext("Inställt: %(title)s", title=event.title) if cancelled else event.title,
        url=page_url,
        updated_at=event.changed_at,
        published_at=event.published_at or event.created_at,
        summary_html=_summary(event),
        language="en" if language() == "en" and event.title_en else "sv",
        categories=tuple(_categories(event, lists_url)),
        author=event.organiser.name if event.organiser else "",
    )


def permanent_id(event: Event) -> str:
    """What never changes, whatever becomes of title, address and host: made of the number and the moment it was made at.

    The texts of a language are an entry of their own, since they change each other's place otherwise.
    """
    made = f"eventsapp:event:{event.id}:{event.created_at.isoformat()}:{language()}"
    return uuid5(NAMESPACE_URL, made).urn


def _summary(event: Event) -> str:
    when_and_where = [when_in_words(event), where_in_words(event)]
    reason = event.cancel_reason if event.state is EventState.CANCELLED else ""
    lines = [" · ".join(part for part in when_and_where if part), reason, event.summary]
    return Markup().join(Markup("<p>{}</p>").format(escape(line)) for line in lines if line)


def _categories(event: Event, lists_url: str) -> Iterator[AtomCategory]:
    yield AtomCategory(term=event.kind.code, scheme=f"{lists_url}#typ", label=event.kind.name)
    for county in event.counties:
        yield AtomCategory(term=county.code, scheme=f"{lists_url}#lan", label=county.name)
