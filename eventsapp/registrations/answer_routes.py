"""The pages on which an activity's questions are answered: right after signing up, behind the personal link, and by staff."""

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.permissions import Permission
from eventsapp.organisations.queries import official_names
from eventsapp.questions.models import Question
from eventsapp.questions.sheets import is_look, notes_on_options
from eventsapp.registrations import public_routes, queries, rules
from eventsapp.registrations.answer_sheets import (
    AnswersForm,
    answers_form,
    form_of,
    questions_after,
    staff_form_of,
)
from eventsapp.registrations.answering import OptionsFull, answer_after_sign_up, answer_questions
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.participant_routes import bp as participant_bp
from eventsapp.registrations.sign_up_page import own_receipt
from eventsapp.registrations.staff_routes import bp as staff_bp
from eventsapp.registrations.staff_routes import event_of_page, head_of_page
from eventsapp.web.guards import current_actor, participant_required, public, staff_required
from eventsapp.web.pages import page


def _values(form: AnswersForm) -> dict[str, object]:
    """What `questions/_sheet.html` needs."""
    return {
        "form": form,
        "sheet": form.sheet,
        "option_notes": notes_on_options(form.left),
        "official_names": official_names(),
    }


def _refused(form: AnswersForm, error: DomainError) -> int:
    """Put an operation's no where it belongs; answers the HTTP status."""
    db.session.rollback()
    if isinstance(error, OptionsFull):
        form.sheet.reject_full(error.option_ids)
    else:
        form.reject(error)
    return error.status


@page(
    public_routes.bp,
    "/aktiviteter/<slug>/anmalan/fragor",
    "/events/<slug>/registration/questions",
    methods=("GET", "POST"),
)
@public
def questions(slug: str) -> ResponseReturnValue:
    """The questions once the place is secured, for the browser that has just signed up, and once only.

    It is the same for an address that was registered before, whose answers nobody keeps; the letter says where to give them.
    """
    event = queries.get_event_to_sign_up(slug)
    receipt = own_receipt(event)
    if receipt is None:
        return render_template("registrations/receipt_gone.html", event=event)
    to_receipt = redirect(url_for("registrations_public.receipt", slug=slug), 303)
    if receipt.answered_at is not None or receipt.outcome is not RegistrationStatus.CONFIRMED:
        return to_receipt
    submission = queries.submission_of(receipt)
    form = answers_form(questions_after(event.id), submission.circumstances, submission.given)
    status = 200
    if not is_look() and form.validate_on_submit():
        try:
            answer_after_sign_up(receipt, form.sheet.questions.all, form.sheet.given, actor=current_actor())
            db.session.commit()
        except DomainError as error:
            status = _refused(form, error)
        else:
            flash(gettext("Tack! Svaren är sparade."))
            return to_receipt
    elif form.problems:
        status = 400
    return render_template("registrations/questions.html", event=event, **_values(form)), status


@page(
    participant_bp,
    "/min/anmalan/<token>/fragor",
    "/my/registration/<token>/questions",
    methods=("GET", "POST"),
)
@participant_required
def own_questions(token: str) -> ResponseReturnValue:
    """All questions with what one has answered, until the activity begins."""
    registration: Registration = g.participant
    to_own_page = redirect(url_for("registrations_participant.show", token=token), 303)
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
            status = _refused(form, error)
        else:
            flash(gettext("Tack! Svaren är sparade."))
            return to_own_page
    elif form.problems:
        status = 400
    return (
        render_template(
            "registrations/own_questions.html", event=registration.event, token=token, **_values(form)
        ),
        status,
    )


@page(
    staff_bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/<int:registration_id>/svar",
    "/staff/events/<int:event_id>/attendees/<int:registration_id>/answers",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
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
            status = _refused(form, error)
            event = event_of_page(event_id, to_edit=True)
            registration = queries.get_registration(event.id, registration_id)
        else:
            flash(gettext("Svaren är sparade."))
            return redirect(
                url_for("registrations_staff.person", event_id=event_id, registration_id=registration_id), 303
            )
    elif form.problems:
        status = 400
    return (
        render_template(
            "registrations/answers_by_staff.html", **head_of_page(event), person=registration, **_values(form)
        ),
        status,
    )


def _answer_for(registration: Registration, asked: Sequence[Question], form: AnswersForm) -> None:
    answer_questions(registration, asked, form.sheet.given, actor=current_actor(), tell=bool(form.tell.data))
