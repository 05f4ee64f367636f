"""The members of a network: one by one, or many pasted in."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.networks.forms import LinesForm, MemberForm, member_data
from eventsapp.networks.lines import MOST_LINES, BadLine, PastedLines, read_lines
from eventsapp.networks.member_operations import (
    Added,
    add_member,
    add_members,
    change_member,
    remove_member,
)
from eventsapp.networks.models import Network
from eventsapp.networks.queries import get_member, get_network
from eventsapp.networks.staff_routes import bp
from eventsapp.organisations.queries import official_names
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page


@page(
    bp,
    "/personal/natverk/<int:network_id>/medlemmar/ny",
    "/staff/networks/<int:network_id>/members/new",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_NETWORKS)
def add(network_id: int) -> ResponseReturnValue:
    """Add one person."""
    network = get_network(network_id)
    form = MemberForm()
    if form.validate_on_submit():
        try:
            member = add_member(network, form.facts(), actor=current_actor())
            db.session.commit()
            flash(gettext("%(name)s är medlem i nätverket.", name=member.name))
            return redirect(url_for("networks_staff.network", network_id=network_id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return _member_page(get_network(network_id), form, None)


@page(
    bp,
    "/personal/natverk/<int:network_id>/medlemmar/flera",
    "/staff/networks/<int:network_id>/members/many",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_NETWORKS)
def add_many(network_id: int) -> ResponseReturnValue:
    """Add many people from pasted lines; those that cannot be read come back with their reason."""
    network = get_network(network_id)
    form = LinesForm()
    bad: list[BadLine] = []
    if form.validate_on_submit():
        try:
            pasted = read_lines(form.lines.data or "", name_needed=True)
            added = add_members(network, pasted.people, actor=current_actor())
            db.session.commit()
            _tell(added, pasted)
            if not pasted.bad:
                return redirect(url_for("networks_staff.network", network_id=network_id))
            bad, form.lines.data = pasted.bad, pasted.left_over
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return render_template(
        "networks/add_many.html", network=get_network(network_id), form=form, bad=bad, most_lines=MOST_LINES
    )


def _tell(added: Added, pasted: PastedLines) -> None:
    words = [ngettext("%(num)d medlem är tillagd.", "%(num)d medlemmar är tillagda.", added.new)]
    if added.known:
        words.append(
            ngettext("%(num)d person var redan medlem.", "%(num)d personer var redan medlemmar.", added.known)
        )
    if pasted.repeated:
        words.append(
            ngettext(
                "%(num)d rad hade en adress som redan stod på en annan rad.",
                "%(num)d rader hade en adress som redan stod på en annan rad.",
                pasted.repeated,
            )
        )
    flash(" ".join(words))


@page(
    bp,
    "/personal/natverk/<int:network_id>/medlemmar/<int:member_id>",
    "/staff/networks/<int:network_id>/members/<int:member_id>",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_NETWORKS)
def member(network_id: int, member_id: int) -> ResponseReturnValue:
    """One member: change or remove."""
    network = get_network(network_id)
    shown = get_member(network_id, member_id)
    form = MemberForm(data=member_data(shown))
    if form.validate_on_submit():
        try:
            change_member(network, shown, form.facts(), actor=current_actor())
            db.session.commit()
            flash(gettext("%(name)s är sparad.", name=shown.name))
            return redirect(url_for("networks_staff.network", network_id=network_id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return _member_page(get_network(network_id), form, member_id)


@page(
    bp,
    "/personal/natverk/<int:network_id>/medlemmar/<int:member_id>/ta-bort",
    "/staff/networks/<int:network_id>/members/<int:member_id>/remove",
    methods=("POST",),
)
@staff_required(Permission.EDIT_NETWORKS)
def remove(network_id: int, member_id: int) -> ResponseReturnValue:
    network = get_network(network_id)
    shown = get_member(network_id, member_id)
    if is_pressed():
        name = shown.name
        remove_member(network, shown, actor=current_actor())
        db.session.commit()
        flash(gettext("%(name)s är inte längre medlem.", name=name))
    return redirect(url_for("networks_staff.network", network_id=network_id))


def _member_page(network: Network, form: MemberForm, member_id: int | None) -> ResponseReturnValue:
    return render_template(
        "networks/member.html",
        network=network,
        form=form,
        member=get_member(network.id, member_id) if member_id is not None else None,
        official_names=official_names(),
        action_form=ActionForm(formdata=None),
    )
