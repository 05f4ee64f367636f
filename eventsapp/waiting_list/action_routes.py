"""What staff do with those who wait: each verb is a page that says what follows, with a button.

The people are named in the address, so that everything works without JavaScript and a page can be read again.
"""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.registrations.line_queries import waiting_count, waiting_number
from eventsapp.registrations.models import RegistrationStatus
from eventsapp.registrations.rules import offer_deadline
from eventsapp.waiting_list import placing
from eventsapp.waiting_list.forms import GiveForm, MoveForm, OfferForm, RefuseForm, WithdrawForm
from eventsapp.waiting_list.prospects import give_as_shown, letters_to, prospect_of
from eventsapp.waiting_list.staff_routes import back_url, bp, load_chosen, nobody_chosen, words_of
from eventsapp.waiting_list.words import given_in_words, offered_in_words, refused_in_words
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page

WAITS = (RegistrationStatus.WAITING, RegistrationStatus.OFFERED, RegistrationStatus.APPLIED)


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/reservlista/ge-plats",
    "/staff/events/<int:event_id>/waiting-list/give-places",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def give(event_id: int) -> ResponseReturnValue:
    """Give places, also to one who was cancelled, refused or too late."""
    event, people = load_chosen(event_id)
    if not people:
        return nobody_chosen(event_id)
    form = GiveForm()
    if form.validate_on_submit():
        try:
            placed = give_as_shown(event, people, form.choice(), actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, people = load_chosen(event_id)
        else:
            flash(given_in_words(people, placed), "success" if placed else "warning")
            return redirect(back_url(event_id, people))
    prospect = prospect_of(event, people)
    form.over.data = str(len(prospect.over))
    return render_template(
        "waiting_list/give.html",
        **words_of(event),
        back_url=back_url(event_id, people),
        form=form,
        people=people,
        prospect=prospect,
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/reservlista/erbjud",
    "/staff/events/<int:event_id>/waiting-list/offer",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def offer(event_id: int) -> ResponseReturnValue:
    """Offer free places to those who are chosen."""
    event, people = load_chosen(event_id)
    if not people:
        return nobody_chosen(event_id)
    form = OfferForm()
    if form.validate_on_submit():
        try:
            offered = placing.offer_places(
                event, people, actor=current_actor(), reason=form.reason.data or ""
            )
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, people = load_chosen(event_id)
        else:
            flash(offered_in_words(people, offered), "success" if offered else "warning")
            return redirect(back_url(event_id, people))
    waiting = [one for one in people if one.status is RegistrationStatus.WAITING]
    return render_template(
        "waiting_list/offer.html",
        **words_of(event),
        back_url=back_url(event_id, people),
        form=form,
        people=people,
        waiting=waiting,
        prospect=prospect_of(event, waiting),
        answer_by=offer_deadline(event, now()),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/reservlista/ta-bort",
    "/staff/events/<int:event_id>/waiting-list/refuse",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def refuse(event_id: int) -> ResponseReturnValue:
    """Say no to those who are chosen, with a reason."""
    event, people = load_chosen(event_id)
    if not people:
        return nobody_chosen(event_id)
    form = RefuseForm()
    if form.validate_on_submit():
        try:
            refused = placing.refuse(event, people, form.reason.data or "", actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, people = load_chosen(event_id)
        else:
            flash(refused_in_words(people, refused), "success" if refused else "warning")
            return redirect(back_url(event_id, people))
    leaving = [one for one in people if one.status in WAITS]
    return render_template(
        "waiting_list/refuse.html",
        **words_of(event),
        back_url=back_url(event_id, people),
        form=form,
        people=people,
        leaving=leaving,
        letters=letters_to(leaving),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/reservlista/dra-tillbaka",
    "/staff/events/<int:event_id>/waiting-list/withdraw",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def withdraw(event_id: int) -> ResponseReturnValue:
    """Take back the offer of the one who is named, with a reason."""
    event, people = load_chosen(event_id)
    if not people:
        return nobody_chosen(event_id)
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            placing.withdraw_offer(event, people[0], form.reason.data or "", actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, people = load_chosen(event_id)
        else:
            flash(gettext("Erbjudandet till %(name)s är tillbakadraget.", name=people[0].name))
            return redirect(back_url(event_id, people))
    return render_template(
        "waiting_list/withdraw.html",
        **words_of(event),
        back_url=back_url(event_id, people),
        form=form,
        person=people[0],
        people=people[:1],
        waiting=waiting_count(event.id),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/reservlista/flytta",
    "/staff/events/<int:event_id>/waiting-list/move",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def move(event_id: int) -> ResponseReturnValue:
    """Give the one who is chosen another number in the line, with a reason."""
    event, people = load_chosen(event_id)
    if not people:
        return nobody_chosen(event_id)
    form = MoveForm()
    if form.validate_on_submit():
        try:
            number = form.number.data or 0
            placing.move_in_line(event, people[0], number, form.reason.data or "", actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, people = load_chosen(event_id)
        else:
            flash(gettext("%(name)s är nu nummer %(number)s.", name=people[0].name, number=number))
            return redirect(back_url(event_id, people))
    return render_template(
        "waiting_list/move.html",
        **words_of(event),
        back_url=back_url(event_id, people),
        form=form,
        person=people[0],
        chosen=len(people),
        number=waiting_number(people[0]),
        waiting=waiting_count(event.id),
        is_post=request.method == "POST",
    )
