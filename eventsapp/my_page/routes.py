"""The way in to "Mina anmälningar": asking for a link by mail, and using it.

A GET changes nothing, since mail gateways open every link; and no answer tells whether an address is registered.
"""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.my_page.forms import AskForm, EnterForm
from eventsapp.my_page.operations import ask_for_link
from eventsapp.participants.device import current_device, keep_device
from eventsapp.participants.limits import may_ask_from
from eventsapp.participants.operations import LinkNotGood, show_out
from eventsapp.participants.operations import enter as let_in
from eventsapp.participants.queries import find_link
from eventsapp.participants.remembered import find_remembered
from eventsapp.participants.rules import LinkState, browser_in_words, state_of
from eventsapp.registrations.guessing import WINDOW_MINUTES, count_failure, refuse_guessers
from eventsapp.web.guards import client_address, public
from eventsapp.web.pages import page

bp = Blueprint("my_page", __name__)


@page(bp, "/min", "/my", methods=("GET", "POST"))
@public
def start() -> ResponseReturnValue:
    """Type your address; a device that is let in goes on to the list."""
    if request.method == "GET" and current_device() is not None:
        return redirect(url_for(".registrations"))
    remembered = find_remembered()
    form = AskForm(data={"email": remembered.email} if remembered else None)
    if not form.validate_on_submit():
        return render_template("my_page/start.html", form=form), 400 if form.is_submitted() else 200
    allowed = may_ask_from(client_address())
    if allowed:
        ask_for_link(form.email.data or "", str(g.lang))
    db.session.commit()
    if not allowed:
        abort(429, retry_after=WINDOW_MINUTES * 60)
    return redirect(url_for(".sent"), 303)


@page(bp, "/min/skickat", "/my/sent")
@public
def sent() -> ResponseReturnValue:
    """The same for everybody who has asked."""
    return render_template("my_page/sent.html")


@page(bp, "/min/in/<token>", "/my/enter/<token>", methods=("GET", "POST"))
@public
def enter(token: str) -> ResponseReturnValue:
    """The link of the letter shows a button, and the button lets the device in."""
    form = EnterForm()
    if form.is_submitted():
        refuse_guessers()
    if form.validate_on_submit():
        return _enter(token, form)
    state = state_of(find_link(token), now())
    if state is not LinkState.GOOD:
        return _link_over(state)
    return render_template("my_page/enter.html", form=form), 400 if form.is_submitted() else 200


def _enter(token: str, form: EnterForm) -> ResponseReturnValue:
    before = current_device()
    try:
        _, device_token = let_in(token, form.chosen, browser_in_words(request.user_agent.string))
    except LinkNotGood as error:
        if error.state is LinkState.UNKNOWN:
            count_failure()
        return _link_over(error.state)
    if before is not None:
        show_out([before.device])
    db.session.commit()
    response = redirect(url_for(".registrations"), 303)
    keep_device(response, device_token, form.chosen)
    return response


def _link_over(state: LinkState) -> ResponseReturnValue:
    """What has happened to a link that lets nobody in, with the form for a new one."""
    return (
        render_template(
            "my_page/link_over.html",
            state=state.value,
            form=AskForm(formdata=None),
            is_let_in=current_device() is not None,
        ),
        404 if state is LinkState.UNKNOWN else 410,
    )
