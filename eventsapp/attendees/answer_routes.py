"""The answers of one person, given by staff."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from eventsapp.attendees.staff_routes import bp, event_of_page, head_of_page
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.permissions import Permission
from eventsapp.questions.models import Question
from eventsapp.questions.sheets import is_look
from eventsapp.registrations import queries
from eventsapp.registrations.answer_pages import refused, sheet_values
from eventsapp.registrations.answer_sheets import AnswersForm, staff_form_of
from eventsapp.registrations.answering import answer_questions
from eventsapp.registrations.models import Registration
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.uploads import takes_files


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/<int:registration_id>/svar",
    "/staff/events/<int:event_id>/attendees/<int:registration_id>/answers",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
@takes_files
def answers(event_id: int, registration_id: int) -> ResponseReturnValue:
    """The answers of one person, with the questions that only staff fill in, under the same rules."""
    event = event_of_page(event_id, to_edit=True)
    registration = queries.get_registration(event.id, registration_id)
    form = staff_form_of(registration, sees_sensitive=current_user.may(Permission.VIEW_SENSITIVE))
    if not form.sheet.questions:
        raise NotFound
    status = 200
    if not is_look() and form.validate_on_submit():
        try:
            _answer_for(registration, form.sheet.questions.all, form)
            db.session.commit()
        except DomainError as error:
            status = refused(form, error)
            event = event_of_page(event_id, to_edit=True)
            registration = queries.get_registration(event.id, registration_id)
        else:
            flash(gettext("Svaren är sparade."))
            return redirect(
                url_for("attendees_staff.person", event_id=event_id, registration_id=registration_id), 303
            )
    elif form.problems:
        status = 400
    return (
        render_template(
            "attendees/answers.html", **head_of_page(event), person=registration, **sheet_values(form)
        ),
        status,
    )


def _answer_for(registration: Registration, asked: Sequence[Question], form: AnswersForm) -> None:
    answer_questions(registration, asked, form.sheet.given, actor=current_actor(), tell=bool(form.tell.data))
