"""The address of a calendar of staff, which programs ask for without a browser: no session, no cookie, no page."""

from flask import current_app
from flask.typing import ResponseReturnValue

from eventsapp.accounts.calendars import find_staff_calendar
from eventsapp.config import Settings
from eventsapp.core.clock import now, swedish_today
from eventsapp.feeds.fetches import not_found, secret_calendar
from eventsapp.feeds.routes import bp
from eventsapp.feeds.staff_documents import staff_feed
from eventsapp.web.guards import public
from eventsapp.web.pages import page


# Not below /personal/, which robots.txt closes: Google's calendar asks there before it fetches one.
@page(bp, "/kalender/personal/<token>.ics", "/calendar/staff/<token>.ics")
@public
def staff(token: str) -> ResponseReturnValue:
    """What the owner of this address looks after, with the numbers as they are now; 404 where the address or the account is
    closed, or the owner may no longer see it."""
    calendar = find_staff_calendar(token)
    if calendar is None:
        return not_found()
    settings: Settings = current_app.config["SETTINGS"]
    moment = now()
    feed = staff_feed(
        calendar,
        site_name=settings.site_name,
        today=swedish_today(moment),
        days_back=settings.feed_days_back,
    )
    return secret_calendar(calendar, feed.entries, name=feed.name, moment=moment)
