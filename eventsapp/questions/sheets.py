"""The sheet that somebody fills in: fields for the questions that are asked, and nothing kept that was not offered."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flask import request
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from eventsapp.questions.conditions import Circumstances, asked
from eventsapp.questions.file_fields import FileAnswerField
from eventsapp.questions.kinds import NOTHING, Given, kind_of
from eventsapp.questions.models import Question, QuestionKind, QuestionOption
from eventsapp.questions.queries import AskedQuestions, AskedSection
from eventsapp.web.forms import Form

SHOWN = "shown"
"""The hidden field that says which questions the page showed."""
LOOK = "look"
"""What a script sends with the form when it only asks which questions there are now."""


class Sheet(BaseForm):
    """The questions that stand in a form, with their fields.

    Conditions are decided on the server alone. A page shows what is asked with the answers it has; a question that an
    answer brings about is asked when the form comes, or at once where the browser runs scripts.
    """

    def __init__(
        self,
        form: Form,
        questions: AskedQuestions,
        circumstances: Circumstances,
        *,
        before: Mapping[int, Given] | None = None,
        full: Collection[int] = (),
        owner: str = "",
    ) -> None:
        """`before` is what was answered earlier, to these questions and to others that conditions look at: an option that
        one has may be kept, also when it is retired or among the `full` ones. Problems stand in the summary of `form`.
        Files that come are kept for the form of `owner`, and for nobody where it is empty."""
        self.questions = questions
        self.before = before or {}
        self.full = full
        self._asking = [one for one in questions.all if kind_of(one).is_asked]
        super().__init__(
            {one.field_name: kind_of(one).field(one, self._offered(one)) for one in self._asking}
        )
        self._files = [one for one in self if isinstance(one, FileAnswerField)]
        for file in self._files:
            file.owner = owner
        self.process(
            self._posted() if form.is_submitted() else None,
            data={
                one.field_name: kind_of(one).data(self.before[one.id])
                for one in self._asking
                if one.id in self.before
            },
        )
        for one in self._asking:
            self[one.field_name].flags.required = one.is_required
        own = {one.id for one in questions.all}
        self._known = {number: one for number, one in self.before.items() if number not in own}
        self.circumstances = circumstances
        self.asked: list[Question] = []
        self.given: dict[int, Given] = {}
        self.look(circumstances)
        form.checked_apart.append(self)

    def _posted(self) -> MultiDict[str, Any]:
        """What has come, with files where files are asked for and nowhere else."""
        if not self._files:
            return request.form
        posted: MultiDict[str, Any] = MultiDict(request.form)
        for file in self._files:
            posted.setlist(file.name, request.files.getlist(file.name))
        return posted

    @property
    def takes_files(self) -> bool:
        """Whether its form must be sent as one with files."""
        return bool(self._files)

    def keep_files(self) -> None:
        """Keep the files that have come with a form that is only looked at."""
        for one in self.asked:
            if one.kind is QuestionKind.FILE:
                self[one.field_name].validate(self)

    def look(self, circumstances: Circumstances) -> None:
        """Decide what is asked with what the fields say now. Only what is asked is given."""
        self.circumstances = circumstances
        said = {one.id: self._said(one) for one in self._asking}
        self.asked = asked(self.questions.all, said, circumstances, self._known)
        self.given = {one.id: said[one.id] for one in self.asked if one.id in said}

    def check(self, circumstances: Circumstances) -> bool:
        """Whether every question that is asked has a right answer. Problems stand at their fields; one that the page has
        not shown is not complained of, see `asks_more`."""
        self.look(circumstances)
        wrong = [one for one in self.asked if kind_of(one).is_asked and not self._is_right(one)]
        # What the fields have tidied up counts.
        self.look(circumstances)
        return not wrong and not self.asks_more

    @property
    def asks_more(self) -> bool:
        """Whether answers have brought about questions that the page did not show: then it is to be shown again."""
        shown = set(request.form.get(SHOWN, "")[:5000].split(","))
        return any(
            str(one.id) not in shown and self.given[one.id].is_empty
            for one in self.asked
            if one.id in self.given
        )

    def _is_right(self, question: Question) -> bool:
        bound = self[question.field_name]
        if not bound.validate(self):
            return False
        said = self._said(question)
        shown = request.form.get(SHOWN, "")[:5000].split(",")
        if question.is_required and said.is_empty and str(question.id) in shown:
            bound.errors = [kind_of(question).missing]
        kept = self.before.get(question.id, NOTHING).options
        taken = [option for option in said.options if option in self.full and option not in kept]
        if taken:
            names = ", ".join(option.label for option in question.options if option.id in taken)
            bound.errors = [gettext("%(option)s är fullt. Välj något annat.", option=names)]
        return not bound.errors

    def reject_full(self, full: Collection[int]) -> None:
        """Say at their fields which options somebody else was quicker to take."""
        self.full = full
        for question in self.asked:
            if question.id in self.given:
                self._is_right(question)

    @property
    def sections(self) -> Iterator[AskedSection]:
        """What the page shows."""
        now = {one.id for one in self.asked}
        for one in self.questions.sections:
            shown = tuple(question for question in one.questions if question.id in now)
            if shown:
                yield AskedSection(one.section, shown)

    @property
    def shown(self) -> str:
        """What the hidden field says."""
        return ",".join(str(one.id) for one in self.asked)

    @property
    def has_conditions(self) -> bool:
        """Whether an answer may bring about further questions."""
        return any(one.terms for one in self.questions.all)

    def full_values(self, question: Question) -> list[str]:
        """The options of a question that cannot be chosen any more, as the values of its field."""
        kept = self.before.get(question.id, NOTHING).options
        return [str(one.id) for one in question.options if one.id in self.full and one.id not in kept]

    def _said(self, question: Question) -> Given:
        try:
            return kind_of(question).given(self[question.field_name].data)
        except (TypeError, ValueError):
            return NOTHING  # what was typed is no answer; the field says so when it is checked

    def _offered(self, question: Question) -> list[QuestionOption]:
        kept = self.before.get(question.id, NOTHING).options
        return [one for one in question.options if one.retired_at is None or one.id in kept]


def is_look() -> bool:
    """Whether a browser asks, at a change, what the form is like now; nothing is sent then."""
    return LOOK in request.form


def notes_on_options(left: Mapping[int, int]) -> dict[str, str]:
    """What stands beside the alternatives that have a number of places."""
    return {
        str(option_id): gettext("(fullt)")
        if number <= 0
        else ngettext("(%(num)d plats kvar)", "(%(num)d platser kvar)", number)
        for option_id, number in left.items()
    }
