"""Making, editing and looking back on events; their steps from draft to done are in `life_cycle_routes.py`."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from eventsapp.audit.queries import changes_since, history_page, newest_entry_id
from eventsapp.audit.words import changed_facts, trail_row, who
from eventsapp.config import Settings
from eventsapp.core.clock import now, to_swedish
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import format_clock, format_day, join_words
from eventsapp.core.permissions import Permission
from eventsapp.events.clashes import clashes_of
from eventsapp.events.consequences import Consequences, is_told, lines, must_ask
from eventsapp.events.editor_choices import EditorChoices, editor_choices, kinds_on_offer
from eventsapp.events.facts import EventFacts, facts_of
from eventsapp.events.forms import USUAL_OFFER_HOURS, EventForm, form_data
from eventsapp.events.models import Admission, Event, EventState, WaitingListRule
from eventsapp.events.operations import (
    SHOWN,
    create_event,
    preview_event,
    preview_new_event,
    require_usable,
    update_event,
)
from eventsapp.events.queries import EVERYTHING, get_event, get_event_to_change
from eventsapp.events.rules import require_may_edit, require_may_view
from eventsapp.organisations.queries import official_names
from eventsapp.web.guards import csrf_failed, current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("events_staff", __name__)

ADD_OCCASION, ADD_LINK, PREVIEW, BACK_TO_FORM = "tillfalle", "lank", "forhandsvisa", "redigera"
SEND = "skicka"
"""What the form's buttons are called beside the one that saves; they only change what is shown, but
the last, which saves when one has seen what follows."""
_NOT_KEPT = {"csrf_token", "gor"}


def load_event(event_id: int) -> Event:
    """The event of a page where it is changed: locked when the request is about to change it."""
    if request.method == "POST" and not csrf_failed():
        event = get_event_to_change(event_id)
    else:
        event = get_event(event_id, *EVERYTHING)
    require_may_edit(current_user, event)
    return event


def addressed_count(event_id: int) -> int:
    """How many get a letter when an event is moved or cancelled; the room that knows is above this one."""
    count: int = current_app.extensions["addressed_count"](event_id)
    return count


def registered_count(event_id: int) -> int:
    """How many people get a letter when something happens to the event; counted by a room above."""
    count: int = current_app.extensions["registered_count"](event_id)
    return count


@page(bp, "/personal/aktiviteter/ny", "/staff/events/new", methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def new() -> ResponseReturnValue:
    kind = request.args.get("typ", "")
    if request.method == "GET" and not kind:
        return render_template("events/new.html", kinds=kinds_on_offer())
    form = EventForm(data=_new_data(kind)) if request.method == "GET" else EventForm()
    form.offer(_choices(None))
    if _is_only_shown(form) or not form.validate():
        return _show_editor(None, form)
    try:
        if _pressed() == PREVIEW:
            return _show_preview(preview_new_event(form.facts()), None)
        event = create_event(form.facts(), actor=current_actor())
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        form.reject_all(error)
        return _show_editor(None, form)
    flash(gettext("Utkastet är sparat. Det syns inte för besökare förrän du publicerar det."))
    return redirect(url_for("events_staff.edit", event_id=event.id))


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/innehall",
    "/staff/events/<int:event_id>/content",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_EVENTS)
def edit(event_id: int) -> ResponseReturnValue:
    event = load_event(event_id)
    form = EventForm(data=form_data(facts_of(event))) if request.method == "GET" else EventForm()
    form.offer(_choices(event))
    if request.method == "GET":
        form.fill_version(event.version, newest_entry_id(event_id))
    if _is_only_shown(form) or not form.validate():
        return _show_editor(event, form)
    if not form.is_of_version(event.version):
        return _show_conflict(event, form)
    try:
        if _pressed() == PREVIEW:
            preview_event(event, form.facts())
            return _show_preview(event, event_id)
        if _pressed() != SEND and (shown := _show_consequences(event, form)) is not None:
            return shown
        changed = update_event(event, form.facts(), actor=current_actor(), message=form.messages)
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        form.reject_all(error)
        return _show_editor(get_event(event_id, *EVERYTHING), form)
    flash(gettext("Ändringarna är sparade.") if changed else gettext("Ingenting var ändrat."))
    return redirect(url_for("events_staff.edit", event_id=event_id))


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/forhandsvisning",
    "/staff/events/<int:event_id>/preview",
)
@staff_required(Permission.VIEW_EVENTS)
def preview(event_id: int) -> ResponseReturnValue:
    """What visitors would see of the event as it is saved."""
    event = get_event(event_id, *EVERYTHING)
    require_may_view(current_user, event)
    return render_template("events/preview.html", event=event, kept=[], now=now(), **_extras(event_id))


@page(bp, "/personal/aktiviteter/<int:event_id>/historik", "/staff/events/<int:event_id>/history")
@staff_required(Permission.VIEW_EVENTS)
def history(event_id: int) -> ResponseReturnValue:
    event = get_event(event_id)
    require_may_view(current_user, event)
    found = history_page(event_id, requested_page())
    return render_template(
        "events/history.html",
        event=event,
        found=found,
        rows=[trail_row(entry) for entry in found.rows],
    )


def _new_data(kind: str) -> dict[str, object]:
    settings: Settings = current_app.config["SETTINGS"]
    return {
        "kind": kind,
        "language": "sv",
        "format": "onsite",
        "registration_mode": "required",
        "admission": Admission.FIRST_COME.value,
        "waiting_list": WaitingListRule.OFFER.value,
        "offer_hours": USUAL_OFFER_HOURS,
        "allows_groups": True,
        "organiser": settings.site_organisation,
        "responsible": str(current_user.id),
        "occasions": [{}],
        "links": [],
    }


def _choices(event: Event | None) -> EditorChoices:
    settings: Settings = current_app.config["SETTINGS"]
    return editor_choices(current_user, event, home_county=settings.home_county)


def _pressed() -> str:
    return request.form.get("gor", "")


def _is_only_shown(form: EventForm) -> bool:
    """Whether the form is to be shown, not saved; a pressed button may have added a row."""
    if _pressed() == ADD_OCCASION:
        form.add_occasion()
    elif _pressed() == ADD_LINK:
        form.add_link()
    return request.method == "GET" or _pressed() in (ADD_OCCASION, ADD_LINK, BACK_TO_FORM)


def _show_editor(event: Event | None, form: EventForm, *, status: int = 200) -> ResponseReturnValue:
    is_public = event is not None and event.state in (EventState.PUBLISHED, EventState.SAVE_THE_DATE)
    return (
        render_template(
            "events/editor.html",
            event=event,
            form=form,
            organisation_names=official_names(),
            clashes=clashes_of(event, current_user, now()) if event is not None else None,
            registered=addressed_count(event.id) if event is not None and is_public else 0,
            pressed=_pressed(),
        ),
        status,
    )


def _show_conflict(event: Event, form: EventForm) -> ResponseReturnValue:
    """The form as it was typed, with what a colleague did meanwhile; the next save goes through."""
    entries = changes_since(event.id, form.seen_entry, ("event", "programme"))
    if entries:
        last = entries[-1]
        facts = changed_facts(entries)
        message = gettext(
            "%(who)s sparade %(day)s kl. %(time)s, medan du skrev.",
            who=who(last),
            day=format_day(to_swedish(last.at).date(), weekday=False),
            time=format_clock(last.at),
        )
        if facts:
            message += " " + gettext("Då ändrades %(facts)s.", facts=join_words(facts))
    else:
        message = gettext("Aktiviteten ändrades medan du skrev.")
    form.form_errors.append(
        f"{message} " + gettext("Det du skrev finns kvar. Spara igen om det är det som ska gälla.")
    )
    form.fill_version(event.version, newest_entry_id(event.id))
    return _show_editor(event, form, status=409)


def consequences_of(event: Event, facts: EventFacts) -> Consequences:
    """What would follow if an event that is locked got these facts; counted by a room above, which saves nothing."""
    found: Consequences = current_app.extensions["consequences"](event, facts)
    return found


def _show_consequences(event: Event, form: EventForm) -> ResponseReturnValue | None:
    """The page that says what follows, with everything typed kept; None where nothing does that one must know of."""
    before, facts, moment = facts_of(event), form.facts(), now()
    if event.state not in SHOWN:
        return None
    require_usable(event, facts)
    found = consequences_of(event, facts)
    if not must_ask(before, facts, found, moment):
        return None
    texts = found.moved_texts if is_told(before, facts, moment) else {}
    form.message_sv.data = form.message_sv.data or texts.get("sv", "")
    form.message_en.data = form.message_en.data or texts.get("en", "")
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NOT_KEPT and not (name in ("message_sv", "message_en") and texts)
    ]
    shown = render_template(
        "events/consequences.html",
        event=event,
        form=form,
        kept=kept,
        lines=lines(before, facts, found, moment),
        texts=texts,
        letters=found.all_letters if texts else 0,
    )
    db.session.rollback()
    return shown


def _show_preview(event: Event, event_id: int | None) -> ResponseReturnValue:
    """The page as it would be, with everything typed kept for the way back; nothing is saved."""
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_KEPT]
    shown = render_template("events/preview.html", event=event, kept=kept, now=now(), **_extras(event_id))
    db.session.rollback()
    return shown


def _extras(event_id: int | None) -> dict[str, object]:
    """What rooms above show on an event's page: its programme and its publications."""
    if event_id is None:
        return {"programme": [], "publications": []}
    extras: dict[str, object] = current_app.extensions["event_page_extras"](event_id)
    return extras
