"""Places under an alias, locking a registration, and opening what is sealed. The code is shown once, as the answer to the
form that made it; what is sealed is the answer to a button. No GET shows either."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotAllowed
from eventsapp.core.permissions import Permission
from eventsapp.events.models import Event
from eventsapp.events.rules import require_may_edit, require_may_view
from eventsapp.organisations.queries import official_names
from eventsapp.outbox.queries import letters_of
from eventsapp.places.queries import pools_of
from eventsapp.protection import operations, queries, rules
from eventsapp.protection.forms import AliasForm, LockForm, NewCodeForm
from eventsapp.protection.locking import lock_record
from eventsapp.registrations.models import Registration
from eventsapp.registrations.queries import get_event_in_letters, get_registration
from eventsapp.web.forms import is_pressed
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page

bp = Blueprint("protection_staff", __name__)


def _event(event_id: int, *, to_edit: bool = True) -> Event:
    event = get_event_in_letters(event_id)
    if not to_edit:
        require_may_view(current_user, event)
        return event
    require_may_edit(current_user, event)
    if not current_user.may(Permission.EDIT_PARTICIPANTS):
        raise NotAllowed(gettext("Du får inte ändra deltagare."))
    return event


def _to_person(registration: Registration) -> ResponseReturnValue:
    return redirect(
        url_for(
            "attendees_staff.person",
            event_id=registration.event_id,
            registration_id=registration.id,
        ),
        303,
    )


def _code_page(
    event: Event, person: Registration, code: str, *, number: int | None = None, locked: bool = False
) -> str:
    return render_template(
        "protection/code.html",
        event=event,
        person=person,
        code=rules.grouped(code),
        number=number,
        locked=locked,
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/alias",
    "/staff/events/<int:event_id>/attendees/alias",
    methods=("GET", "POST"),
)
@staff_required(Permission.OPEN_PROTECTED)
def alias(event_id: int) -> ResponseReturnValue:
    """A place under an alias; what follows on the form is its code, once."""
    event = _event(event_id)
    form = AliasForm.for_officer(event, queries.municipality_choices())
    if form.validate_on_submit():
        try:
            made = operations.make_alias(event, form.request(), actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            event = _event(event_id)
            form.reject(error)
        else:
            return _shown_once(event_id, made)
    return render_template(
        "protection/alias.html",
        event=event,
        form=form,
        pools=pools_of("event", event.id),
        official_names=official_names(),
    )


def _shown_once(event_id: int, made: operations.AliasPlace) -> ResponseReturnValue:
    if made.code is None:
        flash(gettext("Platsen fanns redan, så koden visas inte igen. Ge en ny kod om den inte kom fram."))
        return _to_person(made.registration)
    return _code_page(_event(event_id), made.registration, made.code, number=made.waiting_number)


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/<int:registration_id>/las",
    "/staff/events/<int:event_id>/attendees/<int:registration_id>/lock",
    methods=("GET", "POST"),
)
@staff_required(Permission.OPEN_PROTECTED)
def lock(event_id: int, registration_id: int) -> ResponseReturnValue:
    """Turn an ordinary registration into an alias, after saying what follows."""
    event = _event(event_id)
    person = get_registration(event.id, registration_id)
    if rules.is_alias(person):
        flash(gettext("Posten är redan låst."))
        return _to_person(person)
    form = LockForm()
    if form.validate_on_submit():
        code = lock_record(
            event, person, seal_organisation=bool(form.seal_organisation.data), actor=current_actor()
        )
        db.session.commit()
        return _to_person(person) if code is None else _code_page(event, person, code, locked=True)
    return render_template(
        "protection/lock.html",
        event=event,
        person=person,
        form=form,
        letters=len(letters_of("registration", person.id)),
        traces=queries.other_traces(person, current_app.extensions["visible_event_ids"](current_user)),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/<int:registration_id>/ny-kod",
    "/staff/events/<int:event_id>/attendees/<int:registration_id>/new-code",
    methods=("GET", "POST"),
)
@staff_required(Permission.OPEN_PROTECTED)
def new_code(event_id: int, registration_id: int) -> ResponseReturnValue:
    """A new code for one who has an alias; the one before stops working."""
    event = _event(event_id)
    person = get_registration(event.id, registration_id)
    rules.require_alias(person)
    form = NewCodeForm(data={"instead_of": queries.newest_link_id(person.id)})
    if form.validate_on_submit():
        try:
            code = operations.replace_code(person, instead_of=form.link_id, actor=current_actor())
            db.session.commit()
        except DomainError as error:
            flash(error.message, "error")
            return _to_person(person)
        return _code_page(event, person, code)
    return render_template("protection/new_code.html", event=event, person=person, form=form)


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/<int:registration_id>/oppna",
    "/staff/events/<int:event_id>/attendees/<int:registration_id>/open",
    methods=("POST",),
)
@staff_required(Permission.OPEN_PROTECTED)
def open_record(event_id: int, registration_id: int) -> ResponseReturnValue:
    """What is sealed about a person, once the trail says who has looked."""
    event = _event(event_id, to_edit=False)
    person = get_registration(event.id, registration_id)
    if not is_pressed():
        return _to_person(person)
    operations.note_opening(person, actor=current_actor())
    db.session.commit()
    details = queries.details_of(person.id)
    return render_template(
        "protection/opened.html",
        event=_event(event_id, to_edit=False),
        person=get_registration(event_id, registration_id),
        details=details,
    )
