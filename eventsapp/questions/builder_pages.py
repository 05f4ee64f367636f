"""What the builder's routes share: addresses for each kind of subject, opening it, and what a page shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from eventsapp.questions.builder_forms import VersionedForm
from eventsapp.questions.builder_queries import answer_counts, changes_after
from eventsapp.questions.builder_rules import in_asking_order, questions_in
from eventsapp.questions.builder_words import changes_in_words, condition_in_words
from eventsapp.questions.models import Question, QuestionSection
from eventsapp.questions.queries import find_set
from eventsapp.questions.subjects import BANK, EVENT, OpenSubject, subject_of
from eventsapp.web.guards import csrf_failed

View = TypeVar("View", bound=Callable[..., Any])
_ADDRESSES: tuple[tuple[str, str, dict[str, object]], ...] = (
    (
        "/personal/aktiviteter/<int:subject_id>/fragor",
        "/en/staff/events/<int:subject_id>/questions",
        {"subject_kind": EVENT},
    ),
    ("/personal/fragebank", "/en/staff/question-bank", {"subject_kind": BANK, "subject_id": 0}),
)


def builder_page(
    blueprint: Blueprint, swedish: str = "", english: str = "", *, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Register a view below the questions of every kind of subject, in both languages; as `web.pages.page`."""

    def register(view: View) -> View:
        for swedish_base, english_base, subject in _ADDRESSES:
            for lang, rule in (("sv", swedish_base + swedish), ("en", english_base + english)):
                blueprint.add_url_rule(
                    rule, view.__name__, view, methods=list(methods), defaults={"lang": lang, **subject}
                )
        return view

    return register


@dataclass(frozen=True)
class Shown:
    """The questions of a subject as a page shows them."""

    subject: OpenSubject
    sections: list[QuestionSection]
    version: int = 0
    set_id: int = 0

    @property
    def questions(self) -> list[Question]:
        return questions_in(self.sections)

    @property
    def conditions(self) -> dict[int, str]:
        """When each question with a condition is asked, in words."""
        questions = self.questions
        by_id = {one.id: one for one in questions}
        return {one.id: condition_in_words(one, by_id, self.subject) for one in questions if one.terms}

    def before(self, question: Question | None) -> list[Question]:
        """The questions in use that a condition may look at: those that come before one, or all for a new one."""
        questions = self.questions
        if question is not None:
            questions = questions[: questions.index(question)]
        return [one for one in questions if one.retired_at is None]


def open_subject(kind: str, subject_id: int, *, to_edit: bool = False) -> OpenSubject:
    """Whose questions these are; locked when the request is about to change them."""
    subject = subject_of(kind)
    changes = request.method == "POST" and not csrf_failed()
    opened = subject.open(subject_id, to_change=changes)
    if to_edit and not opened.may_edit:
        subject.open(subject_id, to_change=True)
    return opened


def shown_of(subject: OpenSubject) -> Shown:
    """The questions as they are."""
    found = find_set(subject.kind, subject.id)
    if found is None:
        return Shown(subject, [])
    return Shown(subject, in_asking_order(found.sections), found.version, found.id)


def show_builder(
    subject: OpenSubject, *, problems: Sequence[str] = (), status: int = 200
) -> ResponseReturnValue:
    """The page with all questions, and what was wrong with the last button."""
    shown = shown_of(subject)
    limited = [option.id for one in shown.questions for option in one.options if option.capacity is not None]
    form = VersionedForm(formdata=None)
    form.now_at(shown.version)
    form.form_errors.extend(problems)
    return (
        render_template(
            "questions/edit.html",
            **subject.words,
            subject=subject,
            shown=shown,
            conditions=shown.conditions,
            retired=[one for one in shown.questions if one.retired_at is not None],
            answers=answer_counts(shown.set_id) if shown.questions else {},
            taken=subject_of(subject.kind).options_taken(limited) if limited else {},
            form=form,
        ),
        status,
    )


def show_form(template: str, subject: OpenSubject, form: VersionedForm, **more: Any) -> str:
    """A page with a form, inside the layout of its subject."""
    return render_template(template, **subject.words, subject=subject, form=form, **more)


def what_changed(subject: OpenSubject, seen_version: int) -> list[str]:
    """What was done to the questions since somebody saw a version, in sentences."""
    found = find_set(subject.kind, subject.id)
    entries = changes_after(found, seen_version) if found is not None and seen_version >= 0 else []
    return changes_in_words(entries) or [gettext("Frågorna ändrades medan du skrev.")]


def keep_form(form: VersionedForm, subject: OpenSubject) -> None:
    """Say in a form what others did meanwhile, and let its next save go through."""
    form.form_errors.extend(what_changed(subject, form.seen_version))
    form.form_errors.append(gettext("Det du skrev finns kvar. Spara igen om det är det som ska gälla."))
    form.now_at(shown_of(subject).version)


def to_builder(subject: OpenSubject, anchor: str | None = None) -> ResponseReturnValue:
    """Back to the page with all questions."""
    return redirect(url_for("questions_staff.edit", _anchor=anchor, **subject.address))
