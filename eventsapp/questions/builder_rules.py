"""What a set of questions may look like. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import join_words
from eventsapp.questions.models import (
    AskedAt,
    ConditionMatch,
    Question,
    QuestionKind,
    QuestionOption,
    QuestionSection,
    SeenBy,
    TermSource,
)

MOST_SECTIONS = 40
MOST_QUESTIONS = 200
MOST_OPTIONS = 50
MOST_TERMS = 8
LONGEST_HINT = 5_000
LONGEST_ANSWERS = {QuestionKind.SHORT_TEXT: 500, QuestionKind.LONG_TEXT: 5_000}
"""How long the answers of a kind may be at most."""
LARGEST_NUMBER = 1_000_000
MOST_KEEP_DAYS = 730
WITH_OPTIONS = frozenset({QuestionKind.ONE_OF, QuestionKind.MANY_OF})
TEXTS = frozenset({QuestionKind.INFORMATION, QuestionKind.STATEMENT})
"""Kinds that are a text in themselves."""
WITH_LIMITS = frozenset(
    {
        QuestionKind.SHORT_TEXT,
        QuestionKind.LONG_TEXT,
        QuestionKind.NUMBER,
        QuestionKind.MANY_OF,
        QuestionKind.FILE,
    }
)
MAXIMUM_ONLY = frozenset({*LONGEST_ANSWERS, QuestionKind.FILE})
"""Kinds whose only limit is the largest."""


@dataclass(frozen=True)
class SectionFacts:
    """What a section is called, and when its questions are asked."""

    title_sv: str = ""
    title_en: str = ""
    asked_at: AskedAt = AskedAt.AFTER


@dataclass(frozen=True)
class OptionFacts:
    """One alternative; `id` is that of the row which it changes."""

    label_sv: str
    label_en: str = ""
    capacity: int | None = None
    id: int | None = None


@dataclass(frozen=True)
class TermFacts:
    """One term of a condition, see `models.ConditionTerm`."""

    source: TermSource
    value: str
    source_question_id: int | None = None
    is_negated: bool = False


@dataclass(frozen=True, kw_only=True)
class QuestionFacts:
    """What a question says and asks."""

    kind: QuestionKind
    label_sv: str
    label_en: str = ""
    hint_sv: str = ""
    hint_en: str = ""
    name: str = ""
    is_required: bool = False
    is_staff_only: bool = False
    seen_by: SeenBy = SeenBy.ATTENDEE_LIST
    reason_sv: str = ""
    reason_en: str = ""
    keep_days: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    file_types: str = ""
    options: tuple[OptionFacts, ...] = ()
    condition_match: ConditionMatch = ConditionMatch.ALL
    terms: tuple[TermFacts, ...] = ()


def require_sensible(facts: QuestionFacts) -> None:
    """Raise DomainError at its field for the first thing that a question lacks or has too much of."""
    if facts.kind in TEXTS and not facts.hint_sv:
        raise DomainError(gettext("Skriv texten."), "hint_sv")
    if facts.kind in WITH_OPTIONS:
        _require_options(facts)
    _require_limits(facts)
    if facts.seen_by is SeenBy.SENSITIVE:
        _require_reason(facts)
    if len(facts.terms) > MOST_TERMS:
        raise DomainError(gettext("Ett villkor har högst %(max)s delar.", max=MOST_TERMS), "terms")


def _require_options(facts: QuestionFacts) -> None:
    labels = [option.label_sv.casefold() for option in facts.options]
    if len(labels) < 2:
        raise DomainError(gettext("Skriv minst två alternativ."), "options")
    if len(labels) > MOST_OPTIONS:
        raise DomainError(gettext("En fråga har högst %(max)s alternativ.", max=MOST_OPTIONS), "options")
    twice = [option.label_sv for option in facts.options if labels.count(option.label_sv.casefold()) > 1]
    if twice:
        raise DomainError(gettext("Alternativet ”%(name)s” finns två gånger.", name=twice[0]), "options")


def _require_limits(facts: QuestionFacts) -> None:
    least, most = facts.minimum, facts.maximum
    if facts.kind in LONGEST_ANSWERS:
        longest = LONGEST_ANSWERS[facts.kind]
        if most is not None and not 1 <= most <= longest:
            raise DomainError(gettext("Skriv ett tal mellan 1 och %(most)s.", most=longest), "maximum")
    if facts.kind is QuestionKind.FILE and not facts.file_types:
        raise DomainError(gettext("Välj minst en sorts filer."), "file_types")
    if facts.kind is QuestionKind.MANY_OF:
        for field, number in (("minimum", least), ("maximum", most)):
            if number is not None and not 1 <= number <= len(facts.options):
                raise DomainError(
                    gettext("Skriv ett tal mellan 1 och %(most)s.", most=len(facts.options)), field
                )
    if facts.kind is QuestionKind.NUMBER and least is None:
        least = 0  # as its field has it
    if least is not None and most is not None and least > most:
        raise DomainError(gettext("Det högsta talet måste vara minst lika stort som det lägsta."), "maximum")


def _require_reason(facts: QuestionFacts) -> None:
    if not facts.reason_sv:
        raise DomainError(gettext("Skriv varför ni frågar. Det visas för den som svarar."), "reason_sv")
    if facts.keep_days is None:
        raise DomainError(gettext("Skriv hur många dagar svaren ska finnas kvar."), "keep_days")
    if any(option.capacity is not None for option in facts.options):
        raise DomainError(
            gettext(
                "Alternativ med ett antal platser räknas där fler kan se det. Ta bort antalet, eller låt alla som ser "
                "deltagarlistan se svaren."
            ),
            "options",
        )


def in_asking_order(sections: Iterable[QuestionSection]) -> list[QuestionSection]:
    """Sections as they are asked: those of the form itself come first."""
    return sorted(sections, key=lambda one: one.asked_at is AskedAt.AFTER)


def questions_in(sections: Iterable[QuestionSection]) -> list[Question]:
    """All questions of some sections in their order, the retired ones too."""
    return [question for section in sections for question in section.questions]


def is_limited(question: Question) -> bool:
    """Whether one of its alternatives has a number of places."""
    return any(option.capacity is not None and option.retired_at is None for option in question.options)


def referring_to(question_id: int, questions: Iterable[Question], *, value: str | None = None) -> list[str]:
    """What the questions are called whose conditions refer to a question, or to one answer to it."""
    return [
        one.short_name
        for one in questions
        if any(term.source_question_id == question_id and value in (None, term.value) for term in one.terms)
    ]


def require_unreferred(question: Question, questions: Iterable[Question]) -> None:
    """Raise DomainError with the names when conditions refer to a question that is to go."""
    names = referring_to(question.id, questions)
    if names:
        raise DomainError(
            ngettext(
                "”%(name)s” styr när %(others)s visas. Ändra först det villkoret.",
                "”%(name)s” styr när %(others)s visas. Ändra först de villkoren.",
                len(names),
                name=question.short_name,
                others=_quoted(names),
            )
        )


def require_option_unreferred(
    question: Question, option: QuestionOption, questions: Iterable[Question]
) -> None:
    """Raise DomainError at "options" with the names when conditions refer to an alternative that is to go."""
    names = referring_to(question.id, questions, value=str(option.id))
    if names:
        raise DomainError(
            gettext(
                "Alternativet ”%(name)s” styr när %(others)s visas. Ändra först villkoret.",
                name=option.label_sv,
                others=_quoted(names),
            ),
            "options",
        )


def require_sound(sections: Sequence[QuestionSection]) -> None:
    """Raise DomainError, with the names, where the questions that are asked could not be asked in this order."""
    every = {one.id: one for one in questions_in(sections)}
    before: set[int] = set()
    for section in in_asking_order(sections):
        for question in section.questions:
            if question.retired_at is not None:
                continue
            _require_later(question, section)
            for term in question.terms:
                if term.source is TermSource.QUESTION:
                    _require_source(question, every.get(term.source_question_id or 0), before)
            before.add(question.id)


def _require_source(question: Question, source: Question | None, before: Collection[int]) -> None:
    if source is None or source.retired_at is not None or source.id not in before:
        raise DomainError(
            gettext(
                "Det går inte: ”%(name)s” visas beroende på svaret på ”%(source)s”, som måste komma före och vara i "
                "bruk.",
                name=question.short_name,
                source=source.short_name if source is not None else "",
            ),
            "terms",
        )
    if source.is_staff_only and not question.is_staff_only:
        raise DomainError(
            gettext(
                "Deltagaren ser inte ”%(source)s”, så den kan inte styra när ”%(name)s” visas.",
                source=source.short_name,
                name=question.short_name,
            ),
            "terms",
        )
    if source.seen_by is SeenBy.SENSITIVE and question.seen_by is not SeenBy.SENSITIVE:
        raise DomainError(
            gettext(
                "Svaret på ”%(source)s” får bara några se, så den kan inte styra när ”%(name)s” visas, "
                "vars svar fler får se.",
                source=source.short_name,
                name=question.short_name,
            ),
            "terms",
        )


def _require_later(question: Question, section: QuestionSection) -> None:
    if section.asked_at is AskedAt.SIGN_UP and is_limited(question):
        raise DomainError(
            gettext(
                "”%(name)s” har alternativ med ett antal platser. Sådana frågor ställs när platsen är klar, "
                "så att ingen tar en plats som den sedan inte behöver.",
                name=question.short_name,
            ),
            "options",
        )
    if section.asked_at is AskedAt.SIGN_UP and question.kind is QuestionKind.FILE:
        raise DomainError(
            gettext(
                "”%(name)s” besvaras med en fil. Sådana frågor ställs när platsen är klar. Lägg den i ett annat avsnitt.",
                name=question.short_name,
            ),
            "section",
        )


def require_told(lowered: Sequence[tuple[str, int, int]], confirmed: bool) -> None:
    """Raise DomainError at "confirmed" when alternatives get fewer places than are taken, and nobody said yes to it.

    `lowered` has label, places taken and places to come.
    """
    if lowered and not confirmed:
        told = [
            ngettext(
                "”%(label)s” får plats för %(capacity)d, men %(num)d person har redan valt det.",
                "”%(label)s” får plats för %(capacity)d, men %(num)d personer har redan valt det.",
                taken,
                label=label,
                capacity=capacity,
            )
            for label, taken, capacity in lowered
        ]
        raise DomainError(
            " ".join(
                [
                    *told,
                    gettext(
                        "De behåller sina platser, men ingen ny får plats. Kryssa i att det ska vara så, och spara igen."
                    ),
                ]
            ),
            "confirmed",
        )


def _quoted(names: Sequence[str]) -> str:
    return join_words([f"”{name}”" for name in names])
