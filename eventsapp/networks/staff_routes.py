"""Networks for staff: the list, and one network with its members and the municipalities that have none."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.audit.queries import history_of
from eventsapp.audit.words import trail_row
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.networks.forms import NetworkForm, network_data
from eventsapp.networks.members import MemberView, member_page
from eventsapp.networks.models import Network
from eventsapp.networks.operations import change_network, create_network, restore_network, retire_network
from eventsapp.networks.queries import all_networks, county_choices, coverage_of, get_network
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("networks_staff", __name__)


@page(bp, "/personal/natverk", "/staff/networks")
@staff_required(Permission.VIEW_NETWORKS)
def index() -> ResponseReturnValue:
    """Which networks there are."""
    return render_template("networks/index.html", rows=all_networks())


@page(bp, "/personal/natverk/ny", "/staff/networks/new", methods=("GET", "POST"))
@staff_required(Permission.EDIT_NETWORKS)
def new() -> ResponseReturnValue:
    form = _form(None)
    if form.validate_on_submit():
        try:
            network = create_network(form.facts(), actor=current_actor())
            db.session.commit()
            flash(gettext("Nätverket är sparat. Nu kan du lägga till medlemmar."))
            return redirect(url_for("networks_staff.network", network_id=network.id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return render_template("networks/edit.html", form=form, network=None)


@page(bp, "/personal/natverk/<int:network_id>", "/staff/networks/<int:network_id>")
@staff_required(Permission.VIEW_NETWORKS)
def network(network_id: int) -> ResponseReturnValue:
    """One network: its members, and how they cover the county."""
    shown = get_network(network_id)
    view = MemberView.from_args(request.args)
    return render_template(
        "networks/network.html",
        network=shown,
        view=view,
        found=member_page(shown.id, view, requested_page()),
        coverage=coverage_of(shown),
        history=[trail_row(entry) for entry in history_of("network", shown.id, limit=8)],
        action_form=ActionForm(formdata=None),
    )


@page(
    bp,
    "/personal/natverk/<int:network_id>/andra",
    "/staff/networks/<int:network_id>/change",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_NETWORKS)
def edit(network_id: int) -> ResponseReturnValue:
    shown = get_network(network_id)
    form = _form(shown)
    if form.validate_on_submit():
        try:
            change_network(shown, form.facts(), actor=current_actor())
            db.session.commit()
            flash(gettext("Nätverket är sparat."))
            return redirect(url_for("networks_staff.network", network_id=network_id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return render_template("networks/edit.html", form=form, network=get_network(network_id))


@page(
    bp,
    "/personal/natverk/<int:network_id>/avsluta",
    "/staff/networks/<int:network_id>/retire",
    methods=("POST",),
)
@staff_required(Permission.EDIT_NETWORKS)
def retire(network_id: int) -> ResponseReturnValue:
    """Offer a network no longer."""
    shown = get_network(network_id)
    if is_pressed():
        retire_network(shown, actor=current_actor())
        db.session.commit()
        flash(gettext("Nätverket är avslutat och går inte längre att välja. Medlemmarna finns kvar."))
    return redirect(url_for("networks_staff.network", network_id=network_id))


@page(
    bp,
    "/personal/natverk/<int:network_id>/ta-tillbaka",
    "/staff/networks/<int:network_id>/restore",
    methods=("POST",),
)
@staff_required(Permission.EDIT_NETWORKS)
def restore(network_id: int) -> ResponseReturnValue:
    """Offer a retired network again."""
    shown = get_network(network_id)
    if is_pressed():
        restore_network(shown, actor=current_actor())
        db.session.commit()
        flash(gettext("Nätverket går att välja igen."))
    return redirect(url_for("networks_staff.network", network_id=network_id))


def _form(shown: Network | None) -> NetworkForm:
    form = NetworkForm(data=network_data(shown) if shown else None)
    form.offer(county_choices())
    return form
