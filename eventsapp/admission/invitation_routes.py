"""Those who are invited to an activity, for staff."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from eventsapp.admission.invitation_queries import (
    Answer,
    InvitationView,
    answer_counts,
    get_invitation,
    invitation_page,
    remindable_count,
    uninvited_members,
)
from eventsapp.admission.invitation_rules import may_invite
from eventsapp.admission.invitations import remind as remind_people
from eventsapp.admission.invitations import send_again, withdraw
from eventsapp.audit.queries import history_of
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.permissions import Permission
from eventsapp.events.models import Admission, Event
from eventsapp.events.rules import may_edit, require_may_edit, require_may_view
from eventsapp.networks.queries import network_of_event
from eventsapp.outbox.queries import letters_of
from eventsapp.outbox.rules import failure_in_words
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("admission_invitations", __name__)


def load_event(event_id: int, *, to_edit: bool = False) -> Event:
    """The event, as its letters need it."""
    event = get_event_in_letters(event_id)
    (require_may_edit if to_edit else require_may_view)(current_user, event)
    return event


def words_of(event: Event) -> dict[str, object]:
    """What the head of an activity's staff pages shows."""
    return {
        "event": event,
        "may_edit": may_edit(current_user, event) and current_user.may(Permission.EDIT_PARTICIPANTS),
        "may_invite": may_invite(event, now()),
    }


@page(bp, "/personal/aktiviteter/<int:event_id>/inbjudna", "/staff/events/<int:event_id>/invited")
@staff_required(Permission.VIEW_PARTICIPANTS)
def invitations(event_id: int) -> ResponseReturnValue:
    """Who is invited, and what they have answered."""
    event = load_event(event_id)
    view = InvitationView.from_args(request.args)
    network = network_of_event(event.id) if event.admission is Admission.NETWORK else None
    return render_template(
        "admission/invitations.html",
        **words_of(event),
        view=view,
        found=invitation_page(event.id, view, requested_page()),
        counts=answer_counts(event.id),
        answers=[(answer.value, answer.label) for answer in Answer],
        network=network,
        uninvited=len(uninvited_members(event.id, network.id)) if network else 0,
        remindable=remindable_count(event.id, now()),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/inbjudna/paminn",
    "/staff/events/<int:event_id>/invited/remind",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def remind(event_id: int) -> ResponseReturnValue:
    """Remind those who have not answered, after saying how many get a letter."""
    event = load_event(event_id, to_edit=True)
    form = ActionForm()
    if form.validate_on_submit():
        number = remind_people(event, actor=current_actor())
        db.session.commit()
        flash(ngettext("%(num)d person får en påminnelse.", "%(num)d personer får en påminnelse.", number))
        return redirect(url_for("admission_invitations.invitations", event_id=event_id))
    return render_template(
        "admission/remind.html",
        **words_of(event),
        form=form,
        remindable=remindable_count(event.id, now()),
        unanswered=answer_counts(event.id)[Answer.NONE],
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/inbjudna/<int:invitation_id>",
    "/staff/events/<int:event_id>/invited/<int:invitation_id>",
)
@staff_required(Permission.VIEW_PARTICIPANTS)
def invitation(event_id: int, invitation_id: int) -> ResponseReturnValue:
    """One who is invited: the letters, and what one can do."""
    event = load_event(event_id)
    return render_template(
        "admission/invitation.html",
        **words_of(event),
        row=get_invitation(event.id, invitation_id),
        letters=letters_of("invitation", invitation_id),
        history=history_of("invitation", invitation_id),
        failure_in_words=failure_in_words,
        action_form=ActionForm(formdata=None),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/inbjudna/<int:invitation_id>/brev",
    "/staff/events/<int:event_id>/invited/<int:invitation_id>/letter",
    methods=("POST",),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def resend(event_id: int, invitation_id: int) -> ResponseReturnValue:
    event = load_event(event_id, to_edit=True)
    found = get_invitation(event.id, invitation_id).invitation
    if is_pressed():
        send_again(event, found, actor=current_actor())
        db.session.commit()
        flash(gettext("Ett nytt brev är på väg till %(email)s.", email=found.email))
    return redirect(
        url_for("admission_invitations.invitation", event_id=event_id, invitation_id=invitation_id)
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/inbjudna/<int:invitation_id>/ta-tillbaka",
    "/staff/events/<int:event_id>/invited/<int:invitation_id>/withdraw",
    methods=("POST",),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def take_back(event_id: int, invitation_id: int) -> ResponseReturnValue:
    event = load_event(event_id, to_edit=True)
    found = get_invitation(event.id, invitation_id).invitation
    if is_pressed():
        withdraw(found, actor=current_actor())
        db.session.commit()
        flash(gettext("Inbjudan till %(email)s är återtagen.", email=found.email))
    return redirect(
        url_for("admission_invitations.invitation", event_id=event_id, invitation_id=invitation_id)
    )
