"""The attendee list and what officers do in it."""

from collections import Counter
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import selectinload, undefer

from eventsapp.attendees.documents import (
    answer_in_words,
    cell,
    spreadsheet_columns,
    spreadsheet_rows,
)
from eventsapp.attendees.file_queries import FileQuestion, file_questions
from eventsapp.attendees.forms import StaffRegistrationForm
from eventsapp.attendees.queries import (
    SCREEN_COLUMNS,
    AttendeeColumn,
    AttendeeView,
    attendee_figures,
    attendee_page,
    attendee_rows,
    municipalities_present,
)
from eventsapp.audit import operations as audit
from eventsapp.audit.queries import history_of
from eventsapp.config import Settings
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db, reading
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.core.text import slugify
from eventsapp.events.models import Event, EventState
from eventsapp.events.queries import get_event
from eventsapp.events.rules import may_edit, offers_both_modes, require_may_edit, require_may_view
from eventsapp.organisations.queries import official_names
from eventsapp.outbox.queries import letters_of
from eventsapp.outbox.rules import failure_in_words
from eventsapp.places.queries import pools_of
from eventsapp.registrations.answered import answer_choices, answered, questions_in_list
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.companions import names_of
from eventsapp.registrations.forms import ChangeForm, RegistrationForm
from eventsapp.registrations.line_queries import find_last_offer, waiting_number
from eventsapp.registrations.models import (
    ACTIVE,
    AttendanceMode,
    Profession,
    Registration,
    RegistrationStatus,
)
from eventsapp.registrations.operations import cancel_registration, register_by_staff, send_confirmation_again
from eventsapp.registrations.queries import answers_of, find_registration, get_registration, needs_of_event
from eventsapp.registrations.wishes import programme_in_words
from eventsapp.rendering.spreadsheet import write_csv, write_xlsx
from eventsapp.waiting_list.queries import Queues
from eventsapp.web.forms import ActionForm
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("attendees_staff", __name__)

KEPT_IN_MEMORY_BYTES = 4 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def event_of_page(event_id: int, *, to_edit: bool = False) -> Event:
    """The activity of a staff page, for one who may see it, or change it; raises NotFound and NotAllowed."""
    # A change sends a letter, and letters tell the topics in their calendar file.
    event = get_event(
        event_id, undefer(Event.has_questions), *((selectinload(Event.topics),) if to_edit else ())
    )
    (require_may_edit if to_edit else require_may_view)(current_user, event)
    return event


def head_of_page(event: Event) -> dict[str, object]:
    """What the head of an activity's staff pages shows."""
    return {
        "event": event,
        "may_edit": may_edit(current_user, event) and current_user.may(Permission.EDIT_PARTICIPANTS),
    }


def _answers_on_page(registration: Registration) -> dict[str, object]:
    """What a person has answered to the activity's own questions, as far as the officer may see."""
    sheet = answered(registration, sees_sensitive=current_user.may(Permission.VIEW_SENSITIVE))
    return {
        "answers": sheet.words,
        "files": sheet.files,
        "missing_answers": sheet.missing,
        "may_answer": sheet.has_questions and registration.status is RegistrationStatus.CONFIRMED,
    }


def _file_questions(event: Event) -> list[FileQuestion]:
    """Whose files the officer may take out, all of a question at once."""
    if not event.has_questions or not current_user.may(Permission.EXPORT_PARTICIPANTS):
        return []
    return file_questions(event.id, sees_sensitive=current_user.may(Permission.VIEW_SENSITIVE))


def _tell_who_comes_alone(form: RegistrationForm, registration: Registration) -> None:
    """Say it where more people were written than one who takes part on site can be."""
    if (form.submission().head_count or 1) > registration.head_count:
        flash(gettext("På plats gäller en anmälan en person."))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@page(bp, "/personal/aktiviteter/<int:event_id>/deltagare", "/staff/events/<int:event_id>/attendees")
@staff_required(Permission.VIEW_PARTICIPANTS)
def attendees(event_id: int) -> ResponseReturnValue:
    event = event_of_page(event_id)
    view = AttendeeView.from_args(request.args)
    figures = attendee_figures(event.id, _settings().home_county)
    questions = questions_in_list(event.id) if event.has_questions else []
    has_screens = event.shared_screen_max is not None or figures.people > figures.confirmed
    return render_template(
        "attendees/attendees.html",
        **head_of_page(event),
        view=view,
        page=attendee_page(event.id, view, requested_page()),
        figures=figures,
        queues=Queues(waiting=figures.waiting, offered=figures.offered, applied=figures.applied),
        pools=pools_of("event", event.id),
        statuses=[(status.value, status.label) for status in RegistrationStatus],
        modes=[(mode.value, mode.label) for mode in AttendanceMode],
        professions=[(profession.value, profession.label) for profession in Profession],
        municipalities=municipalities_present(event.id),
        both_modes=offers_both_modes(event),
        column_choices=[
            (column.value, column.label)
            for column in AttendeeColumn
            if column is not AttendeeColumn.NAME and (has_screens or column not in SCREEN_COLUMNS)
        ],
        cell=cell,
        questions=[one for one in questions if one.id in view.questions],
        question_choices=[(str(one.id), one.short_name) for one in questions],
        answer_choices=answer_choices(questions),
        answer_in_words=answer_in_words,
        export_form=ActionForm(),
        may_export=current_user.may(Permission.EXPORT_PARTICIPANTS),
        may_add=event.state in (EventState.PUBLISHED, EventState.SAVE_THE_DATE, EventState.COMPLETED),
        file_questions=_file_questions(event),
        may_see_needs=current_user.may(Permission.VIEW_SENSITIVE) and (event.asks_food or event.asks_access),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/export",
    "/staff/events/<int:event_id>/attendees/export",
    methods=("POST",),
)
@staff_required(Permission.EXPORT_PARTICIPANTS)
def export(event_id: int) -> ResponseReturnValue:
    """The shown selection as a file. It is a POST since the trail says who took a list out."""
    event = event_of_page(event_id)
    view = AttendeeView.from_args(request.args)
    if not ActionForm().validate_on_submit():
        flash(gettext("Sidan hade varit öppen för länge. Exportera igen."), "warning")
        return redirect(url_for(".attendees", event_id=event.id, **view.to_query()))
    as_csv = request.form.get("format") == "csv"
    audit.record(
        "attendees.exported_csv" if as_csv else "attendees.exported_xlsx",
        "event",
        event.id,
        actor=current_actor(),
        event_id=event.id,
        changes={column.value: None for column in view.columns},
    )
    db.session.commit()
    name = f"{gettext('deltagare')}-{slugify(event.title, 50)}-{swedish_today(now())}"
    # The list is read in a transaction that only reads: on SQLite a writing one would keep everybody else waiting.
    with reading():
        file = _spreadsheet(event, view, as_csv=as_csv)
        db.session.rollback()
    if as_csv:
        return send_file(
            file, mimetype="text/csv; charset=utf-8", as_attachment=True, download_name=f"{name}.csv"
        )
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")


def _spreadsheet(event: Event, view: AttendeeView, *, as_csv: bool) -> IO[bytes]:
    """The shown selection as a file that is kept on disk when it is large."""
    questions = [one for one in questions_in_list(event.id) if one.id in view.questions]
    columns = spreadsheet_columns(view.columns, questions)
    rows = spreadsheet_rows(view.columns, questions, attendee_rows(event.id, view))
    if not as_csv:
        return write_xlsx(columns, rows, sheet_title=gettext("Deltagare"), document_title=event.title)
    file = SpooledTemporaryFile(max_size=KEPT_IN_MEMORY_BYTES)  # noqa: SIM115 - the response closes it
    file.writelines(write_csv(columns, rows))
    file.seek(0)
    return file


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/ny",
    "/staff/events/<int:event_id>/attendees/new",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def add(event_id: int) -> ResponseReturnValue:
    event = event_of_page(event_id, to_edit=True)
    form = StaffRegistrationForm.for_event(event)
    if form.validate_on_submit():
        try:
            registration = register_by_staff(
                event,
                form.submission(),
                overbook=bool(form.overbook.data),
                tell=bool(form.tell.data),
                actor=current_actor(),
            )
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            event = event_of_page(event_id, to_edit=True)
            form.reject(error)
        else:
            flash(gettext("%(name)s är anmäld.", name=registration.name))
            _tell_who_comes_alone(form, registration)
            asks_more = event.has_questions and registration.status is RegistrationStatus.CONFIRMED
            if asks_more:
                return redirect(url_for(".answers", event_id=event_id, registration_id=registration.id))
            return redirect(url_for(".attendees", event_id=event_id))
    return render_template(
        "attendees/add.html",
        **head_of_page(event),
        form=form,
        pools=pools_of("event", event.id),
        official_names=official_names(),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/<int:registration_id>",
    "/staff/events/<int:event_id>/attendees/<int:registration_id>",
)
@staff_required(Permission.VIEW_PARTICIPANTS)
def person(event_id: int, registration_id: int) -> ResponseReturnValue:
    event = event_of_page(event_id)
    registration = get_registration(event.id, registration_id)
    return render_template(
        "attendees/person.html",
        **head_of_page(event),
        person=registration,
        number=waiting_number(registration),
        replaced_by=find_registration(registration.replaced_by_id),
        offer=find_last_offer(registration.id),
        programme=programme_in_words(event, [registration.id]).get(registration.id, ""),
        is_active=registration.status in ACTIVE,
        companions=names_of([registration.id]).get(registration.id, ()) if registration.shares_screen else (),
        **_answers_on_page(registration),
        letters=letters_of("registration", registration_id),
        history=history_of("registration", registration_id),
        failure_in_words=failure_in_words,
        action_form=ActionForm(),
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/<int:registration_id>/andra",
    "/staff/events/<int:event_id>/attendees/<int:registration_id>/change",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def change(event_id: int, registration_id: int) -> ResponseReturnValue:
    event = event_of_page(event_id, to_edit=True)
    registration = get_registration(event.id, registration_id)
    form = ChangeForm.for_registration(registration, event, answers_of(registration.id))
    status = 200
    if form.validate_on_submit():
        try:
            change_registration(registration, form.submission(), actor=current_actor())
            db.session.commit()
        except DomainError as error:
            form.reject(error)
            status = error.status
        else:
            flash(gettext("Anmälan är ändrad."))
            _tell_who_comes_alone(form, registration)
            return redirect(url_for(".person", event_id=event_id, registration_id=registration_id))
    return (
        render_template(
            "attendees/change.html",
            **head_of_page(event),
            person=registration,
            form=form,
            official_names=official_names(),
            full=[],
            sensitive_days=_settings().sensitive_days,
        ),
        status,
    )


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/<int:registration_id>/brev",
    "/staff/events/<int:event_id>/attendees/<int:registration_id>/letter",
    methods=("POST",),
)
@staff_required(Permission.RESEND_LETTERS)
def resend(event_id: int, registration_id: int) -> ResponseReturnValue:
    event = event_of_page(event_id, to_edit=True)
    if ActionForm().validate_on_submit():
        registration = get_registration(event.id, registration_id)
        send_confirmation_again(registration, actor=current_actor())
        db.session.commit()
        flash(gettext("Ett nytt brev är på väg till %(email)s.", email=registration.email))
    return redirect(url_for(".person", event_id=event_id, registration_id=registration_id))


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/<int:registration_id>/avanmal",
    "/staff/events/<int:event_id>/attendees/<int:registration_id>/cancel",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def cancel(event_id: int, registration_id: int) -> ResponseReturnValue:
    event = event_of_page(event_id, to_edit=True)
    registration = get_registration(event.id, registration_id)
    form = ActionForm()
    if form.validate_on_submit():
        cancel_registration(registration, actor=current_actor())
        db.session.commit()
        flash(gettext("%(name)s är avanmäld.", name=registration.name))
        return redirect(url_for(".attendees", event_id=event_id))
    return render_template("attendees/cancel.html", **head_of_page(event), person=registration, form=form)


@page(bp, "/personal/aktiviteter/<int:event_id>/behov", "/staff/events/<int:event_id>/needs")
@staff_required(Permission.VIEW_SENSITIVE)
def needs(event_id: int) -> ResponseReturnValue:
    event = event_of_page(event_id)
    answers = needs_of_event(event.id)
    return render_template(
        "attendees/needs.html",
        **head_of_page(event),
        food=_counted(answer.food for answer in answers),
        access=_counted(answer.access for answer in answers),
        sensitive_days=_settings().sensitive_days,
    )


def _counted(answers: Iterable[str]) -> list[tuple[str, int]]:
    """Answers that say the same, whatever their capitals, with how many gave them; most first."""
    spelling: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    for answer in answers:
        if answer:
            key = answer.casefold()
            spelling.setdefault(key, answer)
            numbers[key] += 1
    return [(spelling[key], number) for key, number in numbers.most_common()]
