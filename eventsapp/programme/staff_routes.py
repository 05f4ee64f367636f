"""Editing the programme of an event."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.events.models import Event
from eventsapp.events.queries import EVERYTHING, get_event, get_event_to_change
from eventsapp.events.rules import may_edit, require_may_edit, require_may_view
from eventsapp.programme.forms import ItemForm, form_data, next_item
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.operations import add_item, change_item, follow_event, remove_item
from eventsapp.programme.queries import get_item, programme_of
from eventsapp.programme.rules import (
    choice_slots,
    clashing,
    day_of,
    days_to_follow,
    occasion_days,
    require_told,
    stray_days,
)
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import csrf_failed, current_actor, staff_required
from eventsapp.web.pages import page

bp = Blueprint("programme_staff", __name__)


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/program",
    "/staff/events/<int:event_id>/programme",
    methods=("GET", "POST"),
)
@staff_required(Permission.VIEW_EVENTS)
def edit(event_id: int) -> ResponseReturnValue:
    """The programme, and a form for one more item for those who may edit."""
    event = _load(event_id)
    days, items = occasion_days(event), programme_of(event_id)
    form = ItemForm(data=next_item(items, days)) if request.method == "GET" else ItemForm()
    form.offer(days)
    if form.validate_on_submit():
        try:
            add_item(event, form.facts(), actor=current_actor())
            db.session.commit()
            flash(gettext("Programpunkten är tillagd."))
            return redirect(url_for("programme_staff.edit", event_id=event_id, _anchor="ny"))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, items = get_event(event_id, *EVERYTHING), programme_of(event_id)
    return _show("programme/edit.html", event, form, items)


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/program/<int:item_id>",
    "/staff/events/<int:event_id>/programme/<int:item_id>",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_EVENTS)
def item(event_id: int, item_id: int) -> ResponseReturnValue:
    """One item of the programme."""
    event = _load(event_id, to_edit=True)
    shown = get_item(event_id, item_id)
    form = ItemForm(data=form_data(shown)) if request.method == "GET" else ItemForm()
    form.offer(sorted({*occasion_days(event), day_of(shown)}))
    if form.validate_on_submit():
        try:
            facts = form.facts()
            if shown.is_choice and not facts.is_choice:
                require_told(_chosen_count(item_id), bool(form.confirmed.data))
            change_item(event, shown, facts, actor=current_actor())
            db.session.commit()
            flash(gettext("Programpunkten är sparad."))
            return redirect(url_for("programme_staff.edit", event_id=event_id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, shown = get_event(event_id, *EVERYTHING), get_item(event_id, item_id)
    return _show("programme/item.html", event, form, [shown], chosen=_chosen_count(item_id))


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/program/<int:item_id>/ta-bort",
    "/staff/events/<int:event_id>/programme/<int:item_id>/remove",
    methods=("POST",),
)
@staff_required(Permission.EDIT_EVENTS)
def remove(event_id: int, item_id: int) -> ResponseReturnValue:
    event = _load(event_id, to_edit=True)
    if is_pressed():
        remove_item(event, get_item(event_id, item_id), actor=current_actor())
        db.session.commit()
        flash(gettext("Programpunkten är borttagen."))
    return redirect(url_for("programme_staff.edit", event_id=event_id))


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/program/folj-med",
    "/staff/events/<int:event_id>/programme/follow",
    methods=("POST",),
)
@staff_required(Permission.EDIT_EVENTS)
def follow(event_id: int) -> ResponseReturnValue:
    """Move the programme to the days that the event has moved to."""
    event = _load(event_id, to_edit=True)
    if is_pressed():
        moved = follow_event(event, actor=current_actor())
        db.session.commit()
        flash(ngettext("%(num)s programpunkt är flyttad.", "%(num)s programpunkter är flyttade.", moved))
    return redirect(url_for("programme_staff.edit", event_id=event_id))


def _load(event_id: int, *, to_edit: bool = False) -> Event:
    """The event: locked when the request is about to change its programme."""
    changes = request.method == "POST" and not csrf_failed()
    event = get_event_to_change(event_id) if changes else get_event(event_id, *EVERYTHING)
    require_may_view(current_user, event)
    if to_edit or request.method == "POST":
        require_may_edit(current_user, event)
    return event


def _chosen_count(item_id: int) -> int:
    """How many people have chosen an item; counted by a room above."""
    count: int = current_app.extensions["chosen_count"](item_id)
    return count


def _show(
    template: str, event: Event, form: ItemForm, items: list[ProgrammeItem], *, chosen: int = 0
) -> ResponseReturnValue:
    days, item_days = occasion_days(event), [day_of(one) for one in items]
    return render_template(
        template,
        event=event,
        form=form,
        action_form=ActionForm(formdata=None),
        items=items,
        days=days,
        stray=stray_days(item_days, days),
        may_follow=bool(days_to_follow(item_days, days)),
        may_edit=may_edit(current_user, event),
        chosen=chosen,
        slots=[slot for slot in choice_slots(items) if len(slot.items) > 1],
        clashes=clashing(items),
        day_of=day_of,
    )
