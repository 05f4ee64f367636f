"""The answer of one who was asked whether they still come, behind the personal link; the own page asks it."""

from flask import Blueprint, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.registrations.models import Registration
from eventsapp.self_service.still_coming import say_still_coming
from eventsapp.web.forms import is_pressed
from eventsapp.web.guards import participant_required
from eventsapp.web.pages import page

bp = Blueprint("self_service_still_coming", __name__)


@page(bp, "/min/anmalan/<token>/kommer", "/my/registration/<token>/coming", methods=("POST",))
@participant_required
def coming(token: str) -> ResponseReturnValue:
    """ "Ja, jag kommer", by a button; one who does not come cancels."""
    registration: Registration = g.participant
    if is_pressed():
        try:
            say_still_coming(registration, actor=Actor.participant(registration.id))
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            flash(error.message, "warning")
        else:
            flash(gettext("Tack, då ses vi."))
    return redirect(url_for("self_service_participant.show", token=token), 303)
