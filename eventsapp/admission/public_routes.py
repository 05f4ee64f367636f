"""The pages of those who are invited: signing up or saying no behind the mailed link, and asking for the link.

A GET changes nothing, since mail gateways open every link.
"""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsapp.admission.invitation_answers import accept, decline, send_link
from eventsapp.admission.invitation_forms import LinkForm, page_language
from eventsapp.admission.invitation_queries import Answer, answer_to, find_by_token
from eventsapp.admission.invitation_rules import QUESTIONS_FROM_ONE_PLACE, is_by_invitation, may_answer
from eventsapp.admission.models import Invitation
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.throttle import count_attempt
from eventsapp.events.models import Event, EventState
from eventsapp.events.queries import current_slug
from eventsapp.events.rules import RegistrationWindow, registration_window
from eventsapp.registrations.forms import SignUpForm
from eventsapp.registrations.guessing import WINDOW_MINUTES, count_failure, refuse_guessers
from eventsapp.registrations.queries import get_event_in_letters, get_event_to_sign_up
from eventsapp.registrations.sign_up_page import form_values, remember_receipt
from eventsapp.registrations.words import occasions_in_words
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import client_address, csrf_failed, current_actor, public
from eventsapp.web.pages import page

bp = Blueprint("admission_public", __name__)


@page(bp, "/min/inbjudan/<token>", "/my/invitation/<token>", methods=("GET", "POST"))
@public
def invitation(token: str) -> ResponseReturnValue:
    """The activity, who is invited, and the form with which they sign up."""
    found = _invitation(token)
    event = get_event_in_letters(found.event_id)
    form = _form(found, event)
    if not form.validate_on_submit():
        return _show(token, found, event, form, status=form.status)
    event_id, slug = event.id, event.slug
    try:
        accept(found, event, form.submission(), actor=current_actor())
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _show(token, _invitation(token), get_event_in_letters(event_id), form, error)
    remember_receipt(event_id, form.nonce.data or "")
    return redirect(url_for("sign_up_public.receipt", slug=slug), 303)


@page(bp, "/min/inbjudan/<token>/nej", "/my/invitation/<token>/no", methods=("POST",))
@public
def say_no(token: str) -> ResponseReturnValue:
    """ "Jag kan inte komma", by a button; the page of the invitation says thank you."""
    found = _invitation(token)
    event = get_event_in_letters(found.event_id)
    if is_pressed():
        try:
            decline(found, event, actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            event = get_event_in_letters(event.id)
            found = _invitation(token)
            return _show(token, found, event, _form(found, event, formdata=None), error)
    return redirect(url_for(".invitation", token=token), 303)


def _invitation(token: str) -> Invitation:
    """The invitation of a link; attempts to answer with a wrong one are counted."""
    trying = request.method == "POST"
    if trying:
        refuse_guessers()
    found = find_by_token(token)
    if found is None:
        if trying:
            count_failure()
        raise NotFound
    return found


def _form(found: Invitation, event: Event, **options: Any) -> SignUpForm:
    """The ordinary form with what is known filled in; the invitation is the way in, so no code is asked for."""
    known = {"name": found.name, "email": found.email, "organisation": found.organisation_name}
    form = SignUpForm.for_event(event, data=known, **options)
    assert isinstance(form, SignUpForm)
    if "code" in form:
        del form.code
    return form


def _show(
    token: str,
    found: Invitation,
    event: Event,
    form: SignUpForm,
    error: DomainError | None = None,
    *,
    status: int = 200,
) -> ResponseReturnValue:
    """What the invitation's page says right now: the form, or why there is none."""
    answer, window = answer_to(found), registration_window(event, now())
    is_open = window is RegistrationWindow.OPEN and answer not in (Answer.YES, Answer.WITHDRAWN)
    values = form_values(event, form, error) if is_open else None
    if answer is Answer.WITHDRAWN:
        status = 410
    elif error is not None:
        status = error.status
    elif request.method == "POST" and values is None:
        status = 409
    return (
        render_template(
            "admission/answer.html",
            **(values or {"event": event}),
            token=token,
            invitation=found,
            answer=answer,
            window=window,
            shows_form=values is not None,
            nothing_left=is_open and values is None,
            is_hidden=event.state is EventState.DRAFT,
            may_say_no=may_answer(event, now()) and answer in (Answer.NONE, Answer.CANCELLED),
            when=occasions_in_words(event),
            no_form=ActionForm(formdata=None),
        ),
        status,
    )


@page(bp, "/aktiviteter/<slug>/lank", "/events/<slug>/link", methods=("GET", "POST"))
@public
def request_link(slug: str) -> ResponseReturnValue:
    """Ask for the link of an invitation; the answer never tells whether there is one."""
    event = _event(slug)
    if not is_by_invitation(event):
        return redirect(url_for("sign_up_public.register", slug=event.slug))
    form = LinkForm()
    if not form.validate_on_submit():
        status = 400 if form.is_submitted() and not csrf_failed() else 200
        return render_template("admission/request_link.html", event=event, form=form), status
    asked = count_attempt("invitation_link: network", client_address(), minutes=WINDOW_MINUTES, now=now())
    if asked > QUESTIONS_FROM_ONE_PLACE:
        db.session.commit()
        abort(429, retry_after=WINDOW_MINUTES * 60)
    send_link(event, form.email.data or "", language=page_language(), actor=current_actor())
    db.session.commit()
    return redirect(url_for(".link_sent", slug=slug), 303)


@page(bp, "/aktiviteter/<slug>/lank/skickad", "/events/<slug>/link/sent")
@public
def link_sent(slug: str) -> ResponseReturnValue:
    """The same for everybody who has asked."""
    return render_template("admission/link_sent.html", event=_event(slug))


def _event(slug: str) -> Event:
    try:
        return get_event_to_sign_up(slug)
    except NotFound:
        newer = current_slug(slug)
        if newer is None:
            raise
        assert request.endpoint is not None
        code = 301 if request.method == "GET" else 308
        abort(redirect(url_for(request.endpoint, slug=newer), code))
