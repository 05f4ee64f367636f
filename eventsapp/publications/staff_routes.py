"""Publications for staff."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.i18n import format_day_short
from eventsapp.core.permissions import Permission
from eventsapp.events.models import Event
from eventsapp.publications import operations
from eventsapp.publications.forms import PublicationForm
from eventsapp.publications.models import Publication
from eventsapp.publications.queries import all_counties, events_to_choose, get_publication, publications_page
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("publications_staff", __name__)


@page(bp, "/personal/publikationer", "/staff/publications")
@staff_required(Permission.VIEW_EVENTS)
def index() -> ResponseReturnValue:
    query = request.args.get("q", "")[:200]
    return render_template(
        "publications/staff_index.html",
        found=publications_page(query=query, number=requested_page(), hidden_too=True),
        query=query,
    )


@page(bp, "/personal/publikationer/ny", "/staff/publications/new", methods=("GET", "POST"))
@staff_required(Permission.EDIT_PUBLICATIONS)
def new() -> ResponseReturnValue:
    form = _form(None)
    if form.validate_on_submit():
        try:
            publication = operations.create_publication(form.facts(), actor=current_actor())
            db.session.commit()
            flash(gettext("Publikationen är sparad."))
            return redirect(url_for("publications_staff.edit", publication_id=publication.id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return render_template("publications/edit.html", form=form, publication=None)


@page(
    bp,
    "/personal/publikationer/<int:publication_id>",
    "/staff/publications/<int:publication_id>",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PUBLICATIONS)
def edit(publication_id: int) -> ResponseReturnValue:
    publication = get_publication(publication_id)
    form = _form(publication)
    status = 200
    if form.validate_on_submit():
        try:
            operations.update_publication(
                publication, form.facts(), version=form.seen_version, actor=current_actor()
            )
            db.session.commit()
            flash(gettext("Publikationen är sparad."))
            return redirect(url_for("publications_staff.edit", publication_id=publication_id))
        except DomainError as error:
            db.session.rollback()
            publication = get_publication(publication_id)
            form.reject(error)
            status = error.status
            if isinstance(error, Conflict):
                # The next save goes through, now that the person has been told.
                form.version.data = str(publication.version)
    return render_template("publications/edit.html", form=form, publication=publication), status


def _form(publication: Publication | None) -> PublicationForm:
    chosen = [event.id for event in publication.events] if publication else []
    return PublicationForm.to_fill_in(
        publication,
        all_counties(),
        [(str(event.id), _name_of(event)) for event in events_to_choose(chosen)],
    )


def _name_of(event: Event) -> str:
    starts_at = event.first_starts_at
    return f"{event.title_sv} · {format_day_short(swedish_today(starts_at))}" if starts_at else event.title_sv
