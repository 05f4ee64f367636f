"""Signing up: the form, the receipt, and "Fel adress?"."""

from typing import NoReturn

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.text import email_key
from eventsapp.events.models import Admission, Event
from eventsapp.events.queries import current_slug
from eventsapp.events.rules import RegistrationWindow, registration_window
from eventsapp.participants.remembered import find_remembered
from eventsapp.places.operations import PoolFull
from eventsapp.registrations import groups, operations, queries, rules
from eventsapp.registrations.answer_sheets import questions_are_left
from eventsapp.registrations.documents import own_save_links
from eventsapp.registrations.forms import SignUpForm
from eventsapp.registrations.group_forms import GroupForm
from eventsapp.registrations.groups import members_of
from eventsapp.registrations.guessing import count_failure, refuse_guessers
from eventsapp.registrations.models import RegistrationStatus, SignUpReceipt
from eventsapp.registrations.rules import NotAdmitted, NotOpen
from eventsapp.registrations.sign_up_page import form_values, own_receipt, remember_receipt
from eventsapp.registrations.words import occasions_in_words, where_for
from eventsapp.sign_up.address_correction import correct_address as correct
from eventsapp.sign_up.forms import AddressForm
from eventsapp.sign_up.one_click import KnownPerson, find_known, person_of
from eventsapp.web.forms import ActionForm
from eventsapp.web.guards import current_actor, public
from eventsapp.web.pages import page, site_url

bp = Blueprint("sign_up_public", __name__)


@page(bp, "/aktiviteter/<slug>/anmalan", "/events/<slug>/registration", methods=("GET", "POST"))
@public
def register(slug: str) -> ResponseReturnValue:
    """The form, and what becomes of it."""
    event = _event(slug)
    known = find_known(event) if request.method == "GET" else None
    form = SignUpForm.for_event(event, data=known.form_values if known else None)
    if not form.validate_on_submit():
        return _form_page(event, form, form.status, known=known)
    event_id = event.id
    try:
        done = operations.register(event, form.submission(), actor=current_actor())
        db.session.commit()
    except (NotOpen, NotAdmitted) as error:
        return _closed_page(event, error)
    except DomainError as error:
        return _form_page(event, form, error.status, error)
    remember_receipt(event_id, form.nonce.data or "")
    if done.is_repeat and done.receipt is not None:
        _warn_of_another_person(done.receipt, form)
    return redirect(url_for(".receipt", slug=slug), 303)


@page(bp, "/aktiviteter/<slug>/anmalan/grupp", "/events/<slug>/registration/group", methods=("GET", "POST"))
@public
def register_group(slug: str) -> ResponseReturnValue:
    """Several people in one form, each with a letter of their own."""
    event = _event(slug)
    if not event.allows_groups:
        raise NotFound
    form = GroupForm.for_event(event)
    assert isinstance(form, GroupForm)
    if form.add_member() or form.fill_in():
        return _form_page(event, form, 400 if form.lines.errors else 200)
    if not form.validate_on_submit():
        return _form_page(event, form, 400 if form.is_submitted() else 200)
    event_id = event.id
    group = form.group_submission()
    try:
        groups.register_group(event, group, actor=current_actor())
        db.session.commit()
    except (NotOpen, NotAdmitted) as error:
        return _closed_page(event, error)
    except DomainError as error:
        return _form_page(event, form, error.status, error)
    remember_receipt(event_id, group.nonce)
    return redirect(url_for(".receipt", slug=slug), 303)


def _event(slug: str) -> Event:
    try:
        return queries.get_event_to_sign_up(slug)
    except NotFound:
        newer = current_slug(slug)
        if newer is None:
            raise
        _redirect_to(newer)


def _redirect_to(slug: str) -> NoReturn:
    """An address that the activity had before; 308 keeps what a form has sent."""
    assert request.endpoint is not None
    abort(redirect(url_for(request.endpoint, slug=slug), 301 if request.method == "GET" else 308))


def _form_page(
    event: Event,
    form: SignUpForm | GroupForm,
    status: int,
    error: DomainError | None = None,
    known: KnownPerson | None = None,
) -> ResponseReturnValue:
    window = registration_window(event, now())
    if window is not RegistrationWindow.OPEN:
        return _not_open_page(event, window)
    if event.admission in (Admission.INVITATION, Admission.NETWORK):
        return render_template("sign_up/not_admitted.html", event=event), 200 if status == 200 else 409
    values = form_values(event, form, error)
    if values is None:
        return render_template("sign_up/full.html", event=event), 409
    template = "register_group.html" if isinstance(form, GroupForm) else "register.html"
    return render_template(f"sign_up/{template}", **values, known=known), status


def _closed_page(event: Event, error: NotOpen | NotAdmitted) -> ResponseReturnValue:
    if isinstance(error, NotOpen):
        return _not_open_page(event, error.window)
    return render_template("sign_up/not_admitted.html", event=event), 409


def _not_open_page(event: Event, window: RegistrationWindow) -> ResponseReturnValue:
    return render_template("sign_up/not_open.html", event=event, window=window), 409


def _warn_of_another_person(receipt: SignUpReceipt, form: SignUpForm) -> None:
    """One who goes back and fills in the same form for a colleague would else believe that both are registered."""
    sent = {email_key(member.email) for member in members_of(receipt)}
    if email_key(form.email.data or "") not in sent:
        flash(
            gettext(
                "Formuläret var redan skickat, så den här gången ändrades ingenting. "
                "Vill du anmäla en person till, öppna ett nytt formulär."
            ),
            "warning",
        )


@page(bp, "/aktiviteter/<slug>/anmalan/klar", "/events/<slug>/registration/done")
@public
def receipt(slug: str) -> ResponseReturnValue:
    """The page that a new person gets, also when the address was registered before."""
    event = _event(slug)
    found = own_receipt(event)
    if found is None:
        return render_template("sign_up/receipt_gone.html", event=event)
    members = members_of(found)
    registration = queries.find_registration(found.registration_id)
    return render_template(
        "sign_up/receipt.html",
        event=event,
        submission=members[0],
        members=members if len(members) > 1 else (),
        is_remembered=find_remembered() == person_of(members[0]),
        action_form=ActionForm(),
        outcome=found.outcome.value,
        number=found.waiting_number,
        when=occasions_in_words(event),
        where=where_for(event, members[0].mode),
        saves=_saves(event) if found.outcome is RegistrationStatus.CONFIRMED else [],
        has_questions=len(members) == 1
        and found.outcome is RegistrationStatus.CONFIRMED
        and questions_are_left(event, found),
        may_correct=len(members) == 1 and rules.may_correct_address(found, registration, event, now()),
    )


@page(
    bp,
    "/aktiviteter/<slug>/anmalan/adress",
    "/events/<slug>/registration/address",
    methods=("GET", "POST"),
)
@public
def correct_address(slug: str) -> ResponseReturnValue:
    """ "Fel adress?": the confirmation goes to another address."""
    event = _event(slug)
    form = AddressForm()
    if form.is_submitted():
        refuse_guessers()
    found = own_receipt(event)
    if found is None or len(members_of(found)) > 1:
        if form.validate_on_submit():
            count_failure()
        return render_template("sign_up/receipt_gone.html", event=event)
    if form.validate_on_submit():
        try:
            correct(event, found, form.email.data or "", actor=current_actor())
            db.session.commit()
        except DomainError as error:
            if isinstance(error, PoolFull):
                return render_template("sign_up/full.html", event=event), 409
            form.reject(error)
            return _address_page(event, found, form, error.status)
        flash(gettext("Vi skickar ett nytt brev till %(email)s.", email=form.email.data))
        return redirect(url_for(".receipt", slug=slug), 303)
    return _address_page(event, found, form, 400 if form.is_submitted() else 200)


def _address_page(event: Event, found: SignUpReceipt, form: AddressForm, status: int) -> ResponseReturnValue:
    registration = queries.find_registration(found.registration_id)
    may_correct = rules.may_correct_address(found, registration, event, now())
    return (
        render_template(
            "sign_up/correct_address.html",
            event=event,
            form=form,
            submission=queries.submission_of(found),
            may_correct=may_correct,
        ),
        status if may_correct else 409,
    )


def _saves(event: Event) -> list[object]:
    page_url = site_url("catalogue.event", lang=g.lang, slug=event.slug)
    return list(own_save_links(event, now(), language=g.lang, page_url=page_url))
