"""What the pages on which an activity's questions are answered share: right after signing up, behind the personal link, and
by staff."""

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.organisations.queries import official_names
from eventsapp.questions.sheets import is_look, notes_on_options
from eventsapp.registrations.answer_sheets import AnswersForm
from eventsapp.registrations.answering import OptionsFull


def sheet_values(form: AnswersForm) -> dict[str, object]:
    """What `questions/_sheet.html` needs. Files that come with a form that is only looked at are kept."""
    if is_look():
        form.sheet.keep_files()
    return {
        "form": form,
        "sheet": form.sheet,
        "option_notes": notes_on_options(form.left),
        "official_names": official_names(),
    }


def refused(form: AnswersForm, error: DomainError) -> int:
    """Put an operation's no where it belongs; answers the HTTP status."""
    db.session.rollback()
    if isinstance(error, OptionsFull):
        form.sheet.reject_full(error.option_ids)
    else:
        form.reject(error)
    return error.status
