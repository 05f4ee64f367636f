"""Changing a set of questions: sections and order. Each verb locks the set, makes its version one more, and is one row in the
trail, which names questions and fields, never what fields say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import gettext
from sqlalchemy import delete, select

from eventsapp.audit.operations import record
from eventsapp.core.actor import Actor
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict, DomainError, NotFound
from eventsapp.questions.builder_queries import TRAIL, lock_set
from eventsapp.questions.builder_rules import (
    MOST_SECTIONS,
    SectionFacts,
    in_asking_order,
    questions_in,
    require_sound,
)
from eventsapp.questions.models import AskedAt, ConditionTerm, Question, QuestionSection, QuestionSet
from eventsapp.questions.subjects import OpenSubject

Changes = dict[str, list[str] | None]
Row = TypeVar("Row", QuestionSection, Question)


class SetMoved(Conflict):
    """Somebody else has changed the set since the form was opened."""


@dataclass(frozen=True)
class Building:
    """A locked set that is being changed: whose it is, and who changes it."""

    subject: OpenSubject
    question_set: QuestionSet
    actor: Actor

    @property
    def sections(self) -> list[QuestionSection]:
        return self.question_set.sections

    @property
    def questions(self) -> list[Question]:
        """All questions, the retired ones too."""
        return questions_in(self.sections)

    def section(self, section_id: int) -> QuestionSection:
        """One section of the set; raises NotFound."""
        return _one(self.sections, section_id)

    def question(self, question_id: int) -> Question:
        """One question of the set; raises NotFound."""
        return _one(self.questions, question_id)

    def section_of(self, question: Question) -> QuestionSection:
        return next(one for one in self.sections if question in one.questions)


def begin(subject: OpenSubject, version: int, *, actor: Actor) -> Building:
    """Lock the set of a subject, which is made the first time. Raises SetMoved when it is of another version than the one
    who changes it has seen; 0 is a set that was not there."""
    building = begin_anyhow(subject, actor=actor)
    if building.question_set.version != version:
        raise SetMoved(gettext("Frågorna ändrades medan du skrev."))
    return building


def begin_anyhow(subject: OpenSubject, *, actor: Actor) -> Building:
    """As `begin`, for one who adds to whatever is there."""
    question_set = lock_set(subject.kind, subject.id)
    if question_set is None:
        question_set = QuestionSet(subject_kind=subject.kind, subject_id=subject.id, version=0, sections=[])
        with conflict_if(
            "uq_question_sets_subject_kind_subject_id", gettext("Frågorna ändrades medan du skrev.")
        ):
            db.session.add(question_set)
    return Building(subject, question_set, actor)


def done(building: Building, action: str, changes: Changes) -> None:
    """Finish a verb: check that the questions can be asked as they stand, number them, and tell the trail; flushes."""
    building.sections[:] = in_asking_order(building.sections)
    require_sound(building.sections)
    for place, section in enumerate(building.sections):
        section.position = place
        for number, question in enumerate(section.questions):
            question.position = number
    building.question_set.version += 1
    db.session.flush()
    record(
        action,
        TRAIL,
        building.question_set.id,
        actor=building.actor,
        event_id=building.subject.event_id,
        changes=changes,
    )
    db.session.flush()


def add_section(building: Building, facts: SectionFacts) -> QuestionSection:
    """A new section, the last of those that are asked at the same time; flushes."""
    if len(building.sections) >= MOST_SECTIONS:
        raise DomainError(gettext("Ett formulär har högst %(max)s avsnitt.", max=MOST_SECTIONS))
    section = QuestionSection(questions=[], position=len(building.sections))
    _fill_in(section, facts)
    building.sections.append(section)
    done(building, "questions.section_added", {"question_section": ["", facts.title_sv]})
    return section


def change_section(building: Building, section: QuestionSection, facts: SectionFacts) -> bool:
    """Give a section another title, or ask its questions at another time; flushes. Answers whether anything changed."""
    before = SectionFacts(section.title_sv, section.title_en, section.asked_at)
    if before == facts:
        return False
    changes: Changes = {"question_section": [before.title_sv, facts.title_sv]}
    if before.asked_at is not facts.asked_at:
        changes["question_asked_at"] = None
    _fill_in(section, facts)
    done(building, "questions.section_changed", changes)
    return True


def remove_section(building: Building, section: QuestionSection) -> None:
    """Take a section away; flushes. Its retired questions go to the section beside it. Raises DomainError while it has
    others, or while there is no section beside it for those."""
    if any(question.retired_at is None for question in section.questions):
        raise DomainError(gettext("Avsnittet har frågor. Flytta dem eller ta bort dem först."))
    others = [one for one in building.sections if one is not section]
    if section.questions and not others:
        raise DomainError(
            gettext("Avsnittet har frågor som är tagna ur bruk och har svar, så det behövs ett avsnitt till.")
        )
    for question in list(section.questions):
        put(building, question, others[-1], len(others[-1].questions))
    db.session.flush()
    building.sections.remove(section)
    done(building, "questions.section_removed", {"question_section": [section.title_sv, ""]})


def move_section(building: Building, section: QuestionSection, step: int) -> None:
    """Put a section a step (-1 or 1) further among those that are asked at the same time; flushes."""
    order = building.sections
    here = order.index(section)
    if 0 <= here + step < len(order) and order[here + step].asked_at is section.asked_at:
        order[here], order[here + step] = order[here + step], order[here]
        done(building, "questions.section_moved", {"question_section": [section.title_sv] * 2})


def move_question(building: Building, question: Question, step: int) -> None:
    """Put a question a step (-1 or 1) further; past the end of its section it comes into the next one. Flushes."""
    section = building.section_of(question)
    place = section.questions.index(question) + step
    while 0 <= place < len(section.questions) and section.questions[place].retired_at is not None:
        place += step
    if 0 <= place < len(section.questions):
        put(building, question, section, place)
    else:
        order = in_asking_order(building.sections)
        beside = order.index(section) + step
        if not 0 <= beside < len(order):
            return
        put(building, question, order[beside], 0 if step > 0 else len(order[beside].questions))
    done(building, "questions.moved", named(question))


def reorder(building: Building, order: Mapping[int, Sequence[int]]) -> None:
    """Put all questions that are asked in an order, as section id → question ids; flushes. Raises DomainError unless it
    has exactly these sections and questions."""
    asked = {one.id: one for one in building.questions if one.retired_at is None}
    placed = [question_id for ids in order.values() for question_id in ids]
    if sorted(placed) != sorted(asked) or set(order) != {one.id for one in building.sections}:
        raise DomainError(gettext("Ordningen stämmer inte med frågorna. Försök igen."))
    moved = [
        asked[question_id]
        for section in building.sections
        for question_id in order[section.id]
        if asked[question_id] not in section.questions
    ]
    for question in moved:
        building.section_of(question).questions.remove(question)
    for section in building.sections:
        retired = [one for one in section.questions if one.retired_at is not None]
        section.questions[:] = [asked[question_id] for question_id in order[section.id]] + retired
    done(building, "questions.reordered", {})


def put(building: Building, question: Question, section: QuestionSection, place: int) -> None:
    """Let a question stand in a section, as the one with this number."""
    building.section_of(question).questions.remove(question)
    section.questions.insert(place, question)


def remove_set(subject_kind: str, subject_id: int) -> None:
    """Delete all questions of a subject that goes away and that nobody has answered."""
    sets = select(QuestionSet.id).where(
        QuestionSet.subject_kind == subject_kind, QuestionSet.subject_id == subject_id
    )
    questions = select(Question.id).join(QuestionSection).where(QuestionSection.set_id.in_(sets))
    apart = {"synchronize_session": False}
    # Terms point at questions of other sections, which PostgreSQL would find while it deletes one section after the other.
    db.session.execute(
        delete(ConditionTerm).where(ConditionTerm.question_id.in_(questions)), execution_options=apart
    )
    db.session.execute(delete(QuestionSet).where(QuestionSet.id.in_(sets)), execution_options=apart)


def named(question: Question) -> Changes:
    """Which question the trail is about."""
    return {"question": [question.short_name] * 2}


def first_section(building: Building) -> QuestionSection:
    """The section where questions go when nobody said where: the last one, or a first one without a title."""
    if not building.sections:
        return add_section(building, SectionFacts(asked_at=AskedAt.AFTER))
    return building.sections[-1]


def _fill_in(section: QuestionSection, facts: SectionFacts) -> None:
    section.title_sv, section.title_en, section.asked_at = facts.title_sv, facts.title_en, facts.asked_at


def _one(rows: Sequence[Row], row_id: int) -> Row:
    for row in rows:
        if row.id == row_id:
            return row
    raise NotFound(gettext("Frågan eller avsnittet finns inte längre."))
