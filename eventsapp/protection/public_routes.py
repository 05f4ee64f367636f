"""Where a person who has been given a code by telephone comes to their own page. They are not asked anything else."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.errors import DomainError
from eventsapp.protection.forms import CodeForm
from eventsapp.protection.rules import normalised_code
from eventsapp.registrations.guessing import count_failure, refuse_guessers
from eventsapp.registrations.queries import find_by_token
from eventsapp.web.guards import public
from eventsapp.web.pages import page

bp = Blueprint("protection_public", __name__)


@page(bp, "/min/kod", "/my/code", methods=("GET", "POST"))
@public
def code() -> ResponseReturnValue:
    """One field. A wrong code is counted, and answered with one sentence whatever is wrong with it."""
    form = CodeForm()
    if form.is_submitted():
        refuse_guessers()
    if form.validate_on_submit():
        token = normalised_code(form.typed.data or "")
        if token and find_by_token(token) is not None:
            return redirect(url_for("self_service_participant.show", token=token), 303)
        count_failure()
        form.reject(DomainError(gettext("Koden stämmer inte. Kontrollera den, eller ring oss."), "typed"))
    return render_template("protection/enter_code.html", form=form), 400 if form.is_submitted() else 200
