"""The sheets on which people who are registered, and staff for them, answer an activity's questions."""

from collections.abc import Collection, Mapping

from eventsapp.places.queries import places_taken
from eventsapp.questions.conditions import Circumstances
from eventsapp.questions.kinds import NOTHING, Given, kind_of
from eventsapp.questions.conditions import asked
from eventsapp.questions.models import AskedAt, Question, SeenBy
from eventsapp.questions.queries import (
    AskedQuestions,
    answers_of,
    given_by,
    limited_options,
    questions_of,
)
from eventsapp.questions.sheets import Sheet
from eventsapp.registrations.models import Registration
from eventsapp.registrations.queries import chosen_items
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT
from eventsapp.web.forms import Form


class AnswersForm(Form):
    """A form of nothing but an activity's questions."""

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


def answers_form(
    questions: AskedQuestions, circumstances: Circumstances, before: Mapping[int, Given] | None = None
) -> AnswersForm:
    """The form with these questions; some statements when there are alternatives with places, else none."""
    form = AnswersForm()
    form.left = places_left(questions.all)
    full = {option for option, left in form.left.items() if left <= 0}
    form.sheet = Sheet(form, questions, circumstances, before=before, full=full)
    return form


def form_of(registration: Registration, *, for_staff: bool = False) -> AnswersForm:
    """The form with all questions of a registration, filled in with what was answered."""
    questions = questions_of("event", registration.event_id)
    return answers_form(
        questions if for_staff else questions.for_participants(),
        circumstances_of(registration),
        given_to(registration),
    )


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


def unanswered(registration: Registration) -> int:
    """How many questions one is asked, must answer, and has not."""
    if not registration.event.asks_questions:
        return 0
    given = given_to(registration)
    questions = questions_of("event", registration.event_id).for_participants().all
    return sum(
        one.is_required and kind_of(one).is_asked and given.get(one.id, NOTHING).is_empty
        for one in asked(questions, given, circumstances_of(registration))
    )


def answered_in_words(registration: Registration, *, for_staff: bool, sees_sensitive: bool) -> list[tuple[str, str]]:
    """What was answered, as pairs of question and answer in the order of the form."""
    questions = questions_of("event", registration.event_id)
    given = given_to(registration)
    shown = questions.all if for_staff else questions.for_participants().all
    return [
        (one.short_name if for_staff else one.label, kind_of(one).words(one, given[one.id]))
        for one in shown
        if one.id in given and (sees_sensitive or one.seen_by is not SeenBy.SENSITIVE)
    ]
