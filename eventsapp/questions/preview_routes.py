"""Trying the questions out as participants see them; nothing is kept."""

from flask import request
from flask.typing import ResponseReturnValue

from eventsapp.core.permissions import Permission
from eventsapp.organisations.queries import official_names
from eventsapp.questions.builder_forms import TryForm
from eventsapp.questions.builder_pages import builder_page, show_form
from eventsapp.questions.conditions import Circumstances
from eventsapp.questions.queries import questions_of
from eventsapp.questions.sheets import Sheet, is_look, notes_on_options
from eventsapp.questions.staff_routes import bp
from eventsapp.questions.subjects import subject_of
from eventsapp.web.guards import staff_required
from eventsapp.web.uploads import takes_files


@builder_page(bp, "/prova", "/try", methods=("GET", "POST"))
@staff_required(Permission.VIEW_EVENTS)
@takes_files
def preview(subject_kind: str, subject_id: int) -> ResponseReturnValue:
    """The questions in use, with what answers lead to."""
    subject = subject_of(subject_kind).open(subject_id)
    questions = questions_of(subject.kind, subject.id).for_participants()
    form = TryForm()
    form.offer(modes=subject.modes, items=subject.items)
    circumstances = Circumstances(form.chosen_mode, form.chosen_items)
    sheet = Sheet(form, questions, circumstances)
    is_right = False
    if request.method == "POST" and not is_look():
        is_right = all([form.validate(), sheet.check(circumstances)])
    return show_form(
        "questions/try.html",
        subject,
        form,
        sheet=sheet,
        is_right=is_right,
        asks_more=form.is_submitted() and not is_look() and sheet.asks_more,
        option_notes=notes_on_options(
            {
                option.id: option.capacity
                for one in questions.all
                for option in one.options
                if option.capacity is not None
            }
        ),
        official_names=official_names(),
    )
