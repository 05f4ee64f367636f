"""Staff's pages on what people rank: how it is given out, what was wished, and what came of it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from eventsapp.assignment.forms import WayForm
from eventsapp.assignment.operations import assign_items, may_assign
from eventsapp.assignment.queries import demand_of, offered_items, people_who_ranked, rankings_of, unplaced
from eventsapp.assignment.rules import as_it_is, counts_by_time
from eventsapp.assignment.rules import assign as assign_by_ranking
from eventsapp.assignment.settings import set_way, way_of
from eventsapp.assignment.words import counts_in_words
from eventsapp.core.clock import to_swedish
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.permissions import Permission
from eventsapp.events.models import Event
from eventsapp.events.queries import EVERYTHING, get_event, get_event_to_change
from eventsapp.events.rules import has_started, may_edit, require_may_edit, require_may_view
from eventsapp.programme.queries import choices_of
from eventsapp.programme.rules import choice_slots
from eventsapp.registrations.seats import look_at_seats
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import csrf_failed, current_actor, staff_required
from eventsapp.web.pages import page

bp = Blueprint("assignment_staff", __name__)


@page(bp, "/personal/aktiviteter/<int:event_id>/rangordning", "/staff/events/<int:event_id>/ranking")
@staff_required(Permission.VIEW_PARTICIPANTS)
def assignment(event_id: int) -> ResponseReturnValue:
    """What was wished beside what there is, and what would come of it now; once it is given out, what came of it."""
    event = get_event(event_id, *EVERYTHING)
    require_may_view(current_user, event)
    items, people = choices_of(event_id), people_who_ranked(event_id)
    rankings = rankings_of(people)
    demand = {one.item.id: one for one in demand_of(items, rankings)}
    if event.ranks_items:
        outcomes = assign_by_ranking(offered_items(items, look_at_seats(event)), rankings, event.items_seed)
    else:
        outcomes = as_it_is({item.id: item.starts_at for item in items}, rankings)
    return render_template(
        "assignment/assignment.html",
        **_words_of(event),
        slots=choice_slots(items),
        several_days=len({to_swedish(item.starts_at).date() for item in items}) > 1,
        demand=demand,
        people=len(people),
        is_too_late=event.assign_items_at is not None and has_started(event, event.assign_items_at),
        counts=counts_by_time(outcomes),
        counts_in_words=counts_in_words,
        unplaced=unplaced(people, outcomes),
        may_assign=may_assign(event) and current_user.may(Permission.EDIT_PARTICIPANTS),
        action_form=ActionForm(formdata=None),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/rangordning/fordela",
    "/staff/events/<int:event_id>/ranking/assign",
    methods=("POST",),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def assign(event_id: int) -> ResponseReturnValue:
    """Give out what was ranked."""
    require_may_edit(current_user, get_event(event_id))
    if is_pressed():
        try:
            done = assign_items(event_id, actor=current_actor())
            db.session.commit()
            flash(
                ngettext(
                    "Platserna är fördelade. %(num)s person får ett brev.",
                    "Platserna är fördelade. %(num)s personer får ett brev.",
                    done.told,
                )
            )
        except Conflict as error:
            db.session.rollback()
            flash(error.message, "warning")
    return redirect(url_for("assignment_staff.assignment", event_id=event_id))


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/rangordning/installning",
    "/staff/events/<int:event_id>/ranking/setting",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_EVENTS)
def setting(event_id: int) -> ResponseReturnValue:
    """First come, or ranked and given out."""
    changes = request.method == "POST" and not csrf_failed()
    event = get_event_to_change(event_id) if changes else get_event(event_id, *EVERYTHING)
    require_may_edit(current_user, event)
    form = WayForm.for_way(way_of(event))
    if form.validate_on_submit():
        try:
            set_way(event, form.chosen(), actor=current_actor())
            db.session.commit()
            flash(gettext("Inställningen är sparad."))
            return redirect(url_for("assignment_staff.assignment", event_id=event_id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event = get_event(event_id, *EVERYTHING)
    return render_template("assignment/setting.html", **_words_of(event), form=form)


def _words_of(event: Event) -> dict[str, object]:
    """What the head of an activity's staff pages shows."""
    return {
        "event": event,
        "may_edit": may_edit(current_user, event) and current_user.may(Permission.EDIT_EVENTS),
    }
