"""Every error is a friendly page in the page's language, with the right status."""

import logging
import traceback

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.errors import DomainError
from eventsapp.web.guards import csrf_failed

log = logging.getLogger(__name__)


def _title_and_text(status: int) -> tuple[str, str]:
    texts = {
        400: (
            gettext("Vi förstod inte det som skickades"),
            gettext("Gå tillbaka och försök igen. Ingenting har ändrats."),
        ),
        403: (
            gettext("Du får inte öppna den här sidan"),
            gettext("Din behörighet räcker inte för den här sidan."),
        ),
        404: (
            gettext("Sidan finns inte"),
            gettext(
                "Adressen kan vara fel skriven, eller så har sidan tagits bort eller länken slutat gälla."
            ),
        ),
        405: (
            gettext("Sidan kan inte öppnas så"),
            gettext("Öppna sidan på nytt och försök igen."),
        ),
        409: (
            gettext("Någon annan hann före"),
            gettext("Uppgifterna ändrades medan du arbetade."),
        ),
        413: (
            gettext("Det som skickades är för stort"),
            gettext("Korta texten och försök igen."),
        ),
        429: (gettext("För många försök"), gettext("Vänta en stund och försök igen.")),
        503: (
            gettext("Det går inte att spara just nu"),
            gettext("Systemet är tillfälligt överbelastat. Ingenting har ändrats. Försök igen om en stund."),
        ),
    }
    default = (
        gettext("Något gick fel hos oss"),
        gettext("Felet är noterat. Det som redan är bekräftat finns kvar. Försök igen om en stund."),
    )
    return texts.get(status, texts[400] if status < 500 else default)


def error_page(status: int, message: str = "") -> ResponseReturnValue:
    """The page for a status, with `message` in place of the usual text where a rule has said more."""
    db.session.rollback()
    set_transaction_mode(TransactionMode.READ)
    if not hasattr(g, "lang"):
        g.lang = "en" if request.path.startswith("/en/") else "sv"
    title, text = _title_and_text(status)
    return render_template("errors/error.html", page_title=title, text=message or text, status=status), status


def init_errors(app: Flask) -> None:
    """Turn rules that say no, HTTP errors and faults into pages."""

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> ResponseReturnValue:
        return error_page(error.status, error.message)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        response = app.make_response(error_page(error.code))
        for name, value in error.get_headers():
            if name.lower() in {"allow", "retry-after"}:
                response.headers[name] = value
        return response

    @app.errorhandler(OperationalError)
    def busy_or_full(error: OperationalError) -> ResponseReturnValue:
        # A locked database or a full disk: nothing was committed, and trying again may work.
        if csrf_failed():
            return error_page(400)
        log.error("the database could not answer: %s", type(error.orig).__name__)
        return error_page(503)

    @app.errorhandler(DBAPIError)
    def database_error(error: DBAPIError) -> ResponseReturnValue:
        if csrf_failed():
            return error_page(400)
        # PostgreSQL quotes values in the text of its errors, so only the kind and where it happened go to the log.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("database error %s\n%s", type(error.orig).__name__, where)
        return error_page(500)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> ResponseReturnValue:
        if app.testing:
            raise error
        log.exception("unexpected error", exc_info=error)
        return error_page(500)
