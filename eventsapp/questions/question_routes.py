"""The builder's pages for one question, and for fetching questions from elsewhere."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.core.permissions import Permission
from eventsapp.core.text import clean_line
from eventsapp.questions.builder_forms import BankForm, QuestionForm, VersionedForm, form_data, pressed
from eventsapp.questions.builder_pages import (
    Shown,
    builder_page,
    keep_form,
    open_subject,
    show_form,
    shown_of,
    to_builder,
)
from eventsapp.questions.builder_queries import is_answered
from eventsapp.questions.builder_words import condition_choices
from eventsapp.questions.building import SetMoved, begin, begin_anyhow, first_section
from eventsapp.questions.building_copies import copy_all, put_in_bank, take_from_bank
from eventsapp.questions.building_questions import add_question, change_question, facts_of
from eventsapp.questions.models import FileGroup, Question, QuestionKind
from eventsapp.questions.queries import questions_of
from eventsapp.questions.staff_routes import bp
from eventsapp.questions.subjects import BANK, OpenSubject, subject_of
from eventsapp.web.forms import is_pressed
from eventsapp.web.guards import current_actor, staff_required

ADD_OPTION, ADD_TERM = "alternativ", "villkor"
"""What the buttons are called that only add a row to the form."""


@builder_page(bp, "/ny", "/new", methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def new(subject_kind: str, subject_id: int) -> ResponseReturnValue:
    """A new question: first its kind, then what it asks."""
    subject = open_subject(subject_kind, subject_id, to_edit=True)
    wanted = request.values.get("typ", "")
    if wanted not in set(QuestionKind):
        return render_template(
            "questions/kinds.html",
            **subject.words,
            subject=subject,
            kinds=list(QuestionKind),
            section=request.args.get("avsnitt", ""),
        )
    return _question(shown_of(subject), None, QuestionKind(wanted))


@builder_page(bp, "/<int:question_id>", "/<int:question_id>", methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def question(subject_kind: str, subject_id: int, question_id: int) -> ResponseReturnValue:
    """One question."""
    shown = shown_of(open_subject(subject_kind, subject_id, to_edit=True))
    found = next((one for one in shown.questions if one.id == question_id), None)
    if found is not None:
        return _question(shown, found, found.kind)
    wanted = request.form.get("typ", "")
    if wanted not in set(QuestionKind):
        raise NotFound
    # Somebody took the question away while this one was written: it can be saved as a new one.
    return _question(shown, None, QuestionKind(wanted))


def _question(shown: Shown, found: Question | None, kind: QuestionKind) -> ResponseReturnValue:
    status = 200
    form = _form(shown, found, kind)
    button = request.form.get("gor", "")
    if button == ADD_OPTION:
        form.add_option()
    elif button == ADD_TERM:
        form.add_term()
    elif request.method == "POST" and form.validate():
        try:
            saved = _save(shown.subject, found, form)
            db.session.commit()
            flash(gettext("Frågan är sparad."))
            return to_builder(shown.subject, f"fraga-{saved.id}")
        except SetMoved:
            status = 409
        except DomainError as error:
            form.reject(error)
        wanted = found.id if found is not None else 0
        db.session.rollback()
        shown = shown_of(open_subject(shown.subject.kind, shown.subject.id))
        found = next((one for one in shown.questions if one.id == wanted), None)
        if status == 409:
            keep_form(form, shown.subject)
    _offer(form, shown, found)
    return (
        show_form(
            "questions/question.html",
            shown.subject,
            form,
            question=found,
            kind=kind,
            answered=found is not None and is_answered(found.id),
            may_change_bank=shown.subject.kind != BANK and subject_of(BANK).open(0).may_edit,
        ),
        status,
    )


def _form(shown: Shown, found: Question | None, kind: QuestionKind) -> QuestionForm:
    if request.method == "POST":
        form = QuestionForm()
    else:
        data = (
            form_data(facts_of(found))
            if found is not None
            else {"is_required": kind is QuestionKind.STATEMENT, "file_types": [FileGroup.PDF.value]}
        )
        form = QuestionForm(data=data | {"section": _section_of(shown, found)})
        form.now_at(shown.version)
        if found is not None:
            form.fill(facts_of(found))
        else:
            form.add_option()
            form.add_option()
    form.for_kind(kind)
    _offer(form, shown, found)
    return form


def _offer(form: QuestionForm, shown: Shown, found: Question | None) -> None:
    form.offer(shown.sections, condition_choices(shown.before(found), shown.subject))


def _section_of(shown: Shown, found: Question | None) -> str:
    if found is not None:
        return next(str(one.id) for one in shown.sections if found in one.questions)
    return request.args.get("avsnitt", "") or (str(shown.sections[-1].id) if shown.sections else "")


def _save(subject: OpenSubject, found: Question | None, form: QuestionForm) -> Question:
    building = begin(subject, form.seen_version, actor=current_actor())
    chosen = form.section.data
    section = building.section(int(chosen)) if chosen else first_section(building)
    if found is None:
        return add_question(building, section, form.facts())
    changed = building.question(found.id)
    confirmed = form.confirmed is not None and bool(form.confirmed.data)
    change_question(building, changed, section, form.facts(), confirmed=confirmed)
    return changed


@builder_page(bp, "/<int:question_id>/till-banken", "/<int:question_id>/to-bank", methods=("POST",))
@staff_required(Permission.EDIT_LISTS)
def to_bank(subject_kind: str, subject_id: int, question_id: int) -> ResponseReturnValue:
    """Put a question into the bank."""
    subject = open_subject(subject_kind, subject_id)
    if is_pressed():
        bank = begin_anyhow(subject_of(BANK).open(0, to_change=True), actor=current_actor())
        found = next((one for one in shown_of(subject).questions if one.id == question_id), None)
        if found is None:
            raise NotFound
        put_in_bank(bank, found)
        db.session.commit()
        flash(gettext("Frågan ligger nu också i frågebanken."))
    return redirect(url_for("questions_staff.question", question_id=question_id, **subject.address))


@builder_page(bp, "/ur-banken", "/from-bank", methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def from_bank(subject_kind: str, subject_id: int) -> ResponseReturnValue:
    """Choose questions of the bank."""
    subject, status = _borrower(subject_kind, subject_id), 200
    shown, bank = shown_of(subject), questions_of(BANK, 0)
    form = BankForm(data={"section": _section_of(shown, None)} if request.method == "GET" else None)
    form.offer(shown.sections, [(str(one.id), one.label_sv) for one in bank.all])
    if request.method == "GET":
        form.now_at(shown.version)
    elif form.validate():
        try:
            building = begin(subject, form.seen_version, actor=current_actor())
            chosen = building.section(int(form.section.data)) if form.section.data else None
            number, lost = take_from_bank(building, chosen, map(int, form.questions.data or ()))
            db.session.commit()
            flash(ngettext("%(num)d fråga är tillagd.", "%(num)d frågor är tillagda.", number))
            _tell_of_lost(lost)
            return to_builder(subject, "fragor")
        except SetMoved:
            status = 409
        except DomainError as error:
            form.reject(error)
        db.session.rollback()
        subject, bank = open_subject(subject_kind, subject_id), questions_of(BANK, 0)
        if status == 409:
            keep_form(form, subject)
        form.offer(shown_of(subject).sections, [(str(one.id), one.label_sv) for one in bank.all])
    notes = {str(one.id): f"({one.kind.label})" for one in bank.all}
    return show_form("questions/from_bank.html", subject, form, bank=bank, notes=notes), status


@builder_page(bp, "/kopiera-fran", "/copy-from", methods=("GET", "POST"))
@staff_required(Permission.EDIT_EVENTS)
def copy_from(subject_kind: str, subject_id: int) -> ResponseReturnValue:
    """Copy all questions of another subject of the kind."""
    subject, status = _borrower(subject_kind, subject_id), 200
    form = VersionedForm()
    if request.method == "GET":
        form.now_at(shown_of(subject).version)
    elif form.validate():
        try:
            original = subject_of(subject.kind).open(pressed()[1])
            building = begin(subject, form.seen_version, actor=current_actor())
            lost = copy_all(building, questions_of(original.kind, original.id), items={})
            db.session.commit()
            flash(gettext("Frågorna från %(title)s är kopierade hit.", title=original.title))
            _tell_of_lost(lost)
            return to_builder(subject, "fragor")
        except SetMoved:
            status = 409
        except DomainError as error:
            form.reject(error)
            status = error.status
        db.session.rollback()
        subject = open_subject(subject_kind, subject_id)
        if status == 409:
            keep_form(form, subject)
    query = clean_line(request.args.get("q", ""))[:200]
    others = subject_of(subject.kind).others(subject.id, query)
    return show_form("questions/copy_from.html", subject, form, others=others, query=query), status


def _borrower(kind: str, subject_id: int) -> OpenSubject:
    """One who may fetch questions from elsewhere, which the bank itself does not."""
    if kind == BANK:
        raise NotFound
    return open_subject(kind, subject_id, to_edit=True)


def _tell_of_lost(lost: int) -> None:
    if lost:
        flash(
            ngettext(
                "%(num)d del av ett villkor kunde inte följa med, eftersom det den handlar om inte finns här.",
                "%(num)d delar av villkor kunde inte följa med, eftersom det de handlar om inte finns här.",
                lost,
            ),
            "warning",
        )
