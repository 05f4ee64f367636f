"""The address of a person's own calendar, which programs ask for without a browser: no session, no cookie, no page."""

from flask import current_app
from flask.typing import ResponseReturnValue

from eventsapp.config import Settings
from eventsapp.core.clock import now, swedish_today
from eventsapp.feeds.fetches import not_found, secret_calendar
from eventsapp.feeds.personal_documents import personal_feed
from eventsapp.feeds.routes import bp
from eventsapp.participants.calendars import find_calendar
from eventsapp.web.guards import public
from eventsapp.web.pages import page


# Not below /min/, which robots.txt closes: Google's calendar asks there before it fetches one.
@page(bp, "/kalender/min/<token>.ics", "/calendar/mine/<token>.ics")
@public
def personal(token: str) -> ResponseReturnValue:
    """What the one who has this address is registered for, as it is now; 404 for an address that is closed or never was."""
    calendar = find_calendar(token)
    if calendar is None:
        return not_found()
    settings: Settings = current_app.config["SETTINGS"]
    moment = now()
    feed = personal_feed(
        calendar.email_key,
        language=calendar.language,
        site_name=settings.site_name,
        now=moment,
        today=swedish_today(moment),
        days_back=settings.feed_days_back,
    )
    return secret_calendar(calendar, feed.entries, name=feed.name, moment=moment)
