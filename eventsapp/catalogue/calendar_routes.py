"""The calendar as a table of a month, and the same as data for the browser's own."""

import json
from datetime import date, timedelta

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.catalogue.calendar_data import calendar_data
from eventsapp.catalogue.months import Month, find_month
from eventsapp.catalogue.routes import beside_list
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.errors import DomainError
from eventsapp.events.filters import EventFilter
from eventsapp.rendering.calendar import etag_of
from eventsapp.web.cacheable import cacheable
from eventsapp.web.guards import public
from eventsapp.web.pages import page

bp = Blueprint("catalogue_calendar", __name__)

LONGEST_IN_DAYS = 400
"""How many days one request for data may ask for: a year, with the weeks around it."""


@page(bp, "/kalender", "/calendar")
@public
def month() -> ResponseReturnValue:
    """A month as a table; whoever runs scripts also gets the week and the list."""
    moment = now()
    shown = find_month(
        EventFilter.from_args(request.args),
        Month.from_text(request.args.get("manad", ""), swedish_today(moment)),
        moment,
    )
    return render_template(
        "catalogue/calendar.html", listing=shown, **beside_list(shown.selection, shown.words)
    )


@page(bp, "/kalender.json", "/calendar.json")
@public
def data() -> ResponseReturnValue:
    """What happens from the day `fran` to the day `till`, for the calendar in the browser; filters as those of the feeds."""
    try:
        first, last = _asked_days()
        args = request.args.copy()
        for name in ("fran", "till"):
            args.pop(name, None)
        found = calendar_data(EventFilter.from_args(args, strict=True), first, last)
    except DomainError as error:
        return Response(f"{error.message}\n", 400, content_type="text/plain; charset=utf-8")
    content = json.dumps(found.values, ensure_ascii=False, separators=(",", ":")).encode()
    return cacheable(
        content,
        content_type="application/json; charset=utf-8",
        etag=etag_of(content),
        last_modified=found.changed_at,
        disposition=f'inline; filename="{"kalender" if g.lang == "sv" else "calendar"}.json"',
    )


def _asked_days() -> tuple[date, date]:
    """The first and the last day that an address asks for; raises DomainError."""
    try:
        first, last = (date.fromisoformat(request.args.get(name, "")) for name in ("fran", "till"))
    except ValueError:
        raise DomainError(gettext("Ange fran och till som datum, till exempel 2026-11-01.")) from None
    if not timedelta(0) <= last - first <= timedelta(days=LONGEST_IN_DAYS) or not 2000 <= first.year < 2100:
        raise DomainError(gettext("Fråga efter högst %(number)d dagar åt gången.", number=LONGEST_IN_DAYS))
    return first, last
