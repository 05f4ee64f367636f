"""A person's own calendar to subscribe to: one address for each calendar program, shown once, changed and closed at will."""

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from eventsapp.config import Settings
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.secret_addresses import close as close_address
from eventsapp.core.secret_addresses import renew as renew_address
from eventsapp.my_page.forms import CalendarForm
from eventsapp.my_page.list_routes import own_device
from eventsapp.my_page.routes import bp
from eventsapp.participants.calendar_choice import choose_way, chosen_way
from eventsapp.participants.calendars import calendars_of, get_calendar, open_calendar
from eventsapp.participants.models import CalendarWay
from eventsapp.rendering.calendar import subscribe_links
from eventsapp.rendering.qr import qr_svg
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import public
from eventsapp.web.pages import page, site_url


@page(bp, "/min/kalendrar", "/my/calendars", methods=("GET", "POST"))
@public
def calendars() -> ResponseReturnValue:
    """The calendars that are subscribed to, and the form for one more; what follows on the form is its address, once."""
    key = own_device().device.email_key
    form = CalendarForm()
    way = chosen_way(key)
    status = 200
    if form.validate_on_submit():
        try:
            token = open_calendar(key, form.name.data or "", g.lang)
            if way is CalendarWay.INVITATION and form.instead.data:
                choose_way(key, CalendarWay.SUBSCRIPTION)
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            status = error.status
        else:
            return _address(token)
    elif form.is_submitted():
        status = 400
    return (
        render_template(
            "my_page/calendars.html",
            calendars=calendars_of(key),
            form=form,
            action=ActionForm(),
            way=way,
            invites=way is CalendarWay.INVITATION,
        ),
        status,
    )


@page(
    bp,
    "/min/kalendrar/<int:calendar_id>/ny-adress",
    "/my/calendars/<int:calendar_id>/renew",
    methods=("POST",),
)
@public
def renew(calendar_id: int) -> ResponseReturnValue:
    """Give a calendar another address, which is shown once; the one before is dead."""
    own_key = own_device().device.email_key
    if not is_pressed():
        return redirect(url_for(".calendars"), 303)
    token = renew_address(get_calendar(calendar_id, own_key))
    db.session.commit()
    return _address(token)


@page(
    bp, "/min/kalendrar/<int:calendar_id>/stang", "/my/calendars/<int:calendar_id>/close", methods=("POST",)
)
@public
def close(calendar_id: int) -> ResponseReturnValue:
    """Let a calendar be read no more."""
    own_key = own_device().device.email_key
    if is_pressed():
        close_address(get_calendar(calendar_id, own_key))
        db.session.commit()
        flash(
            gettext(
                "Prenumerationen är stängd. Det som kalendern redan har hämtat försvinner när du tar bort den där."
            )
        )
    return redirect(url_for(".calendars"), 303)


def _address(token: str) -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    address = site_url("feeds.personal", lang=g.lang, token=token)
    name = gettext("Mina anmälningar – %(site)s", site=settings.site_name)
    return render_template(
        "my_page/calendar_address.html",
        links=subscribe_links(address, name),
        qr=Markup(qr_svg(address, title=gettext("Adressen till din kalender som QR-kod"))),  # noqa: S704 - our own drawing
    )
