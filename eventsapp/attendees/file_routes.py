"""Fetching what people have answered with files. It is a POST since the trail says who took a file out."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from eventsapp.attendees.file_queries import get_file_question, members_of_archive, named_files
from eventsapp.attendees.staff_routes import bp, event_of_page
from eventsapp.audit import operations as audit
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.permissions import Permission
from eventsapp.core.text import slugify
from eventsapp.questions.file_queries import get_file
from eventsapp.questions.queries import questions_of
from eventsapp.registrations.answered import answered
from eventsapp.registrations.queries import get_registration
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT
from eventsapp.rendering.archives import write_zip
from eventsapp.web.attachments import as_attachment
from eventsapp.web.forms import is_pressed
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/<int:registration_id>/svar/<int:question_id>/fil",
    "/staff/events/<int:event_id>/attendees/<int:registration_id>/answers/<int:question_id>/file",
    methods=("POST",),
)
@staff_required(Permission.VIEW_PARTICIPANTS)
def person_file(event_id: int, registration_id: int, question_id: int) -> ResponseReturnValue:
    """The file that one person has answered a question with."""
    event = event_of_page(event_id)
    registration = get_registration(event.id, registration_id)
    shown = answered(registration, sees_sensitive=current_user.may(Permission.VIEW_SENSITIVE)).files
    if question_id not in shown:
        raise NotFound
    if not is_pressed():
        return redirect(url_for(".person", event_id=event_id, registration_id=registration_id), 303)
    question = next(one for one in questions_of("event", event.id).all if one.id == question_id)
    file = get_file(QUESTIONS_SUBJECT, registration.id, question_id)
    content = file.content()
    if content is None:
        raise NotFound(gettext("Filen finns inte kvar i mappen med filer. Be personen att skicka den igen."))
    audit.record(
        "registration.file_fetched",
        "registration",
        registration.id,
        actor=current_actor(),
        event_id=event.id,
        changes={question.short_name: None},
    )
    db.session.commit()
    return as_attachment(content, name=file.name, media_type=file.media_type)


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/deltagare/filer/<int:question_id>",
    "/staff/events/<int:event_id>/attendees/files/<int:question_id>",
    methods=("POST",),
)
@staff_required(Permission.EXPORT_PARTICIPANTS)
def files(event_id: int, question_id: int) -> ResponseReturnValue:
    """All files that people have answered a question with, as one ZIP file."""
    event = event_of_page(event_id)
    sees_sensitive = current_user.may(Permission.VIEW_SENSITIVE)
    question = get_file_question(event.id, question_id, sees_sensitive=sees_sensitive)
    if not is_pressed():
        return redirect(url_for(".attendees", event_id=event_id), 303)
    found = named_files(event.id, question.id)
    audit.record(
        "attendees.files_fetched",
        "event",
        event.id,
        actor=current_actor(),
        event_id=event.id,
        changes={question.name: None},
    )
    name = f"{slugify(question.name, 40)}-{slugify(event.title, 50)}-{swedish_today(now())}.zip"
    db.session.commit()
    return as_attachment(write_zip(members_of_archive(found)), name=name, media_type="application/zip")
