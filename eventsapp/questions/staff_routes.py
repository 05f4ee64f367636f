"""The builder: the page with all questions, its sections, and the order."""

from collections.abc import Callable

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.permissions import Permission
from eventsapp.questions.builder_forms import SectionForm, VersionedForm, pressed
from eventsapp.questions.builder_pages import (
    builder_page,
    keep_form,
    open_subject,
    show_builder,
    show_form,
    shown_of,
    to_builder,
    what_changed,
)
from eventsapp.questions.building import (
    Building,
    SetMoved,
    add_section,
    begin,
    change_section,
    move_question,
    move_section,
    remove_section,
    reorder,
)
from eventsapp.questions.building_copies import copy_question
from eventsapp.questions.building_questions import remove_question, restore_question, retire_question
from eventsapp.questions.models import QuestionSection
from eventsapp.web.guards import current_actor, staff_required

bp = Blueprint("questions_staff", __name__)


@builder_page(bp)
@staff_required(Permission.VIEW_EVENTS)
def edit(subject_kind: str, subject_id: int) -> ResponseReturnValue:
    """All questions of a subject."""
    return show_builder(open_subject(subject_kind, subject_id))


@builder_page(bp, "/andra", "/change", methods=("POST",))
@staff_required(Permission.EDIT_EVENTS)
def act(subject_kind: str, subject_id: int) -> ResponseReturnValue:
    """One button of the builder: a question or a section is moved, copied, retired, brought back or removed."""
    subject = open_subject(subject_kind, subject_id, to_edit=True)
    form = VersionedForm()
    if not form.validate_on_submit():
        return show_builder(subject, problems=[str(text) for text in form.form_errors])
    verb, number = pressed()
    try:
        building = begin(subject, form.seen_version, actor=current_actor())
        if verb not in _VERBS:
            raise NotFound
        anchor = _VERBS[verb](building, number)
        db.session.commit()
    except SetMoved:
        db.session.rollback()
        problems = what_changed(subject, form.seen_version)
        return show_builder(
            open_subject(subject_kind, subject_id),
            problems=[*problems, gettext("Det du tryckte på har inte hänt. Se efter och försök igen.")],
            status=409,
        )
    except DomainError as error:
        db.session.rollback()
        return show_builder(
            open_subject(subject_kind, subject_id), problems=[error.message], status=error.status
        )
    return to_builder(subject, anchor)


@builder_page(bp, "/avsnitt/nytt", "/sections/new", methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def new_section(subject_kind: str, subject_id: int) -> ResponseReturnValue:
    """A new section."""
    return _section(subject_kind, subject_id, None)


@builder_page(bp, "/avsnitt/<int:section_id>", "/sections/<int:section_id>", methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def section(subject_kind: str, subject_id: int, section_id: int) -> ResponseReturnValue:
    """One section: its title, and when its questions are asked."""
    return _section(subject_kind, subject_id, section_id)


def _section(subject_kind: str, subject_id: int, section_id: int | None) -> ResponseReturnValue:
    subject = open_subject(subject_kind, subject_id, to_edit=True)
    shown = shown_of(subject)
    found = next((one for one in shown.sections if one.id == section_id), None)
    if section_id is not None and found is None and request.method == "GET":
        raise NotFound
    form = SectionForm(data=_section_data(found) if request.method == "GET" else None)
    form.offer(has_stages=subject.has_stages)
    status = 200
    if request.method == "GET":
        form.now_at(shown.version)
    elif form.validate():
        try:
            building = begin(subject, form.seen_version, actor=current_actor())
            if found is None:
                # A section that somebody took away while this one was open is made anew.
                found = add_section(building, form.facts())
            else:
                change_section(building, building.section(found.id), form.facts())
            db.session.commit()
            flash(gettext("Avsnittet är sparat."))
            return to_builder(subject, f"avsnitt-{found.id}")
        except SetMoved:
            db.session.rollback()
            subject, status = open_subject(subject_kind, subject_id), 409
            keep_form(form, subject)
        except DomainError as error:
            db.session.rollback()
            subject = open_subject(subject_kind, subject_id)
            form.reject(error)
    shown = shown_of(subject)
    found = next((one for one in shown.sections if one.id == section_id), None)
    return show_form("questions/section.html", subject, form, section=found), status


def _section_data(found: QuestionSection | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {"title_sv": found.title_sv, "title_en": found.title_en, "asked_at": found.asked_at.value}


def _move_up(building: Building, question_id: int) -> str:
    move_question(building, building.question(question_id), -1)
    return f"upp-{question_id}"


def _move_down(building: Building, question_id: int) -> str:
    move_question(building, building.question(question_id), 1)
    return f"ner-{question_id}"


def _section_up(building: Building, section_id: int) -> str:
    move_section(building, building.section(section_id), -1)
    return f"avsnitt-upp-{section_id}"


def _section_down(building: Building, section_id: int) -> str:
    move_section(building, building.section(section_id), 1)
    return f"avsnitt-ner-{section_id}"


def _remove_section(building: Building, section_id: int) -> str:
    remove_section(building, building.section(section_id))
    flash(gettext("Avsnittet är borttaget."))
    return "fragor"


def _copy(building: Building, question_id: int) -> str:
    copy = copy_question(building, building.question(question_id))
    flash(gettext("Frågan är kopierad."))
    return f"fraga-{copy.id}"


def _retire(building: Building, question_id: int) -> str:
    retire_question(building, building.question(question_id))
    flash(gettext("Frågan är tagen ur bruk. Svaren finns kvar."))
    return "fragor"


def _restore(building: Building, question_id: int) -> str:
    restore_question(building, building.question(question_id))
    flash(gettext("Frågan ställs igen."))
    return f"fraga-{question_id}"


def _remove(building: Building, question_id: int) -> str:
    if remove_question(building, building.question(question_id)):
        flash(gettext("Frågan är borttagen."))
    else:
        flash(gettext("Frågan har svar, så den är tagen ur bruk i stället. Svaren finns kvar."))
    return "fragor"


def _reorder(building: Building, _number: int) -> str:
    reorder(building, _order())
    flash(gettext("Ordningen är sparad."))
    return "fragor"


def _order() -> dict[int, list[int]]:
    """The order that was dragged: "3:12,14;4:" is section 3 with two questions, and section 4 with none."""
    order: dict[int, list[int]] = {}
    for part in request.form.get("ordning", "")[:20_000].split(";"):
        section_id, _, ids = part.partition(":")
        numbers = [int(one) for one in (section_id, *filter(None, ids.split(","))) if _is_id(one)]
        if numbers:
            order[numbers[0]] = numbers[1:]
    return order


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


_VERBS: dict[str, Callable[[Building, int], str]] = {
    "upp": _move_up,
    "ner": _move_down,
    "avsnitt-upp": _section_up,
    "avsnitt-ner": _section_down,
    "avsnitt-bort": _remove_section,
    "kopiera": _copy,
    "ur-bruk": _retire,
    "i-bruk": _restore,
    "bort": _remove,
    "ordna": _reorder,
}
"""What the buttons do; each answers where on the page one comes back to."""
