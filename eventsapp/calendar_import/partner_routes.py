"""Partners' calendars: which there are, adding and changing one, and fetching one by hand."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from eventsapp.calendar_import.fetching import FetchFailed
from eventsapp.calendar_import.forms import PartnerForm, partner_data
from eventsapp.calendar_import.models import FetchOutcome, PartnerCalendar
from eventsapp.calendar_import.operations import keep_reading
from eventsapp.calendar_import.partner_fetching import BROKEN, fetch_calendar, note_fetch
from eventsapp.calendar_import.partner_operations import (
    add_partner,
    address_of,
    change_partner,
    defaults_of,
    pause_partner,
    remove_partner,
)
from eventsapp.calendar_import.planning import Fate
from eventsapp.calendar_import.queries import drafts_of, drafts_waiting, get_partner, partners
from eventsapp.calendar_import.staff_routes import bp, offer_choices, usual_defaults
from eventsapp.core.db import db
from eventsapp.core.permissions import Permission
from eventsapp.events.rules import may_edit
from eventsapp.organisations.queries import official_names
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page

_PATH = "/personal/partnerkalendrar"
_ENGLISH_PATH = "/staff/partner-calendars"
_ONE, _ENGLISH_ONE = f"{_PATH}/<int:partner_id>", f"{_ENGLISH_PATH}/<int:partner_id>"


@page(bp, _PATH, _ENGLISH_PATH)
@staff_required(Permission.EDIT_EVENTS)
def partner_list() -> ResponseReturnValue:
    """Every partner's calendar, and how its last fetch went."""
    found = partners()
    return render_template(
        "calendar_import/partners.html",
        partners=found,
        waiting=drafts_waiting(),
        results={one.id: result_in_words(one) for one in found},
    )


@page(bp, f"{_PATH}/ny", f"{_ENGLISH_PATH}/new", methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def new_partner() -> ResponseReturnValue:
    """Add one."""
    form = (
        PartnerForm(data=usual_defaults() | {"organiser": ""}) if request.method == "GET" else PartnerForm()
    )
    offer_choices(form)
    if form.validate_on_submit():
        partner = add_partner(form.facts(current_user.id), user=current_user, actor=current_actor())
        db.session.commit()
        flash(gettext("%(name)s är tillagd. Kalendern hämtas varje natt.", name=partner.name))
        return redirect(url_for(".partner", partner_id=partner.id))
    return render_template("calendar_import/partner_new.html", form=form, organisation_names=official_names())


@page(bp, _ONE, _ENGLISH_ONE, methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def partner(partner_id: int) -> ResponseReturnValue:
    """One partner's calendar: its drafts that wait to be looked at, and what holds for it."""
    found = get_partner(partner_id, lock=request.method == "POST")
    form = PartnerForm(data=partner_data(found)) if request.method == "GET" else PartnerForm()
    form.is_new = False
    offer_choices(form)
    if form.validate_on_submit():
        change_partner(found, form.facts(found.responsible_id), actor=current_actor())
        db.session.commit()
        flash(gettext("%(name)s är sparad.", name=found.name))
        return redirect(url_for(".partner", partner_id=partner_id))
    return render_template(
        "calendar_import/partner.html",
        partner=found,
        result=result_in_words(found),
        drafts=[event for event in drafts_of(found.source) if may_edit(current_user, event)],
        form=form,
        organisation_names=official_names(),
        action_form=ActionForm(formdata=None),
    )


@page(bp, f"{_ONE}/hamta", f"{_ENGLISH_ONE}/fetch", methods=("POST",))
@staff_required(Permission.EDIT_EVENTS)
def fetch(partner_id: int) -> ResponseReturnValue:
    """Fetch it now, to be looked at."""
    found = get_partner(partner_id)
    if not is_pressed():
        return redirect(url_for(".partner", partner_id=partner_id))
    address = address_of(found)
    # It may take half a minute, and meanwhile others may write.
    db.session.rollback()
    try:
        calendar, _fetched = fetch_calendar(address)
    except FetchFailed as error:
        note_fetch(get_partner(partner_id, lock=True), error.outcome)
        db.session.commit()
        flash(error.outcome.words, "error")
        return redirect(url_for(".partner", partner_id=partner_id))
    assert calendar is not None
    found = get_partner(partner_id, lock=True)
    note_fetch(found, FetchOutcome.FETCHED, {})
    reading = keep_reading(calendar, found.name, defaults_of(found), user=current_user, partner=found)
    db.session.commit()
    return redirect(url_for(".show", reading_id=reading.id))


@page(bp, f"{_ONE}/pausa", f"{_ENGLISH_ONE}/pause", methods=("POST",))
@staff_required(Permission.EDIT_EVENTS)
def pause(partner_id: int) -> ResponseReturnValue:
    """Do not fetch it for a while."""
    return _pause(partner_id, is_paused=True)


@page(bp, f"{_ONE}/ateruppta", f"{_ENGLISH_ONE}/resume", methods=("POST",))
@staff_required(Permission.EDIT_EVENTS)
def resume(partner_id: int) -> ResponseReturnValue:
    """Fetch it each night again."""
    return _pause(partner_id, is_paused=False)


@page(bp, f"{_ONE}/ta-bort", f"{_ENGLISH_ONE}/remove", methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def remove(partner_id: int) -> ResponseReturnValue:
    """Forget it, after saying what follows."""
    found = get_partner(partner_id, lock=request.method == "POST")
    form = ActionForm()
    if form.validate_on_submit():
        name = found.name
        remove_partner(found, actor=current_actor())
        db.session.commit()
        flash(gettext("%(name)s är borttagen. Aktiviteterna som kom därifrån är kvar.", name=name))
        return redirect(url_for(".partner_list"))
    return render_template("calendar_import/partner_remove.html", partner=found, form=form)


def _pause(partner_id: int, *, is_paused: bool) -> ResponseReturnValue:
    found = get_partner(partner_id, lock=True)
    if is_pressed():
        pause_partner(found, is_paused=is_paused, actor=current_actor())
        db.session.commit()
    return redirect(url_for(".partner", partner_id=partner_id))


def result_in_words(partner: PartnerCalendar) -> str:
    """How the last fetch went: "Hämtad. 2 nya utkast. 1 ändring att se igenom."."""
    if partner.outcome is None:
        return gettext("Inte hämtad än.")
    if partner.outcome is not FetchOutcome.FETCHED:
        return partner.outcome.words
    figures = partner.figures
    new, updated = figures.get(Fate.NEW, 0), figures.get(Fate.UPDATE, 0)
    changed, cancelled = figures.get(Fate.CHANGED, 0), figures.get(Fate.CANCELLED, 0)
    broken = figures.get(BROKEN, 0)
    sentences = [
        (new, ngettext("%(num)s nytt utkast.", "%(num)s nya utkast.", new)),
        (updated, ngettext("%(num)s utkast uppdaterat.", "%(num)s utkast uppdaterade.", updated)),
        (changed, ngettext("%(num)s att se igenom.", "%(num)s att se igenom.", changed)),
        (cancelled, ngettext("%(num)s inställd hos dem.", "%(num)s inställda hos dem.", cancelled)),
        (broken, ngettext("%(num)s gick inte att läsa.", "%(num)s gick inte att läsa.", broken)),
    ]
    return " ".join([partner.outcome.words, *(words for number, words in sentences if number)])
