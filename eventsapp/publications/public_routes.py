"""Publications for everybody."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from eventsapp.core.clock import now
from eventsapp.publications.queries import (
    counties_with_publications,
    get_public_publication,
    publications_page,
)
from eventsapp.web.guards import public
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("publications_public", __name__)


@page(bp, "/publikationer", "/publications")
@public
def index() -> ResponseReturnValue:
    query, county = request.args.get("q", "")[:200], request.args.get("lan", "")[:2]
    return render_template(
        "publications/index.html",
        found=publications_page(query=query, county=county, number=requested_page()),
        query=query,
        county=county,
        counties=counties_with_publications(),
    )


@page(bp, "/publikationer/<slug>", "/publications/<slug>")
@public
def publication(slug: str) -> ResponseReturnValue:
    found = get_public_publication(slug)
    events = sorted(
        (event for event in found.events if event.is_public),
        key=lambda event: event.first_starts_at or now(),
        reverse=True,
    )
    return render_template("publications/publication.html", publication=found, events=events)
