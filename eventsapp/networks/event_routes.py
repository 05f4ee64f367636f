"""Which network an activity is for."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.events.models import Event
from eventsapp.events.queries import get_event, get_event_to_change
from eventsapp.events.rules import may_edit, require_may_edit, require_may_view
from eventsapp.networks.forms import NetworkOfEventForm
from eventsapp.networks.operations import choose_network
from eventsapp.networks.queries import get_network, member_count, network_of_event, networks_to_choose
from eventsapp.networks.staff_routes import bp
from eventsapp.web.guards import csrf_failed, current_actor, staff_required
from eventsapp.web.pages import page


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/natverk",
    "/staff/events/<int:event_id>/network",
    methods=("GET", "POST"),
)
@staff_required(Permission.VIEW_NETWORKS)
def of_event(event_id: int) -> ResponseReturnValue:
    """The network of an activity, and another one for those who may edit."""
    event = _load(event_id)
    chosen = network_of_event(event_id)
    form = NetworkOfEventForm(data={"network": str(chosen.id) if chosen else ""})
    form.offer(networks_to_choose(chosen))
    if form.validate_on_submit():
        try:
            wanted = get_network(int(form.network.data)) if form.network.data else None
            choose_network(event, wanted, actor=current_actor())
            db.session.commit()
            flash(gettext("Nätverket är sparat."))
            return redirect(url_for("networks_staff.of_event", event_id=event_id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, chosen = get_event(event_id), network_of_event(event_id)
    return render_template(
        "networks/of_event.html",
        event=event,
        may_edit=may_edit(current_user, event),
        form=form,
        chosen=chosen,
        members=member_count(chosen.id) if chosen else 0,
    )


def _load(event_id: int) -> Event:
    """The event: locked when the request is about to choose its network."""
    changes = request.method == "POST"
    event = get_event_to_change(event_id) if changes and not csrf_failed() else get_event(event_id)
    (require_may_edit if changes else require_may_view)(current_user, event)
    return event
