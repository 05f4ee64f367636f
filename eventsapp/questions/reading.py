"""Answers that come as text, as in the cells of a list: read by the same fields that people fill in."""

from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from eventsapp.core.text import clean_line
from eventsapp.questions.kinds import NO, NOTHING, YES, Given, kind_of
from eventsapp.questions.models import Question, QuestionKind

_YES = frozenset({"ja", "yes", "j", "y", "x", "1", "true", "sant"})
_NO = frozenset({"nej", "no", "n", "0", "false", "falskt"})


def can_be_read(question: Question) -> bool:
    """Whether a list may answer it: nobody accepts a text for somebody else, a list holds no files, and alternatives with a
    number of places are taken by those who have a place already."""
    has_places = any(option.capacity is not None for option in question.options)
    is_never_read = question.kind in (QuestionKind.STATEMENT, QuestionKind.FILE)
    return kind_of(question).is_asked and not is_never_read and not has_places


def read_answer(question: Question, text: str) -> Given:
    """What a text says as an answer, alternatives by their labels in either language with ";" or "," between; raises
    ValueError for what the question would not have offered."""
    offered = [option for option in question.options if option.retired_at is None]
    posted = _posted(question, text)
    form = BaseForm({question.field_name: kind_of(question).field(question, offered)})
    form.process(MultiDict([(question.field_name, value) for value in posted]))
    if not form.validate():
        raise ValueError(text)
    return kind_of(question).given(form[question.field_name].data) if posted else NOTHING


def _posted(question: Question, text: str) -> list[str]:
    """What a form would have sent for it."""
    key = clean_line(text).casefold()
    if question.kind is QuestionKind.YES_NO:
        if key in _YES:
            return [YES]
        return [NO] if key in _NO else [text]
    if not kind_of(question).has_options:
        return [text]
    labels = {
        clean_line(label).casefold(): str(option.id)
        for option in question.options
        if option.retired_at is None
        for label in (option.label_sv, option.label_en)
        if label
    }
    # A label may have a comma of its own.
    if key in labels:
        return [labels[key]]
    parts = [part.strip() for part in key.replace(";", ",").split(",") if part.strip()]
    return [labels.get(part, part) for part in parts]
