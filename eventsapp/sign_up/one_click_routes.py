"""The device that remembers a person: one button instead of the form, and the choice to be remembered or forgotten.

Every cookie here is set by a button that says so, and nothing else.
"""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.participants.remembered import find_remembered, forget_person
from eventsapp.participants.remembered import remember as keep_person
from eventsapp.registrations import operations, queries
from eventsapp.registrations.forms import usable_nonce
from eventsapp.registrations.groups import members_of
from eventsapp.registrations.sign_up_page import own_receipt, remember_receipt
from eventsapp.sign_up.one_click import needs_no_form, person_of, submission_of_person
from eventsapp.web.forms import is_pressed
from eventsapp.web.guards import current_actor, public
from eventsapp.web.pages import page

bp = Blueprint("sign_up_one_click", __name__)


@page(bp, "/aktiviteter/<slug>/anmalan/direkt", "/events/<slug>/registration/direct", methods=("POST",))
@public
def sign_up(slug: str) -> ResponseReturnValue:
    """Sign up the one whom the device remembers; where anything more is needed the form asks for it."""
    event = queries.get_event_to_sign_up(slug)
    event_id, person = event.id, find_remembered()
    to_form = redirect(url_for("sign_up_public.register", slug=slug), 303)
    if person is None or not needs_no_form(event, person) or not is_pressed():
        return to_form
    nonce = usable_nonce(request.form.get("nonce", ""))
    submission = submission_of_person(event, person, nonce=nonce, language=str(g.lang))
    try:
        operations.register(event, submission, actor=current_actor())
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "warning")
        return to_form
    remember_receipt(event_id, submission.nonce)
    return redirect(url_for("sign_up_public.receipt", slug=slug), 303)


@page(bp, "/aktiviteter/<slug>/anmalan/kom-ihag", "/events/<slug>/registration/remember", methods=("POST",))
@public
def remember(slug: str) -> ResponseReturnValue:
    """Let the device remember what was typed in the form that it sent last for this activity."""
    event = queries.get_event_to_sign_up(slug)
    receipt = own_receipt(event)
    response = redirect(url_for("sign_up_public.receipt", slug=slug), 303)
    members = members_of(receipt) if receipt is not None else ()
    if len(members) == 1 and is_pressed():
        keep_person(response, person_of(members[0]))
        flash(gettext("Den här enheten minns dig nu."))
    return response


@page(bp, "/aktiviteter/<slug>/anmalan/glom", "/events/<slug>/registration/forget", methods=("POST",))
@public
def forget(slug: str) -> ResponseReturnValue:
    """Let the device forget whom it remembers."""
    response = redirect(url_for("catalogue.event", slug=slug), 303)
    if is_pressed():
        forget_person(response)
        flash(gettext("Den här enheten har glömt vem du är."))
    return response
