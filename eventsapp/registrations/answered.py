"""What people have answered to an activity's questions, for pages, letters, lists and sheets; nothing is written."""

from collections.abc import Collection
from dataclasses import dataclass

from eventsapp.places.queries import places_taken
from eventsapp.questions.conditions import Circumstances, asked
from eventsapp.questions.kinds import NO, NOTHING, YES, Given, kind_of
from eventsapp.questions.models import Question, QuestionKind, SeenBy
from eventsapp.questions.queries import answers_of, given_by, limited_options, questions_of
from eventsapp.registrations.models import Registration
from eventsapp.registrations.queries import chosen_items
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT


def circumstances_of(registration: Registration) -> Circumstances:
    """What conditions look at, of one who is registered."""
    items = chosen_items([registration.id]).get(registration.id, ())
    return Circumstances(registration.mode.value, frozenset(items))


def given_to(registration: Registration) -> dict[int, Given]:
    """What somebody has answered: question id → answer."""
    return given_by(answers_of(QUESTIONS_SUBJECT, [registration.id])[registration.id])


def places_left(questions: Collection[Question]) -> dict[int, int]:
    """Option id → places left, of the alternatives that have a number of them."""
    limited = limited_options(tuple(questions))
    if not limited:
        return {}
    counts = places_taken("question_option", sorted(limited))
    return {
        option_id: pools[0].left or 0
        for option_id, pools in counts.items()
        if pools and not pools[0].is_retired and pools[0].capacity is not None
    }


def questions_in_list(event_id: int) -> list[Question]:
    """The questions whose answers the attendee list may show: none that only few may see, on purpose."""
    found = questions_of("event", event_id).seen_by(SeenBy.ATTENDEE_LIST).all
    return [one for one in found if kind_of(one).is_asked]


def answer_choices(questions: Collection[Question]) -> list[tuple[str, str]]:
    """The answers that the attendee list can be narrowed to, as (value in the address, words)."""
    found: list[tuple[str, str]] = []
    for one in questions:
        if one.kind is QuestionKind.YES_NO:
            found += [
                (f"{one.id}:{value}", f"{one.short_name}: {kind_of(one).words(one, Given(value))}")
                for value in (YES, NO)
            ]
        found += [(f"{one.id}:{option.id}", f"{one.short_name}: {option.label}") for option in one.options]
    return found


@dataclass(frozen=True)
class Answered:
    """What one person has answered: pairs of question and answer, in the order of the form."""

    words: list[tuple[str, str]]
    missing: int
    """How many questions they must answer and have not."""
    has_questions: bool
    files: dict[int, str]
    """The answers that are files: question id → what the participant calls the file."""


def answered(
    registration: Registration,
    *,
    for_staff: bool = True,
    sees_sensitive: bool = True,
    in_letter: bool = False,
) -> Answered:
    """What one person has answered; staff read what they call the questions, and may answer further ones. A letter stays, so
    what is erased on a day does not stand in one."""
    questions = questions_of("event", registration.event_id)
    if not questions:
        return Answered([], 0, has_questions=False, files={})
    given = given_to(registration)
    for_them = questions.for_participants().all
    asked_now = asked(for_them, given, circumstances_of(registration))
    shown = [
        one
        for one in (questions.all if for_staff else for_them)
        if one.id in given
        and (sees_sensitive or one.seen_by is not SeenBy.SENSITIVE)
        and not (in_letter and one.keep_days is not None)
    ]
    return Answered(
        [
            (one.short_name if for_staff else one.label, kind_of(one).words(one, given[one.id]))
            for one in shown
        ],
        sum(
            one.is_required and kind_of(one).is_asked and given.get(one.id, NOTHING).is_empty
            for one in asked_now
        ),
        has_questions=bool(questions if for_staff else for_them),
        files={
            one.id: kind_of(one).words(one, given[one.id]) for one in shown if one.kind is QuestionKind.FILE
        },
    )
