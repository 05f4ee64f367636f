"""The pages that a public authority must have."""

from datetime import date

from flask import Blueprint, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from eventsapp.about.forms import FeedbackForm
from eventsapp.about.letters import Feedback
from eventsapp.about.operations import send_feedback
from eventsapp.config import VERSION, Settings
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.web.guards import client_address, public
from eventsapp.web.pages import page

bp = Blueprint("about", __name__)

ASSESSED_ON = date(2026, 11, 23)
UPDATED_ON = date(2026, 11, 23)
"""When accessibility was last assessed and the statement last changed (förordning 2018:1938, Digg's regulations)."""


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@page(bp, "/personuppgifter", "/personal-data")
@public
def privacy() -> ResponseReturnValue:
    return render_template("about/privacy.html", sensitive_days=_settings().sensitive_days)


@page(bp, "/tillganglighet", "/accessibility", methods=("GET", "POST"))
@public
def accessibility() -> ResponseReturnValue:
    form = FeedbackForm()
    if form.validate_on_submit():
        feedback = Feedback(
            message=form.message.data or "",
            place=form.place.data or "",
            aids=form.aids.data or "",
            email=form.email.data or "",
            language=g.lang,
        )
        try:
            send_feedback(feedback, client=client_address(), now=now())
            db.session.commit()
            return redirect(url_for("about.feedback_sent"))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return render_template(
        "about/accessibility.html", form=form, assessed_on=ASSESSED_ON, updated_on=UPDATED_ON
    )


@page(bp, "/tillganglighet/tack", "/accessibility/thank-you")
@public
def feedback_sent() -> ResponseReturnValue:
    return render_template("about/feedback_sent.html")


@page(bp, "/kakor", "/cookies")
@public
def cookies() -> ResponseReturnValue:
    return render_template("about/cookies.html", cookie_name=current_app.config["SESSION_COOKIE_NAME"])


@page(bp, "/kontakt", "/contact")
@public
def contact() -> ResponseReturnValue:
    return render_template("about/contact.html")


@page(bp, "/om", "/about")
@public
def about() -> ResponseReturnValue:
    return render_template("about/about.html", version=VERSION)
