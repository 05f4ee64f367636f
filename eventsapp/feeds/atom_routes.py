"""What is new and what has changed, for feed readers, with the filters of the list."""

from datetime import date, datetime, timedelta

from flask import current_app, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.config import Settings
from eventsapp.events.filters import EventFilter
from eventsapp.feeds.atom_documents import atom_entry
from eventsapp.feeds.atom_queries import latest_changes
from eventsapp.feeds.documents import calendar_name
from eventsapp.feeds.public_files import answer
from eventsapp.feeds.queries import Selection
from eventsapp.feeds.routes import bp
from eventsapp.rendering.atom import ATOM_TYPE, AtomFeed, render_atom
from eventsapp.web.guards import public
from eventsapp.web.pages import page, site_url


@page(bp, "/aktiviteter.atom", "/events.atom")
@public
def atom() -> ResponseReturnValue:
    """The activities of a selection that are new or have changed, latest first."""
    return answer(_make_atom, content_type=ATOM_TYPE, ending="atom")


def _make_atom(selection: EventFilter, read: Selection, today: date, changed_at: datetime) -> bytes:
    settings: Settings = current_app.config["SETTINGS"]
    lists_url = site_url("catalogue.index")
    pages_url = site_url("catalogue.event", slug="-").removesuffix("-")
    events = latest_changes(selection, first_day=today - timedelta(days=settings.feed_days_back))
    name = calendar_name(settings.site_name, selection.in_words(read.labels))
    feed = AtomFeed(
        title=gettext("%(calendar)s: nytt och ändrat", calendar=name),
        author=settings.site_organisation,
        self_url=site_url("feeds.atom", **selection.values()),
        page_url=site_url("catalogue.index", **selection.values()),
        language=g.lang,
        # Not the moment of the file: readers show it as the time of the latest news.
        updated_at=max((event.changed_at for event in events), default=changed_at),
        entries=[atom_entry(event, page_url=pages_url + event.slug, lists_url=lists_url) for event in events],
    )
    return render_atom(feed)
