"""The list of activities, and making a copy of one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.desk.activities import (
    ActivityView,
    Period,
    activities_page,
    kind_choices,
    whose_choices,
)
from eventsapp.desk.operations import copy_activity
from eventsapp.desk.staff_routes import bp
from eventsapp.events.copying import CopyDates
from eventsapp.events.forms import CopyForm
from eventsapp.events.models import EventState
from eventsapp.events.queries import EVERYTHING, get_event
from eventsapp.events.rules import require_may_view
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page


@page(bp, "/personal/aktiviteter", "/staff/events")
@staff_required(Permission.VIEW_EVENTS)
def activities() -> ResponseReturnValue:
    """The activities that the user looks after, with how full they are."""
    view = ActivityView.from_args(request.args, current_user)
    moment = now()
    return render_template(
        "desk/activities.html",
        found=activities_page(current_user, view, moment, requested_page()),
        view=view,
        now=moment,
        kinds=kind_choices(),
        whose=whose_choices(current_user),
        periods=[(one.value, one.label) for one in Period],
        states=[(one.value, one.label) for one in EventState],
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/kopiera",
    "/staff/events/<int:event_id>/copy",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_EVENTS)
def copy(event_id: int) -> ResponseReturnValue:
    """Make a draft of one's own from an activity that one can see."""
    original = get_event(event_id, *EVERYTHING)
    require_may_view(current_user, original)
    form = CopyForm(data={"dates": CopyDates.MOVE.value} if request.method == "GET" else None)
    form.offer()
    if form.validate_on_submit():
        try:
            made = copy_activity(
                original, form.choice(), responsible_id=current_user.id, actor=current_actor()
            )
            db.session.commit()
            flash(gettext("Kopian är sparad som ett utkast."))
            return redirect(url_for("events_staff.edit", event_id=made.id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            original = get_event(event_id, *EVERYTHING)
    return render_template(
        "desk/copy.html",
        event=original,
        form=form,
    )
