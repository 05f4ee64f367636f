"""What a set of questions may look like; no app, no database."""

from typing import Any

import pytest

from eventsapp.core.errors import DomainError
from eventsapp.questions.builder_rules import (
    OptionFacts,
    QuestionFacts,
    TermFacts,
    in_asking_order,
    require_sensible,
    require_sound,
    require_told,
    require_unreferred,
)
from eventsapp.questions.models import (
    AskedAt,
    ConditionTerm,
    Question,
    QuestionKind,
    QuestionOption,
    QuestionSection,
    SeenBy,
    TermSource,
)


def facts(kind: QuestionKind = QuestionKind.SHORT_TEXT, **more: Any) -> QuestionFacts:
    return QuestionFacts(kind=kind, label_sv="Fråga", **more)


def options(*labels: str, capacity: int | None = None) -> tuple[OptionFacts, ...]:
    return tuple(OptionFacts(label, capacity=capacity) for label in labels)


TWO = options("Ja tack", "Nej tack")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (facts(QuestionKind.INFORMATION), "hint_sv"),
        (facts(QuestionKind.STATEMENT), "hint_sv"),
        (facts(QuestionKind.ONE_OF, options=options("Bara en")), "options"),
        (facts(QuestionKind.MANY_OF), "options"),
        (facts(QuestionKind.ONE_OF, options=options("Kött", "kött")), "options"),
        (facts(QuestionKind.ONE_OF, options=options(*map(str, range(51)))), "options"),
        (facts(QuestionKind.NUMBER, minimum=4, maximum=3), "maximum"),
        (facts(QuestionKind.NUMBER, maximum=-1), "maximum"),
        (facts(QuestionKind.SHORT_TEXT, maximum=501), "maximum"),
        (facts(QuestionKind.LONG_TEXT, maximum=0), "maximum"),
        (facts(QuestionKind.MANY_OF, options=TWO, maximum=3), "maximum"),
        (facts(QuestionKind.MANY_OF, options=TWO, minimum=0), "minimum"),
        (facts(seen_by=SeenBy.SENSITIVE, keep_days=30), "reason_sv"),
        (facts(seen_by=SeenBy.SENSITIVE, reason_sv="Till köket"), "keep_days"),
        (
            facts(
                QuestionKind.ONE_OF,
                options=options("A", "B", capacity=3),
                seen_by=SeenBy.SENSITIVE,
                reason_sv="Till köket",
                keep_days=30,
            ),
            "options",
        ),
        (facts(terms=tuple(TermFacts(TermSource.MODE, str(one)) for one in range(9))), "terms"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(wrong: QuestionFacts, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        require_sensible(wrong)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "right",
    [
        facts(),
        facts(QuestionKind.INFORMATION, hint_sv="Välkommen"),
        facts(QuestionKind.ONE_OF, options=options(*map(str, range(50)))),
        facts(QuestionKind.NUMBER, minimum=3, maximum=3),
        facts(QuestionKind.LONG_TEXT, maximum=5000),
        facts(QuestionKind.MANY_OF, options=TWO, minimum=1, maximum=2),
        facts(seen_by=SeenBy.SENSITIVE, reason_sv="Till köket", keep_days=30),
    ],
)
def test_what_can_be_is_let_through(right: QuestionFacts) -> None:
    require_sensible(right)


def question(number: int, *sources: int, **more: Any) -> Question:
    values: dict[str, Any] = {
        "kind": QuestionKind.YES_NO,
        "name": "",
        "is_staff_only": False,
        "seen_by": SeenBy.ATTENDEE_LIST,
        "options": [],
    }
    terms = [
        ConditionTerm(source=TermSource.QUESTION, source_question_id=source, value="yes", is_negated=False)
        for source in sources
    ]
    return Question(id=number, label_sv=f"Fråga {number}", terms=terms, **(values | more))


def section(*questions: Question, asked_at: AskedAt = AskedAt.AFTER) -> QuestionSection:
    return QuestionSection(title_sv="", title_en="", asked_at=asked_at, questions=list(questions))


def test_those_of_the_form_itself_are_asked_first() -> None:
    after, first = section(), section(asked_at=AskedAt.SIGN_UP)
    assert in_asking_order([after, first]) == [first, after]
    # A question that is asked later may depend on one that is asked in the form, wherever its section stands.
    require_sound([section(question(2, 1)), section(question(1), asked_at=AskedAt.SIGN_UP)])


def refusal(*sections: QuestionSection) -> str:
    with pytest.raises(DomainError) as refused:
        require_sound(sections)
    return refused.value.message


def test_a_condition_looks_back_only() -> None:
    require_sound([section(question(1), question(2, 1))])
    assert "”Fråga 2” visas beroende på svaret på ”Fråga 1”" in refusal(section(question(2, 1), question(1)))
    assert "”Fråga 1”" in refusal(section(question(1, 1)))


def test_a_condition_needs_what_is_still_asked(frozen_now: Any) -> None:
    gone = question(1, retired_at=frozen_now())
    assert "vara i bruk" in refusal(section(gone, question(2, 1)))
    require_sound([section(gone, question(2, 1, retired_at=frozen_now()))])


def test_what_the_participant_does_not_see_steers_nothing_of_theirs() -> None:
    staff = {"is_staff_only": True}
    assert "Deltagaren ser inte ”Fråga 1”" in refusal(section(question(1, **staff), question(2, 1)))
    require_sound([section(question(1, **staff), question(2, 1, **staff))])


def test_what_few_may_see_does_not_show_through_a_condition() -> None:
    few = {"seen_by": SeenBy.SENSITIVE}
    assert "får bara några se" in refusal(section(question(1, **few), question(2, 1)))
    require_sound([section(question(1, **few), question(2, 1, **few))])


def test_places_are_counted_only_once_one_comes() -> None:
    limited = question(1, options=[QuestionOption(label_sv="Buss", capacity=5)])
    assert "ställs när platsen är klar" in refusal(section(limited, asked_at=AskedAt.SIGN_UP))
    require_sound([section(limited)])


def test_a_question_that_others_depend_on_does_not_go() -> None:
    source = question(1)
    require_unreferred(source, [source, question(2)])
    with pytest.raises(DomainError) as refused:
        require_unreferred(source, [source, question(2, 1), question(3, 1)])
    assert refused.value.message == (
        "”Fråga 1” styr när ”Fråga 2” och ”Fråga 3” visas. Ändra först de villkoren."
    )


def test_fewer_places_than_are_taken_is_told_first() -> None:
    require_told([], False)
    require_told([("Buss", 12, 10)], True)
    with pytest.raises(DomainError) as refused:
        require_told([("Buss", 12, 10)], False)
    assert refused.value.field == "confirmed"
    assert refused.value.message.startswith("”Buss” får plats för 10, men 12 personer har redan valt det.")
