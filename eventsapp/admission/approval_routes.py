"""Those who have applied, and the organiser's word to them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from eventsapp.admission.approval_forms import ApproveForm, RefuseApplicationsForm
from eventsapp.admission.approval_queries import (
    NO_MUNICIPALITY,
    ApplicationView,
    applications_page,
    applied_among,
    municipality_counts,
    organisations_present,
)
from eventsapp.admission.approvals import (
    Approval,
    is_one_by_one,
    may_put_on_list,
    refuse_applications,
)
from eventsapp.admission.approvals import (
    approve as approve_people,
)
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.events.models import Event
from eventsapp.events.rules import may_edit, require_may_edit, require_may_view
from eventsapp.registrations.models import Profession, Registration
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.waiting_list.prospects import letters_to, prospect_of
from eventsapp.waiting_list.queries import chosen_people, pools_in_words, queues_of
from eventsapp.waiting_list.quota_groups import quotas_in_words
from eventsapp.waiting_list.quotas import quotas_of
from eventsapp.waiting_list.staff_routes import back_url
from eventsapp.waiting_list.words import given_in_words, refused_in_words
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("admission_approvals", __name__)
MOST_CHOSEN = 200


def load_event(event_id: int, *, to_edit: bool = False) -> Event:
    """The event, as its letters need it."""
    event = get_event_in_letters(event_id)
    (require_may_edit if to_edit else require_may_view)(current_user, event)
    return event


def words_of(event: Event) -> dict[str, object]:
    """What the head of an activity's staff pages shows."""
    return {
        "event": event,
        "may_edit": may_edit(current_user, event) and current_user.may(Permission.EDIT_PARTICIPANTS),
    }


def _load_chosen(event_id: int) -> tuple[Event, list[Registration]]:
    event = load_event(event_id, to_edit=True)
    ids = [int(value) for value in request.args.getlist("person") if value.isdecimal() and len(value) < 10]
    return event, chosen_people(event.id, ids[:MOST_CHOSEN])


def _list_url(event_id: int) -> str:
    return url_for("admission_approvals.applications", event_id=event_id)


def _back_url(event_id: int, people: list[Registration]) -> str:
    return back_url(event_id, people, _list_url(event_id))


def _nobody_chosen(event_id: int) -> ResponseReturnValue:
    flash(gettext("Markera minst en person först."), "warning")
    return redirect(_list_url(event_id))


@page(bp, "/personal/aktiviteter/<int:event_id>/ansokningar", "/staff/events/<int:event_id>/applications")
@staff_required(Permission.VIEW_PARTICIPANTS)
def applications(event_id: int) -> ResponseReturnValue:
    """Who has applied, and how many of each municipality."""
    event = load_event(event_id)
    view = ApplicationView.from_args(request.args)
    counts = municipality_counts(event.id)
    return render_template(
        "admission/applications.html",
        **words_of(event),
        view=view,
        found=applications_page(event.id, view, requested_page()),
        queues=queues_of(event.id),
        counts=counts,
        municipalities=[(one.code or NO_MUNICIPALITY, one.name or gettext("Ingen kommun")) for one in counts],
        organisations=organisations_present(event.id),
        professions=[(one.value, one.label) for one in Profession],
        pools=pools_in_words(event, now()),
        quotas=quotas_in_words(quotas_of(event.id), event.id),
        one_by_one=is_one_by_one(event),
        all_ticked=request.args.get("markera") == "alla",
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/ansokningar/godkann",
    "/staff/events/<int:event_id>/applications/approve",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def approve(event_id: int) -> ResponseReturnValue:
    """Say yes to those who are chosen, after saying who fits."""
    event, people = _load_chosen(event_id)
    if not people:
        return _nobody_chosen(event_id)
    form = ApproveForm()
    if form.validate_on_submit():
        try:
            rest_to_list = bool(form.rest_to_list.data) and may_put_on_list(event)
            done = approve_people(event, people, form.give, rest_to_list=rest_to_list, actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, people = _load_chosen(event_id)
        else:
            flash(_approved_in_words(people, done), "success" if done.placed else "warning")
            return redirect(_back_url(event_id, people))
    prospect = prospect_of(event, applied_among(people))
    form.over.data = str(len(prospect.over))
    return render_template(
        "admission/approve.html",
        **words_of(event),
        back_url=_back_url(event_id, people),
        form=form,
        people=people,
        prospect=prospect,
        has_list=may_put_on_list(event),
        one_by_one=is_one_by_one(event),
    )


def _approved_in_words(people: list[Registration], done: Approval) -> str:
    told = given_in_words([one for one in people if one not in done.on_list], done.placed)
    if not done.on_list:
        return told
    on_list = ngettext(
        "%(num)s person står på reservlistan.", "%(num)s personer står på reservlistan.", len(done.on_list)
    )
    return f"{told} {on_list}"


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/ansokningar/avsla",
    "/staff/events/<int:event_id>/applications/refuse",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def refuse(event_id: int) -> ResponseReturnValue:
    """Say no to those who are chosen, with a reason that the letter tells."""
    event, people = _load_chosen(event_id)
    if not people:
        return _nobody_chosen(event_id)
    form = RefuseApplicationsForm()
    if form.validate_on_submit():
        try:
            refused = refuse_applications(event, people, form.reason.data or "", actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, people = _load_chosen(event_id)
        else:
            flash(refused_in_words(people, refused), "success" if refused else "warning")
            return redirect(_back_url(event_id, people))
    applied = applied_among(people)
    return render_template(
        "admission/refuse.html",
        **words_of(event),
        back_url=_back_url(event_id, people),
        form=form,
        people=people,
        applied=applied,
        letters=letters_to(applied),
        one_by_one=is_one_by_one(event),
    )
