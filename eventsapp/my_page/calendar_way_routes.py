"""Choosing how one's registrations come into one's calendar: one way alone, so that nothing shows twice."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from eventsapp.core.db import db
from eventsapp.my_page.forms import CalendarWayForm
from eventsapp.my_page.list_routes import own_device
from eventsapp.my_page.routes import bp
from eventsapp.participants.calendar_choice import choose_way, chosen_way
from eventsapp.participants.calendars import calendars_of
from eventsapp.participants.models import CalendarWay
from eventsapp.registrations.calendar_withdrawal import withdraw_invitations
from eventsapp.web.guards import public
from eventsapp.web.pages import page


@page(bp, "/min/kalendrar/val", "/my/calendars/choice", methods=("GET", "POST"))
@public
def calendar_way() -> ResponseReturnValue:
    """The three ways and which one holds."""
    key = own_device().device.email_key
    form = CalendarWayForm(way=chosen_way(key).value)
    if form.validate_on_submit():
        choose_way(key, form.chosen)
        is_out = form.chosen is not CalendarWay.INVITATION
        withdrawn = withdraw_invitations(key) if is_out and form.withdraw.data else 0
        db.session.commit()
        flash(_what_happens(withdrawn))
        return redirect(url_for(".calendars"), 303)
    return (
        render_template("my_page/calendar_way.html", form=form, subscribes=bool(calendars_of(key))),
        400 if form.is_submitted() else 200,
    )


def _what_happens(withdrawn: int) -> str:
    if withdrawn == 0:
        return gettext("Ditt val gäller nya anmälningar.")
    letters = ngettext(
        "Du får ett brev som tar bort en inbjudan ur din kalender.",
        "Du får %(num)d brev som tar bort inbjudningar ur din kalender.",
        withdrawn,
    )
    return f"{gettext('Ditt val gäller nya anmälningar.')} {letters}"
