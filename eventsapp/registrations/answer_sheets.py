"""The sheets on which people who are registered, and staff for them, answer an activity's questions."""

from collections.abc import Mapping

from wtforms import BooleanField

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.models import Event
from eventsapp.questions.conditions import Circumstances
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import AskedAt, SeenBy
from eventsapp.questions.queries import (
    AskedQuestions,
    questions_of,
)
from eventsapp.questions.sheets import Sheet
from eventsapp.registrations.answered import circumstances_of, given_to, places_left
from eventsapp.registrations.models import Registration, SignUpReceipt
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


def questions_after(event_id: int) -> AskedQuestions:
    """What is asked once the place is secured."""
    return questions_of("event", event_id).for_participants().at(AskedAt.AFTER)


def questions_are_left(event: Event, receipt: SignUpReceipt) -> bool:
    """Whether the page after signing up leads on to further questions."""
    return event.asks_questions and receipt.answered_at is None and bool(questions_after(event.id))


def answers_form(
    questions: AskedQuestions, circumstances: Circumstances, before: Mapping[int, Given], *, owner: str
) -> AnswersForm:
    """The form with these questions; some statements when there are alternatives with places, else none. `owner` is the one
    whose form it is, of whom files are kept until it is right."""
    form = AnswersForm()
    form.left = places_left(questions.all)
    full = {option for option, left in form.left.items() if left <= 0}
    form.sheet = Sheet(form, questions, circumstances, before=before, full=full, owner=owner)
    return form


def form_of(registration: Registration) -> AnswersForm:
    """The form with all questions that a person answers, filled in with what they have answered."""
    return answers_form(
        questions_of("event", registration.event_id).for_participants(),
        circumstances_of(registration),
        given_to(registration),
        owner=_owner(registration),
    )


def staff_form_of(registration: Registration, *, sees_sensitive: bool) -> AnswersForm:
    """The same for staff, with what only they fill in; without what they may not see."""
    questions = questions_of("event", registration.event_id)
    shown = questions if sees_sensitive else questions.seen_by(SeenBy.ATTENDEE_LIST)
    return answers_form(
        shown, circumstances_of(registration), given_to(registration), owner=_owner(registration)
    )


def _owner(registration: Registration) -> str:
    return f"registration:{registration.id}"
