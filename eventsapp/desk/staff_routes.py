"""The staff's start page and each activity's overview."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from eventsapp.attendees.queries import attendee_figures
from eventsapp.audit.queries import history_of_event
from eventsapp.config import Settings
from eventsapp.core.clock import now
from eventsapp.core.permissions import Permission
from eventsapp.desk.queries import attention, coming_events, health
from eventsapp.events.queries import get_event
from eventsapp.events.rules import may_edit, registration_window, require_may_view
from eventsapp.events.words import when_in_words, where_in_words
from eventsapp.places.queries import pools_of
from eventsapp.waiting_list.queries import queues_of
from eventsapp.web.guards import staff_required
from eventsapp.web.pages import page

bp = Blueprint("desk", __name__)


@page(bp, "/personal/", "/staff/")
@staff_required(Permission.VIEW_EVENTS)
def start() -> ResponseReturnValue:
    moment = now()
    coming = coming_events(current_user, moment)
    return render_template(
        "desk/start.html",
        coming=coming,
        attention=attention(current_user, coming, moment),
        health=health(moment),
        now=moment,
        when_in_words=when_in_words,
        where_in_words=where_in_words,
    )


@page(bp, "/personal/aktiviteter/<int:event_id>", "/staff/events/<int:event_id>")
@staff_required(Permission.VIEW_EVENTS)
def event(event_id: int) -> ResponseReturnValue:
    event = get_event(event_id)
    require_may_view(current_user, event)
    settings: Settings = current_app.config["SETTINGS"]
    return render_template(
        "desk/event.html",
        event=event,
        window=registration_window(event, now()),
        pools=pools_of("event", event.id),
        figures=attendee_figures(event.id, settings.home_county),
        latest=history_of_event(event.id, limit=5),
        queues=queues_of(event.id),
        may_edit=may_edit(current_user, event),
        may_edit_people=may_edit(current_user, event) and current_user.may(Permission.EDIT_PARTICIPANTS),
    )
