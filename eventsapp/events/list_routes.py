"""The lists that administrators look after: kinds, target groups, topics and series."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.permissions import Permission
from eventsapp.events.list_forms import KindForm, MergeForm, RowForm, SeriesForm, row_data
from eventsapp.events.list_operations import add_row, change_row, restore_row, retire_row
from eventsapp.events.lists import ListName, Row, get_list, get_row, rows_of_list
from eventsapp.events.merging import MERGEABLE, merge_row, rows_to_merge_into
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page

bp = Blueprint("events_lists", __name__)


@page(bp, "/personal/listor", "/staff/lists")
@staff_required(Permission.EDIT_LISTS)
def index() -> ResponseReturnValue:
    """Which lists there are."""
    return render_template("events/lists.html", lists_there_are=list(ListName))


@page(bp, "/personal/listor/<name>", "/staff/lists/<name>", methods=("GET", "POST"))
@staff_required(Permission.EDIT_LISTS)
def rows(name: str) -> ResponseReturnValue:
    """One list, and a form to add to it."""
    chosen = get_list(name)
    form = _form(chosen, None)
    if form.validate_on_submit():
        try:
            row = add_row(chosen, form.facts(), actor=current_actor())
            db.session.commit()
            flash(gettext("%(name)s är tillagd i listan.", name=row.name_sv))
            return redirect(url_for("events_lists.rows", name=name))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return render_template(
        "events/list.html",
        name=chosen,
        rows=rows_of_list(chosen),
        form=form,
        action_form=ActionForm(formdata=None),
    )


@page(bp, "/personal/listor/<name>/<int:row_id>", "/staff/lists/<name>/<int:row_id>", methods=("GET", "POST"))
@staff_required(Permission.EDIT_LISTS)
def row(name: str, row_id: int) -> ResponseReturnValue:
    """One row of a list."""
    chosen = get_list(name)
    shown = get_row(chosen, row_id)
    form = _form(chosen, shown)
    if form.validate_on_submit():
        try:
            change_row(chosen, shown, form.facts(), actor=current_actor())
            db.session.commit()
            flash(gettext("%(name)s är sparad.", name=shown.name_sv))
            return redirect(url_for("events_lists.rows", name=name))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    may_merge = chosen in MERGEABLE and not shown.is_retired
    return render_template("events/list_row.html", name=chosen, row=shown, form=form, may_merge=may_merge)


@page(
    bp,
    "/personal/listor/<name>/<int:row_id>/ta-bort",
    "/staff/lists/<name>/<int:row_id>/retire",
    methods=("POST",),
)
@staff_required(Permission.EDIT_LISTS)
def retire(name: str, row_id: int) -> ResponseReturnValue:
    """Offer a row no longer."""
    chosen = get_list(name)
    shown = get_row(chosen, row_id)
    if is_pressed():
        retire_row(chosen, shown, actor=current_actor())
        db.session.commit()
        flash(
            gettext(
                "%(name)s går inte längre att välja. Aktiviteter som har det behåller det.",
                name=shown.name_sv,
            )
        )
    return redirect(url_for("events_lists.rows", name=name))


@page(
    bp,
    "/personal/listor/<name>/<int:row_id>/ta-tillbaka",
    "/staff/lists/<name>/<int:row_id>/restore",
    methods=("POST",),
)
@staff_required(Permission.EDIT_LISTS)
def restore(name: str, row_id: int) -> ResponseReturnValue:
    """Offer a retired row again."""
    chosen = get_list(name)
    shown = get_row(chosen, row_id)
    if is_pressed():
        restore_row(chosen, shown, actor=current_actor())
        db.session.commit()
        flash(gettext("%(name)s går att välja igen.", name=shown.name_sv))
    return redirect(url_for("events_lists.rows", name=name))


@page(
    bp,
    "/personal/listor/<name>/<int:row_id>/sla-ihop",
    "/staff/lists/<name>/<int:row_id>/merge",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_LISTS)
def merge(name: str, row_id: int) -> ResponseReturnValue:
    """Make a row one with another."""
    chosen = get_list(name)
    shown = get_row(chosen, row_id)
    if chosen not in MERGEABLE or shown.is_retired:
        raise NotFound
    others = rows_to_merge_into(chosen, shown)
    form = MergeForm()
    form.offer(others)
    if form.validate_on_submit():
        try:
            into = form.chosen(others)
            merge_row(chosen, shown, into, actor=current_actor())
            db.session.commit()
            flash(gettext("%(name)s är nu en del av %(other)s.", name=shown.name_sv, other=into.name_sv))
            return redirect(url_for("events_lists.rows", name=name))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return render_template("events/list_merge.html", name=chosen, row=shown, form=form)


def _form(name: ListName, row: Row | None) -> RowForm:
    data = row_data(row) if request.method == "GET" else None
    if name is ListName.SERIES:
        return SeriesForm(data=data)
    if name is not ListName.KINDS:
        return RowForm(data=data)
    form = KindForm(data=data)
    form.offer()
    return form
