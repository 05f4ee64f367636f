"""The sheets on which people who are registered, and staff for them, answer an activity's questions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wtforms import BooleanField

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.models import Event
from eventsapp.places.queries import places_taken
from eventsapp.questions.conditions import Circumstances, asked
from eventsapp.questions.kinds import NO, NOTHING, YES, Given, kind_of
from eventsapp.questions.models import AskedAt, Question, QuestionKind, SeenBy
from eventsapp.questions.queries import (
    AskedQuestions,
    answers_of,
    given_by,
    limited_options,
    questions_of,
)
from eventsapp.questions.sheets import Sheet
from eventsapp.registrations.models import Registration, SignUpReceipt
from eventsapp.registrations.queries import chosen_items
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT
from eventsapp.web.forms import Form


class AnswersForm(Form):
    """A form of an activity's questions, and for staff whether the person is told."""

    tell = BooleanField(_l("Skicka anmälan som den är nu med e-post"))

    sheet: Sheet
    left: Mapping[int, int]
    """Places left of the alternatives that have a number of them."""

    def validate(self, extra_validators: object = None) -> bool:
        valid = super().validate(extra_validators)
        return self.sheet.check(self.sheet.circumstances) and valid


def circumstances_of(registration: Registration) -> Circumstances:
    """What conditions look at, of one who is registered."""
    items = chosen_items([registration.id]).get(registration.id, ())
    return Circumstances(registration.mode.value, frozenset(items))


def questions_after(event_id: int) -> AskedQuestions:
    """What is asked once the place is secured."""
    return questions_of("event", event_id).for_participants().at(AskedAt.AFTER)


def questions_are_left(event: Event, receipt: SignUpReceipt) -> bool:
    """Whether the page after signing up leads on to further questions."""
    return event.asks_questions and receipt.answered_at is None and bool(questions_after(event.id))


def answers_form(
    questions: AskedQuestions, circumstances: Circumstances, before: Mapping[int, Given]
) -> AnswersForm:
    """The form with these questions; some statements when there are alternatives with places, else none."""
    form = AnswersForm()
    form.left = places_left(questions.all)
    full = {option for option, left in form.left.items() if left <= 0}
    form.sheet = Sheet(form, questions, circumstances, before=before, full=full)
    return form


def form_of(registration: Registration) -> AnswersForm:
    """The form with all questions that a person answers, filled in with what they have answered."""
    return answers_form(
        questions_of("event", registration.event_id).for_participants(),
        circumstances_of(registration),
        given_to(registration),
    )


def staff_form_of(registration: Registration, *, sees_sensitive: bool) -> AnswersForm:
    """The same for staff, with what only they fill in; without what they may not see."""
    questions = questions_of("event", registration.event_id)
    shown = questions if sees_sensitive else questions.seen_by(SeenBy.ATTENDEE_LIST)
    return answers_form(shown, circumstances_of(registration), given_to(registration))


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


def answered(registration: Registration, *, for_staff: bool = True, sees_sensitive: bool = True) -> Answered:
    """What one person has answered; staff read what they call the questions, and may answer further ones."""
    questions = questions_of("event", registration.event_id)
    if not questions:
        return Answered([], 0, has_questions=False)
    given = given_to(registration)
    for_them = questions.for_participants().all
    asked_now = asked(for_them, given, circumstances_of(registration))
    return Answered(
        [
            (one.short_name if for_staff else one.label, kind_of(one).words(one, given[one.id]))
            for one in (questions.all if for_staff else for_them)
            if one.id in given and (sees_sensitive or one.seen_by is not SeenBy.SENSITIVE)
        ],
        sum(
            one.is_required and kind_of(one).is_asked and given.get(one.id, NOTHING).is_empty
            for one in asked_now
        ),
        has_questions=bool(questions if for_staff else for_them),
    )
