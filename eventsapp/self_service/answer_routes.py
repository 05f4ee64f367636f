"""The questions behind the personal link."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.questions.file_queries import get_file
from eventsapp.questions.sheets import is_look
from eventsapp.registrations import rules
from eventsapp.registrations.answer_pages import refused, sheet_values
from eventsapp.registrations.answer_sheets import form_of
from eventsapp.registrations.answered import answered
from eventsapp.registrations.answering import answer_questions
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT
from eventsapp.self_service.participant_routes import bp
from eventsapp.web.attachments import as_attachment
from eventsapp.web.guards import participant_required
from eventsapp.web.pages import page
from eventsapp.web.uploads import takes_files


@page(
    bp,
    "/min/anmalan/<token>/fragor",
    "/my/registration/<token>/questions",
    methods=("GET", "POST"),
)
@participant_required
@takes_files
def own_questions(token: str) -> ResponseReturnValue:
    """All questions with what one has answered, until the activity begins."""
    registration: Registration = g.participant
    to_own_page = redirect(url_for("self_service_participant.show", token=token), 303)
    if registration.status is not RegistrationStatus.CONFIRMED or not rules.may_change(
        registration, registration.event, now()
    ):
        return to_own_page
    form = form_of(registration)
    status = 200
    if not is_look() and form.validate_on_submit():
        try:
            actor = Actor.participant(registration.id)
            answer_questions(registration, form.sheet.questions.all, form.sheet.given, actor=actor)
            db.session.commit()
        except DomainError as error:
            status = refused(form, error)
        else:
            flash(gettext("Tack! Svaren är sparade."))
            return to_own_page
    elif form.problems:
        status = 400
    return (
        render_template(
            "self_service/own_questions.html", event=registration.event, token=token, **sheet_values(form)
        ),
        status,
    )


@page(
    bp,
    "/min/anmalan/<token>/fragor/<int:question_id>/fil",
    "/my/registration/<token>/questions/<int:question_id>/file",
)
@participant_required
def own_file(token: str, question_id: int) -> ResponseReturnValue:
    """The file that one has answered a question with."""
    del token  # The guard has looked it up.
    registration: Registration = g.participant
    shown = answered(registration, for_staff=False).files
    if registration.status is not RegistrationStatus.CONFIRMED or question_id not in shown:
        raise NotFound
    file = get_file(QUESTIONS_SUBJECT, registration.id, question_id)
    content = file.content()
    if content is None:
        raise NotFound(gettext("Filen finns inte kvar. Välj den igen på sidan med frågor."))
    return as_attachment(content, name=file.name, media_type=file.media_type)
