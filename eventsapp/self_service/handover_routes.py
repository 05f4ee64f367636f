"""Handing a place over: the page of the one who has it, and that of the colleague behind the mailed link. A GET changes
nothing, since mail gateways open every link."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.text import email_key
from eventsapp.organisations.queries import official_names
from eventsapp.registrations import queries
from eventsapp.registrations.guessing import count_failure, refuse_guessers
from eventsapp.registrations.handover_models import PlaceHandover
from eventsapp.registrations.models import Registration
from eventsapp.registrations.sign_up_page import sensitive_days
from eventsapp.registrations.wishes import wishes_in_words
from eventsapp.registrations.words import occasions_in_words, where_for
from eventsapp.self_service.handover_forms import ColleagueForm, TakeOverForm
from eventsapp.self_service.handover_queries import find_handover, last_handover
from eventsapp.self_service.handover_rules import is_open_handover, may_hand_over
from eventsapp.self_service.handovers import (
    accept_handover,
    decline_handover,
    offer_to_colleague,
)
from eventsapp.self_service.handovers import take_back as take_offer_back
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import current_actor, participant_required, public
from eventsapp.web.pages import page

bp = Blueprint("self_service_handover", __name__)


@page(
    bp,
    "/min/anmalan/<token>/lamna-over",
    "/my/registration/<token>/hand-over",
    methods=("GET", "POST"),
)
@participant_required
def offer(token: str) -> ResponseReturnValue:
    """Write to a colleague; afterwards the own page says that the place is offered."""
    registration: Registration = g.participant
    if not may_hand_over(registration, registration.event, now()):
        flash(gettext("Det går inte att lämna över platsen. Kontakta oss."), "warning")
        return redirect(url_for("self_service_participant.show", token=token), 303)
    form, status = ColleagueForm(), 200
    if form.validate_on_submit():
        try:
            offer_to_colleague(registration, form.colleague(), actor=Actor.participant(registration.id))
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            status = error.status
        else:
            flash(gettext("Ett brev är på väg till %(name)s.", name=form.name.data))
            return redirect(url_for("self_service_participant.show", token=token), 303)
    elif form.is_submitted():
        status = 400
    return _offer_page(token, form, status)


def _offer_page(token: str, form: ColleagueForm, status: int) -> ResponseReturnValue:
    found = queries.find_by_token(token)
    assert found is not None
    handover = last_handover(found.id)
    return (
        render_template(
            "self_service/hand_over.html",
            registration=found,
            event=found.event,
            token=token,
            form=form,
            handover=handover if handover and handover.outcome is None else None,
            action_form=ActionForm(formdata=None),
            when=occasions_in_words(found.event),
        ),
        status,
    )


@page(bp, "/min/anmalan/<token>/ta-tillbaka", "/my/registration/<token>/take-back", methods=("POST",))
@participant_required
def take_back(token: str) -> ResponseReturnValue:
    """Take the offer to a colleague back, by a button."""
    registration: Registration = g.participant
    if is_pressed():
        take_offer_back(registration, actor=Actor.participant(registration.id))
        db.session.commit()
    return redirect(url_for("self_service_participant.show", token=token), 303)


@page(bp, "/min/plats/<token>", "/my/place/<token>", methods=("GET", "POST"))
@public
def answer(token: str) -> ResponseReturnValue:
    """The activity, who offers the place, and the form with which the colleague takes it."""
    handover = _handover(token)
    items = queries.chosen_items([handover.registration_id]).get(handover.registration_id, ())
    form = TakeOverForm.for_place(handover, items)
    if not form.validate_on_submit():
        return _show(token, handover, form, status=form.status)
    try:
        accept_handover(handover, form.submission(), actor=current_actor())
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _show(token, _handover(token), form, error)
    return redirect(url_for(".answer", token=token), 303)


@page(bp, "/min/plats/<token>/nej", "/my/place/<token>/no", methods=("POST",))
@public
def say_no(token: str) -> ResponseReturnValue:
    """The colleague says no, by a button; the page of the offer says thank you."""
    handover = _handover(token)
    if is_pressed():
        try:
            decline_handover(handover, actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            flash(error.message, "warning")
    return redirect(url_for(".answer", token=token), 303)


def _handover(token: str) -> PlaceHandover:
    """The offer of a link; attempts to answer with a wrong one are counted."""
    trying = request.method == "POST"
    if trying:
        refuse_guessers()
    found = find_handover(token)
    if found is None:
        if trying:
            count_failure()
        raise NotFound
    return found


def _show(
    token: str,
    handover: PlaceHandover,
    form: TakeOverForm,
    error: DomainError | None = None,
    *,
    status: int = 200,
) -> ResponseReturnValue:
    """What the colleague's page says right now: the form, or why there is none."""
    event = handover.registration.event
    is_open = is_open_handover(handover, event, now())
    is_registered = is_open and queries.find_active(event.id, email_key(handover.email)) is not None
    if queries.counts_by_profession(event.id, now()):
        form.ask_profession()
    if error is not None:
        form.reject(error)
        status = error.status
    elif not is_open and request.method == "POST":
        status = 409
    return (
        render_template(
            "self_service/take_over.html",
            token=token,
            handover=handover,
            outcome=handover.outcome.value if handover.outcome else "",
            giver=handover.registration,
            registration=handover.registration,
            event=event,
            form=form,
            is_open=is_open,
            is_registered=is_registered,
            items=queries.items_of([handover.registration_id]).get(handover.registration_id, []),
            wishes=wishes_in_words(handover.registration) if event.ranks_items else [],
            when=occasions_in_words(event),
            where=where_for(event, handover.registration.mode),
            official_names=official_names(),
            sensitive_days=sensitive_days(),
            no_form=ActionForm(formdata=None),
        ),
        status,
    )
