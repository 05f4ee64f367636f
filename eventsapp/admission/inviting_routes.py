"""Inviting: one by one, many pasted in, or a whole network."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from eventsapp.admission.invitation_forms import (
    InviteeForm,
    InviteesForm,
    LetterLanguageForm,
    invitee_of,
)
from eventsapp.admission.invitation_queries import uninvited_members
from eventsapp.admission.invitation_routes import bp, load_event, words_of
from eventsapp.admission.invitations import Invited, invite, invite_network, invite_one
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.networks.lines import MOST_LINES, BadLine, read_lines
from eventsapp.networks.queries import member_count, network_of_event
from eventsapp.organisations.queries import official_names
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/inbjudna/ny",
    "/staff/events/<int:event_id>/invited/new",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def one(event_id: int) -> ResponseReturnValue:
    """Invite one person."""
    event = load_event(event_id, to_edit=True)
    form = InviteeForm()
    form.offer()
    if form.validate_on_submit():
        try:
            invite_one(event, form.invitee(), language=form.language.data, actor=current_actor())
            db.session.commit()
            flash(gettext("En inbjudan är på väg till %(email)s.", email=form.email.data))
            return redirect(url_for("admission_invitations.invitations", event_id=event_id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event = load_event(event_id)
    return render_template(
        "admission/invite.html", **words_of(event), form=form, official_names=official_names()
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/inbjudna/flera",
    "/staff/events/<int:event_id>/invited/many",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def many(event_id: int) -> ResponseReturnValue:
    """Invite many people from pasted lines; those that cannot be read come back with their reason."""
    event = load_event(event_id, to_edit=True)
    form = InviteesForm()
    form.offer()
    bad: list[BadLine] = []
    if form.validate_on_submit():
        try:
            pasted = read_lines(form.lines.data or "", name_needed=False)
            people = [invitee_of(person) for person in pasted.people]
            invited = invite(event, people, language=form.language.data, actor=current_actor())
            db.session.commit()
            _tell(invited, pasted.repeated)
            if not pasted.bad:
                return redirect(url_for("admission_invitations.invitations", event_id=event_id))
            bad, form.lines.data = pasted.bad, pasted.left_over
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
        event = load_event(event_id)
    return render_template(
        "admission/invite_many.html", **words_of(event), form=form, bad=bad, most_lines=MOST_LINES
    )


def _tell(invited: Invited, repeated: int) -> None:
    words = [ngettext("%(num)d person får en inbjudan.", "%(num)d personer får en inbjudan.", invited.new)]
    if invited.known:
        words.append(
            ngettext(
                "%(num)d person var redan inbjuden.", "%(num)d personer var redan inbjudna.", invited.known
            )
        )
    if invited.registered:
        words.append(
            ngettext(
                "%(num)d person är redan anmäld och får inget brev.",
                "%(num)d personer är redan anmälda och får inget brev.",
                invited.registered,
            )
        )
    if repeated:
        words.append(
            ngettext(
                "%(num)d rad hade en adress som redan stod på en annan rad.",
                "%(num)d rader hade en adress som redan stod på en annan rad.",
                repeated,
            )
        )
    flash(" ".join(words))


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/inbjudna/natverk",
    "/staff/events/<int:event_id>/invited/network",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def network(event_id: int) -> ResponseReturnValue:
    """Invite the whole network, after saying how many get a letter."""
    event = load_event(event_id, to_edit=True)
    form = LetterLanguageForm()
    form.offer()
    if form.validate_on_submit():
        try:
            number = invite_network(event, language=form.language.data, actor=current_actor())
            db.session.commit()
            flash(ngettext("%(num)d person får en inbjudan.", "%(num)d personer får en inbjudan.", number))
            return redirect(url_for("admission_invitations.invitations", event_id=event_id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event = load_event(event_id)
    chosen = network_of_event(event.id)
    return render_template(
        "admission/invite_network.html",
        **words_of(event),
        form=form,
        network=chosen,
        members=member_count(chosen.id) if chosen else 0,
        uninvited=len(uninvited_members(event.id, chosen.id)) if chosen else 0,
    )
