"""The pages of an organiser, a topic and a series: what is coming of it, and how to subscribe to that."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.catalogue.queries import find_coming
from eventsapp.catalogue.routes import beside_list, bp
from eventsapp.core.clock import now
from eventsapp.core.errors import NotFound
from eventsapp.events.filters import EventFilter
from eventsapp.events.models import Topic
from eventsapp.events.queries import merged_into
from eventsapp.web.guards import public
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page


@page(bp, "/arrangorer/<code>", "/organisers/<code>")
@public
def organiser(code: str) -> ResponseReturnValue:
    """What an organisation arranges, alone or with others."""
    return _page_of(EventFilter(arrangor=(code,)), gettext("Arrangör"))


@page(bp, "/amnen/<code>", "/topics/<code>")
@public
def topic(code: str) -> ResponseReturnValue:
    """What is about a topic; one that has become part of another leads to that one."""
    if (newer := merged_into(Topic, code)) is not None:
        return redirect(url_for("catalogue.topic", code=newer), 301)
    return _page_of(EventFilter(amne=(code,)), gettext("Ämne"))


@page(bp, "/serier/<code>", "/series/<code>")
@public
def series(code: str) -> ResponseReturnValue:
    """The dates of a series."""
    return _page_of(EventFilter(serie=(code,)), gettext("Serie"))


def _page_of(asked: EventFilter, sort: str) -> ResponseReturnValue:
    """The page of the one thing that is asked for, which is a `sort` of thing; raises NotFound for what nobody knows."""
    listing = find_coming(asked, requested_page(), now())
    if listing.selection.is_empty:
        raise NotFound
    return render_template(
        "catalogue/collection.html",
        listing=listing,
        sort=sort,
        **beside_list(listing.selection, listing.words),
    )
