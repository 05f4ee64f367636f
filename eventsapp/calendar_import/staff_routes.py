"""Taking activities in from a calendar file or an address: bringing it, looking at what was understood, taking it in."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from eventsapp.calendar_import.fetching import FetchFailed
from eventsapp.calendar_import.forms import DefaultsForm, SourceForm, TakeInForm
from eventsapp.calendar_import.found import FoundCalendar
from eventsapp.calendar_import.lines import MOST_BYTES
from eventsapp.calendar_import.models import CalendarReading
from eventsapp.calendar_import.operations import MOST_AT_ONCE, keep_reading, plan_of, take_in, throw_away
from eventsapp.calendar_import.partner_fetching import fetch_calendar
from eventsapp.calendar_import.planning import Fate, Planned
from eventsapp.calendar_import.problems import UnreadableFile
from eventsapp.calendar_import.queries import content_of, find_reading, get_reading
from eventsapp.calendar_import.reading import read_calendar
from eventsapp.calendar_import.recurrence import Window
from eventsapp.config import Settings
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.events.editor_choices import editor_choices
from eventsapp.events.models import RegistrationMode
from eventsapp.organisations.queries import official_names
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page

bp = Blueprint("calendar_import_staff", __name__)

_MOST_REQUEST_BYTES = 12 * 1024 * 1024
"""More than a file may have, so that one who sends too much is told so at the field."""
_USUAL_REASON = "Arrangören har ställt in aktiviteten."
"""It stands on the activity's page, which is Swedish whoever cancels."""
_PATH = "/personal/kalenderfil"
_ENGLISH_PATH = "/staff/calendar-file"
_ORDER = (
    Fate.CANCELLED,
    Fate.CHANGED,
    Fate.NEW,
    Fate.UPDATE,
    Fate.REMOVED,
    Fate.FOREIGN,
    Fate.OVER,
    Fate.OWN,
    Fate.NOT_TAKEN,
    Fate.SAME,
)
"""What asks for a decision comes first."""


@bp.url_value_preprocessor
def _take_files(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before the token is looked for, which reads the form.
    request.max_content_length = _MOST_REQUEST_BYTES


@page(bp, _PATH, _ENGLISH_PATH, methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def new() -> ResponseReturnValue:
    """Bring a calendar, to be looked at."""
    form = SourceForm(data=usual_defaults()) if request.method == "GET" else SourceForm()
    offer_choices(form)
    if form.validate_on_submit():
        user_id = current_user.id
        # A file takes seconds to read and an address to fetch, and meanwhile others may write.
        db.session.rollback()
        try:
            found = _brought(form)
            reading = keep_reading(
                found, found.name or form.source_name, form.defaults(user_id), user=current_user
            )
            db.session.commit()
            return redirect(url_for(".show", reading_id=reading.id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return render_template("calendar_import/new.html", form=form, organisation_names=official_names())


@page(bp, f"{_PATH}/<int:reading_id>", f"{_ENGLISH_PATH}/<int:reading_id>", methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def show(reading_id: int) -> ResponseReturnValue:
    """What was understood and what would happen to each activity; a POST takes in what is ticked."""
    form = TakeInForm()
    if form.validate_on_submit():
        try:
            counts = take_in(
                reading_id,
                form.numbers(),
                reason=form.reason.data or "",
                user=current_user,
                actor=current_actor(),
            )
            db.session.commit()
            flash(_in_words(counts))
            return redirect(url_for(".show", reading_id=reading_id))
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
    return _preview(get_reading(reading_id, current_user.id), form)


@page(bp, f"{_PATH}/<int:reading_id>/kasta", f"{_ENGLISH_PATH}/<int:reading_id>/discard", methods=("POST",))
@staff_required(Permission.EDIT_EVENTS)
def discard(reading_id: int) -> ResponseReturnValue:
    """Forget a file that was looked at."""
    if not is_pressed():
        return redirect(url_for(".show", reading_id=reading_id))
    reading = find_reading(reading_id, current_user.id, lock=True)
    if reading is not None:
        throw_away(reading)
        db.session.commit()
    flash(gettext("Förhandsvisningen är borta. Det du har tagit in är kvar."))
    return redirect(url_for(".new"))


def usual_defaults() -> dict[str, object]:
    """What the form for new drafts is filled with."""
    settings: Settings = current_app.config["SETTINGS"]
    return {"organiser": settings.site_organisation, "registration_mode": RegistrationMode.NONE.value}


def offer_choices(form: DefaultsForm) -> None:
    """Give a form what new drafts can have."""
    settings: Settings = current_app.config["SETTINGS"]
    form.offer(editor_choices(current_user, None, home_county=settings.home_county))


def _brought(form: SourceForm) -> FoundCalendar:
    """What the file or the address says. Raises DomainError at its field."""
    try:
        if form.source_field == "file":
            content = form.file.data.stream.read(MOST_BYTES + 1)
            return read_calendar(content, Window.around(now()))
        found, _fetched = fetch_calendar(form.address.data or "")
    except UnreadableFile as error:
        raise DomainError(error.fault.words, "file") from None
    except FetchFailed as error:
        raise DomainError(error.outcome.words, "address") from None
    assert found is not None
    return found


def _preview(reading: CalendarReading, form: TakeInForm) -> ResponseReturnValue:
    found = content_of(reading)
    planned = sorted(plan_of(reading, found, current_user), key=lambda one: _ORDER.index(one.fate))
    if not form.reason.data and request.method == "GET":
        form.reason.data = _USUAL_REASON
    return render_template(
        "calendar_import/show.html",
        reading=reading,
        found=found,
        planned=planned,
        counts=[(fate, sum(one.fate is fate for one in planned)) for fate in _ORDER],
        ticked=_ticked(planned, form),
        cancels=any(one.fate is Fate.CANCELLED and one.is_shown for one in planned),
        may_choose=any(one.may_be_chosen for one in planned),
        most_at_once=MOST_AT_ONCE,
        has_more=sum(one.is_chosen_beforehand for one in planned) > MOST_AT_ONCE,
        form=form,
        action_form=ActionForm(formdata=None),
    )


def _ticked(planned: list[Planned], form: TakeInForm) -> set[str]:
    """The boxes that are ticked: those of the form that comes back, or those that are beforehand."""
    if request.method == "POST":
        return set(form.chosen.data or [])
    return {one.value for one in [one for one in planned if one.is_chosen_beforehand][:MOST_AT_ONCE]}


def _in_words(counts: dict[Fate, int]) -> str:
    made = counts.get(Fate.NEW, 0) + counts.get(Fate.REMOVED, 0)
    changed = counts.get(Fate.UPDATE, 0) + counts.get(Fate.CHANGED, 0)
    ended = counts.get(Fate.CANCELLED, 0)
    return " ".join(
        words
        for number, words in (
            (made, ngettext("%(num)s nytt utkast är gjort.", "%(num)s nya utkast är gjorda.", made)),
            (changed, ngettext("%(num)s aktivitet är ändrad.", "%(num)s aktiviteter är ändrade.", changed)),
            (
                ended,
                ngettext(
                    "%(num)s är inställd eller borttagen.", "%(num)s är inställda eller borttagna.", ended
                ),
            ),
        )
        if number
    )
