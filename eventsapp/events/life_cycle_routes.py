"""The steps of an event from draft to done: each a page that says what will happen, and a button."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.events import life_cycle
from eventsapp.events.checks import (
    missing,
    require_can_cancel,
    require_can_delete,
    require_can_publish,
    require_can_save_the_date,
    require_can_unpublish,
)
from eventsapp.events.consequences import letter_lines
from eventsapp.events.facts import facts_of
from eventsapp.events.forms import CancelForm
from eventsapp.events.models import Event, EventState
from eventsapp.events.operations import delete_draft
from eventsapp.events.queries import EVERYTHING, get_event
from eventsapp.events.staff_routes import bp, consequences_of, load_event, registered_count
from eventsapp.web.forms import ActionForm, Form
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/publicera",
    "/staff/events/<int:event_id>/publish",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_EVENTS)
def publish(event_id: int) -> ResponseReturnValue:
    event, form = load_event(event_id), ActionForm()
    return _step(
        event,
        form,
        "events/publish.html",
        lambda: require_can_publish(event),
        lambda: life_cycle.publish(event, actor=current_actor()),
        gettext("Aktiviteten är publicerad."),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/boka-datumet",
    "/staff/events/<int:event_id>/save-the-date",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_EVENTS)
def save_the_date(event_id: int) -> ResponseReturnValue:
    event, form = load_event(event_id), ActionForm()
    return _step(
        event,
        form,
        "events/save_the_date.html",
        lambda: require_can_save_the_date(event),
        lambda: life_cycle.save_the_date(event, actor=current_actor()),
        gettext("Aktiviteten visas nu som ”boka datumet”."),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/avpublicera",
    "/staff/events/<int:event_id>/unpublish",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_EVENTS)
def unpublish(event_id: int) -> ResponseReturnValue:
    event, form = load_event(event_id), ActionForm()
    return _step(
        event,
        form,
        "events/unpublish.html",
        lambda: require_can_unpublish(event, registered_count(event_id)),
        lambda: life_cycle.unpublish(event, registered=registered_count(event_id), actor=current_actor()),
        gettext("Aktiviteten är ett utkast igen."),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/stall-in",
    "/staff/events/<int:event_id>/cancel",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_EVENTS)
def cancel(event_id: int) -> ResponseReturnValue:
    event, form = load_event(event_id), CancelForm()
    found = consequences_of(event, facts_of(event))
    if request.method == "GET":
        form.message_sv.data = found.cancelled_texts.get("sv", "")
        form.message_en.data = found.cancelled_texts.get("en", "")
    return _step(
        event,
        form,
        "events/cancel.html",
        lambda: require_can_cancel(event, now()),
        lambda: life_cycle.cancel_event(
            event, form.reason.data or "", actor=current_actor(), message=form.messages
        ),
        gettext("Aktiviteten är inställd."),
        lines=list(letter_lines(found)),
        texts=found.cancelled_texts,
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/ta-bort",
    "/staff/events/<int:event_id>/delete",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_EVENTS)
def delete(event_id: int) -> ResponseReturnValue:
    event, form = load_event(event_id), ActionForm()
    return _step(
        event,
        form,
        "events/delete.html",
        lambda: require_can_delete(event),
        lambda: delete_draft(event, actor=current_actor()),
        gettext("Utkastet är borttaget."),
        then=url_for("desk.activities"),
    )


def _step(
    event: Event,
    form: Form,
    template: str,
    check: Callable[[], None],
    take: Callable[[], None],
    done: str,
    *,
    then: str = "",
    **shown: object,
) -> ResponseReturnValue:
    """Show the page of a step, or take it. A rule that says no stands in place of the button."""
    event_id = event.id
    refusal = _refusal(check)
    if form.validate_on_submit():
        try:
            take()
            db.session.commit()
            flash(done)
            return redirect(then or url_for("desk.event", event_id=event_id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event = get_event(event_id, *EVERYTHING)
    facts = facts_of(event)
    return render_template(
        template,
        event=event,
        form=form,
        refusal=refusal,
        lacks=list(missing(facts, EventState.PUBLISHED)),
        lacks_for_date=list(missing(facts, EventState.SAVE_THE_DATE)),
        **shown,
    )


def _refusal(check: Callable[[], None]) -> str:
    try:
        check()
    except DomainError as error:
        return error.message
    return ""
