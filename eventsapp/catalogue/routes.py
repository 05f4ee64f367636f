"""The public list, the archive and the page of each activity."""

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsapp.catalogue.queries import find_bygone, find_coming, get_event_page
from eventsapp.catalogue.structured_data import structured_data
from eventsapp.config import Settings
from eventsapp.core.clock import now
from eventsapp.core.errors import NotFound
from eventsapp.events.filters import EventFilter
from eventsapp.events.models import EventLanguage
from eventsapp.events.queries import current_slug
from eventsapp.registrations.documents import save_links
from eventsapp.rendering.calendar import subscribe_links
from eventsapp.sign_up.one_click import find_known
from eventsapp.web.guards import public
from eventsapp.web.pages import page, site_url
from eventsapp.web.paging import requested_page

bp = Blueprint("catalogue", __name__)


@page(bp, "/", "/")
@public
def start() -> ResponseReturnValue:
    """The list is the front page."""
    return redirect(url_for("catalogue.index"))


@page(bp, "/aktiviteter", "/events")
@public
def index() -> ResponseReturnValue:
    """What is coming, by month."""
    listing = find_coming(EventFilter.from_args(request.args), requested_page(), now())
    return render_template(
        "catalogue/index.html", listing=listing, **beside_list(listing.selection, listing.words)
    )


@page(bp, "/aktiviteter/arkiv", "/events/archive")
@public
def archive() -> ResponseReturnValue:
    """What is over, by year."""
    listing = find_bygone(EventFilter.from_args(request.args), _requested_year(), requested_page(), now())
    return render_template(
        "catalogue/archive.html", listing=listing, **beside_list(listing.selection, listing.words)
    )


@page(bp, "/aktiviteter/<slug>", "/events/<slug>")
@public
def event(slug: str) -> ResponseReturnValue:
    """One activity; an address that it had before leads to the one it has now."""
    try:
        shown = get_event_page(slug, now())
    except NotFound:
        if (newer := current_slug(slug)) is None:
            raise
        return redirect(url_for("catalogue.event", slug=newer), 301)
    address = site_url("catalogue.event", slug=slug)
    return render_template(
        "catalogue/event.html",
        shown=shown,
        event=shown.event,
        programme=shown.programme,
        publications=shown.publications,
        known=find_known(shown.event),
        structured_data=structured_data(shown.event, page_url=address),
        saves=save_links(shown.event, shown.now, language=g.lang, page_url=address),
        subscriptions={
            name: subscribe_links(site_url(f"feeds.{name}", slug=slug), shown.event.title).webcal
            for name in ("occasions", "programme")
        },
    )


def beside_list(selection: EventFilter, words: str) -> dict[str, object]:
    """What stands beside a public list of a selection, whose name is `words`: what its filters need, and how to subscribe."""
    settings: Settings = current_app.config["SETTINGS"]
    name = " – ".join(part for part in (settings.site_name, words) if part)
    return {
        "home_county": settings.home_county,
        "languages": [(language.value, language.label) for language in EventLanguage],
        "links": subscribe_links(site_url("feeds.calendar", **selection.values()), name),
        "atom_url": site_url("feeds.atom", **selection.values()),
    }


def _requested_year() -> int | None:
    """The year in the address; anything that is not a year of ours is none."""
    value = request.args.get("ar", "")
    return (
        int(value) if value.isascii() and value.isdecimal() and len(value) == 4 and value >= "1990" else None
    )
