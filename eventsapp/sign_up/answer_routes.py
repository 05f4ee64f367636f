"""The questions right after signing up, once the place is secured."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.questions.sheets import is_look
from eventsapp.registrations import queries
from eventsapp.registrations.answer_pages import refused, sheet_values
from eventsapp.registrations.answer_sheets import answers_form, questions_after
from eventsapp.registrations.answering import answer_after_sign_up
from eventsapp.registrations.models import RegistrationStatus
from eventsapp.registrations.sign_up_page import own_receipt
from eventsapp.sign_up.public_routes import bp
from eventsapp.web.guards import current_actor, public
from eventsapp.web.pages import page
from eventsapp.web.uploads import takes_files


@page(
    bp,
    "/aktiviteter/<slug>/anmalan/fragor",
    "/events/<slug>/registration/questions",
    methods=("GET", "POST"),
)
@public
@takes_files
def questions(slug: str) -> ResponseReturnValue:
    """The questions once the place is secured, for the browser that has just signed up, and once only.

    It is the same for an address that was registered before, whose answers nobody keeps; the letter says where to give them.
    """
    event = queries.get_event_to_sign_up(slug)
    receipt = own_receipt(event)
    if receipt is None:
        return render_template("sign_up/receipt_gone.html", event=event)
    to_receipt = redirect(url_for("sign_up_public.receipt", slug=slug), 303)
    if receipt.answered_at is not None or receipt.outcome is not RegistrationStatus.CONFIRMED:
        return to_receipt
    submission = queries.submission_of(receipt)
    form = answers_form(
        questions_after(event.id), submission.circumstances, submission.given, owner=f"receipt:{receipt.id}"
    )
    status = 200
    if not is_look() and form.validate_on_submit():
        try:
            answer_after_sign_up(receipt, form.sheet.questions.all, form.sheet.given, actor=current_actor())
            db.session.commit()
        except DomainError as error:
            status = refused(form, error)
        else:
            flash(gettext("Tack! Svaren är sparade."))
            return to_receipt
    elif form.problems:
        status = 400
    return render_template("sign_up/questions.html", event=event, **sheet_values(form)), status
