"""Copying questions: one within its set, all from another subject, and to and from the bank."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flask_babel import gettext

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import in_language
from eventsapp.questions.builder_rules import MOST_SECTIONS, TermFacts, is_limited
from eventsapp.questions.building import Building, begin_anyhow, done, first_section
from eventsapp.questions.building_questions import (
    facts_of,
    keep_places,
    make_question,
    make_terms,
    require_room,
)
from eventsapp.questions.models import AskedAt, Question, QuestionSection, TermSource
from eventsapp.questions.queries import AskedQuestions, questions_of
from eventsapp.questions.subjects import BANK, OpenSubject

ItemIds = Mapping[int, int]
"""Programme items of the original → those of the copy."""


def copy_question(building: Building, question: Question) -> Question:
    """One more question like this, after it; flushes."""
    require_room(building, 1)
    facts = facts_of(question)
    with in_language("sv"):
        label = gettext("%(label)s (kopia)", label=facts.label_sv[:290])
    copy = make_question(replace(facts, label_sv=label, name=""))
    section = building.section_of(question)
    section.questions.insert(section.questions.index(question) + 1, copy)
    done(building, "questions.added", {"question": ["", copy.short_name]})
    keep_places(building, [copy])
    return copy


def copy_all(building: Building, original: AskedQuestions, *, items: ItemIds) -> int:
    """All sections and questions of another set, after those that are here; flushes.

    Answers how many terms of conditions were left out, since they name what is not here.
    """
    require_room(building, len(original.all))
    if len(building.sections) + len(original.sections) > MOST_SECTIONS:
        raise DomainError(gettext("Ett formulär har högst %(max)s avsnitt.", max=MOST_SECTIONS))
    copies: dict[int, Question] = {}
    for one in original.sections:
        section = QuestionSection(
            questions=[],
            position=len(building.sections),
            title_sv=one.section.title_sv,
            title_en=one.section.title_en,
            asked_at=one.section.asked_at if building.subject.has_stages else AskedAt.AFTER,
        )
        building.sections.append(section)
        copies |= _copied(one.questions, section)
    lost = _follow_terms(building, original.all, copies, items)
    done(building, "questions.copied_all", {})
    keep_places(building, [one for one in copies.values() if is_limited(one)])
    return lost


def copy_set(original_id: int, copy: OpenSubject, *, items: ItemIds, actor: Actor) -> None:
    """Give the copy of a subject the questions of the original, where it has any; flushes."""
    original = questions_of(copy.kind, original_id)
    if original.sections:
        copy_all(begin_anyhow(copy, actor=actor), original, items=items)


def take_from_bank(
    building: Building, section: QuestionSection | None, question_ids: Iterable[int]
) -> tuple[int, int]:
    """Copy questions of the bank to the end of a section; flushes.

    Answers how many they were, and how many terms of conditions were left out. Raises DomainError at "questions" when
    none of them is there any more.
    """
    chosen_ids = set(question_ids)
    chosen = [one for one in questions_of(BANK, 0).all if one.id in chosen_ids]
    if not chosen:
        raise DomainError(gettext("Välj minst en fråga."), "questions")
    require_room(building, len(chosen))
    section = section or first_section(building)
    copies = _copied(chosen, section)
    lost = _follow_terms(building, chosen, copies, {})
    done(
        building, "questions.from_bank", {"question": ["", ", ".join(one.short_name for one in chosen)[:500]]}
    )
    keep_places(building, [one for one in copies.values() if is_limited(one)])
    return len(chosen), lost


def put_in_bank(bank: Building, question: Question) -> Question:
    """Copy a question to the end of the bank, without its condition; flushes."""
    require_room(bank, 1)
    copy = make_question(replace(facts_of(question), terms=()))
    first_section(bank).questions.append(copy)
    done(bank, "questions.added", {"question": ["", copy.short_name]})
    return copy


def _copied(questions: Sequence[Question], section: QuestionSection) -> dict[int, Question]:
    """Copies of questions without their conditions, at the end of a section: id of the original → copy."""
    copies = {one.id: make_question(replace(facts_of(one), terms=())) for one in questions}
    section.questions.extend(copies.values())
    db.session.flush()
    return copies


def _follow_terms(
    building: Building, originals: Sequence[Question], copies: Mapping[int, Question], items: ItemIds
) -> int:
    """Give copies the conditions of their originals, as far as these name what is here too; answers how many terms were
    left out."""
    lost = 0
    options = {
        str(old.id): str(new.id)
        for one in originals
        for old, new in zip(
            [option for option in one.options if option.retired_at is None],
            copies[one.id].options,
            strict=True,
        )
    }
    for one in originals:
        kept = [_followed(building, term, copies, options, items) for term in facts_of(one).terms]
        lost += kept.count(None)
        copies[one.id].terms[:] = make_terms(term for term in kept if term is not None)
    return lost


def _followed(
    building: Building,
    term: TermFacts,
    copies: Mapping[int, Question],
    options: Mapping[str, str],
    items: ItemIds,
) -> TermFacts | None:
    match term.source:
        case TermSource.MODE:
            modes = {value for value, _label in building.subject.modes}
            return term if term.value in modes else None
        case TermSource.ITEM:
            item_id = items.get(int(term.value))
            return replace(term, value=str(item_id)) if item_id is not None else None
        case TermSource.QUESTION:
            source = copies.get(term.source_question_id or 0)
            if source is None:
                return None
            return replace(term, source_question_id=source.id, value=options.get(term.value, term.value))
