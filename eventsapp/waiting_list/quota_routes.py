"""The quotas of an activity: at most so many of each municipality, county, organisation or group of professions."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.waiting_list.queries import pools_in_words
from eventsapp.waiting_list.quota_forms import QuotasForm
from eventsapp.waiting_list.quota_groups import suggested_groups
from eventsapp.waiting_list.quota_prospects import QuotaProspect, prospect_of_quotas
from eventsapp.waiting_list.quotas import quotas_of, set_quotas
from eventsapp.waiting_list.staff_routes import bp, list_url, load_event, words_of
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page

ADD_ROW = "rad"
SAVE = "spara"


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/kvoter",
    "/staff/events/<int:event_id>/quotas",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def quotas(event_id: int) -> ResponseReturnValue:
    """Change the quotas, after a page that says what follows."""
    event = load_event(event_id, to_edit=True)
    form = QuotasForm()
    pressed = request.form.get("gor", "")
    prospect: QuotaProspect | None = None
    if request.method == "GET":
        form.fill(quotas_of(event.id), event.id)
        form.add_row()
    elif pressed == ADD_ROW:
        form.add_row()
    elif form.validate_on_submit():
        try:
            if pressed == SAVE:
                set_quotas(event, form.facts(), actor=current_actor())
                db.session.commit()
                flash(gettext("Kvoterna är sparade."))
                return redirect(list_url(event_id))
            prospect = prospect_of_quotas(event, form.facts(), actor=current_actor())
        except DomainError as error:
            form.reject(error)
        db.session.rollback()
        event = load_event(event_id)
    return render_template(
        "waiting_list/quotas.html",
        **words_of(event),
        form=form,
        prospect=prospect,
        pressed=pressed,
        suggestions=suggested_groups(),
        pools=[row for row in pools_in_words(event, now()) if row.by is not None],
    )
