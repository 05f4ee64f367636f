"""Questions for tests; everything is flushed, nothing committed."""

from typing import Any

from eventsapp.core.actor import Actor
from eventsapp.events.models import Event
from eventsapp.events.queries import get_event_to_change
from eventsapp.questions.builder_rules import OptionFacts, QuestionFacts, SectionFacts, TermFacts
from eventsapp.questions.building import Building, add_section, begin_anyhow
from eventsapp.questions.building_questions import add_question
from eventsapp.questions.models import AskedAt, Question, QuestionKind, TermSource
from eventsapp.registrations.question_subject import event_subject

OFFICER = Actor.user(7, "Karin Öberg")


def build(event: Event, *, actor: Actor = OFFICER) -> Building:
    """The questions of an event, locked to be changed."""
    return begin_anyhow(event_subject(get_event_to_change(event.id)), actor=actor)


def question_facts(
    label: str = "Behöver du logi?", kind: QuestionKind = QuestionKind.YES_NO, **facts: Any
) -> QuestionFacts:
    """A question with nothing but a label, unless told otherwise."""
    return QuestionFacts(kind=kind, label_sv=label, **facts)


def choice_facts(label: str, *options: str, capacity: int | None = None, **facts: Any) -> QuestionFacts:
    """One of several alternatives, each with the same number of places."""
    rows = tuple(OptionFacts(one, capacity=capacity) for one in options)
    return QuestionFacts(kind=QuestionKind.ONE_OF, label_sv=label, options=rows, **facts)


def answer_is(source: Question, value: str, **facts: Any) -> TermFacts:
    """A term on the answer to a question."""
    return TermFacts(TermSource.QUESTION, value, source.id, **facts)


def add(building: Building, *facts: QuestionFacts, asked_at: AskedAt = AskedAt.AFTER) -> list[Question]:
    """Questions in a section of their own."""
    section = add_section(building, SectionFacts(f"Avsnitt {len(building.sections) + 1}", asked_at=asked_at))
    return [add_question(building, section, one) for one in facts]
