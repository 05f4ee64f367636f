"""The calendars of a member of staff: one address for each calendar program, shown once, changed and closed at will."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup

from eventsapp.accounts.calendars import (
    get_staff_calendar,
    open_staff_calendar,
    scopes_of,
    staff_calendars_of,
)
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.core.secret_addresses import close as close_address
from eventsapp.core.secret_addresses import renew as renew_address
from eventsapp.feeds.routes import bp
from eventsapp.feeds.staff_forms import StaffCalendarForm
from eventsapp.rendering.calendar import subscribe_links
from eventsapp.rendering.qr import qr_svg
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import staff_required
from eventsapp.web.pages import page, site_url


@page(bp, "/personal/kalendrar", "/staff/calendars", methods=("GET", "POST"))
@staff_required(Permission.VIEW_EVENTS)
def staff_calendars() -> ResponseReturnValue:
    """The calendars that are subscribed to, and the form for one more; what follows on the form is its address, once."""
    form = StaffCalendarForm(scopes_of(current_user))
    status = 200
    if form.validate_on_submit():
        try:
            token = open_staff_calendar(current_user, form.name.data or "", form.scope.data or "", g.lang)
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            status = error.status
        else:
            return _address(token)
    elif form.is_submitted():
        status = 400
    calendars = staff_calendars_of(current_user)
    return (
        render_template("feeds/staff_calendars.html", calendars=calendars, form=form, action=ActionForm()),
        status,
    )


@page(
    bp,
    "/personal/kalendrar/<int:calendar_id>/ny-adress",
    "/staff/calendars/<int:calendar_id>/renew",
    methods=("POST",),
)
@staff_required(Permission.VIEW_EVENTS)
def renew_staff_calendar(calendar_id: int) -> ResponseReturnValue:
    """Give a calendar another address, which is shown once; the one before is dead."""
    if not is_pressed():
        return redirect(url_for(".staff_calendars"), 303)
    token = renew_address(get_staff_calendar(calendar_id, current_user))
    db.session.commit()
    return _address(token)


@page(
    bp,
    "/personal/kalendrar/<int:calendar_id>/stang",
    "/staff/calendars/<int:calendar_id>/close",
    methods=("POST",),
)
@staff_required(Permission.VIEW_EVENTS)
def close_staff_calendar(calendar_id: int) -> ResponseReturnValue:
    """Let a calendar be read no more."""
    if is_pressed():
        close_address(get_staff_calendar(calendar_id, current_user))
        db.session.commit()
        flash(
            gettext(
                "Prenumerationen är stängd. Det som kalendern redan har hämtat försvinner när du tar bort den där."
            )
        )
    return redirect(url_for(".staff_calendars"), 303)


def _address(token: str) -> ResponseReturnValue:
    address = site_url("feeds.staff", lang=g.lang, token=token)
    return render_template(
        "feeds/staff_calendar_address.html",
        links=subscribe_links(address, gettext("Aktiviteter")),
        qr=Markup(qr_svg(address, title=gettext("Adressen till din kalender som QR-kod"))),  # noqa: S704 - our own drawing
    )
