"""One class for each kind of question, with all its faces: the field, what is stored of it, and how that reads in a letter, a
list and a spreadsheet."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext, ngettext
from wtforms import BooleanField, Field, RadioField, SelectMultipleField
from wtforms.fields import TelField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from eventsapp.config import Settings
from eventsapp.core.i18n import format_day
from eventsapp.core.text import clean_line
from eventsapp.questions.file_fields import ChosenFile, FileAnswerField, FileFacts
from eventsapp.questions.file_rules import USUAL_MEGABYTES, FileRule, groups_in
from eventsapp.questions.models import Question, QuestionKind, QuestionOption, SeenBy
from eventsapp.web.fields import WebAddressField, WholeNumberField, choices_of
from eventsapp.web.forms import DayField, EmailField, LineField, NotTooLong, TextField

LONGEST_LINE = 200
LONGEST_TEXT = 2_000
LARGEST_NUMBER = 1_000_000
YES, NO = "yes", "no"
_PHONE_SIGNS = frozenset("0123456789+-() /")
Cell = str | int | date | None


@dataclass(frozen=True)
class Given:
    """An answer as it is stored: a text in the kind's own spelling, or the ids of the chosen options."""

    value: str = ""
    options: tuple[int, ...] = ()
    file: FileFacts | None = field(default=None, compare=False)
    """What is stored about a file that has just come."""

    @property
    def is_empty(self) -> bool:
        return not self.value and not self.options


NOTHING = Given()


class Kind:
    """A kind that is answered with a line of text; the others differ from it. A kind has no state of its own."""

    is_asked = True
    """Whether there is anything to answer."""
    has_options = False

    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        """The field for a question, without whether it must be answered; `offered` are the options one may choose."""
        del offered
        return LineField(question.label, validators=[NotTooLong(question.maximum or LONGEST_LINE)])

    def given(self, data: Any) -> Given:
        """What is stored of a field's data that was found right."""
        return Given(str(data or ""))

    def data(self, given: Given) -> Any:
        """What a field is filled in with for an earlier answer."""
        return given.value

    def words(self, question: Question, given: Given) -> str:
        """The answer in the page's language."""
        del question
        return given.value

    def cell(self, question: Question, given: Given) -> Cell:
        """The answer for a spreadsheet."""
        return self.words(question, given) or None

    @property
    def missing(self) -> str:
        """What is said where a required answer is missing."""
        return gettext("Svara på frågan.")


class LongText(Kind):
    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        del offered
        return TextField(question.label, validators=[NotTooLong(question.maximum or LONGEST_TEXT)])


class Number(Kind):
    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        del offered
        least = 0 if question.minimum is None else question.minimum
        most = LARGEST_NUMBER if question.maximum is None else question.maximum
        return WholeNumberField(question.label, minimum=least, maximum=most)

    def given(self, data: Any) -> Given:
        return Given("" if data is None else str(data))

    def data(self, given: Given) -> Any:
        return int(given.value) if given.value else None

    def cell(self, question: Question, given: Given) -> Cell:
        del question
        return int(given.value) if given.value else None

    @property
    def missing(self) -> str:
        return gettext("Skriv ett tal.")


class Day(Kind):
    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        del offered
        return DayField(question.label)

    def given(self, data: Any) -> Given:
        return Given("" if data is None else data.isoformat())

    def data(self, given: Given) -> Any:
        return date.fromisoformat(given.value) if given.value else None

    def words(self, question: Question, given: Given) -> str:
        return format_day(date.fromisoformat(given.value)) if given.value else ""

    def cell(self, question: Question, given: Given) -> Cell:
        return date.fromisoformat(given.value) if given.value else None

    @property
    def missing(self) -> str:
        return gettext("Skriv ett datum.")


class Email(Kind):
    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        del offered
        return EmailField(question.label, validators=[NotTooLong(320)])


class Phone(Kind):
    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        del offered
        return TelField(question.label, filters=[_one_line], validators=[NotTooLong(40), _only_phone_signs])


class WebAddress(Kind):
    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        del offered
        return WebAddressField(question.label)


class YesNo(Kind):
    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        del offered
        return RadioField(
            question.label,
            choices=choices_of([(YES, gettext("Ja")), (NO, gettext("Nej"))]),
            default="",
            validate_choice=False,
            validators=[_one_of_the_choices],
        )

    def words(self, question: Question, given: Given) -> str:
        return {YES: gettext("Ja"), NO: gettext("Nej")}.get(given.value, "")

    @property
    def missing(self) -> str:
        return gettext("Välj ja eller nej.")


class OneOf(Kind):
    has_options = True

    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        return RadioField(
            question.label,
            choices=choices_of((str(option.id), option.label) for option in offered),
            default="",
            validate_choice=False,
            validators=[_one_of_the_choices],
        )

    def given(self, data: Any) -> Given:
        return Given(options=(int(data),)) if data else NOTHING

    def data(self, given: Given) -> Any:
        return str(given.options[0]) if given.options else ""

    def words(self, question: Question, given: Given) -> str:
        return ", ".join(option.label for option in question.options if option.id in given.options)

    @property
    def missing(self) -> str:
        return gettext("Välj ett av alternativen.")


class ManyOf(OneOf):
    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        return SelectMultipleField(
            question.label,
            choices=choices_of((str(option.id), option.label) for option in offered),
            validate_choice=False,
            validators=[_among_the_choices, _Between(question.minimum, question.maximum)],
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
        )

    def given(self, data: Any) -> Given:
        return Given(options=tuple(sorted({int(value) for value in data or ()})))

    def data(self, given: Given) -> Any:
        return [str(option_id) for option_id in given.options]

    @property
    def missing(self) -> str:
        return gettext("Välj minst ett av alternativen.")


class Organisation(Kind):
    """A name as one writes it, with suggestions."""


class Information(Kind):
    """A text that asks nothing."""

    is_asked = False


class Statement(Kind):
    """A text to accept. What is stored is that it was; which wording and when stand beside every answer."""

    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        del offered
        return BooleanField(question.label)

    def given(self, data: Any) -> Given:
        return Given(YES) if data else NOTHING

    def data(self, given: Given) -> Any:
        return given.value == YES

    def words(self, question: Question, given: Given) -> str:
        return gettext("Godkänt") if given.value == YES else ""

    @property
    def missing(self) -> str:
        return gettext("Kryssa i rutan för att gå vidare.")


class File(Kind):
    """A file. What is stored as the answer is its name in the folder, "/" and the name that people know it by."""

    def field(self, question: Question, offered: Collection[QuestionOption]) -> Any:
        del offered
        rule = file_rule(question)
        return FileAnswerField(
            question.label,
            rule=rule,
            is_sealed=question.seen_by is SeenBy.SENSITIVE,
            render_kw={"accept": rule.accept, "data-most-bytes": str(rule.most_bytes)},
        )

    def given(self, data: Any) -> Given:
        return Given(f"{data.stored_name}/{data.name}", file=data.facts) if data else NOTHING

    def data(self, given: Given) -> Any:
        stored_name, _, name = given.value.partition("/")
        return ChosenFile(stored_name, name) if name else None

    def words(self, question: Question, given: Given) -> str:
        return given.value.partition("/")[2]

    @property
    def missing(self) -> str:
        return gettext("Välj en fil.")


_KINDS: dict[QuestionKind, Kind] = {
    QuestionKind.SHORT_TEXT: Kind(),
    QuestionKind.LONG_TEXT: LongText(),
    QuestionKind.NUMBER: Number(),
    QuestionKind.DATE: Day(),
    QuestionKind.EMAIL: Email(),
    QuestionKind.PHONE: Phone(),
    QuestionKind.WEB_ADDRESS: WebAddress(),
    QuestionKind.YES_NO: YesNo(),
    QuestionKind.ONE_OF: OneOf(),
    QuestionKind.MANY_OF: ManyOf(),
    QuestionKind.ORGANISATION: Organisation(),
    QuestionKind.INFORMATION: Information(),
    QuestionKind.STATEMENT: Statement(),
    QuestionKind.FILE: File(),
}


def kind_of(question: Question) -> Kind:
    """The class that knows all about this question's kind."""
    return _KINDS[question.kind]


def file_rule(question: Question) -> FileRule:
    """Which files a question takes."""
    settings: Settings = current_app.config["SETTINGS"]
    megabytes = min(question.maximum or USUAL_MEGABYTES, settings.file_megabytes)
    return FileRule(groups_in(question.file_types or ""), megabytes)


def _one_line(text: str | None) -> str:
    return clean_line(text or "")


def _only_phone_signs(_form: object, field: Field) -> None:
    if field.data and not set(field.data) <= _PHONE_SIGNS:
        raise ValidationError(gettext("Skriv telefonnumret med siffror, till exempel 070-123 45 67."))


def _values(field: Any) -> set[str]:
    return {value for value, *_ in field.iter_choices()}


def _one_of_the_choices(_form: object, field: Any) -> None:
    if field.data and field.data not in _values(field):
        field.data = ""
        raise StopValidation(gettext("Alternativet finns inte längre. Välj igen."))


def _among_the_choices(_form: object, field: Any) -> None:
    offered = _values(field)
    if any(value not in offered for value in field.data or ()):
        field.data = [value for value in field.data if value in offered]
        raise StopValidation(gettext("Ett av alternativen finns inte längre. Välj igen."))


class _Between:
    """How many alternatives one may choose, where one chooses any."""

    def __init__(self, least: int | None, most: int | None) -> None:
        self.least = least
        self.most = most

    def __call__(self, _form: object, field: Field) -> None:
        number = len(field.data or ())
        if number and self.least is not None and number < self.least:
            raise ValidationError(
                ngettext("Välj minst %(num)d alternativ.", "Välj minst %(num)d alternativ.", self.least)
            )
        if self.most is not None and number > self.most:
            raise ValidationError(
                ngettext("Välj högst %(num)d alternativ.", "Välj högst %(num)d alternativ.", self.most)
            )
