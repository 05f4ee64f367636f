"""A new date of an activity, made of its waiting list."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.desk.forms import CHOSEN, NewDateForm
from eventsapp.desk.new_dates import make_new_date
from eventsapp.desk.staff_routes import bp
from eventsapp.events.checks import problems_in
from eventsapp.events.models import Event
from eventsapp.events.queries import EVERYTHING, get_event
from eventsapp.events.rules import require_may_edit
from eventsapp.registrations.line_queries import waiting_count
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.waiting_list.queries import chosen_people, everybody_in_line
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/reservlista/nytt-datum",
    "/staff/events/<int:event_id>/waiting-list/new-date",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_EVENTS)
def new_date(event_id: int) -> ResponseReturnValue:
    """Make a new date and offer it to those who wait."""
    event = _event(event_id)
    chosen = _chosen(event)
    form = NewDateForm.for_event(event, chosen=len(chosen), waiting=waiting_count(event.id))
    if form.validate_on_submit():
        try:
            people = chosen if form.who.data == CHOSEN else everybody_in_line(event.id)
            made, offered = make_new_date(
                event,
                form.new_date(),
                [one for one in people if one.email],
                responsible_id=current_user.id,
                actor=current_actor(),
            )
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            for problem in problems_in(error):
                form.reject(problem)
            event = _event(event_id)
        else:
            flash(_done_in_words(len(offered)))
            return redirect(url_for("desk.event", event_id=made.id))
    return render_template(
        "desk/new_date.html",
        event=event,
        form=form,
        chosen=len(chosen),
        waiting=waiting_count(event.id),
    )


def _event(event_id: int) -> Event:
    event = get_event(event_id, *EVERYTHING)
    require_may_edit(current_user, event)
    return event


def _chosen(event: Event) -> list[Registration]:
    ids = [int(value) for value in request.args.getlist("person") if value.isdecimal() and len(value) < 10]
    people = chosen_people(event.id, ids)
    return [one for one in people if one.status is RegistrationStatus.WAITING]


def _done_in_words(offered: int) -> str:
    if not offered:
        return gettext("Det nya datumet är publicerat. Ingen fick ett erbjudande.")
    return ngettext(
        "Det nya datumet är publicerat, och %(num)s person har fått ett erbjudande.",
        "Det nya datumet är publicerat, och %(num)s personer har fått ett erbjudande.",
        offered,
    )
