"""Allocating places after the last day to register: the draw, changes by hand, and settling it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from eventsapp.admission.allocation import Settlement, change_lots, may_draw
from eventsapp.admission.allocation import draw_lots as draw_all_lots
from eventsapp.admission.allocation import settle as settle_lots
from eventsapp.admission.allocation_queries import (
    find_allocation,
    lot_figures,
    lots_by_municipality,
    lots_page,
    lots_with_people,
    state_of,
)
from eventsapp.admission.approval_forms import SettleForm
from eventsapp.admission.approval_queries import applied_among, municipality_counts
from eventsapp.admission.approval_routes import load_event, words_of
from eventsapp.admission.approvals import may_put_on_list
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError, NotFound
from eventsapp.core.permissions import Permission
from eventsapp.events.models import Admission, Event
from eventsapp.waiting_list.prospects import letters_to, prospect_of
from eventsapp.waiting_list.queries import pools_in_words, queues_of
from eventsapp.waiting_list.quota_groups import quotas_in_words
from eventsapp.waiting_list.quotas import quotas_of
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("admission_allocation", __name__)


def _page_url(event_id: int) -> str:
    return url_for("admission_allocation.allocation", event_id=event_id)


def _event(event_id: int, *, to_edit: bool = False) -> Event:
    event = load_event(event_id, to_edit=to_edit)
    if event.admission is not Admission.ALLOCATION and find_allocation(event.id) is None:
        raise NotFound
    return event


@page(bp, "/personal/aktiviteter/<int:event_id>/fordelning", "/staff/events/<int:event_id>/allocation")
@staff_required(Permission.VIEW_PARTICIPANTS)
def allocation(event_id: int) -> ResponseReturnValue:
    """Who has applied, then the draw with its seed, then what was settled."""
    event = _event(event_id)
    drawn = find_allocation(event.id)
    return render_template(
        "admission/allocation.html",
        **words_of(event),
        allocation=drawn,
        may_draw=may_draw(event),
        queues=queues_of(event.id),
        counts=[] if drawn else municipality_counts(event.id),
        found=lots_page(event.id, requested_page()) if drawn else None,
        figures=lot_figures(event.id) if drawn else None,
        by_municipality=lots_by_municipality(event.id) if drawn else [],
        pools=pools_in_words(event, now()),
        quotas=quotas_in_words(quotas_of(event.id), event.id),
        action_form=ActionForm(formdata=None),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/fordelning/lotta",
    "/staff/events/<int:event_id>/allocation/draw",
    methods=("POST",),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def draw_lots(event_id: int) -> ResponseReturnValue:
    """Draw lots; a second press finds them drawn."""
    event = _event(event_id, to_edit=True)
    if is_pressed():
        try:
            draw_all_lots(event, actor=current_actor())
            db.session.commit()
            flash(gettext("Lotterna är dragna. Ingen har fått besked än."))
        except Conflict as error:
            db.session.rollback()
            flash(error.message, "warning")
    return redirect(_page_url(event_id))


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/fordelning/andra",
    "/staff/events/<int:event_id>/allocation/change",
    methods=("POST",),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def change(event_id: int) -> ResponseReturnValue:
    """Change single results by hand: those that the page has shown are what is ticked."""
    event = _event(event_id, to_edit=True)
    if is_pressed():
        try:
            changed = change_lots(event, _numbers("shown"), _numbers("gets_place"), actor=current_actor())
            db.session.commit()
            flash(
                ngettext("%(num)s resultat är ändrat.", "%(num)s resultat är ändrade.", len(changed))
                if changed
                else gettext("Ingenting ändrades.")
            )
        except Conflict as error:
            db.session.rollback()
            flash(error.message, "warning")
    number = requested_page()
    return redirect(
        url_for("admission_allocation.allocation", event_id=event_id, sida=number if number > 1 else None)
    )


def _numbers(name: str) -> set[int]:
    return {int(value) for value in request.form.getlist(name) if value.isdecimal() and len(value) < 10}


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/fordelning/faststall",
    "/staff/events/<int:event_id>/allocation/settle",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def settle(event_id: int) -> ResponseReturnValue:
    """Settle it, after saying in numbers what follows."""
    event = _event(event_id, to_edit=True)
    form = SettleForm(
        data={"reason": gettext("Det fanns färre platser än sökande, och lotten avgjorde.")}
        if request.method == "GET"
        else None
    )
    if form.validate_on_submit():
        try:
            done = settle_lots(event, form.choice(), actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event = _event(event_id, to_edit=True)
        else:
            flash(_settled_in_words(done))
            return redirect(_page_url(event_id))
    lots = lots_with_people(event.id)
    getting = applied_among([one for lot, one in lots if lot.gets_place])
    others = applied_among([one for lot, one in lots if not lot.gets_place])
    prospect = prospect_of(event, getting)
    form.state.data, form.over.data = state_of(lots), str(len(prospect.over))
    return render_template(
        "admission/settle.html",
        **words_of(event),
        form=form,
        allocation=find_allocation(event.id),
        prospect=prospect,
        others=others,
        letters_to_others=letters_to(others),
        letters_over=letters_to(prospect.over),
        has_list=may_put_on_list(event),
    )


def _settled_in_words(done: Settlement) -> str:
    lines = [
        gettext("Fördelningen är fastställd."),
        ngettext("%(num)s person har fått plats.", "%(num)s personer har fått plats.", len(done.placed)),
    ]
    if done.on_list:
        lines.append(
            ngettext(
                "%(num)s person står på reservlistan.",
                "%(num)s personer står på reservlistan.",
                len(done.on_list),
            )
        )
    if done.refused:
        lines.append(
            ngettext("%(num)s person har fått nej.", "%(num)s personer har fått nej.", len(done.refused))
        )
    return " ".join(lines)
