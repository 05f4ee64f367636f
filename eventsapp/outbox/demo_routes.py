"""Letters that were written as files, readable by anyone: these pages exist in a demonstration only."""

from io import BytesIO

from flask import Blueprint, current_app, render_template, send_file
from flask.typing import ResponseReturnValue

from eventsapp.config import Settings
from eventsapp.core.errors import NotFound
from eventsapp.outbox.letter_files import letter_files_page, read_letter_file
from eventsapp.outbox.transport import letters_folder
from eventsapp.web.guards import public
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("outbox_demo", __name__)


def has_demo_letters(settings: Settings) -> bool:
    """Whether letters are files that anyone may read: in a demonstration without a mail server, and nowhere else."""
    return settings.is_demonstration and not settings.smtp_url


@page(bp, "/brev", "/letters")
@public
def letters() -> ResponseReturnValue:
    return render_template(
        "outbox/demo_letters.html", found=letter_files_page(letters_folder(_settings()), requested_page())
    )


@page(bp, "/brev/<name>", "/letters/<name>")
@public
def letter(name: str) -> ResponseReturnValue:
    return render_template(
        "outbox/demo_letter.html", letter=read_letter_file(letters_folder(_settings()), name)
    )


@page(bp, "/brev/<name>/bilagor/<int:number>", "/letters/<name>/attachments/<int:number>")
@public
def attachment(name: str, number: int) -> ResponseReturnValue:
    files = read_letter_file(letters_folder(_settings()), name).attachments
    if number >= len(files):
        raise NotFound
    found = files[number]
    return send_file(
        BytesIO(found.content),
        mimetype=found.content_type,
        as_attachment=True,
        download_name=found.filename,
        max_age=0,
    )


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
