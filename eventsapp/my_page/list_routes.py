"""A person's registrations on a device that is let in, and the devices themselves."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.my_page.queries import find_latest, get_own, registrations_of
from eventsapp.my_page.routes import bp
from eventsapp.participants.device import LetIn, current_device, drop_device
from eventsapp.participants.operations import show_out
from eventsapp.participants.queries import devices_of
from eventsapp.participants.remembered import find_remembered, forget_person
from eventsapp.participants.remembered import remember as keep_person
from eventsapp.registrations.personal_links import link_on_device
from eventsapp.sign_up.one_click import person_of
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import public
from eventsapp.web.pages import page


def own_device() -> LetIn:
    """The device of this request; one that is not let in goes to the page where one asks for a link."""
    device = current_device()
    if device is None:
        abort(redirect(url_for("my_page.start"), 303))
    return device


@page(bp, "/min/anmalningar", "/my/registrations")
@public
def registrations() -> ResponseReturnValue:
    """Everything that the address is registered for, coming and past."""
    here = own_device().device
    moment = now()
    return render_template(
        "my_page/registrations.html",
        own=registrations_of(here.email_key, moment),
        here=here,
        devices=[device for device in devices_of(here.email_key, moment) if device.id != here.id],
        remembered=find_remembered(),
        form=ActionForm(),
    )


@page(
    bp,
    "/min/anmalningar/<int:registration_id>/oppna",
    "/my/registrations/<int:registration_id>/open",
    methods=("POST",),
)
@public
def open_registration(registration_id: int) -> ResponseReturnValue:
    """Go to the registration's own page, as behind the link of its letter, but on this device alone."""
    device = own_device()
    registration = get_own(registration_id, device.device.email_key)
    if not is_pressed():
        return redirect(url_for(".registrations"), 303)
    token = link_on_device(registration.id, device)
    db.session.commit()
    return redirect(url_for("self_service_participant.show", token=token), 303)


@page(bp, "/min/ut", "/my/leave", methods=("POST",))
@public
def leave() -> ResponseReturnValue:
    """Show this device out."""
    device = current_device()
    response = redirect(url_for(".start"), 303)
    if device is not None and is_pressed():
        show_out([device.device])
        db.session.commit()
        drop_device(response)
        flash(gettext("Den här enheten visar inte dina anmälningar längre."))
    return response


@page(bp, "/min/enheter/<int:device_id>/avsluta", "/my/devices/<int:device_id>/end", methods=("POST",))
@public
def end_device(device_id: int) -> ResponseReturnValue:
    """Show another device out."""
    here = own_device().device
    if is_pressed():
        chosen = [device for device in devices_of(here.email_key, now()) if device.id == device_id]
        show_out(chosen)
        db.session.commit()
        flash(gettext("Den andra enheten visar inte dina anmälningar längre."))
    return redirect(url_for(".registrations"), 303)


@page(bp, "/min/kom-ihag", "/my/remember", methods=("POST",))
@public
def remember() -> ResponseReturnValue:
    """Let the device remember the person as they were in the registration that they made last."""
    latest = find_latest(own_device().device.email_key)
    response = redirect(url_for(".registrations"), 303)
    if latest is not None and is_pressed():
        keep_person(response, person_of(latest))
        flash(gettext("Den här enheten minns dig nu."))
    return response


@page(bp, "/min/glom", "/my/forget", methods=("POST",))
@public
def forget() -> ResponseReturnValue:
    """Let the device forget whom it remembers."""
    response = redirect(url_for(".start"), 303)
    if is_pressed():
        forget_person(response)
        flash(gettext("Den här enheten har glömt vem du är."))
    return response
