"""The base of every form: errors at their field, everything typed kept, one way to say no."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from email_validator import EmailNotValidError, validate_email
from flask import flash, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FileField, StringField
from wtforms.fields import DateField, TextAreaField
from wtforms.fields import EmailField as _EmailField
from wtforms.form import BaseForm
from wtforms.i18n import messages_path
from wtforms.validators import Length, StopValidation, ValidationError
from wtforms.widgets import FileInput

from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import language
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.text import clean, clean_line
from eventsapp.web.guards import csrf_failed

RESUMED = "_resumed"
"""The field that a form carries when it comes back after a new sign-in: it is shown, not saved."""


class _Sentences:
    """The form library's own sentences in the page's language, read once; Flask-WTF reads its file for each request."""

    def gettext(self, sentence: str) -> str:
        return _library_texts(language()).gettext(sentence)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return _library_texts(language()).ngettext(singular, plural, number)


@cache
def _library_texts(code: str) -> NullTranslations:
    return Translations.load(messages_path(), [code], domain="wtforms")


_SENTENCES = _Sentences()


class Form(FlaskForm):
    """A form whose problems are a list of (field, sentence), with nothing typed ever lost."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: BaseForm) -> _Sentences:
            return _SENTENCES

        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """What was sent. A file counts where one is asked for and nowhere else, and forms are not sent as JSON."""
            sent = super().wrap_formdata(form, formdata)
            if sent is None or sent is formdata or not (request.files or request.is_json):
                return sent
            posted: MultiDict[str, Any] = MultiDict(request.form)
            for field in form:
                if isinstance(field, FileField):
                    posted.setlist(field.name, request.files.getlist(field.name))
            return posted

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.checked_apart: list[BaseForm] = []
        """Fields that are checked apart; what is wrong with them stands in the same summary."""
        super().__init__(*args, **kwargs)
        if "csrf_token" in self._fields:
            # A page may hold several forms, and an id may stand there once only.
            self._fields["csrf_token"].render_kw = {"id": False}

    def reject(self, error: DomainError) -> None:
        """Put the sentence of a rule that said no at its field, or above the form when it has none."""
        if error.field and error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, error.message]
        else:
            self.form_errors.append(error.message)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the token, then every field; a form that was resumed after a new sign-in is only shown."""
        valid = super().validate(extra_validators)
        if RESUMED in request.form and not csrf_failed():
            self.form_errors.append(
                gettext("Du har loggat in igen. Allt du skrev finns kvar. Kontrollera och spara.")
            )
            if any(isinstance(field.widget, FileInput) for field in self._everything()):
                self.form_errors.append(gettext("En fil behöver du välja igen."))
            return False
        if csrf_failed():
            self.form_errors.append(
                gettext("Sidan hade varit öppen för länge. Allt du skrev finns kvar. Skicka formuläret igen.")
            )
            return False
        return bool(valid)

    @property
    def problems(self) -> list[tuple[Field | None, str]]:
        """Every problem in the order of the form: those of the whole form first."""
        found: list[tuple[Field | None, str]] = [(None, str(text)) for text in self.form_errors]
        for field in self._everything():
            if field.name != "csrf_token":
                found.extend((field, str(text)) for text in _flat(field.errors))
        return found

    def _everything(self) -> Iterator[Field]:
        """The fields, and then those that are checked apart."""
        parts: list[BaseForm] = [self, *self.checked_apart]
        for part in parts:
            yield from part


def _flat(errors: Any) -> list[str]:
    """The sentences of a field; those of a list of forms are nested."""
    if isinstance(errors, dict):
        return [text for inner in errors.values() for text in _flat(inner)]
    if isinstance(errors, Sequence) and not isinstance(errors, str):
        return [text for inner in errors for text in _flat(inner)]
    return [str(errors)]


class ActionForm(Form):
    """A form that is one button; it has the token and nothing else."""


def is_pressed() -> bool:
    """Whether the one button of an `ActionForm` was pressed on a page that still counts; else a flash says that
    nothing has happened, since there is no form to come back with."""
    form = ActionForm()
    if form.validate_on_submit():
        return True
    flash(str(form.form_errors[0]) if form.form_errors else gettext("Försök igen."), "error")
    return False


class Required:
    """The field must be filled in; the sentence says what to write."""

    def __init__(self, message: str) -> None:
        self.message = message
        self.field_flags = {"required": True}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()) or field.data == []:
            raise StopValidation(str(self.message))


class NotTooLong(Length):
    """At most so many characters, said in the page's language."""

    def __init__(self, maximum: int) -> None:
        super().__init__(max=maximum, message=_l("Skriv högst %(max)d tecken."))


class LineField(StringField):
    """One line of text: NFC, no control characters, single spaces."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data:
            self.data = clean_line(self.data)


class TextField(TextAreaField):
    """Several lines of text: NFC, no control characters, newlines as \\n."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data:
            self.data = clean(self.data)


class EmailField(_EmailField):
    """An e-mail address, checked for its form without asking the network."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data:
            self.data = clean_line(self.data)

    def pre_validate(self, form: Any) -> None:
        if self.data:
            self.data = checked_email(self.data)


def checked_email(address: str) -> str:
    """The address in its normal form; raises ValidationError with a sentence when it cannot be one."""
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        raise ValidationError(gettext("Fyll i en e-postadress, till exempel namn@kommun.se")) from None


class DayField(DateField):
    """A date, as 2026-11-25."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError:
            self.data = None
            raise ValueError(gettext("Skriv datumet som 2026-11-25.")) from None
        if self.data is not None and not 1990 <= self.data.year <= 2100:
            raise ValueError(gettext("Skriv ett år mellan 1990 och 2100."))
