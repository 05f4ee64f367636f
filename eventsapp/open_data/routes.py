"""Public activities as data: the files, the page that lists them, and their description for data portals."""

import json
from datetime import date, datetime

from flask import Blueprint, current_app, g, render_template
from flask.typing import ResponseReturnValue

from eventsapp.config import Settings
from eventsapp.events.filters import EventFilter
from eventsapp.feeds.public_files import answer
from eventsapp.feeds.queries import Selection
from eventsapp.open_data.data_set import data_set
from eventsapp.open_data.dcat import PREFIXES, describe
from eventsapp.open_data.documents import activity_columns, activity_row, activity_values
from eventsapp.open_data.queries import public_activities
from eventsapp.rendering.calendar import etag_of
from eventsapp.rendering.rdf import RDF_TYPE, json_ld, rdf_xml
from eventsapp.rendering.spreadsheet import write_csv
from eventsapp.web.cacheable import cacheable
from eventsapp.web.guards import public
from eventsapp.web.pages import page, site_url

bp = Blueprint("open_data", __name__)

LICENCE_NAMES = {
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0 1.0",
    "https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0",
}


@page(bp, "/oppna-data", "/open-data")
@public
def about() -> ResponseReturnValue:
    """What data there is, in which formats and under which licence."""
    described = data_set(_settings())
    return render_template(
        "open_data/about.html",
        distributions=[one for one in described.distributions if one.language == g.lang],
        licence=described.licence,
        licence_name=LICENCE_NAMES.get(described.licence, described.licence),
        structured_data=json_ld(describe(described), PREFIXES),
    )


# Where Sveriges dataportal looks for it, in the form that it reads.
@bp.get("/datasets/dcat")
@public
def dcat() -> ResponseReturnValue:
    """The description of the data for data portals, in both languages."""
    content = rdf_xml(describe(data_set(_settings())), PREFIXES)
    return cacheable(
        content,
        content_type=RDF_TYPE,
        etag=etag_of(content),
        last_modified=None,
        disposition='inline; filename="dcat.rdf"',
    )


@page(bp, "/aktiviteter.json", "/events.json")
@public
def activities_json() -> ResponseReturnValue:
    """The activities of a selection as JSON."""
    return answer(_make_json, content_type="application/json; charset=utf-8", ending="json")


@page(bp, "/aktiviteter.csv", "/events.csv")
@public
def activities_csv() -> ResponseReturnValue:
    """The same as a table, a row for each activity."""
    return answer(_make_csv, content_type="text/csv; charset=utf-8; header=present", ending="csv")


def _make_json(selection: EventFilter, _read: Selection, _today: date, _changed_at: datetime) -> bytes:
    pages_url = _pages_url()
    found = {
        "licence": _settings().open_data_licence,
        "publisher": _settings().site_organisation,
        "page": site_url("open_data.about"),
        "language": g.lang,
        "activities": [
            activity_values(event, page_url=pages_url + event.slug) for event in public_activities(selection)
        ],
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _make_csv(selection: EventFilter, _read: Selection, _today: date, _changed_at: datetime) -> bytes:
    pages_url = _pages_url()
    rows = (activity_row(event, page_url=pages_url + event.slug) for event in public_activities(selection))
    return b"".join(write_csv(activity_columns(), rows))


def _pages_url() -> str:
    return site_url("catalogue.event", slug="-").removesuffix("-")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
