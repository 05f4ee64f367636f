"""Reading a list of participants in: the list, the preview, how far it has come, and the report."""

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from eventsapp.audit import operations as audit
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.core.text import slugify
from eventsapp.events.models import Event
from eventsapp.events.rules import may_edit, require_may_edit
from eventsapp.imports import operations, queries
from eventsapp.imports.columns import columns_of, labels_of, left_to_people
from eventsapp.imports.documents import left_out_columns, left_out_rows, reasons_of
from eventsapp.imports.forms import AcceptForm, ColumnsForm, ListForm, examples_of
from eventsapp.imports.models import WORKED_ON, BatchState, ImportBatch
from eventsapp.imports.preview import Fate, fate_label, preview_of, said_by
from eventsapp.imports.rules import MOST_PEOPLE, ROWS_KEPT_FOR, UNDO_WITHIN, may_undo, stop_reason
from eventsapp.organisations.queries import official_names
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.rendering.spreadsheet import write_csv
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import PAGE_SIZE, Page, requested_page

bp = Blueprint("imports_staff", __name__)

_MOST_REQUEST_BYTES = 8 * 1024 * 1024
"""More than a list may have, so that one who sends too much is told so at the field."""
_PATH = "/personal/aktiviteter/<int:event_id>/deltagare/import"
_ENGLISH_PATH = "/staff/events/<int:event_id>/attendees/import"


@bp.url_value_preprocessor
def _take_files(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before the token is looked for, which reads the form.
    request.max_content_length = _MOST_REQUEST_BYTES


def load_event(event_id: int) -> Event:
    """The event, which the officer may edit."""
    event = get_event_in_letters(event_id)
    require_may_edit(current_user, event)
    return event


def words_of(event: Event) -> dict[str, object]:
    """What the head of an activity's staff pages shows."""
    return {
        "event": event,
        "may_edit": may_edit(current_user, event),
    }


def _show(event_id: int, batch_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", event_id=event_id, batch_id=batch_id))


@page(bp, _PATH, _ENGLISH_PATH, methods=("GET", "POST"))
@staff_required(Permission.EDIT_PARTICIPANTS)
def new(event_id: int) -> ResponseReturnValue:
    """Take in a list, to be looked at."""
    event = load_event(event_id)
    form = ListForm()
    if form.validate_on_submit():
        # A large file takes a second to read, and meanwhile others may write.
        db.session.rollback()
        try:
            table = form.table()
            event = load_event(event_id)
            batch = operations.read_in(event, table, language=g.lang, actor=current_actor())
            db.session.commit()
            return _show(event_id, batch.id)
        except DomainError as error:
            db.session.rollback()
            form.reject(DomainError(error.message, error.field or form.list_field))
            event = load_event(event_id)
    return render_template(
        "imports/new.html",
        **words_of(event),
        form=form,
        stopped=stop_reason(event),
        columns=list(labels_of(columns_of(event)).values()),
        left_to_people=left_to_people(event),
        most_rows=MOST_PEOPLE,
        imports=queries.imports_of(event.id),
    )


@page(bp, f"{_PATH}/<int:batch_id>", f"{_ENGLISH_PATH}/<int:batch_id>")
@staff_required(Permission.EDIT_PARTICIPANTS)
def show(event_id: int, batch_id: int) -> ResponseReturnValue:
    """Where an import stands: the preview, how far it has come, or what it led to."""
    event = load_event(event_id)
    batch = queries.get_batch(event.id, batch_id)
    if batch.state is BatchState.READ:
        return _preview(event, batch, AcceptForm())
    response = make_response(_report(event, batch))
    if batch.state not in WORKED_ON and "HX-Request" in request.headers:
        # The page that has followed the work is loaded anew, with all that the work has changed around it.
        response.headers["HX-Refresh"] = "true"
    return response


def _report(event: Event, batch: ImportBatch) -> str:
    labels = labels_of(columns_of(event))
    report = queries.report_page(batch, requested_page())
    return render_template(
        "imports/show.html",
        **words_of(event),
        batch=batch,
        progress=queries.progress_of(batch),
        is_worked_on=batch.state in WORKED_ON,
        moment=now(),
        report=report,
        names=queries.names_of([row.registration_id for row in report.rows if row.registration_id]),
        said={row.id: said_by(batch, queries.cells_of(row) or []) for row in report.rows},
        reasons={row.id: reasons_of(row, labels) for row in report.rows},
        may_undo=may_undo(batch, now()),
        undo_until=batch.ended_at + UNDO_WITHIN if batch.ended_at else None,
        rows_kept_days=ROWS_KEPT_FOR.days,
        action_form=ActionForm(),
    )


def _preview(
    event: Event, batch: ImportBatch, accept_form: AcceptForm, columns_form: ColumnsForm | None = None
) -> ResponseReturnValue:
    """The preview, with the form that was not accepted where there is one."""
    rows = queries.rows_with_cells(batch.id)
    preview = preview_of(event, batch, rows)
    # What needs a look comes first.
    wanted = request.args.get("visa", Fate.BROKEN if preview.count(Fate.BROKEN) else "")
    fate = Fate(wanted) if wanted in set(Fate) else None
    found = preview.with_fate(fate)
    number = min(requested_page(), max(1, -(-len(found) // PAGE_SIZE)))
    accept_form.version.data = str(batch.version)
    return render_template(
        "imports/preview.html",
        **words_of(event),
        batch=batch,
        preview=preview,
        found=Page(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, PAGE_SIZE, len(found)),
        shown_fate=fate,
        fates=[
            (one.value, fate_label(one, keeps_list=preview.keeps_list), preview.count(one))
            for one in Fate
            if one is not Fate.ITEM_FULL or preview.count(one)
        ],
        fate_words={one: fate_label(one, keeps_list=preview.keeps_list) for one in Fate},
        columns_form=columns_form or ColumnsForm.for_batch(event, batch, queries.headings_of(batch)),
        examples=examples_of(rows, batch.columns, columns_of(event)),
        accept_form=accept_form,
        action_form=ActionForm(),
        official_names=official_names(),
        stopped=stop_reason(event),
    )


@page(
    bp,
    f"{_PATH}/<int:batch_id>/kolumner",
    f"{_ENGLISH_PATH}/<int:batch_id>/columns",
    methods=("POST",),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def columns(event_id: int, batch_id: int) -> ResponseReturnValue:
    """Say what the columns are."""
    event = load_event(event_id)
    batch = queries.get_batch(event.id, batch_id)
    form = ColumnsForm.for_batch(event, batch, queries.headings_of(batch))
    if form.validate_on_submit():
        try:
            operations.choose_columns(event, batch_id, form.chosen, form.defaults, actor=current_actor())
            db.session.commit()
            return _show(event_id, batch_id)
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, batch = load_event(event_id), queries.get_batch(event_id, batch_id)
    if batch.state is not BatchState.READ:
        return _show(event_id, batch_id)
    return _preview(event, batch, AcceptForm(formdata=None), form)


@page(
    bp,
    f"{_PATH}/<int:batch_id>/godkann",
    f"{_ENGLISH_PATH}/<int:batch_id>/accept",
    methods=("POST",),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def accept(event_id: int, batch_id: int) -> ResponseReturnValue:
    """Let the list be read in."""
    event = load_event(event_id)
    form = AcceptForm()
    if form.validate_on_submit():
        try:
            operations.accept(event, batch_id, form.choices(), actor=current_actor())
            db.session.commit()
            return _show(event_id, batch_id)
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event = load_event(event_id)
    batch = queries.get_batch(event.id, batch_id)
    if batch.state is not BatchState.READ:
        return _show(event_id, batch_id)
    return _preview(event, batch, form, ColumnsForm.for_batch(event, batch, queries.headings_of(batch)))


@page(
    bp,
    f"{_PATH}/<int:batch_id>/kasta",
    f"{_ENGLISH_PATH}/<int:batch_id>/discard",
    methods=("POST",),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def discard(event_id: int, batch_id: int) -> ResponseReturnValue:
    """Throw away a list that nobody has accepted."""
    event = load_event(event_id)
    if not is_pressed():
        return _show(event_id, batch_id)
    operations.throw_away(event, batch_id)
    db.session.commit()
    flash(gettext("Listan är borttagen. Ingen har lagts till."))
    return redirect(url_for("attendees_staff.attendees", event_id=event_id))


@page(
    bp,
    f"{_PATH}/<int:batch_id>/angra",
    f"{_ENGLISH_PATH}/<int:batch_id>/undo",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def undo(event_id: int, batch_id: int) -> ResponseReturnValue:
    """Take back what an import added, after saying what follows."""
    event = load_event(event_id)
    batch = queries.get_batch(event.id, batch_id)
    form = ActionForm()
    if form.validate_on_submit():
        operations.begin_undo(event, batch_id, actor=current_actor())
        db.session.commit()
        return _show(event_id, batch_id)
    if not may_undo(batch, now()):
        return _show(event_id, batch_id)
    return render_template(
        "imports/undo.html", **words_of(event), batch=batch, progress=queries.progress_of(batch), form=form
    )


@page(
    bp,
    f"{_PATH}/<int:batch_id>/rader",
    f"{_ENGLISH_PATH}/<int:batch_id>/rows",
    methods=("POST",),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def left_out(event_id: int, batch_id: int) -> ResponseReturnValue:
    """The rows that were not read in, as a file. It is a POST since the trail says who took them out."""
    event = load_event(event_id)
    batch = queries.get_batch(event.id, batch_id)
    if not is_pressed():
        return _show(event_id, batch_id)
    headings, labels = queries.headings_of(batch), labels_of(columns_of(event))
    rows = left_out_rows(queries.rows_left_out(batch.id), labels, len(headings))
    content = b"".join(write_csv(left_out_columns(headings), rows))
    audit.record("import.rows_downloaded", "import", batch.id, actor=current_actor(), event_id=event.id)
    db.session.commit()
    name = f"{gettext('rader')}-{slugify(event.title, 50)}-{swedish_today(now())}.csv"
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
