"""The page behind the personal link on which the others at one screen are named."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.registrations import rules
from eventsapp.registrations.companions import name_companions, names_of
from eventsapp.registrations.models import Registration
from eventsapp.registrations.words import occasions_in_words
from eventsapp.self_service.companion_forms import CompanionsForm
from eventsapp.self_service.participant_routes import bp
from eventsapp.web.guards import participant_required
from eventsapp.web.pages import page


@page(
    bp,
    "/min/anmalan/<token>/vid-skarmen",
    "/my/registration/<token>/screen",
    methods=("GET", "POST"),
)
@participant_required
def companions(token: str) -> ResponseReturnValue:
    """Say who the others are, some of them, or nobody any more."""
    registration: Registration = g.participant
    to_registration = redirect(url_for("self_service_participant.show", token=token), 303)
    if not rules.may_name(registration, registration.event, now()):
        return to_registration
    form = CompanionsForm.for_registration(registration, names_of([registration.id]).get(registration.id, ()))
    if form.validate_on_submit():
        try:
            name_companions(registration, form.lines, actor=Actor.participant(registration.id))
            db.session.commit()
            flash(gettext("Namnen är sparade."))
            return to_registration
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return _page(registration, token, form)


def _page(registration: Registration, token: str, form: CompanionsForm) -> ResponseReturnValue:
    return (
        render_template(
            "self_service/companions.html",
            event=registration.event,
            token=token,
            form=form,
            people=registration.head_count,
            when=occasions_in_words(registration.event),
        ),
        400 if form.is_submitted() else 200,
    )
